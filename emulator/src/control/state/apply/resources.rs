//! Resources: what is in resource groups, buckets, log projects, workspaces.

use std::collections::{BTreeMap, BTreeSet};

use acslab_policy::DocumentKind;

use super::super::PolicyText;
use super::super::model::{AccountState, Who, Workspace};
use super::super::stores::{AccessPoint, Bucket, LogProject, REFUSING, Retention};
use super::account::{Apply, Left, REGION};
use crate::cloud::pai::{self, WorkspaceRole};
use crate::cloud::{
    self, Acl, BucketAccess, Draft, NetworkOrigin, Object, Objects, ProjectAbout, ProjectPolicy, ResourceGroup,
    ResourceKey, Settings, Worm, Written,
};

impl Apply<'_> {
    /// Gives the ids of the groups by their names.
    pub(super) fn resource_groups(&mut self, state: &AccountState) -> BTreeMap<String, String> {
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
    pub(super) fn enter(&mut self, group: Option<&String>, resource: &str) {
        let mut words = resource.splitn(3, ' ');
        let (Some(service), Some(kind), Some(id)) = (words.next(), words.next(), words.next()) else {
            self.leave(
                format!("resource groups/{resource}"),
                "expected a service, a kind and an id: `oss bucket photos`",
            );
            return;
        };
        let key = self.workspace_key(service, kind, id);
        let key = key.unwrap_or_else(|| ResourceKey::new(service.to_owned(), kind.to_owned(), id));
        let mut groups = self.account.resource_groups.write();
        let done = groups.enter(key, REGION, group.map(String::as_str), self.now);
        drop(groups);
        if let Err(error) = done {
            self.leave(format!("resource groups/{resource}"), format!("{error:?}"));
        }
    }

    pub(super) fn bucket(&mut self, name: &str, bucket: &Bucket) {
        let place = format!("buckets/{name}");
        let Some(acl) = Acl::parse(if bucket.acl.is_empty() { "private" } else { &bucket.acl }) else {
            self.leave(place, format!("`{}` is no ACL of a bucket", bucket.acl));
            return;
        };
        let mut access = BucketAccess::new(bucket.public_access_blocked);
        if let Some(text) = &bucket.policy {
            access.set_policy(self.document(&format!("{place}/policy"), DocumentKind::Bucket, text));
        }
        let region = if bucket.region.is_empty() { REGION } else { &bucket.region };
        let mut settings = Settings::default();
        for (name, setting) in &bucket.settings {
            if REFUSING.contains(&name.as_str()) {
                settings.put(name, setting.clone());
            } else {
                self.leave(format!("{place}/settings/{name}"), "no setting of a bucket that refuses anything");
            }
        }
        let new = cloud::Bucket {
            name: name.to_owned(),
            owner: self.account.id.clone(),
            region: region.to_owned(),
            created: self.now,
            acl,
            access,
            tags: bucket.tags.clone().into_iter().collect(),
            worm: bucket.retention.as_ref().map(|one| self.retention(one)),
            settings,
            swept: self.now,
            objects: Objects::seeded(self.cloud.ids.seed()),
            ..cloud::Bucket::default()
        };
        if self.cloud.buckets.create(new, usize::MAX).is_err() {
            self.leave(place, "another account has a bucket of this name");
            return;
        }
        self.enter_default("oss", "bucket", name, region);
        for (point, state) in &bucket.access_points {
            self.access_point(name, point, state);
        }
        let keys: BTreeSet<&String> = bucket.object_acls.keys().chain(bucket.object_tags.keys()).collect();
        for key in keys {
            self.object(name, key, bucket);
        }
    }

    fn retention(&self, state: &Retention) -> Worm {
        Worm { id: self.cloud.ids.upload_id(), days: state.days, begun: self.now, locked: state.locked }
    }

    /// The default group is always there.
    fn enter_default(&mut self, service: &'static str, kind: &'static str, id: &str, region: &str) {
        let key = ResourceKey::new(service, kind, id);
        let _ = self.account.resource_groups.write().enter(key, region, None, self.now);
    }

    fn access_point(&mut self, bucket: &str, name: &str, state: &AccessPoint) {
        let place = format!("buckets/{bucket}/access points/{name}");
        let origin = match state.origin.as_str() {
            "" | "internet" => NetworkOrigin::Internet,
            vpc => NetworkOrigin::Vpc(vpc.to_owned()),
        };
        let alias = cloud::AccessPoint::new_alias(&self.cloud.ids, name);
        let mut point = cloud::AccessPoint::new(name.to_owned(), alias, origin, self.now, state.public_access_blocked);
        if let Some(text) = &state.policy {
            point.set_policy(self.document(&format!("{place}/policy"), DocumentKind::Bucket, text));
        }
        match self.cloud.buckets.add_access_point(bucket, point, (usize::MAX, usize::MAX)) {
            Some(Ok(())) => {}
            _ => self.leave(place, "the account has an access point of this name"),
        }
    }

    /// A state knows of an object that it has an ACL or tags, and not what is in it: it is empty.
    fn object(&mut self, bucket: &str, key: &str, state: &Bucket) {
        let written = state.object_acls.get(key);
        let acl = written.and_then(|acl| Acl::parse(acl));
        if let (Some(written), None) = (written, &acl) {
            let place = format!("buckets/{bucket}/object ACLs/{key}");
            return self.leave(place, format!("`{written}` is no ACL of an object"));
        }
        let tags = state.object_tags.get(key).cloned().unwrap_or_default().into_iter().collect();
        let draft = Draft { acl, tags, ..Draft::default() };
        let object = Object::new(Written::copy_of(b""), draft, self.now);
        let _ = self.cloud.buckets.change(bucket, |bucket| bucket.objects.put(key, object, bucket.versioning));
    }

    /// `cn-hangzhou/photos`
    pub(super) fn log_project(&mut self, place: &str, state: &LogProject) {
        let (region, name) = place.split_once('/').unwrap_or((REGION, place));
        let place = format!("log projects/{place}");
        let policy = state.policy.as_ref().and_then(|text| self.project_policy(&format!("{place}/policy"), text));
        let about = ProjectAbout {
            name: name.to_owned(),
            region: region.to_owned(),
            owner: self.account.id.clone(),
            description: String::new(),
            redundancy: "LRS".to_owned(),
            recycle_bin: false,
            created: self.now,
            modified: self.now,
            tags: state.tags.clone(),
            policy,
            kept: BTreeMap::new(),
        };
        if self.cloud.log_projects.create(cloud::LogProject { about, stores: BTreeMap::new() }, usize::MAX).is_err() {
            return self.leave(place, "another account has a project of this name in the region");
        }
        self.enter_default("log", "project", name, region);
    }

    fn project_policy(&mut self, place: &str, text: &PolicyText) -> Option<ProjectPolicy> {
        match ProjectPolicy::stored(&text.pretty()) {
            Ok(policy) => {
                self.unusable(place, policy.document());
                Some(policy)
            }
            Err(malformed) => {
                self.left(Left::Document, place, malformed.to_string());
                None
            }
        }
    }

    /// `cn-hangzhou/research`: whoever is a member, in which roles.
    pub(super) fn workspace(&mut self, place: &str, state: &Workspace) {
        let (region, name) = place.split_once('/').unwrap_or((REGION, place));
        let place = format!("workspaces/{place}");
        let mut members = BTreeMap::new();
        for (who, roles) in &state.members {
            let Some(id) = self.id_of(who) else {
                self.leave(format!("{place}/members/{who}"), "there is nobody of that name");
                continue;
            };
            let known = roles.iter().filter_map(|role| {
                let known = WorkspaceRole::parse(role);
                if known.is_none() {
                    self.leave(format!("{place}/members/{who}"), format!("`{role}` is no role of a workspace"));
                }
                known
            });
            members.insert(id, pai::Member { roles: known.collect(), since: self.now });
        }
        for entity in state.entities.keys() {
            self.leave(format!("{place}/entities/{entity}"), "a state holds whose it is alone");
        }
        let id = self.cloud.ids.number(6);
        let mut new = pai::Workspace::new(id, region, name, &self.account.id, self.now);
        new.members = members;
        let key = new.key();
        let added = self.account.pai.write().add(new);
        if added.is_err() {
            return self.leave(place, "a workspace of that name is there already");
        }
        let _ = self.account.resource_groups.write().enter(key, region, None, self.now);
    }

    /// A workspace has a new id: it is told by its region and name.
    fn workspace_key(&self, service: &str, kind: &str, place: &str) -> Option<ResourceKey> {
        let (region, name) = place.split_once('/')?;
        let records = self.account.pai.read();
        let mut named = records.in_region(region).into_iter().filter(|workspace| workspace.name == name);
        named.next().map(pai::Workspace::key).filter(|key| key.service == service && key.kind == kind)
    }

    fn id_of(&self, who: &Who) -> Option<String> {
        let directory = self.account.directory.read();
        match who {
            Who::Owner => Some(self.account.id.clone()),
            Who::User(name) => directory.user(name).ok().map(|user| user.id.clone()),
            Who::Role(name) => directory.role(name).ok().map(|role| role.id.clone()),
            Who::Gone(id) => Some(id.clone()),
        }
    }
}
