//! A path as a scenario: its steps as calls, and the gain at the end.

use serde_json::{Map, Value, json};

use super::needed::Path;
use super::step::{Goal, Step};
use super::world::{EVERYTHING, everybody};

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
    for step in &path.steps {
        let (call, with, save): (&str, Value, Option<String>) = match step {
            Step::AssumeRole { role, .. } => {
                let with = json!({"RoleArn": role.to_ascii_lowercase(), "RoleSessionName": "path"});
                ("Sts.AssumeRole", with, Some(caller(role)))
            }
            Step::CreateAccessKey { user, .. } => {
                ("Ram.CreateAccessKey", json!({"UserName": name(user)}), Some(caller(user)))
            }
            Step::AttachAdministrator { to, .. } => {
                let (kind, who) = to.split_once('/').unwrap_or((to, ""));
                let mut with = Map::from_iter([
                    ("PolicyType".to_owned(), json!("System")),
                    ("PolicyName".to_owned(), json!("AdministratorAccess")),
                ]);
                let (call, parameter) = match kind {
                    "user" => ("Ram.AttachPolicyToUser", "UserName"),
                    "group" => ("Ram.AttachPolicyToGroup", "GroupName"),
                    _ => ("Ram.AttachPolicyToRole", "RoleName"),
                };
                with.insert(parameter.to_owned(), json!(who));
                (call, Value::Object(with), None)
            }
            Step::RewritePolicy { policy, .. } => {
                let with =
                    json!({"PolicyName": policy, "PolicyDocument": document(EVERYTHING), "SetAsDefault": "true"});
                ("Ram.CreatePolicyVersion", with, None)
            }
            Step::RewriteTrust { role, .. } => {
                let account = role.split(':').nth(3).unwrap_or_default();
                let with =
                    json!({"RoleName": name(role), "NewAssumeRolePolicyDocument": document(&everybody(account))});
                ("Ram.UpdateRole", with, None)
            }
            Step::JoinGroup { user, group, .. } => {
                ("Ram.AddUserToGroup", json!({"UserName": name(user), "GroupName": group}), None)
            }
            Step::RunAs { .. } => return Err(format!("no call of a scenario runs code: {step}")),
        };
        let mut one =
            json!({"name": step.to_string(), "as": caller(step.by()), "call": call, "with": with, "expect": "success"});
        if let Some(save) = save {
            one["save_credentials_as"] = json!(save);
        }
        steps.push(one);
    }
    let last = match &path.goal {
        Goal::Become(arn) => arn.clone(),
        // Whoever took the last step, or was given what it gives.
        Goal::Administer(_) => path.steps.last().map_or_else(|| path.from.clone(), |step| gainer(step, &path.from)),
    };
    match &path.goal {
        Goal::Become(_) => steps.push(
            json!({"name": "The gain", "as": caller(&last), "call": "Sts.GetCallerIdentity", "expect": "success"}),
        ),
        Goal::Administer(_) => {
            let with = json!({"UserName": "path-to-more"});
            steps.push(json!({"name": "The gain", "as": caller(&last), "call": "Ram.CreateUser", "with": with, "expect": "success"}));
        }
    }
    Ok((format!("{} comes to be {}", name(&path.from), path.goal), steps))
}

/// Who has more after a step.
fn gainer(step: &Step, from: &str) -> String {
    match step {
        Step::AttachAdministrator { account, to, by } => {
            let who = format!("acs:ram::{account}:{to}");
            if to.starts_with("group/") { by.clone() } else { who }
        }
        Step::JoinGroup { user, .. } => user.clone(),
        other => other
            .becomes()
            .map_or_else(|| if other.by().is_empty() { from.to_owned() } else { other.by().to_owned() }, str::to_owned),
    }
}

fn name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// The name of a caller in a scenario: users by theirs, roles as their sessions.
fn caller(arn: &str) -> String {
    if arn.contains(":role/") { format!("{}-session", name(arn)) } else { name(arn).to_owned() }
}
