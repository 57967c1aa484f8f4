//! The resource directory that an account manages: its folders and members with the control policies over them.

use std::collections::BTreeMap;

use super::model::{Attachment, ControlPolicy, Folder, Member, ResourceDirectory};
use super::text::PolicyText;
use crate::cloud;
use crate::cloud::directory::PolicyType;

/// The directory, folders by their paths and members by their display names; with the ids of their accounts if that is asked for.
pub(super) fn read(directory: &cloud::ResourceDirectory, ids: bool) -> ResourceDirectory {
    let policies = directory.control_policies().filter(|policy| policy.kind == PolicyType::Custom);
    let mut folders = BTreeMap::new();
    add_folders(directory, &directory.root, &mut folders);
    ResourceDirectory {
        control: if directory.control_enabled() { "enabled" } else { "disabled" }.to_owned(),
        control_policies: policies.map(|policy| (policy.name.clone(), control_policy(policy))).collect(),
        folders,
        members: directory.members().map(|one| (one.display_name.clone(), member(directory, one, ids))).collect(),
    }
}

fn control_policy(policy: &cloud::ControlPolicy) -> ControlPolicy {
    let document = PolicyText::new(policy.document.text());
    ControlPolicy { effect_scope: policy.effect_scope.clone(), document }
}

fn add_folders(directory: &cloud::ResourceDirectory, id: &str, folders: &mut BTreeMap<String, Folder>) {
    folders.insert(path(directory, id), Folder { control_policies: attached(directory, id) });
    for folder in directory.folders_in(id) {
        add_folders(directory, &folder.id, folders);
    }
}

fn member(directory: &cloud::ResourceDirectory, member: &cloud::Member, ids: bool) -> Member {
    let delegated = directory.delegations().filter(|delegation| delegation.account == member.account);
    let mut administers: Vec<_> = delegated.map(|delegation| delegation.service.clone()).collect();
    administers.sort_unstable();
    Member {
        account_id: if ids { member.account.clone() } else { String::new() },
        folder: path(directory, &member.folder),
        kind: member.kind.as_str().to_owned(),
        control_policies: attached(directory, &member.account),
        administers,
    }
}

/// The names of a folder and of those that it is in, from the root.
fn path(directory: &cloud::ResourceDirectory, folder: &str) -> String {
    let way: Vec<&cloud::Folder> = directory.ancestors(folder).unwrap_or_default();
    way.iter().rev().map(|folder| folder.name.as_str()).collect::<Vec<_>>().join("/")
}

fn attached(directory: &cloud::ResourceDirectory, target: &str) -> Vec<Attachment> {
    let mut all: Vec<_> = directory.controls_at(target).unwrap_or_default();
    all.sort_by_key(|(policy, _)| (policy.kind, policy.name.as_str()));
    all.iter()
        .map(|(policy, _)| Attachment {
            name: policy.name.clone(),
            kind: policy.kind.as_str().to_owned(),
            version: None,
            resource_group: None,
        })
        .collect()
}
