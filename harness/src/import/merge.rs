//! What was told of an account, added to what is known of it.

use acslab_emulator::state::{AccessKeys, AccountState, Attachment, PolicyText};

use super::collect::NOT_SAID;

/// Adds what was told; where both say something, what was told last. `not_told`: is a role's trust policy none that was told?
pub(super) fn merge(known: &mut AccountState, told: AccountState, not_told: impl Fn(&PolicyText) -> bool) {
    for (name, user) in told.users {
        let of = known.users.entry(name).or_default();
        of.user_id = user.user_id.or(of.user_id.take());
        add(&mut of.groups, user.groups);
        attach(&mut of.policies, user.policies);
        if user.access_keys != AccessKeys::default() {
            of.access_keys = user.access_keys;
        }
        add(&mut of.access_key_policies, user.access_key_policies);
    }
    for (name, group) in told.groups {
        let of = known.groups.entry(name).or_default();
        add(&mut of.members, group.members);
        attach(&mut of.policies, group.policies);
    }
    for (name, role) in told.roles {
        match known.roles.get_mut(&name) {
            Some(of) => {
                if !not_told(&role.trust) {
                    of.trust = role.trust;
                    of.max_session_duration = role.max_session_duration;
                }
                of.service_linked = role.service_linked.or(of.service_linked.take());
                attach(&mut of.policies, role.policies);
            }
            None => drop(known.roles.insert(name, role)),
        }
    }
    for (name, policy) in told.policies {
        match known.policies.get_mut(&name) {
            Some(of) => {
                if policy.default_version != NOT_SAID {
                    of.default_version = policy.default_version;
                }
                of.versions.extend(policy.versions);
            }
            None => drop(known.policies.insert(name, policy)),
        }
    }
    add(&mut known.activated, told.activated);
    known.system_policies.extend(told.system_policies);
    known.resource_groups.extend(told.resource_groups);
    known.buckets.extend(told.buckets);
    known.log_projects.extend(told.log_projects);
    known.workspaces.extend(told.workspaces);
    known.public_access_blocked |= told.public_access_blocked;
    known.resource_directory = told.resource_directory.or(known.resource_directory.take());
}

fn add<T: PartialEq>(known: &mut Vec<T>, told: Vec<T>) {
    for one in told {
        if !known.contains(&one) {
            known.push(one);
        }
    }
}

fn attach(known: &mut Vec<Attachment>, told: Vec<Attachment>) {
    let key = |one: &Attachment| (one.name.clone(), one.kind.clone(), one.resource_group.clone());
    known.retain(|old| !told.iter().any(|new| key(new) == key(old)));
    known.extend(told);
}
