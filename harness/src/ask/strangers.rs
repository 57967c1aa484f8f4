//! Whom the policies of resources let in who is no user or role of the state: owners of accounts, users and roles of accounts that the
//! state does not have, sessions, services, everybody.

use std::collections::BTreeSet;

use acslab_policy::catalogue::fits;
use acslab_policy::{Document, PrincipalPattern, Principals, is_account_id};

use crate::import::Standing;

/// Somebody for whom an entry of a resource's policy stands, as one of all for whom it does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stranger {
    /// Whoever asks.
    Everybody,
    /// The owner of an account, which the state may have.
    Owner(String),
    /// Some user of an account.
    Anybody(String),
    /// A RAM user of whom only the id is known.
    UserById(String),
    /// A RAM user.
    User { account: String, name: String },
    /// A role.
    Role { account: String, name: String },
    /// A session of a role.
    Session { account: String, role: String, session: String },
    /// A service or an identity provider.
    Unattached(String),
}

impl Stranger {
    /// For whom an entry stands beside those of the state.
    pub(crate) fn of(standing: &Standing, pattern: &PrincipalPattern) -> Option<Self> {
        let abroad = |account: &str| outside(standing, account);
        match pattern {
            PrincipalPattern::Everyone => Some(Self::Everybody),
            PrincipalPattern::Uid(id) if is_account_id(id) => Some(Self::Owner(id.to_string())),
            PrincipalPattern::Uid(id) => {
                standing.authority.user_with_id(id).is_none().then(|| Self::UserById(id.to_string()))
            }
            PrincipalPattern::AccountRoot(account) => abroad(account).map(Self::Anybody),
            PrincipalPattern::User { account, name } => {
                abroad(account).map(|account| Self::User { account, name: name.to_string() })
            }
            PrincipalPattern::Role { account, name } => {
                abroad(account).map(|account| Self::Role { account, name: name.to_string() })
            }
            PrincipalPattern::AssumedRole { account, role, session }
            | PrincipalPattern::Session { account, role, session } => {
                abroad(account).map(|account| Self::Session { account, role: some(role), session: some(session) })
            }
            PrincipalPattern::Service { acting_for, name } => {
                let account = acting_for.as_ref().map_or_else(String::new, |account| format!("{account}@"));
                Some(Self::Unattached(format!("{account}{name}")))
            }
            PrincipalPattern::Provider(arn) => Some(Self::Unattached(arn.to_string())),
            PrincipalPattern::Nobody(_) => None,
        }
    }

    /// As it is asked for.
    pub(crate) fn arn(&self) -> String {
        match self {
            Self::Everybody => "*".to_owned(),
            Self::Owner(account) => format!("acs:ram::{account}:root"),
            Self::Anybody(account) => format!("acs:ram::{account}:user/{SOMEBODY}"),
            Self::User { account, name } => format!("acs:ram::{account}:user/{name}"),
            Self::Role { account, name } => format!("acs:ram::{account}:role/{name}"),
            Self::Session { account, role, session } => format!("acs:ram::{account}:assumed-role/{role}/{session}"),
            Self::UserById(name) | Self::Unattached(name) => name.clone(),
        }
    }
}

/// The user that stands for all of an account that is not in the state.
pub(crate) const SOMEBODY: &str = "somebody";

/// An account that a pattern covers and the state does not have.
pub(crate) fn outside(standing: &Standing, pattern: &str) -> Option<String> {
    let is_outside = |account: &String| standing.kept.state.account(account).is_none();
    if !pattern.contains(['*', '?']) {
        return Some(pattern.to_owned()).filter(is_outside);
    }
    let filled = |digit: &str| {
        let missing = 16_usize.saturating_sub(pattern.bytes().filter(|byte| *byte != b'*').count());
        pattern.replacen('*', &digit.repeat(missing), 1).replace('*', "").replace('?', digit)
    };
    ["9", "8", "7", "6", "5", "4", "3", "2", "1"].into_iter().map(filled).find(is_outside)
}

/// Whom the policies of resources name.
pub(crate) fn named<'d>(documents: impl IntoIterator<Item = &'d Document>) -> Vec<PrincipalPattern> {
    let statements = documents.into_iter().flat_map(Document::statements);
    let entries = statements.filter_map(|statement| match statement.principals() {
        Principals::Principal(entries) => Some(entries),
        Principals::Unstated => None,
    });
    entries.flatten().map(|entry| entry.value.clone()).collect()
}

/// The sessions that these patterns name of roles that are there, by ARN: what is granted to a session is not granted to the role.
pub(crate) fn sessions(patterns: &[PrincipalPattern], principals: &[String]) -> BTreeSet<String> {
    let mut sessions = BTreeSet::new();
    for pattern in patterns {
        let (PrincipalPattern::Session { account, role, session }
        | PrincipalPattern::AssumedRole { account, role, session }) = pattern
        else {
            continue;
        };
        for arn in principals {
            let Some((of, name)) = arn.strip_prefix("acs:ram::").and_then(|rest| rest.split_once(":role/")) else {
                continue;
            };
            if fits(account, of) && fits(role, name) {
                sessions.insert(format!("acs:ram::{of}:assumed-role/{name}/{}", some(session)));
            }
        }
    }
    sessions
}

/// A name that a pattern covers.
fn some(pattern: &str) -> String {
    pattern.replace('*', "some").replace('?', "x")
}
