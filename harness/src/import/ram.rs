//! What RAM, IMS and STS print.

use acslab_emulator::state::{Attachment, PolicyText};
use serde_json::Value;

use super::collect::Collector;
use super::piece::Piece;
use super::take::{list, text};

/// Takes an answer of RAM, IMS or STS; `false` for what is none.
pub(super) fn take(piece: &Piece, value: &Value, collector: &mut Collector) -> bool {
    if let (Some(account), Some(_)) = (text(value, "AccountId"), text(value, "IdentityType")) {
        collector.account_is(account);
        return true;
    }
    if let Some(found) = value.get("User").filter(|found| found.is_object()) {
        user(piece, found, collector);
        if let Some(name) = user_name(found) {
            collector.is_there(text(found, "Arn"), name);
        }
        return true;
    }
    if let Some(found) = value.get("Role").filter(|found| found.is_object()) {
        role(piece, found, collector);
        return true;
    }
    if let Some(found) = value.get("Group").filter(|found| found.is_object()) {
        if let Some(name) = text(found, "GroupName") {
            collector.group(name);
        }
        return true;
    }
    if let Some(policy) = value.get("Policy").filter(|found| found.is_object()) {
        return get_policy(piece, value, policy, collector);
    }
    if let Some(version) = value.get("PolicyVersion").filter(|found| found.is_object()) {
        return policy_version(piece, version, collector);
    }
    lists(piece, value, collector)
}

fn lists(piece: &Piece, value: &Value, collector: &mut Collector) -> bool {
    let of = |name: &str| piece.command.as_ref().and_then(|command| command.option(name)).map(str::to_owned);
    let operation = piece.command.as_ref().map_or("", |command| command.operation.as_str());
    if ["Users", "Groups", "Roles"].iter().all(|kind| value.get(*kind).is_some())
        || operation == "ListEntitiesForPolicy"
    {
        holders(piece, value, collector);
        return true;
    }
    if let Some(users) = list(value, "Users", "User") {
        let group = of("GroupName").filter(|_| operation == "ListUsersForGroup");
        for found in users {
            user(piece, found, collector);
            if let (Some(group), Some(name)) = (&group, user_name(found)) {
                add(&mut collector.group(group).members, name);
            }
        }
        return true;
    }
    if let Some(groups) = list(value, "Groups", "Group") {
        let user = of("UserName").filter(|_| operation == "ListGroupsForUser");
        let joined = groups.iter().any(|group| group.get("JoinDate").is_some());
        if user.is_none() && joined {
            collector.leave(&piece.place, "whose groups these are is not said: keep the command with its output");
        }
        for name in groups.iter().filter_map(|group| text(group, "GroupName")) {
            collector.group(name);
            if let Some(user) = &user {
                add(&mut collector.user(None, user).groups, name);
            }
        }
        return true;
    }
    if let Some(roles) = list(value, "Roles", "Role") {
        roles.into_iter().for_each(|found| role(piece, found, collector));
        return true;
    }
    if let Some(keys) = list(value, "AccessKeys", "AccessKey") {
        let active = keys.iter().filter(|key| text(key, "Status") == Some("Active")).count();
        if let Some(name) = of("UserName") {
            let keys = keys.len();
            let user = collector.user(None, &name);
            (user.access_keys.active, user.access_keys.inactive) = (active, keys - active);
        }
        return true;
    }
    if let Some(versions) = list(value, "PolicyVersions", "PolicyVersion") {
        for version in versions {
            policy_version(piece, version, collector);
        }
        return true;
    }
    let Some(policies) = list(value, "Policies", "Policy") else { return false };
    let whom = [("UserName", "user"), ("GroupName", "group"), ("RoleName", "role")];
    let whom = whom.iter().find_map(|(option, kind)| {
        let command = piece.command.as_ref()?;
        let asked = command.operation.ends_with(&format!("For{}", option.trim_end_matches("Name")));
        asked.then(|| command.option(option)).flatten().map(|name| (*kind, name.to_owned()))
    });
    let attached = policies.iter().any(|policy| policy.get("AttachDate").is_some());
    match whom {
        Some((kind, name)) => {
            // Whoever is answered for is there, if nothing is attached as well.
            match kind {
                "user" => {
                    collector.user(None, &name);
                    collector.is_read(&name);
                }
                "group" => {
                    collector.group(&name);
                }
                _ => {}
            }
            policies.iter().for_each(|policy| attach(piece, (kind, &name), policy, collector));
        }
        None if attached => {
            let what = "to whom these policies are attached is not said: keep the command with its output, or call the \
                        file `ListPoliciesForUser-NAME.json`";
            collector.leave(&piece.place, what);
        }
        // ListPolicies: what there is, without documents.
        None => policies.iter().for_each(|policy| in_force(piece, policy, collector)),
    }
    true
}

/// ListEntitiesForPolicy: who has a policy, which stands in the command.
fn holders(piece: &Piece, value: &Value, collector: &mut Collector) {
    let of = |name: &str| piece.command.as_ref().and_then(|command| command.written(name)).map(str::to_owned);
    let Some(name) = of("PolicyName") else {
        let what = "who has a policy, and which one is not said: keep the command with its output";
        collector.leave(&piece.place, what);
        return;
    };
    let kind = of("PolicyType").unwrap_or_else(|| "Custom".to_owned());
    for (outer, inner, member, whom) in [
        ("Users", "User", "UserName", "user"),
        ("Groups", "Group", "GroupName", "group"),
        ("Roles", "Role", "RoleName", "role"),
    ] {
        for found in list(value, outer, inner).unwrap_or_default() {
            let Some(who) = text(found, member) else { continue };
            if whom == "user" {
                user(piece, found, collector);
            }
            let attachment = Attachment { name: name.clone(), kind: kind.clone(), version: None, resource_group: None };
            collector.attach(&piece.place, (whom, who), attachment);
        }
    }
}

/// The version of a custom policy that a list says is in force.
fn in_force(piece: &Piece, policy: &Value, collector: &mut Collector) {
    let custom = text(policy, "PolicyType") == Some("Custom");
    if let (Some(name), Some(version), true) = (text(policy, "PolicyName"), text(policy, "DefaultVersion"), custom) {
        collector.in_force(&piece.place, name, version);
    }
}

fn attach(piece: &Piece, whom: (&str, &str), policy: &Value, collector: &mut Collector) {
    let Some(name) = text(policy, "PolicyName") else { return };
    in_force(piece, policy, collector);
    let attachment = Attachment {
        name: name.to_owned(),
        kind: text(policy, "PolicyType").unwrap_or("Custom").to_owned(),
        version: text(policy, "DefaultVersion").map(str::to_owned),
        resource_group: None,
    };
    collector.attach(&piece.place, whom, attachment);
}

pub(super) fn user_name(found: &Value) -> Option<&str> {
    // IMS: `alice@company.onaliyun.com`.
    text(found, "UserName").or_else(|| text(found, "UserPrincipalName")?.split('@').next())
}

fn user(piece: &Piece, found: &Value, collector: &mut Collector) {
    let Some(name) = user_name(found) else { return };
    let arn = text(found, "Arn");
    if let Some(id) = text(found, "UserId") {
        collector.tell(&piece.place, arn, &format!("the id of user `{name}`"), id);
        collector.user(arn, name).user_id = Some(id.to_owned());
    } else {
        collector.user(arn, name);
    }
}

fn role(piece: &Piece, found: &Value, collector: &mut Collector) {
    let Some(name) = text(found, "RoleName") else { return };
    let arn = text(found, "Arn");
    collector.role_is_written(arn, name);
    if let Some(trust) = text(found, "AssumeRolePolicyDocument") {
        collector.trusts(&piece.place, arn, name, trust);
    }
    let role = collector.role(arn, name);
    if let Some(seconds) = found.get("MaxSessionDuration").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok()) {
        role.max_session_duration = seconds;
    }
    let linked = found.get("IsServiceLinkedRole").is_some_and(|linked| *linked == true || *linked == "true");
    if linked {
        let service = trusted_service(&role.trust);
        role.service_linked = service.or_else(|| Some("unknown.aliyuncs.com".to_owned()));
    }
}

fn trusted_service(trust: &PolicyText) -> Option<String> {
    let document: Value = serde_json::from_str(&trust.to_string()).ok()?;
    let statement = document.get("Statement")?.get(0)?;
    let service = statement.get("Principal")?.get("Service")?;
    service.get(0).unwrap_or(service).as_str().map(str::to_owned)
}

fn get_policy(piece: &Piece, value: &Value, policy: &Value, collector: &mut Collector) -> bool {
    let Some(name) = text(policy, "PolicyName") else { return false };
    let version = value.get("DefaultPolicyVersion").unwrap_or(policy);
    let id = text(version, "VersionId").or_else(|| text(policy, "DefaultVersion")).unwrap_or("v1");
    if let Some(document) = text(version, "PolicyDocument") {
        one_version(piece, policy, (name, id, document, true), collector);
    } else {
        collector.note(&piece.place, format!("policy `{name}` is there without its document"));
        in_force(piece, policy, collector);
    }
    true
}

fn policy_version(piece: &Piece, version: &Value, collector: &mut Collector) -> bool {
    let named = piece.command.as_ref().and_then(|command| command.option("PolicyName")).map(str::to_owned);
    let (Some(id), Some(document)) = (text(version, "VersionId"), text(version, "PolicyDocument")) else {
        return version.get("VersionId").is_some();
    };
    let Some(name) = named else {
        let what = "whose version this is is not said: keep the command with its output, or call the file \
                    `GetPolicyVersion-NAME.json`";
        collector.leave(&piece.place, what);
        return true;
    };
    let default = version.get("IsDefaultVersion").is_some_and(|default| *default == true || *default == "true");
    let policy =
        serde_json::json!({"PolicyType": piece.command.as_ref().and_then(|command| command.written("PolicyType"))});
    one_version(piece, &policy, (&name, id, document, default), collector);
    true
}

fn one_version(
    piece: &Piece,
    policy: &Value,
    (name, id, document, default): (&str, &str, &str, bool),
    collector: &mut Collector,
) {
    let system = text(policy, "PolicyType") == Some("System");
    if system {
        collector.system_version(name, id, document);
    } else {
        collector.version(&piece.place, name, id, document, default);
    }
}

pub(super) fn add(list: &mut Vec<String>, name: &str) {
    if !list.iter().any(|known| known == name) {
        list.push(name.to_owned());
    }
}
