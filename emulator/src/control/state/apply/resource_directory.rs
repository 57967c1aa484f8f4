//! The resource directory: folders, members, control policies.

use std::collections::BTreeMap;

use acslab_policy::DocumentKind;

use super::super::model::ResourceDirectory;
use super::account::Apply;
use crate::cloud::directory::PolicyType;
use crate::cloud::{self, Member, MemberType};

/// The control policy that is attached to every node.
const FULL_ACCESS: &str = "FullAliyunAccess";

impl Apply<'_> {
    pub(super) fn resource_directory(&mut self, state: &ResourceDirectory) {
        let (id, root) = (self.cloud.ids.mixed("rd-", 6), self.cloud.ids.mixed("r-", 6));
        let mut directory = cloud::ResourceDirectory::new(id, root.clone(), self.account, self.now);
        let mut folders = BTreeMap::from([("root".to_owned(), root.clone())]);
        for path in state.folders.keys().filter(|path| *path != "root") {
            let (parent, name) = path.rsplit_once('/').unwrap_or(("root", path));
            let id = if name.starts_with("fd-") { name.to_owned() } else { self.cloud.ids.mixed("fd-", 10) };
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
            // Where the state does not say whose account it is, one that the member's display name names is the one.
            let mut accounts = self.cloud.accounts().into_iter();
            let account = match member.account_id.as_str() {
                "" => accounts.find(|one| one.name == *display || one.id == *display),
                id => accounts.find(|one| one.id == id),
            };
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
                    for service in &member.administers {
                        // A member administers a service once.
                        let _ = directory.delegate(&account.id, service, self.now);
                    }
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
            let Some(document) = self.document(&place, DocumentKind::Control, &policy.document) else {
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
        if !["", "enabled", "disabled"].contains(&state.control.as_str()) {
            let why = format!("`{}` is neither `enabled` nor `disabled`: taken as the latter", state.control);
            self.leave("resource directory/control", why);
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
