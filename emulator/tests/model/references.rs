//! Whatever happened: is what refers to something there, and referred to from the other side as well?

use std::collections::BTreeSet;

use acslab_emulator::EmulatorHandle;
use serde_json::Value;

use crate::kit::{Client, names};

/// The first broken reference in an account, if there is one. `keys`: every key that was ever made, with its secret.
pub(crate) fn broken(cloud: &EmulatorHandle, keys: &[(String, String)]) -> Option<String> {
    let owner = Client::owner(cloud);
    let all = |action: &str, pointer: &str, member: &str| -> BTreeSet<String> {
        let answer = owner.ram(action, &[]).ok();
        names(&answer, pointer, member).into_iter().map(str::to_owned).collect()
    };
    let users = all("ListUsers", "/Users/User", "UserName");
    let groups = all("ListGroups", "/Groups/Group", "GroupName");
    let roles = all("ListRoles", "/Roles/Role", "RoleName");
    memberships(&owner, &users, &groups)
        .or_else(|| attachments(&owner, &[("User", &users), ("Group", &groups), ("Role", &roles)]))
        .or_else(|| versions(&owner))
        .or_else(|| live_keys(&owner, &users, keys))
}

/// Both sides of a membership say the same.
fn memberships(owner: &Client<'_>, users: &BTreeSet<String>, groups: &BTreeSet<String>) -> Option<String> {
    let mut by_user = BTreeSet::new();
    for user in users {
        let answer = owner.ram("ListGroupsForUser", &[("UserName", user)]).ok();
        by_user.extend(names(&answer, "/Groups/Group", "GroupName").iter().map(|group| format!("{user} in {group}")));
    }
    let mut by_group = BTreeSet::new();
    for group in groups {
        let answer = owner.ram("ListUsersForGroup", &[("GroupName", group)]).ok();
        by_group.extend(names(&answer, "/Users/User", "UserName").iter().map(|user| format!("{user} in {group}")));
    }
    by_user.symmetric_difference(&by_group).next().map(|one| format!("only one side says {one}"))
}

/// Both sides of an attachment say the same, and the policy is there.
fn attachments(owner: &Client<'_>, entities: &[(&str, &BTreeSet<String>)]) -> Option<String> {
    let mut by_entity = BTreeSet::new();
    for (kind, named) in entities {
        for name in *named {
            let answer = owner.ram(&format!("ListPoliciesFor{kind}"), &[(&format!("{kind}Name"), name)]).ok();
            for policy in answer["Policies"]["Policy"].as_array().unwrap() {
                let (of, policy) = (policy["PolicyType"].as_str()?, policy["PolicyName"].as_str()?);
                let got = owner.ram("GetPolicy", &[("PolicyType", of), ("PolicyName", policy)]);
                if got.status != 200 {
                    return Some(format!("{kind} {name} has {of} {policy}, which is not there"));
                }
                by_entity.insert(format!("{kind} {name} {of} {policy}"));
            }
        }
    }
    let mut by_policy = BTreeSet::new();
    let answer = owner.ram("ListPolicies", &[("MaxItems", "1000")]).ok();
    for policy in answer["Policies"]["Policy"].as_array().unwrap() {
        let (of, name) = (policy["PolicyType"].as_str()?, policy["PolicyName"].as_str()?);
        if policy["AttachmentCount"] == 0 {
            continue;
        }
        let answer = owner.ram("ListEntitiesForPolicy", &[("PolicyType", of), ("PolicyName", name)]).ok();
        let mut count = 0;
        for (kind, _) in entities {
            let having = names(
                &answer,
                &format!("/{kind}s/{kind}"),
                match *kind {
                    "User" => "UserName",
                    "Group" => "GroupName",
                    _ => "RoleName",
                },
            );
            count += having.len();
            by_policy.extend(having.iter().map(|entity| format!("{kind} {entity} {of} {name}")));
        }
        if policy["AttachmentCount"] != count {
            return Some(format!("{of} {name} counts {}, and {count} have it", policy["AttachmentCount"]));
        }
    }
    by_entity.symmetric_difference(&by_policy).next().map(|one| format!("only one side says {one}"))
}

/// A policy has one to five versions, one of which is in force.
fn versions(owner: &Client<'_>) -> Option<String> {
    let answer = owner.ram("ListPolicies", &[("PolicyType", "Custom")]).ok();
    for name in names(&answer, "/Policies/Policy", "PolicyName") {
        let answer = owner.ram("ListPolicyVersions", &[("PolicyType", "Custom"), ("PolicyName", name)]).ok();
        let versions = answer["PolicyVersions"]["PolicyVersion"].as_array().unwrap();
        let in_force = versions.iter().filter(|version| version["IsDefaultVersion"] == Value::Bool(true)).count();
        if in_force != 1 || !(1..=5).contains(&versions.len()) {
            return Some(format!("{name} has {} versions, {in_force} in force", versions.len()));
        }
    }
    None
}

/// The keys that sign are those that users have, no more and no fewer.
fn live_keys(owner: &Client<'_>, users: &BTreeSet<String>, keys: &[(String, String)]) -> Option<String> {
    let mut listed = BTreeSet::new();
    for user in users {
        let answer = owner.ram("ListAccessKeys", &[("UserName", user)]).ok();
        let ids = names(&answer, "/AccessKeys/AccessKey", "AccessKeyId");
        if ids.len() > 2 {
            return Some(format!("{user} has {} keys", ids.len()));
        }
        listed.extend(ids.into_iter().map(str::to_owned));
    }
    for (id, secret) in keys {
        let code = owner.with_key(id, secret, None).sts("GetCallerIdentity", &[]).code();
        let known = code != "InvalidAccessKeyId.NotFound";
        if known != listed.contains(id) {
            return Some(format!("key {id} is {}, and answers `{code}`", if known { "nobody's" } else { "listed" }));
        }
    }
    None
}
