//! Whom a program runs as: the owner, a user that is there, or one that is made for it and goes with it.

use acslab_emulator::state::{AuthorizationState, StateQuery};
use acslab_emulator::{EmulatorHandle, HandleError, SystemPolicies};

use super::error::ExecError;
use crate::client::{Client, Key};
use crate::words::{Choices, io_reason, nearest};

/// The RAM user that `--policy` makes.
const PROGRAM: &str = "program";

/// Whom a program runs as.
pub(super) struct Who {
    pub(super) key: Key,
    pub(super) arn: String,
    account: String,
    lent: Lent,
}

/// What was made for the program, and is taken away after it: a state that is kept does not fill with it.
enum Lent {
    Nothing,
    /// A key of this user.
    Key(String),
    User,
}

impl Who {
    /// The owner of the first account.
    pub(super) fn owner(emulator: &EmulatorHandle) -> Result<Self, ExecError> {
        let first = emulator.accounts().first();
        let first =
            first.ok_or_else(|| ExecError::Nobody(HandleError::NoAccount("of the first account".to_owned())))?;
        let key = Key { id: first.access_key_id.clone(), secret: first.access_key_secret.clone(), token: None };
        let account = first.account_id.clone();
        Ok(Self { key, arn: format!("acs:ram::{account}:root"), account, lent: Lent::Nothing })
    }

    /// A RAM user of the first account, by a key that it has, or else one that is made.
    pub(super) fn user(emulator: &EmulatorHandle, user: &str) -> Result<Self, ExecError> {
        let Self { account, .. } = Self::owner(emulator)?;
        let state = Client::new(emulator.address().to_string()).control_post("state", &StateQuery::default());
        let state: Option<AuthorizationState> = state.ok();
        if let Some(users) = state.as_ref().and_then(|state| state.account(&account)).map(|account| &account.users)
            && !users.keys().any(|known| known.eq_ignore_ascii_case(user))
        {
            let choices = Choices::new(user, users.keys());
            return Err(ExecError::NoUser { name: user.to_owned(), choices });
        }
        let known = emulator.key_of(&account, user).map_err(ExecError::Nobody)?;
        let lent = if known.is_some() { Lent::Nothing } else { Lent::Key(user.to_owned()) };
        let key = known.map_or_else(|| emulator.create_key(&account, user), Ok).map_err(ExecError::Nobody)?;
        Ok(Self { key: own(key), arn: format!("acs:ram::{account}:user/{user}"), account, lent })
    }

    /// A RAM user of the first account that is made with these policies.
    pub(super) fn with_policies(emulator: &EmulatorHandle, policies: &[String]) -> Result<Self, ExecError> {
        let Self { account, .. } = Self::owner(emulator)?;
        let policies = policies.iter().map(|policy| read_policy(policy)).collect::<Result<Vec<_>, _>>()?;
        let policies: Vec<_> = policies.iter().map(String::as_str).collect();
        let key = emulator.lend_user(&account, PROGRAM, &policies).map_err(ExecError::Nobody)?;
        Ok(Self { key: own(key), arn: format!("acs:ram::{account}:user/{PROGRAM}"), account, lent: Lent::User })
    }

    /// Takes away what was made for the program; that the program itself has done so is no fault.
    pub(super) fn give_back(&self, emulator: &EmulatorHandle) -> Result<(), HandleError> {
        let taken = match &self.lent {
            Lent::Nothing => Ok(()),
            Lent::Key(user) => emulator.delete_key(&self.account, user, &self.key.id),
            Lent::User => emulator.delete_user(&self.account, PROGRAM),
        };
        match taken {
            Err(HandleError::Refused { code, .. }) if code.starts_with("EntityNotExist") => Ok(()),
            taken => taken,
        }
    }
}

fn own(key: acslab_emulator::Key) -> Key {
    Key { id: key.access_key_id, secret: key.access_key_secret, token: None }
}

/// A policy that the command line names: a system policy's name, or the text of a file.
fn read_policy(written: &str) -> Result<String, ExecError> {
    let trouble = |why: String| ExecError::Policy { path: written.to_owned(), why };
    match std::fs::read_to_string(written) {
        Ok(text) if text.trim_start().starts_with('{') => Ok(text),
        Ok(_) => Err(trouble("it does not begin with `{`, as a policy document does".to_owned())),
        Err(_) if SystemPolicies::shipped().get(written).is_some() => Ok(written.to_owned()),
        Err(error) => {
            let near = nearest(written, SystemPolicies::shipped().iter().map(|policy| policy.name.as_str()));
            let meant = near.filter(|_| error.kind() == std::io::ErrorKind::NotFound);
            Err(match meant {
                Some(near) => ExecError::NoPolicy { written: written.to_owned(), near },
                None => trouble(io_reason(&error)),
            })
        }
    }
}
