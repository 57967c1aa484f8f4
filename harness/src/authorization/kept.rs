//! A state, with what is known to be missing of it.

use acslab_emulator::state::{AccountState, Attachment, AuthorizationState};
use serde::{Deserialize, Serialize};

/// An authorization state as a folder keeps it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Kept {
    /// Who there is, and what is attached to whom.
    pub state: AuthorizationState,
    /// What is known to be there, and is not in the state.
    pub missing: Vec<Missing>,
}

impl Kept {
    /// Who manages a resource directory of which only the members are known. CHOICE: an id that no account has that the cloud
    /// gave, so that it can be told from one.
    pub(crate) const UNNAMED_MANAGEMENT: &str = "1000000000000000";

    /// The accounts that somebody has told of.
    pub(crate) fn named(&self) -> impl Iterator<Item = &AccountState> {
        self.state.accounts.values().filter(|account| account.account_id != Self::UNNAMED_MANAGEMENT)
    }

    /// The account, where there is one alone.
    pub(crate) fn single(&self) -> Option<&AccountState> {
        let mut named = self.named();
        named.next().filter(|_| named.next().is_none())
    }
}

/// Something that is known to be there, and is not in the state.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Missing {
    /// What: "the document of policy Photos".
    pub what: String,
    /// The command that fetches it.
    pub get: String,
    /// On what it bears: the id of an account, and the place there, `users/alice`; none where it may bear on anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<(String, String)>,
}

/// Who has a custom policy: `user/alice`, `group/dev`, `role/ops`.
pub(crate) fn holders(account: &AccountState, policy: &str) -> Vec<String> {
    let has = |attached: &[Attachment]| attached.iter().any(|one| one.kind == "Custom" && one.name == policy);
    let users = account.users.iter().filter(|(_, user)| has(&user.policies)).map(|(name, _)| format!("user/{name}"));
    let groups =
        account.groups.iter().filter(|(_, group)| has(&group.policies)).map(|(name, _)| format!("group/{name}"));
    let roles = account.roles.iter().filter(|(_, role)| has(&role.policies)).map(|(name, _)| format!("role/{name}"));
    users.chain(groups).chain(roles).collect()
}
