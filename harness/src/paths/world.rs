//! Where steps are taken: a state that is asked, or a cloud that is called.

use acslab_emulator::state::{Attachment, AuthorizationState, PolicyText};
use serde_json::json;

use super::step::Step;
use crate::authorization::Kept;
use crate::import::Standing;

/// A place where steps can be taken.
pub trait World {
    /// The state as it is now.
    fn state(&self) -> &AuthorizationState;

    /// Takes a step, if it may be taken; what it changes is changed then.
    fn take(&mut self, step: &Step) -> bool;

    /// May somebody do whatever there is?
    fn administers(&mut self, who: &str) -> bool;
}

/// A state that is asked: a step is taken if the policies allow all that it asks for.
#[derive(Debug)]
pub struct Asked {
    standing: Standing,
}

impl Asked {
    /// Of a state.
    pub fn of(state: AuthorizationState) -> Self {
        Self { standing: Standing::of(Kept::from(state), Vec::new()) }
    }

    fn allows(&self, step: &Step) -> bool {
        step.questions().iter().all(|(who, action, resource, keys)| {
            self.standing.authority.ask(who, action, resource, keys).is_ok_and(|answer| answer.decision.is_allowed())
        })
    }
}

/// A policy that allows everything.
pub(super) const EVERYTHING: &str = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// A trust policy that names everybody of an account.
pub(super) fn everybody(account: &str) -> String {
    let principal = json!({"RAM": [format!("acs:ram::{account}:root")]});
    json!({"Version": "1", "Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": principal}]})
        .to_string()
}

impl World for Asked {
    fn state(&self) -> &AuthorizationState {
        &self.standing.kept.state
    }

    fn take(&mut self, step: &Step) -> bool {
        if !self.allows(step) {
            return false;
        }
        let mut state = self.standing.kept.state.clone();
        if change(&mut state, step) {
            self.standing = Standing::of(Kept::from(state), Vec::new());
        }
        true
    }

    fn administers(&mut self, who: &str) -> bool {
        let account = who.split(':').nth(3).unwrap_or_default();
        let asks =
            [("ram:CreateUser", format!("acs:ram:*:{account}:user/*")), ("ecs:DescribeInstances", "*".to_owned())];
        asks.iter().all(|(action, resource)| {
            self.standing.authority.ask(who, action, resource, &[]).is_ok_and(|answer| answer.decision.is_allowed())
        })
    }
}

/// What a step changes of a state; `false` if it changes nothing.
pub(super) fn change(state: &mut AuthorizationState, step: &Step) -> bool {
    let of = |state: &mut AuthorizationState, id: &str| {
        state.accounts.iter().find(|(_, one)| one.account_id == id).map(|(name, _)| name.clone())
    };
    match step {
        Step::AttachAdministrator { account, to, .. } => {
            let Some(account) = of(state, account).and_then(|name| state.accounts.get_mut(&name)) else { return false };
            let attachment = Attachment {
                name: "AdministratorAccess".to_owned(),
                kind: "System".to_owned(),
                version: None,
                resource_group: None,
            };
            let (kind, name) = to.split_once('/').unwrap_or((to, ""));
            let policies = match kind {
                "user" => account.users.get_mut(name).map(|one| &mut one.policies),
                "group" => account.groups.get_mut(name).map(|one| &mut one.policies),
                _ => account.roles.get_mut(name).map(|one| &mut one.policies),
            };
            policies.map(|policies| policies.push(attachment)).is_some()
        }
        Step::RewritePolicy { account, policy, .. } => {
            let Some(account) = of(state, account).and_then(|name| state.accounts.get_mut(&name)) else { return false };
            let Some(policy) = account.policies.get_mut(policy) else { return false };
            let number = |id: &String| id.trim_start_matches('v').parse::<u32>().unwrap_or_default();
            let next = format!("v{}", policy.versions.keys().map(number).max().unwrap_or_default() + 1);
            policy.versions.insert(next.clone(), PolicyText::new(EVERYTHING));
            policy.default_version = next;
            true
        }
        Step::RewriteTrust { role, .. } => {
            let id = role.split(':').nth(3).unwrap_or_default();
            let Some(account) = of(state, id).and_then(|name| state.accounts.get_mut(&name)) else { return false };
            let name = role.rsplit('/').next().unwrap_or_default();
            account.roles.get_mut(name).map(|role| role.trust = PolicyText::new(&everybody(id))).is_some()
        }
        Step::JoinGroup { user, group, .. } => {
            let id = user.split(':').nth(3).unwrap_or_default();
            let Some(account) = of(state, id).and_then(|name| state.accounts.get_mut(&name)) else { return false };
            let name = user.rsplit('/').next().unwrap_or_default().to_owned();
            account.groups.get_mut(group).map(|group| group.members.push(name)).is_some()
        }
        Step::AssumeRole { .. } | Step::CreateAccessKey { .. } | Step::RunAs { .. } => false,
    }
}
