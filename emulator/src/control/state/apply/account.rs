//! The other way round: a state that was read, put into a cloud.
//!
//! What the state does not say is as in a new account. What cannot be taken is left out and told; nothing is made up for it but
//! ids, which a state may leave out.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use acslab_policy::{Document, DocumentKind};
use jiff::Timestamp;

use super::super::model::{AccountState, Attachment, AuthorizationState};
use super::super::{self as state_model, PolicyText};
use crate::cloud::directory::{
    Attached, CustomPolicy, Group, PolicyKey, PolicyType, Role, Scope, User, version_number,
};
use crate::cloud::{self, Account, Cloud, DirectoryError, Quota, Service};

/// Something of a state that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unused {
    /// Where it stands: `company/users/alice/policies/Photos`.
    pub place: String,
    /// Why not.
    pub why: String,
    /// What it is.
    pub what: Left,
}

/// What could not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// A whole policy document, which is no such.
    Document,
    /// A statement of a document that is there.
    Statement,
    /// Anything else.
    Other,
}

/// The trust policy of a role of which none can be read.
const TRUSTS_NOBODY: &str = r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":"sts:AssumeRole","Principal":{"Service":["nobody.aliyuncs.com"]}}]}"#;

/// Puts a state into a cloud: accounts that are not there are opened. Tells what was left out.
pub(crate) fn apply(cloud: &Cloud, state: &AuthorizationState) -> Vec<Unused> {
    let mut unused = Vec::new();
    let mut raised = Vec::new();
    for (name, account_state) in &state.accounts {
        let id = &account_state.account_id;
        if cloud.account(id).is_none()
            && let Err(error) = cloud.open_account(name, id)
        {
            unused.push(Unused { place: name.clone(), why: error.to_string(), what: Left::Other });
            continue;
        }
        if let Some(account) = cloud.account(id) {
            // A state that is there is within whatever was granted to it.
            raised.push((Arc::clone(&account), account.quotas.iter().collect::<Vec<_>>()));
            for quota in Quota::ALL {
                account.quotas.set(*quota, usize::MAX);
            }
            let mut apply =
                Apply { cloud, account: &account, now: cloud.clock.now(), place: name, unused: &mut unused };
            apply.all(account_state);
        }
    }
    // What is across accounts needs all of them.
    for (name, account_state) in &state.accounts {
        if let (Some(directory), Some(account)) =
            (&account_state.resource_directory, cloud.account(&account_state.account_id))
        {
            let mut apply =
                Apply { cloud, account: &account, now: cloud.clock.now(), place: name, unused: &mut unused };
            apply.resource_directory(directory);
        }
    }
    for (account, before) in raised {
        for (quota, most) in before {
            account.quotas.set(quota, most);
        }
    }
    unused
}

/// A state on its way into one account.
pub(super) struct Apply<'a> {
    pub(super) cloud: &'a Cloud,
    pub(super) account: &'a Arc<Account>,
    pub(super) now: Timestamp,
    place: &'a str,
    unused: &'a mut Vec<Unused>,
}

impl Apply<'_> {
    fn all(&mut self, state: &AccountState) {
        for name in &state.activated {
            match service(name) {
                Some(service) => {
                    self.account.activations.write().open(service, self.now);
                }
                None => self.leave(format!("activated/{name}"), "no service of that name can be opened"),
            }
        }
        if state.strict_workspace_roles {
            self.cloud.set_strict_workspace_roles(true);
        }
        for name in state.records.keys() {
            self.leave(format!("records/{name}"), "a state holds its tags alone");
        }
        self.account.public_access_blocked.store(state.public_access_blocked, Ordering::Relaxed);
        self.system_policies(state);
        let groups = self.resource_groups(state);
        for (name, policy) in &state.policies {
            self.policy(name, policy);
        }
        for (name, user) in &state.users {
            let id = user.user_id.clone().unwrap_or_else(|| self.cloud.ids.user_id());
            let mut new = User::new(id, name, self.now);
            new.tags.clone_from(&user.tags);
            let made = self.account.directory.write().add_user(new);
            self.note(format!("users/{name}"), made);
            if user.console_password {
                self.leave(format!("users/{name}/console password"), "a state holds no password");
            }
            self.attach("users", name, &user.policies, &groups);
        }
        for (name, group) in &state.groups {
            let id = self.cloud.ids.group_id();
            let (members, attached, now) = (BTreeMap::new(), cloud::directory::Attachments::default(), self.now);
            let (display_name, comments) = (String::new(), String::new());
            let new =
                Group { id, name: name.clone(), display_name, comments, created: now, updated: now, members, attached };
            let made = self.account.directory.write().add_group(new);
            self.note(format!("groups/{name}"), made);
            self.attach("groups", name, &group.policies, &groups);
        }
        for (name, group) in &state.groups {
            for member in &group.members {
                self.join(member, name);
            }
        }
        for (name, user) in &state.users {
            for group in &user.groups {
                self.join(name, group);
            }
        }
        for (name, role) in &state.roles {
            let place = format!("roles/{name}");
            // Whom it trusts nobody knows then, and it is there all the same.
            let told = self.document(&format!("{place}/trust"), DocumentKind::Trust, &role.trust);
            let nobody = || Document::parse(DocumentKind::Trust, TRUSTS_NOBODY).ok().map(Arc::new);
            let Some(trust) = told.or_else(nobody) else { continue };
            let mut new = Role::new(self.cloud.ids.role_id(), name, trust, self.now);
            new.max_session_duration = if role.max_session_duration == 0 { 3600 } else { role.max_session_duration };
            new.tags.clone_from(&role.tags);
            let made = self.account.directory.write().add_role(new);
            self.note(place, made);
            self.attach("roles", name, &role.policies, &groups);
            if let Ok(made) = self.account.directory.write().role_mut(name) {
                made.linked_to.clone_from(&role.service_linked);
            }
        }
        for (name, bucket) in &state.buckets {
            self.bucket(name, bucket);
        }
        for (name, project) in &state.log_projects {
            self.log_project(name, project);
        }
        for (name, workspace) in &state.workspaces {
            self.workspace(name, workspace);
        }
        for (name, group) in &state.resource_groups {
            for resource in &group.resources {
                self.enter(groups.get(name), resource);
            }
        }
        self.identity_providers(&state.identity_providers);
        self.key_policies(state);
        state.security_preference.put_into(&mut self.account.directory.write().security_preference);
    }

    pub(super) fn leave(&mut self, place: impl AsRef<str>, why: impl Into<String>) {
        self.left(Left::Other, place.as_ref(), why.into());
    }

    pub(super) fn left(&mut self, what: Left, place: &str, why: String) {
        let place = format!("{}/{place}", self.place);
        self.unused.push(Unused { place, why, what });
    }

    fn note(&mut self, place: String, made: Result<(), DirectoryError>) {
        if let Err(error) = made {
            self.leave(place, reason(error));
        }
    }

    pub(super) fn document(&mut self, place: &str, kind: DocumentKind, text: &PolicyText) -> Option<Arc<Document>> {
        match Document::stored(kind, &text.pretty()) {
            Ok(document) => {
                self.unusable(place, &document);
                Some(Arc::new(document))
            }
            Err(malformed) => {
                self.left(Left::Document, place, malformed.to_string());
                None
            }
        }
    }

    /// Says which parts of a document count for nothing.
    pub(super) fn unusable(&mut self, place: &str, document: &Document) {
        for unusable in document.unusable() {
            self.left(Left::Statement, place, unusable);
        }
    }

    /// Versions in the order of their numbers, so that each gets its own.
    fn policy(&mut self, name: &str, policy: &state_model::CustomPolicy) {
        // Another version says nothing of what is in force.
        let in_force = &policy.default_version;
        let Some(text) = policy.versions.get(in_force) else {
            let why = format!("version `{in_force}`, which is in force, is not known");
            return self.leave(format!("policies/{name}"), why);
        };
        if let Err(malformed) = Document::stored(DocumentKind::Identity, &text.pretty()) {
            let why = format!("version `{in_force}`, which is in force, cannot be read: {malformed}");
            return self.left(Left::Document, &format!("policies/{name}"), why);
        }
        let mut versions = Vec::new();
        for (id, text) in &policy.versions {
            match version_number(id) {
                Some(number) => versions.push((number, id, text)),
                None => self.leave(
                    format!("policies/{name}/{id}"),
                    format!("`{id}` is no version: expected `v` and its number, such as `v1`"),
                ),
            }
        }
        versions.sort_by_key(|(number, ..)| *number);
        let mut made = false;
        for (number, id, text) in versions {
            let place = format!("policies/{name}/{id}");
            let Some(document) = self.document(&place, DocumentKind::Identity, text) else { continue };
            let default = id == in_force;
            let mut directory = self.account.directory.write();
            let done = if made {
                let next = directory.next_version_is(name, number);
                next.and_then(|()| directory.add_version(name, document, default, false, self.now).map(drop))
            } else {
                let mut new = CustomPolicy::new(name, "", document, self.now).beginning_with(number);
                new.tags.clone_from(&policy.tags);
                directory.add_policy(new)
            };
            drop(directory);
            made |= done.is_ok();
            self.note(place, done);
        }
    }

    fn attach(&mut self, kind: &str, name: &str, attachments: &[Attachment], groups: &BTreeMap<String, String>) {
        for attachment in attachments {
            let place = format!("{kind}/{name}/policies/{}", attachment.name);
            let Some(policy_type) = PolicyType::parse(&attachment.kind) else {
                self.leave(place, format!("`{}` is no type of policy: expected `System` or `Custom`", attachment.kind));
                continue;
            };
            let policy = PolicyKey { kind: policy_type, name: attachment.name.clone() };
            if self.account.directory.read().document(&policy, &self.cloud.system_policies()).is_none() {
                self.leave(place, "its document is not known");
                continue;
            }
            let scope = match &attachment.resource_group {
                None => Scope::Account,
                Some(group) => Scope::ResourceGroup(groups.get(group).unwrap_or(group).clone()),
            };
            let new = Attached { policy, scope, at: self.now };
            let mut directory = self.account.directory.write();
            let done = match kind {
                "users" => directory.attach_to_user(name, new),
                "groups" => directory.attach_to_group(name, new),
                _ => directory.attach_to_role(name, new),
            };
            drop(directory);
            self.note(place, done);
        }
    }

    /// Membership may be told from either side.
    fn join(&mut self, user: &str, group: &str) {
        let done = self.account.directory.write().join(user, group, self.now);
        match done {
            Ok(()) | Err(DirectoryError::AlreadyExists(_)) => {}
            Err(error) => self.leave(format!("groups/{group}/members/{user}"), reason(error)),
        }
    }

    fn system_policies(&mut self, state: &AccountState) {
        for (name, policy) in &state.system_policies {
            let value = serde_json::json!(policy.text);
            let now = self.now;
            let done = self
                .cloud
                .change_system_policies(|policies| policies.with_document(name, &policy.version, &value, now));
            if let Err(error) = done {
                self.leave(format!("system policies/{name}"), error.to_string());
            }
        }
    }
}

/// Where things are that do not say it.
pub(super) const REGION: &str = "cn-hangzhou";

/// `oss`, `pai/cn-hangzhou`
fn service(name: &str) -> Option<Service> {
    let (service, region) = name.split_once('/').unwrap_or((name, REGION));
    Service::all(region).into_iter().find(|known| known.name() == service)
}

fn reason(error: DirectoryError) -> &'static str {
    match error {
        DirectoryError::AlreadyExists(_) => "it is there already",
        DirectoryError::NotExist(_) => "there is nothing of that name",
        _ => "it does not fit",
    }
}
