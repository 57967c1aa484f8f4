//! The resource directory that an account manages: its folders and members with the control policies over them.

use serde_json::{Map, Value, json};

use crate::cloud::directory::PolicyType;
use crate::cloud::{ControlPolicy, Folder, Member, ResourceDirectory};

/// The directory, folders by their paths (`root/dev`) and members by their display names; null where there is none.
pub(super) fn shown(directory: &ResourceDirectory) -> Value {
    let policies = directory.control_policies().filter(|policy| policy.kind == PolicyType::Custom);
    let policies: Map<_, _> = policies.map(|policy| (policy.name.clone(), control_policy(policy))).collect();
    let mut folders = Map::new();
    add_folders(directory, &directory.root, &mut folders);
    let members: Map<_, _> =
        directory.members().map(|one| (one.display_name.clone(), member(directory, one))).collect();
    json!({
        "control": if directory.control_enabled() { "enabled" } else { "disabled" },
        "control_policies": policies,
        "folders": folders,
        "members": members,
    })
}

fn control_policy(policy: &ControlPolicy) -> Value {
    let document: Value = serde_json::from_str(policy.document.text()).unwrap_or_default();
    json!({"effect_scope": policy.effect_scope, "document": document})
}

fn add_folders(directory: &ResourceDirectory, id: &str, folders: &mut Map<String, Value>) {
    folders.insert(path(directory, id), json!({"control_policies": attached(directory, id)}));
    for folder in directory.folders_in(id) {
        add_folders(directory, &folder.id, folders);
    }
}

fn member(directory: &ResourceDirectory, member: &Member) -> Value {
    let delegated = directory.delegations().filter(|delegation| delegation.account == member.account);
    let mut administers: Vec<_> = delegated.map(|delegation| delegation.service.as_str()).collect();
    administers.sort_unstable();
    json!({
        "folder": path(directory, &member.folder),
        "type": member.kind.as_str(),
        "control_policies": attached(directory, &member.account),
        "administers": administers,
    })
}

/// The names of a folder and of those that it is in, from the root.
fn path(directory: &ResourceDirectory, folder: &str) -> String {
    let way: Vec<&Folder> = directory.ancestors(folder).unwrap_or_default();
    way.iter().rev().map(|folder| folder.name.as_str()).collect::<Vec<_>>().join("/")
}

fn attached(directory: &ResourceDirectory, target: &str) -> Vec<Value> {
    let mut all: Vec<_> = directory.controls_at(target).unwrap_or_default();
    all.sort_by_key(|(policy, _)| (policy.kind, policy.name.as_str()));
    all.iter().map(|(policy, _)| json!({"name": policy.name, "type": policy.kind.as_str()})).collect()
}
