//! A path as a scenario: its steps as calls, and the gain at the end.

use serde_json::{Map, Value, json};

use super::change::{EVERYTHING, everybody, everybody_and_runners};
use super::index::parts;
use super::needed::Path;
use super::step::{Goal, Step};

/// The scenario's title, steps and what they end with. The error names the step that no call can take.
///
/// # Errors
/// A step runs code in a service, which is not performed.
pub fn of_path(path: &Path) -> Result<(String, Vec<Value>), String> {
    let document = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let mut steps = Vec::new();
    if let Some(role) = path.from.split_once(":role/").map(|(_, role)| role) {
        steps.push(json!({"name": "As the role itself", "role_sessions": {caller(&path.from): role}}));
    }
    for (number, step) in path.steps.iter().enumerate() {
        let needs = path.needs.get(number).into_iter().flatten();
        let (external, others): (Vec<_>, Vec<_>) =
            needs.partition(|(key, _)| key.eq_ignore_ascii_case("sts:ExternalId"));
        if !others.is_empty() {
            return Err(format!("no call of a scenario has what the step needs: {step}{}", path.with(number)));
        }
        let (call, mut with, save): (String, Value, Option<String>) = match step {
            Step::AssumeRole { role, .. } => {
                let with = json!({"RoleArn": role.to_ascii_lowercase(), "RoleSessionName": "path"});
                ("Sts.AssumeRole".to_owned(), with, Some(caller(role)))
            }
            Step::CreateAccessKey { user, ims, .. } => {
                let (call, with) = of_user("CreateAccessKey", user, *ims, json!({}));
                (call, with, Some(caller(user)))
            }
            Step::AttachAdministrator { account, to, manager, .. } => {
                let policy = ("System", "AdministratorAccess");
                let (call, with) = attaching(("Attach", "To"), (account, to), policy, *manager);
                (call, with, None)
            }
            Step::AttachNew { account, to, policy, manager, .. } => {
                let (call, with) = attaching(("Attach", "To"), (account, to), ("Custom", policy), *manager);
                (call, with, None)
            }
            Step::NewPolicy { policy, .. } => {
                let with = json!({"PolicyName": policy, "PolicyDocument": document(EVERYTHING)});
                ("Ram.CreatePolicy".to_owned(), with, None)
            }
            Step::Forge { .. } => return Err(format!("no call of a scenario signs an assertion: {step}")),
            Step::Detach { account, from, policy, kind, manager, .. } => {
                let (call, with) = attaching(("Detach", "From"), (account, from), (kind, policy), *manager);
                (call, with, None)
            }
            Step::SetVersion { policy, version, .. } => {
                ("Ram.SetDefaultPolicyVersion".to_owned(), json!({"PolicyName": policy, "VersionId": version}), None)
            }
            Step::LeaveGroup { user, group, ims, .. } => {
                let (call, with) = of_user("RemoveUserFromGroup", user, *ims, json!({"GroupName": group}));
                (call, with, None)
            }
            Step::NewUser { user, ims, .. } => {
                // Which IMS has to be told.
                let with = if *ims { json!({"DisplayName": name(user)}) } else { json!({}) };
                let (call, with) = of_user("CreateUser", user, *ims, with);
                (call, with, None)
            }
            Step::NewRole { role, .. } => {
                let trust = document(&everybody_and_runners(parts(role).0));
                let with = json!({"RoleName": name(role), "AssumeRolePolicyDocument": trust});
                ("Ram.CreateRole".to_owned(), with, None)
            }
            Step::Login { .. } => return Err(format!("no call of a scenario logs on with a password: {step}")),
            Step::RewritePolicy { policy, .. } => {
                let with =
                    json!({"PolicyName": policy, "PolicyDocument": document(EVERYTHING), "SetAsDefault": "true"});
                ("Ram.CreatePolicyVersion".to_owned(), with, None)
            }
            Step::RewriteTrust { role, .. } => {
                let account = parts(role).0;
                let with =
                    json!({"RoleName": name(role), "NewAssumeRolePolicyDocument": document(&everybody(account))});
                ("Ram.UpdateRole".to_owned(), with, None)
            }
            Step::JoinGroup { user, group, ims, .. } => {
                let (call, with) = of_user("AddUserToGroup", user, *ims, json!({"GroupName": group}));
                (call, with, None)
            }
            Step::RunAs { .. } => return Err(format!("no call of a scenario runs code: {step}")),
        };
        if let Some(id) = external.first().and_then(|(_, values)| values.first()) {
            with["ExternalId"] = json!(id);
        }
        let mut one =
            json!({"name": step.to_string(), "as": caller(step.by()), "call": call, "with": with, "expect": "success"});
        if let Some(save) = save {
            one["save_credentials_as"] = json!(save);
        }
        steps.push(one);
    }
    match &path.goal {
        Goal::Become(_) => steps.push(
            json!({"name": "The gain", "as": caller(&path.end), "call": "Sts.GetCallerIdentity", "expect": "success"}),
        ),
        Goal::Administer(_) => {
            let with = json!({"UserName": "path-to-more"});
            steps.push(json!({"name": "The gain", "as": caller(&path.end), "call": "Ram.CreateUser", "with": with, "expect": "success"}));
        }
    }
    Ok((format!("{} comes to be {}", name(&path.from), path.goal), steps))
}

/// The call about a user, of RAM or of IMS, which goes by the name with the domain.
fn of_user(operation: &str, user: &str, ims: bool, mut with: Value) -> (String, Value) {
    if ims {
        with["UserPrincipalName"] = json!(format!("{}@{}.onaliyun.com", name(user), parts(user).0));
        return (format!("Ims.{operation}"), with);
    }
    with["UserName"] = json!(name(user));
    (format!("Ram.{operation}"), with)
}

/// The call that attaches a policy, or detaches it, and its parameters.
fn attaching(
    (verb, preposition): (&str, &str),
    (account, whom): (&str, &str),
    (kind, policy): (&str, &str),
    manager: bool,
) -> (String, Value) {
    let (of, who) = whom.split_once('/').unwrap_or((whom, ""));
    let (word, principal, domain) = match of {
        "user" => ("User", "IMSUser", format!("{account}.onaliyun.com")),
        "group" => ("Group", "IMSGroup", format!("group.{account}.onaliyun.com")),
        _ => ("Role", "ServiceRole", format!("role.{account}.onaliyunservice.com")),
    };
    let mut with = Map::from_iter([("PolicyType".to_owned(), json!(kind)), ("PolicyName".to_owned(), json!(policy))]);
    if manager {
        // For the whole account, which goes by its id.
        with.insert("ResourceGroupId".to_owned(), json!(account));
        with.insert("PrincipalType".to_owned(), json!(principal));
        with.insert("PrincipalName".to_owned(), json!(format!("{who}@{domain}")));
        return (format!("ResourceManager.{verb}Policy"), Value::Object(with));
    }
    with.insert(format!("{word}Name"), json!(who));
    (format!("Ram.{verb}Policy{preposition}{word}"), Value::Object(with))
}

fn name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// The name of a caller in a scenario: users by theirs, roles as their sessions.
fn caller(arn: &str) -> String {
    if arn.contains(":role/") { format!("{}-session", name(arn)) } else { name(arn).to_owned() }
}
