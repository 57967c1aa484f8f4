//! What a state that was there says, for what contradicts it.

use acslab_emulator::state::{AccountState, PolicyText};

use super::collect::{NOT_SAID, NOT_TOLD};
use super::piece::Place;

/// In what words it is told which version of a policy is in force.
pub(super) fn which_is_in_force(policy: &str) -> String {
    format!("which version of policy `{policy}` is in force")
}

/// What a state says that could be told otherwise, by account and in the words in which it is told.
pub(super) fn told_of(account: &AccountState) -> Vec<((String, String), (Option<Place>, String))> {
    let users = account
        .users
        .iter()
        .filter_map(|(name, user)| Some((format!("the id of user `{name}`"), user.user_id.clone()?)));
    let roles = account.roles.iter().filter(|(_, role)| role.trust != PolicyText::new(NOT_TOLD));
    let roles = roles.map(|(name, role)| (format!("the trust policy of role `{name}`"), role.trust.to_string()));
    let versions = account.policies.iter().flat_map(|(name, policy)| policy.versions.iter().map(move |of| (name, of)));
    let versions = versions.map(|(name, (version, text))| (format!("policy `{name}` {version}"), text.to_string()));
    let in_force = account.policies.iter().filter(|(_, policy)| policy.default_version != NOT_SAID);
    let in_force = in_force.map(|(name, policy)| (which_is_in_force(name), policy.default_version.clone()));
    let buckets = account.buckets.iter().filter_map(|(name, bucket)| Some((name, bucket.policy.as_ref()?)));
    let buckets = buckets.map(|(name, policy)| (format!("the policy of bucket `{name}`"), policy.to_string()));
    let all = users.chain(roles).chain(versions).chain(in_force).chain(buckets);
    all.map(|(what, value)| ((account.account_id.clone(), what), (None, value))).collect()
}
