//! Whom an invariant speaks of, as those who can be asked for; whoever is outside is put into an account that is not the state's.

use std::collections::BTreeMap;
use std::sync::Arc;

use acslab_emulator::state::{AccountState, Attachment, PolicyText, Role, User};
use acslab_policy::PrincipalPattern;

use crate::ask::own::own_documents;
use crate::ask::strangers::{SOMEBODY, Stranger, named, outside, sessions};
use crate::authorization::Kept;
use crate::import::{NOT_TOLD, Standing};

/// The state with somebody outside it: a user of another account, and whoever trust and bucket policies name who is nobody's here.
/// Their own account lets them do everything, so that what the state says decides.
pub(super) fn with_outsiders(standing: &Standing) -> Standing {
    let documents = own_documents(standing);
    with_outsiders_of(standing, &named(documents.iter().map(Arc::as_ref)))
}

/// The same with whoever else is named somewhere.
pub(super) fn with_outsiders_of(standing: &Standing, strangers: &[PrincipalPattern]) -> Standing {
    let mut kept: Kept = standing.kept.clone();
    // Somebody of an account of which nothing else is known.
    let outside = outside(standing, "*").unwrap_or_default();
    let mut outsiders = Outsiders {
        accounts: kept.state.accounts.values().map(|account| account.account_id.clone()).collect(),
        kept: &mut kept,
    };
    outsiders.account(&outside);
    for stranger in strangers.iter().filter_map(|pattern| Stranger::of(standing, pattern)) {
        outsiders.add(stranger, &outside);
    }
    Standing { whole: standing.whole, ..Standing::of(kept, Vec::new()) }
}

/// Roles, and the sessions of theirs that are named.
pub(super) fn with_sessions(named: &[PrincipalPattern], mut all: Vec<String>) -> Vec<String> {
    let sessions = sessions(named, &all);
    all.extend(sessions);
    all
}

/// Those who are being added, and the accounts that the state has already.
struct Outsiders<'k> {
    kept: &'k mut Kept,
    accounts: Vec<String>,
}

impl Outsiders<'_> {
    fn add(&mut self, stranger: Stranger, outside: &str) {
        match stranger {
            Stranger::Owner(account) | Stranger::Anybody(account) => drop(self.account(&account)),
            Stranger::UserById(id) => {
                let user = User { user_id: Some(id.clone()), ..administrator() };
                self.account(outside).map(|account| account.users.insert(format!("user-{id}"), user));
            }
            Stranger::User { account, name } => {
                self.account(&account).map(|of| of.users.entry(name).or_insert_with(administrator));
            }
            Stranger::Role { account, name } | Stranger::Session { account, role: name, .. } => {
                self.role(&account, &name);
            }
            Stranger::Everybody | Stranger::Unattached(_) => {}
        }
    }

    fn role(&mut self, account: &str, name: &str) {
        let role = || Role {
            trust: PolicyText::new(NOT_TOLD),
            policies: everything(),
            service_linked: None,
            max_session_duration: 3600,
            tags: BTreeMap::new(),
        };
        self.account(account).map(|account| account.roles.entry(name.to_owned()).or_insert_with(role));
    }

    /// An account that is not one of the state's, with a user in it.
    fn account(&mut self, id: &str) -> Option<&mut AccountState> {
        if self.accounts.iter().any(|own| own == id) {
            return None;
        }
        let new = || AccountState {
            account_id: id.to_owned(),
            users: [(SOMEBODY.to_owned(), administrator())].into(),
            ..AccountState::default()
        };
        Some(self.kept.state.accounts.entry(format!("outside-{id}")).or_insert_with(new))
    }
}

fn administrator() -> User {
    User { policies: everything(), ..User::default() }
}

fn everything() -> Vec<Attachment> {
    let (name, kind) = ("AdministratorAccess".to_owned(), "System".to_owned());
    vec![Attachment { name, kind, version: None, resource_group: None }]
}

/// Everybody who is outside of some account of the state: strangers, and of several accounts each one's own people and owner, who are outside
/// of the others.
pub(super) fn outsiders(with: &Standing, standing: &Standing) -> Vec<String> {
    let own: Vec<&str> = standing.kept.state.accounts.values().map(|account| account.account_id.as_str()).collect();
    let of = |arn: &String| own.len() > 1 || !own.contains(&account_of(arn));
    let mut all: Vec<String> = with.authority.principals().into_iter().filter(of).collect();
    let accounts = with.kept.state.accounts.values().map(|account| format!("acs:ram::{}:root", account.account_id));
    all.extend(accounts.filter(of));
    all.push("*".to_owned());
    all
}

/// The account of somebody, or of something.
pub(super) fn account_of(arn: &str) -> &str {
    arn.split(':').nth(3).unwrap_or_default()
}
