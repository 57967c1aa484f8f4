//! Where a scenario runs: against an emulator of its own, or at an address given.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use acslab_emulator::signature::Secret;
use acslab_emulator::state::AuthorizationState;
use acslab_emulator::{Clock, Emulator, EmulatorHandle, SystemPolicies};
use jiff::Timestamp;
use serde_json::Value;

use crate::catalogue::{self, Lookup};
use crate::client::{Call, Client, Key, Moment};
use crate::scenario::{DEFAULT_REGION, Scenario};

/// Where scenarios run.
#[derive(Clone, Debug)]
pub enum Target {
    /// Each in an emulator of its own, in this process, seeded with this.
    Own {
        /// The seed of all ids and secrets.
        seed: u64,
        /// The system policies to start with; none for those shipped.
        system_policies: Option<Arc<SystemPolicies>>,
    },
    /// All at this address, with these keys of account owners; the first is the default account.
    Endpoint {
        /// Host and port.
        authority: String,
        /// The owners' keys.
        owners: Vec<Owner>,
    },
}

/// The owner of an account at an address given.
#[derive(Clone, Debug)]
pub struct Owner {
    account_id: String,
    key: Key,
}

impl Owner {
    /// Whose key it is, asked with Sts.GetCallerIdentity. The error says why that is not known.
    pub fn at(authority: &str, id: String, secret: Secret) -> Result<Self, String> {
        let key = Key { id, secret, token: None };
        let Lookup::Found(operation) = catalogue::find("Sts", "GetCallerIdentity", None) else {
            return Err("Sts.GetCallerIdentity is not known".into());
        };
        let now = Timestamp::now();
        let nonce = format!("acslab-{}", now.as_nanosecond());
        let moment = Moment { at: now, nonce: &nonce, region: DEFAULT_REGION };
        let call = Call { operation, parameters: &[], key: Some(&key), signature: None, moment };
        let answer = Client::new(authority).call(&call).map_err(|error| error.to_string())?;
        let field = |name: &str| answer.fields.get(name).and_then(Value::as_str);
        match (field("AccountId"), field("IdentityType")) {
            (Some(account), Some("Account")) => Ok(Self { account_id: account.to_owned(), key }),
            (Some(_), Some(other)) => Err(format!("the key `{}` is no account owner's, but of type {other}", key.id)),
            _ => Err(answer.code().map_or_else(
                || format!("it answers status {}", answer.status),
                |code| format!("it refuses the key `{}`: {code}", key.id),
            )),
        }
    }
}

/// A cloud that a scenario has been given. Dropping it ends an emulator of its own.
pub(super) struct Cloud {
    pub(super) client: Client,
    /// By the scenario's aliases.
    pub(super) accounts: BTreeMap<String, Account>,
    /// The time on a clock that stands still; `None` where the machine's counts.
    pub(super) time: Option<Timestamp>,
    _emulator: Option<EmulatorHandle>,
}

/// An account and its owner's key.
#[derive(Clone)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) owner: Key,
}

/// The account id of the first account; the others count up from it.
const FIRST_ACCOUNT_ID: u64 = 1_234_567_890_123_456;

impl Target {
    pub(super) fn start(&self, scenario: &Scenario) -> io::Result<Cloud> {
        match self {
            Self::Own { seed, system_policies } => own(scenario, *seed, system_policies.clone()),
            Self::Endpoint { authority, owners } => given(scenario, authority, owners),
        }
    }
}

fn own(scenario: &Scenario, seed: u64, system_policies: Option<Arc<SystemPolicies>>) -> io::Result<Cloud> {
    let time: Timestamp = scenario.time.parse().map_err(io::Error::other)?;
    let mut builder = Emulator::builder().seed(seed).clock(Clock::fixed(time));
    // Accounts of a state have ids of their own.
    let of_state = |alias: &String| scenario.state.as_ref().is_some_and(|state| state.accounts.contains_key(alias));
    let taken = |id: &u64| scenario.state.as_ref().is_some_and(|state| state.account(&id.to_string()).is_some());
    let ids = (FIRST_ACCOUNT_ID..).filter(|id| !taken(id));
    for (id, alias) in ids.zip(scenario.accounts.iter().filter(|alias| !of_state(alias))) {
        builder = builder.account(alias, &id.to_string());
    }
    if let Some(policies) = system_policies {
        builder = builder.system_policies(policies);
    }
    if let Some(state) = &scenario.state {
        builder = builder.authorization_state(AuthorizationState::clone(state));
    }
    let emulator = builder.start()?;
    let accounts = emulator
        .accounts()
        .iter()
        .map(|account| {
            let owner =
                Key { id: account.access_key_id.clone(), secret: account.access_key_secret.clone(), token: None };
            let id = account.account_id.clone();
            (account.name.clone(), Account { id, owner })
        })
        .collect();
    Ok(Cloud {
        client: Client::new(emulator.address().to_string()),
        accounts,
        time: Some(time),
        _emulator: Some(emulator),
    })
}

fn given(scenario: &Scenario, authority: &str, owners: &[Owner]) -> io::Result<Cloud> {
    if scenario.state.is_some() {
        return Err(io::Error::other(
            "the scenario starts from an authorization state, which only an emulator of its own is given",
        ));
    }
    if owners.len() < scenario.accounts.len() {
        let message = format!(
            "the scenario has {}, and {} given",
            crate::words::count(scenario.accounts.len(), "account"),
            match owners.len() {
                1 => "the key of 1 owner is".to_owned(),
                many => format!("the keys of {many} owners are"),
            }
        );
        return Err(io::Error::other(message));
    }
    let accounts = scenario
        .accounts
        .iter()
        .zip(owners)
        .map(|(alias, owner)| {
            let id = owner.account_id.clone();
            let owner = owner.key.clone();
            (alias.clone(), Account { id, owner })
        })
        .collect();
    Ok(Cloud { client: Client::new(authority), accounts, time: None, _emulator: None })
}
