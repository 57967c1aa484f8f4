//! What a step changes of a state.

use std::collections::BTreeMap;

use acslab_emulator::state::{AccountState, Attachment, AuthorizationState, CustomPolicy, PolicyText, Role, User};
use serde_json::json;

use super::index::parts;
use super::step::{RUNNERS, Step};

/// A policy that allows everything.
pub(super) const EVERYTHING: &str = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// A trust policy that names everybody of an account.
pub(super) fn everybody(account: &str) -> String {
    trusting(&json!({"RAM": [format!("acs:ram::{account}:root")]}))
}

/// The same, and the services that run code.
pub(super) fn everybody_and_runners(account: &str) -> String {
    let services: Vec<&str> = RUNNERS.iter().map(|(service, _)| *service).collect();
    trusting(&json!({"RAM": [format!("acs:ram::{account}:root")], "Service": services}))
}

fn trusting(principal: &serde_json::Value) -> String {
    json!({"Version": "1", "Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": principal}]})
        .to_string()
}

pub(super) fn change(state: &mut AuthorizationState, step: &Step) {
    let (id, name) = match step {
        Step::AttachAdministrator { account, .. }
        | Step::AttachNew { account, .. }
        | Step::NewPolicy { account, .. }
        | Step::Detach { account, .. }
        | Step::RewritePolicy { account, .. }
        | Step::SetVersion { account, .. } => (account.clone(), String::new()),
        Step::RewriteTrust { role: arn, .. }
        | Step::NewRole { role: arn, .. }
        | Step::NewUser { user: arn, .. }
        | Step::JoinGroup { user: arn, .. }
        | Step::LeaveGroup { user: arn, .. } => {
            let (account, _, name) = parts(arn);
            (account.to_owned(), name.to_owned())
        }
        Step::AssumeRole { .. }
        | Step::CreateAccessKey { .. }
        | Step::Login { .. }
        | Step::Forge { .. }
        | Step::RunAs { .. } => return,
    };
    if let Some(account) = state.accounts.values_mut().find(|one| one.account_id == id) {
        change_account(account, step, &name);
    }
}

/// `name`: that of the user or the role that it is about.
fn change_account(account: &mut AccountState, step: &Step, name: &str) {
    let id = account.account_id.clone();
    match step {
        Step::AttachAdministrator { to, .. } => {
            if let Some(policies) = attached(account, to) {
                policies.push(Attachment {
                    name: "AdministratorAccess".to_owned(),
                    kind: "System".to_owned(),
                    version: None,
                    resource_group: None,
                });
            }
        }
        Step::AttachNew { to, policy, .. } => {
            if let Some(policies) = attached(account, to) {
                let (name, kind) = (policy.clone(), "Custom".to_owned());
                policies.push(Attachment { name, kind, version: None, resource_group: None });
            }
        }
        Step::NewPolicy { policy, .. } => {
            let versions = BTreeMap::from([("v1".to_owned(), PolicyText::new(EVERYTHING))]);
            let made = CustomPolicy { default_version: "v1".to_owned(), versions, tags: BTreeMap::new() };
            account.policies.insert(policy.clone(), made);
        }
        Step::Detach { from, policy, kind, .. } => {
            if let Some(policies) = attached(account, from) {
                policies.retain(|one| one.name != *policy || one.kind != *kind || one.resource_group.is_some());
            }
        }
        Step::RewritePolicy { policy, .. } => {
            let Some(policy) = account.policies.get_mut(policy) else { return };
            let number = |id: &String| id.trim_start_matches('v').parse::<u32>().unwrap_or_default();
            let next = format!("v{}", policy.versions.keys().map(number).max().unwrap_or_default() + 1);
            policy.versions.insert(next.clone(), PolicyText::new(EVERYTHING));
            policy.default_version = next;
        }
        Step::SetVersion { policy, version, .. } => {
            if let Some(policy) = account.policies.get_mut(policy) {
                policy.default_version.clone_from(version);
            }
        }
        Step::RewriteTrust { .. } => {
            if let Some(role) = account.roles.get_mut(name) {
                role.trust = PolicyText::new(&everybody(&id));
            }
        }
        Step::NewUser { .. } => drop(account.users.insert(name.to_owned(), User::default())),
        Step::NewRole { .. } => {
            let trust = PolicyText::new(&everybody_and_runners(&id));
            let role = Role {
                trust,
                policies: Vec::new(),
                service_linked: None,
                max_session_duration: 3600,
                tags: BTreeMap::new(),
            };
            account.roles.insert(name.to_owned(), role);
        }
        Step::JoinGroup { group, .. } => {
            if let Some(group) = account.groups.get_mut(group) {
                group.members.push(name.to_owned());
            }
        }
        // It may be told from either side.
        Step::LeaveGroup { group, .. } => {
            if let Some(group) = account.groups.get_mut(group) {
                group.members.retain(|member| member != name);
            }
            if let Some(user) = account.users.get_mut(name) {
                user.groups.retain(|of| of != group);
            }
        }
        Step::AssumeRole { .. }
        | Step::CreateAccessKey { .. }
        | Step::Login { .. }
        | Step::Forge { .. }
        | Step::RunAs { .. } => {}
    }
}

/// What is attached to `user/alice`, `group/dev` or `role/ops`.
fn attached<'a>(account: &'a mut AccountState, whom: &str) -> Option<&'a mut Vec<Attachment>> {
    let (kind, name) = whom.split_once('/').unwrap_or((whom, ""));
    match kind {
        "user" => account.users.get_mut(name).map(|one| &mut one.policies),
        "group" => account.groups.get_mut(name).map(|one| &mut one.policies),
        _ => account.roles.get_mut(name).map(|one| &mut one.policies),
    }
}
