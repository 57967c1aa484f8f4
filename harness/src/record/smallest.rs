//! The part of a state that a question rests on.

use std::collections::BTreeSet;

use acslab_emulator::state::AccountState;

use super::used::{attached, keep_policies};
use crate::authorization::Kept;
use crate::import::Standing;

/// Whoever asks with its groups and policies, the role or bucket that is asked about, and what stands over all of an account.
pub(super) fn smallest(standing: &Standing, principal: &str, resource: &str) -> Kept {
    let mut kept = standing.kept.clone();
    kept.missing.clear();
    let accounts: BTreeSet<&str> = [principal, resource].iter().filter_map(|arn| arn.split(':').nth(3)).collect();
    kept.state
        .accounts
        .retain(|_, account| accounts.contains(account.account_id.as_str()) || account.resource_directory.is_some());
    for account in kept.state.accounts.values_mut() {
        reduce(account, &[named(account, principal), named(account, resource)]);
    }
    kept
}

/// What an ARN names in an account: `user/alice`, `role/ops`, a bucket.
fn named(account: &AccountState, arn: &str) -> (String, String) {
    let mut fields = arn.splitn(5, ':').skip(1);
    let (service, _, of, id) = (fields.next(), fields.next(), fields.next(), fields.next());
    if of != Some(account.account_id.as_str()) {
        return (String::new(), String::new());
    }
    let id = id.unwrap_or_default();
    let (kind, name) = id.split_once('/').unwrap_or((id, ""));
    match (service, kind) {
        (Some("ram" | "sts"), "user") => ("user".to_owned(), name.to_owned()),
        (Some("ram" | "sts"), "role" | "assumed-role") => {
            ("role".to_owned(), name.split('/').next().unwrap_or(name).to_owned())
        }
        (Some("oss"), bucket) => ("bucket".to_owned(), bucket.to_owned()),
        _ => (String::new(), String::new()),
    }
}

fn reduce(account: &mut AccountState, wanted: &[(String, String)]) {
    let is = |kind: &str, name: &str| wanted.iter().any(|(of, known)| of == kind && known.eq_ignore_ascii_case(name));
    account.users.retain(|name, _| is("user", name));
    account.roles.retain(|name, _| is("role", name));
    account.buckets.retain(|name, _| is("bucket", name));
    let users: Vec<String> = account.users.keys().cloned().collect();
    let groups: BTreeSet<String> = account.users.values().flat_map(|user| user.groups.iter().cloned()).collect();
    account
        .groups
        .retain(|name, group| groups.contains(name) || group.members.iter().any(|member| users.contains(member)));
    for group in account.groups.values_mut() {
        group.members.retain(|member| users.contains(member));
    }
    let attached = attached(account);
    keep_policies(account, &attached, |_| false);
    // Versions that are not in force decide nothing.
    for policy in account.policies.values_mut() {
        let default = policy.default_version.clone();
        if policy.versions.contains_key(&default) {
            policy.versions.retain(|version, _| *version == default);
        }
    }
    let groups: BTreeSet<&String> = attached.iter().filter_map(|one| one.resource_group.as_ref()).collect();
    account.resource_groups.retain(|name, _| groups.contains(name));
    account.workspaces.clear();
    account.permissions.clear();
    account.access_key_policies = acslab_emulator::state::AccessKeyPolicies::default();
}
