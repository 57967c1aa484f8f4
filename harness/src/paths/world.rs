//! Where steps are taken: a state that is asked, or a cloud that is called.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use acslab_emulator::state::{AccountState, Attachment, AuthorizationState, Group, PolicyText};
use serde_json::json;

use super::administrator::administers;
use super::powers::Powers;
use super::step::Step;
use crate::authorization::Kept;
use crate::import::Standing;

/// A place where steps can be taken.
pub trait World {
    /// The state as it is now.
    fn state(&self) -> &AuthorizationState;

    /// Which powers somebody may have; rather too many than too few.
    fn powers(&mut self, _who: &str) -> Powers {
        Powers::all()
    }

    /// Takes a step, if it may be taken; what it changes is changed then, or when the world settles.
    fn take(&mut self, step: &Step) -> bool;

    /// What was changed counts from now on.
    fn settle(&mut self) {}

    /// May somebody do whatever there is?
    fn administers(&mut self, who: &str) -> bool;
}

/// A state that is asked: a step is taken if the policies allow all that it asks for.
#[derive(Debug)]
pub struct Asked {
    standing: Rc<Standing>,
    /// With the changes that do not count yet.
    changed: Option<AuthorizationState>,
    /// Who and what the steps are about, if nothing else matters.
    only: Option<BTreeSet<String>>,
}

impl Asked {
    /// Of a state.
    pub fn of(state: AuthorizationState) -> Self {
        Self::on(Rc::new(Standing::of(Kept::from(state), Vec::new())))
    }

    /// Of one that others ask, too.
    pub(super) fn on(standing: Rc<Standing>) -> Self {
        Self { standing, changed: None, only: None }
    }

    /// Where these steps are taken, and nothing is asked about anybody else: what is changed is as much as they are about.
    pub(super) fn for_steps(standing: Rc<Standing>, who: &[&str], steps: &[Step]) -> Self {
        let about = steps.iter().flat_map(Step::about).chain(who.iter().map(|one| (*one).to_owned()));
        Self { only: Some(about.collect()), ..Self::on(standing) }
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
        self.changed.as_ref().unwrap_or(&self.standing.kept.state)
    }

    fn powers(&mut self, who: &str) -> Powers {
        // Any question has the policies in force with it.
        let Ok(asked) = self.standing.authority.ask(who, "none:None", "*", &[]) else { return Powers::default() };
        let layers = &asked.question.layers;
        Powers::of([Some(&layers.identity), layers.identity_resource_group.as_ref()].into_iter().flatten())
    }

    fn take(&mut self, step: &Step) -> bool {
        if !self.allows(step) {
            return false;
        }
        if step.becomes().is_none() {
            let now = || match &self.only {
                Some(only) => reduced(&self.standing.kept.state, only),
                None => self.standing.kept.state.clone(),
            };
            let mut state = self.changed.take().unwrap_or_else(now);
            change(&mut state, step);
            self.changed = Some(state);
        }
        true
    }

    fn settle(&mut self) {
        if let Some(state) = self.changed.take() {
            self.standing = Rc::new(Standing::of(Kept::from(state), Vec::new()));
        }
    }

    fn administers(&mut self, who: &str) -> bool {
        administers(&self.standing.authority, who)
    }
}

/// As much of a state as is about some users and roles by ARN, and some groups and policies by name: what decides over their steps.
fn reduced(state: &AuthorizationState, only: &BTreeSet<String>) -> AuthorizationState {
    let mut few = AuthorizationState::default();
    for (name, account) in &state.accounts {
        let id = &account.account_id;
        let is = |kind: &str, name: &str| only.contains(&format!("acs:ram::{id}:{kind}/{name}"));
        let users: BTreeMap<_, _> = account
            .users
            .iter()
            .filter(|(name, _)| is("user", name))
            .map(|(name, user)| (name.clone(), user.clone()))
            .collect();
        let roles: BTreeMap<_, _> = account
            .roles
            .iter()
            .filter(|(name, _)| is("role", name))
            .map(|(name, role)| (name.clone(), role.clone()))
            .collect();
        let mut groups = BTreeMap::new();
        for (name, group) in &account.groups {
            let members: Vec<String> =
                group.members.iter().filter(|member| users.contains_key(*member)).cloned().collect();
            let told = users.values().any(|user| user.groups.contains(name));
            if told || !members.is_empty() || is("group", name) {
                groups.insert(name.clone(), Group { members, policies: group.policies.clone() });
            }
        }
        let attached =
            users.values().flat_map(|user| &user.policies).chain(roles.values().flat_map(|role| &role.policies));
        let attached: BTreeSet<String> = attached
            .chain(groups.values().flat_map(|group| &group.policies))
            .map(|one| one.name.to_ascii_lowercase())
            .collect();
        let policies = account
            .policies
            .iter()
            .filter(|(name, _)| attached.contains(&name.to_ascii_lowercase()) || is("policy", name));
        let policies = policies.map(|(name, policy)| (name.clone(), policy.clone())).collect();
        let account = AccountState {
            account_id: id.clone(),
            users,
            groups,
            roles,
            policies,
            system_policies: account.system_policies.clone(),
            resource_groups: account.resource_groups.clone(),
            resource_directory: account.resource_directory.clone(),
            ..AccountState::default()
        };
        few.accounts.insert(name.clone(), account);
    }
    few
}

/// What a step changes of a state.
fn change(state: &mut AuthorizationState, step: &Step) {
    let of = |state: &mut AuthorizationState, id: &str| {
        state.accounts.iter().find(|(_, one)| one.account_id == id).map(|(name, _)| name.clone())
    };
    match step {
        Step::AttachAdministrator { account, to, .. } => {
            let Some(account) = of(state, account).and_then(|name| state.accounts.get_mut(&name)) else { return };
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
            if let Some(policies) = policies {
                policies.push(attachment);
            }
        }
        Step::RewritePolicy { account, policy, .. } => {
            let Some(account) = of(state, account).and_then(|name| state.accounts.get_mut(&name)) else { return };
            let Some(policy) = account.policies.get_mut(policy) else { return };
            let number = |id: &String| id.trim_start_matches('v').parse::<u32>().unwrap_or_default();
            let next = format!("v{}", policy.versions.keys().map(number).max().unwrap_or_default() + 1);
            policy.versions.insert(next.clone(), PolicyText::new(EVERYTHING));
            policy.default_version = next;
        }
        Step::RewriteTrust { role, .. } => {
            let id = role.split(':').nth(3).unwrap_or_default();
            let Some(account) = of(state, id).and_then(|name| state.accounts.get_mut(&name)) else { return };
            let name = role.rsplit('/').next().unwrap_or_default();
            if let Some(role) = account.roles.get_mut(name) {
                role.trust = PolicyText::new(&everybody(id));
            }
        }
        Step::JoinGroup { user, group, .. } => {
            let id = user.split(':').nth(3).unwrap_or_default();
            let Some(account) = of(state, id).and_then(|name| state.accounts.get_mut(&name)) else { return };
            let name = user.rsplit('/').next().unwrap_or_default().to_owned();
            if let Some(group) = account.groups.get_mut(group) {
                group.members.push(name);
            }
        }
        Step::AssumeRole { .. } | Step::CreateAccessKey { .. } | Step::RunAs { .. } => {}
    }
}
