//! The part of a state that recorded calls rest on.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use acslab_emulator::state::{AccountState, Attachment, AuthorizationState};

/// Everything that was named in a recording, in lower case.
#[derive(Debug, Default)]
pub(super) struct Named(HashSet<String>);

impl Named {
    /// Takes a text: whatever in it may be a name.
    pub(super) fn take(&mut self, text: &str) {
        let of_name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '@' | '-' | '_');
        self.0.extend(text.split(|c| !of_name(c)).filter(|name| !name.is_empty()).map(str::to_lowercase));
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains(&name.to_lowercase())
    }
}

/// Is there anything that a new account has not?
pub(super) fn begins(state: &AuthorizationState) -> bool {
    state.accounts.values().any(|account| {
        let new = AccountState { account_id: account.account_id.clone(), ..AccountState::default() };
        AccountState { permissions: BTreeMap::new(), ..account.clone() } != new
    })
}

/// A state with no more users, groups, roles, policies and buckets than were named, and what these hang on.
pub(super) fn used(before: &AuthorizationState, named: &Named) -> AuthorizationState {
    let mut state = before.clone();
    for account in state.accounts.values_mut() {
        reduce(account, named);
    }
    state
}

fn reduce(account: &mut AccountState, named: &Named) {
    let policy = |attached: &[Attachment]| attached.iter().any(|one| one.kind == "Custom" && named.has(&one.name));
    let in_named: BTreeSet<String> = account
        .groups
        .iter()
        .filter(|(name, group)| named.has(name) || policy(&group.policies))
        .flat_map(|(_, group)| group.members.iter().cloned())
        .collect();
    account.users.retain(|name, user| {
        let id = user.user_id.as_ref().is_some_and(|id| named.has(id));
        named.has(name)
            || id
            || in_named.contains(name)
            || policy(&user.policies)
            || user.groups.iter().any(|group| named.has(group))
    });
    account.roles.retain(|name, role| named.has(name) || policy(&role.policies));
    let users = &account.users;
    let of_users: BTreeSet<&String> = users.values().flat_map(|user| &user.groups).collect();
    account.groups.retain(|name, group| {
        named.has(name)
            || policy(&group.policies)
            || of_users.contains(name)
            || group.members.iter().any(|member| users.contains_key(member))
    });
    for group in account.groups.values_mut() {
        group.members.retain(|member| users.contains_key(member));
    }
    keep_policies(account, &attached(account), |name| named.has(name));
    account.buckets.retain(|name, _| named.has(name));
    account.log_projects.retain(|place, _| place.split('/').next_back().is_some_and(|name| named.has(name)));
    account.permissions.clear();
}

/// What is attached to the users, groups and roles of an account.
pub(super) fn attached(account: &AccountState) -> Vec<Attachment> {
    let of_users = account.users.values().flat_map(|user| &user.policies);
    let of_groups = account.groups.values().flat_map(|group| &group.policies);
    let of_roles = account.roles.values().flat_map(|role| &role.policies);
    of_users.chain(of_groups).chain(of_roles).cloned().collect()
}

/// Keeps no policies but those that are attached, and some others.
pub(super) fn keep_policies(account: &mut AccountState, attached: &[Attachment], others: impl Fn(&str) -> bool) {
    let kept: HashSet<(&str, String)> =
        attached.iter().map(|one| (one.kind.as_str(), one.name.to_ascii_lowercase())).collect();
    let keeps = |kind: &str, name: &str| others(name) || kept.contains(&(kind, name.to_ascii_lowercase()));
    account.policies.retain(|name, _| keeps("Custom", name));
    account.system_policies.retain(|name, _| keeps("System", name));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Named, begins, used};

    #[test]
    fn what_was_not_named_is_not_given() {
        let attached = |name: &str| json!([{"name": name, "type": "Custom"}]);
        let policy = json!({"default_version": "v1", "versions": {"v1": {"Version": "1", "Statement": []}}});
        let state = serde_json::from_value(json!({"accounts": {"company": {"account_id": "1234567890123456",
            "users": {"alice": {"groups": ["devs"]}, "bob": {"policies": attached("Held")}, "eve": {}},
            "groups": {"devs": {"members": ["alice"], "policies": attached("OfDevs")}, "none": {}},
            "policies": {"Held": policy, "OfDevs": policy, "Other": policy},
            "log_projects": {"cn-hangzhou/audit": {"tags": {"a": "b"}}, "cn-hangzhou/other": {"tags": {"a": "b"}}},
            "buckets": {"photos": {"region": "cn-hangzhou"}, "logs": {"region": "cn-hangzhou"}}}}}))
        .unwrap();
        let mut named = Named::default();
        assert!(!begins(&used(&state, &named)));
        // Whoever has a policy that is to be deleted is in the way.
        [
            "acs:ram::1234567890123456:user/Alice",
            "held",
            "acs:oss:*:*:photos/a",
            "acs:log:*:*:project/audit/logstore/a",
        ]
        .iter()
        .for_each(|text| named.take(text));
        let few = used(&state, &named);
        let account = &few.accounts["company"];
        let names = |all: Vec<&String>| all.into_iter().cloned().collect::<Vec<_>>();
        assert_eq!(names(account.users.keys().collect()), ["alice", "bob"]);
        assert_eq!(names(account.groups.keys().collect()), ["devs"]);
        assert_eq!(names(account.policies.keys().collect()), ["Held", "OfDevs"]);
        assert_eq!(names(account.buckets.keys().collect()), ["photos"]);
        assert_eq!(names(account.log_projects.keys().collect()), ["cn-hangzhou/audit"]);
    }
}
