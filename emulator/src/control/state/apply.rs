//! The other way round: a state that was read, put into a cloud.
//!
//! What the state does not say is as in a new account. What cannot be taken is left out and told; nothing is made up for it but
//! ids, which a state may leave out.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use acslab_policy::{Dialect, Document, DocumentKind};
use jiff::Timestamp;

use super::model::{AccountState, Attachment, AuthorizationState, Bucket, ResourceDirectory};
use super::text::PolicyText;
use crate::cloud::directory::{Attached, CustomPolicy, Group, PolicyKey, PolicyType, Role, Scope, User};
use crate::cloud::{
    self, Account, Acl, BucketAccess, Cloud, DirectoryError, Member, MemberType, Objects, Quota, ResourceGroup,
    ResourceKey, Service,
};

/// Something of a state that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unused {
    /// Where it stands: `company/users/alice/policies/Photos`.
    pub place: String,
    /// Why not.
    pub why: String,
}

/// Puts a state into a cloud: accounts that are not there are opened. Tells what was left out.
pub(crate) fn apply(cloud: &Cloud, state: &AuthorizationState) -> Vec<Unused> {
    let mut unused = Vec::new();
    let mut raised = Vec::new();
    for (name, account_state) in &state.accounts {
        let id = &account_state.account_id;
        if cloud.account(id).is_none()
            && let Err(error) = cloud.open_account(name, id)
        {
            unused.push(Unused { place: name.clone(), why: error.to_string() });
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

struct Apply<'a> {
    cloud: &'a Cloud,
    account: &'a Arc<Account>,
    now: Timestamp,
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
        self.account.public_access_blocked.store(state.public_access_blocked, Ordering::Relaxed);
        self.system_policies(state);
        let groups = self.resource_groups(state);
        for (name, policy) in &state.policies {
            self.policy(name, policy);
        }
        for (name, user) in &state.users {
            let id = user.user_id.clone().unwrap_or_else(|| self.cloud.ids.user_id());
            let made = self.account.directory.write().add_user(User::new(id, name, self.now));
            self.note(format!("users/{name}"), made);
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
            let Some(trust) = self.document(format!("{place}/trust"), DocumentKind::Trust, &role.trust) else {
                continue;
            };
            let mut new = Role::new(self.cloud.ids.role_id(), name, trust, self.now);
            new.max_session_duration = if role.max_session_duration == 0 { 3600 } else { role.max_session_duration };
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
        for (name, group) in &state.resource_groups {
            for resource in &group.resources {
                self.enter(groups.get(name), resource);
            }
        }
    }

    fn leave(&mut self, place: impl AsRef<str>, why: impl Into<String>) {
        self.unused.push(Unused { place: format!("{}/{}", self.place, place.as_ref()), why: why.into() });
    }

    fn note(&mut self, place: String, made: Result<(), DirectoryError>) {
        if let Err(error) = made {
            self.leave(place, reason(error));
        }
    }

    fn document(&mut self, place: String, kind: DocumentKind, text: &PolicyText) -> Option<Arc<Document>> {
        match Document::parse_with(kind, &text.pretty(), &Dialect::STORED) {
            Ok(document) => Some(Arc::new(document)),
            Err(malformed) => {
                self.leave(place, malformed.to_string());
                None
            }
        }
    }

    /// Versions in the order of their numbers, so that each gets its own where there is no gap.
    fn policy(&mut self, name: &str, policy: &super::CustomPolicy) {
        let number = |id: &str| id.strip_prefix('v').and_then(|number| number.parse::<u32>().ok());
        let mut versions: Vec<_> = policy.versions.iter().collect();
        versions.sort_by_key(|(id, _)| number(id));
        let mut made = false;
        for (id, text) in versions {
            let place = format!("policies/{name}/{id}");
            let Some(document) = self.document(place.clone(), DocumentKind::Identity, text) else { continue };
            let default = *id == policy.default_version;
            let mut directory = self.account.directory.write();
            let done = if made {
                directory.add_version(name, document, default, false, self.now).map(drop)
            } else {
                directory.add_policy(CustomPolicy::new(name, "", document, self.now))
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

    /// Gives the ids of the groups by their names.
    fn resource_groups(&mut self, state: &AccountState) -> BTreeMap<String, String> {
        let mut ids = BTreeMap::new();
        for (name, group) in &state.resource_groups {
            let id = if name.starts_with("rg-") { name.clone() } else { self.cloud.ids.lower("rg-", 12) };
            let new = ResourceGroup::new(id.clone(), name, &group.display_name, group.tags.clone(), self.now);
            let made = self.account.resource_groups.write().add(new);
            match made {
                Ok(()) => {
                    ids.insert(name.clone(), id);
                }
                Err(error) => self.leave(format!("resource groups/{name}"), format!("{error:?}")),
            }
        }
        ids
    }

    /// `oss bucket photos`
    fn enter(&mut self, group: Option<&String>, resource: &str) {
        let mut words = resource.splitn(3, ' ');
        let (Some(service), Some(kind), Some(id)) = (words.next(), words.next(), words.next()) else {
            self.leave(
                format!("resource groups/{resource}"),
                "expected a service, a kind and an id: `oss bucket photos`",
            );
            return;
        };
        let key = ResourceKey::new(service.to_owned(), kind.to_owned(), id);
        let mut groups = self.account.resource_groups.write();
        let done = groups.enter(key, REGION, group.map(String::as_str), self.now);
        drop(groups);
        if let Err(error) = done {
            self.leave(format!("resource groups/{resource}"), format!("{error:?}"));
        }
    }

    fn bucket(&mut self, name: &str, bucket: &Bucket) {
        let place = format!("buckets/{name}");
        let Some(acl) = Acl::parse(if bucket.acl.is_empty() { "private" } else { &bucket.acl }) else {
            self.leave(place, format!("`{}` is no ACL of a bucket", bucket.acl));
            return;
        };
        let mut access = BucketAccess::new(bucket.public_access_blocked);
        if let Some(text) = &bucket.policy {
            access.set_policy(self.document(format!("{place}/policy"), DocumentKind::Bucket, text));
        }
        let region = if bucket.region.is_empty() { REGION } else { &bucket.region };
        let new = cloud::Bucket {
            name: name.to_owned(),
            owner: self.account.id.clone(),
            region: region.to_owned(),
            created: self.now,
            acl,
            access,
            tags: bucket.tags.clone().into_iter().collect(),
            swept: self.now,
            objects: Objects::seeded(self.cloud.ids.seed()),
            ..cloud::Bucket::default()
        };
        if self.cloud.buckets.create(new, usize::MAX).is_err() {
            self.leave(place, "another account has a bucket of this name");
            return;
        }
        let key = ResourceKey::new("oss", "bucket", name);
        // The default group is always there.
        let _ = self.account.resource_groups.write().enter(key, region, None, self.now);
    }

    fn resource_directory(&mut self, state: &ResourceDirectory) {
        let (id, root) = (self.cloud.ids.mixed("rd-", 6), self.cloud.ids.mixed("r-", 6));
        let mut directory = cloud::ResourceDirectory::new(id, root.clone(), self.account, self.now);
        let mut folders = BTreeMap::from([("root".to_owned(), root.clone())]);
        for path in state.folders.keys().filter(|path| *path != "root") {
            let (parent, name) = path.rsplit_once('/').unwrap_or(("root", path));
            let id = self.cloud.ids.mixed("fd-", 10);
            let parent = folders.get(parent).cloned().unwrap_or_else(|| root.clone());
            match directory.add_folder(id.clone(), name, &parent, BTreeMap::new(), self.now).map(drop) {
                Ok(()) => {
                    folders.insert(path.clone(), id);
                }
                Err(error) => self.leave(format!("resource directory/folders/{path}"), format!("{error:?}")),
            }
        }
        let mut members = BTreeMap::new();
        for (display, member) in &state.members {
            // A member goes by its display name; an account of that name or id is the one.
            let account = self.cloud.accounts().into_iter().find(|one| one.name == *display || one.id == *display);
            let Some(account) = account else {
                self.leave(
                    format!("resource directory/members/{display}"),
                    "no account of the state has this name or id",
                );
                continue;
            };
            let folder = folders.get(&member.folder).cloned().unwrap_or_else(|| root.clone());
            let tags = cloud::directory::Tags::new();
            let mut new = Member::new(&account.id, account.name.clone(), display, &folder, tags, self.now);
            if member.kind == MemberType::CloudAccount.as_str() {
                new.kind = MemberType::CloudAccount;
            }
            match directory.add_member(new).map(drop) {
                Ok(()) => {
                    members.insert(display.clone(), account.id.clone());
                }
                Err(error) => self.leave(format!("resource directory/members/{display}"), format!("{error:?}")),
            }
        }
        self.control(&mut directory, state, &folders, &members);
        if let Err(error) = self.cloud.resource_directories.enable(directory) {
            self.leave("resource directory", format!("{error:?}"));
        }
    }

    fn control(
        &mut self,
        directory: &mut cloud::ResourceDirectory,
        state: &ResourceDirectory,
        folders: &BTreeMap<String, String>,
        members: &BTreeMap<String, String>,
    ) {
        for (name, policy) in &state.control_policies {
            let place = format!("resource directory/control policies/{name}");
            let Some(document) = self.document(place.clone(), DocumentKind::Control, &policy.document) else {
                continue;
            };
            let new = cloud::ControlPolicy {
                id: self.cloud.ids.lower("cp-", 16),
                name: name.clone(),
                description: String::new(),
                kind: PolicyType::Custom,
                effect_scope: if policy.effect_scope.is_empty() {
                    "RAM".to_owned()
                } else {
                    policy.effect_scope.clone()
                },
                document,
                tags: BTreeMap::new(),
                created: self.now,
                updated: self.now,
            };
            if let Err(error) = directory.add_control_policy(new).map(drop) {
                self.leave(place, format!("{error:?}"));
            }
        }
        if state.control != "enabled" {
            return;
        }
        directory.enable_control(self.now);
        let targets = state.folders.iter().map(|(path, folder)| (folders.get(path), &folder.control_policies));
        let of_members = state.members.iter().map(|(name, member)| (members.get(name), &member.control_policies));
        for (target, attached) in targets.chain(of_members) {
            let Some(target) = target else { continue };
            for attachment in attached {
                let found = directory.control_policies().find(|policy| policy.name == attachment.name);
                let Some(id) = found.map(|policy| policy.id.clone()) else {
                    self.leave(
                        format!("resource directory/control policies/{}", attachment.name),
                        "its document is not known",
                    );
                    continue;
                };
                // `FullAliyunAccess` is there already.
                let _ = directory.attach_control_policy(&id, target, self.now);
            }
            // It is attached to every node until somebody takes it away, as one policy has to stay.
            let full = attached.is_empty() || attached.iter().any(|one| one.name == FULL_ACCESS);
            let found = directory.control_policies().find(|policy| policy.name == FULL_ACCESS);
            if let Some(id) = found.map(|policy| policy.id.clone()).filter(|_| !full) {
                let _ = directory.detach_control_policy(&id, target);
            }
        }
    }
}

const REGION: &str = "cn-hangzhou";
const FULL_ACCESS: &str = "FullAliyunAccess";

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
