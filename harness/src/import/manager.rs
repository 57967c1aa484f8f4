//! What Resource Management prints: attachments at any scope, resource groups, control policies.

use acslab_emulator::state::Attachment;
use serde_json::Value;

use super::collect::Collector;
use super::piece::Piece;
use super::take::{list, text};

/// Takes an answer of Resource Management; `false` for what is none.
pub(super) fn take(piece: &Piece, value: &Value, collector: &mut Collector) -> bool {
    if let Some(attachments) = list(value, "PolicyAttachments", "PolicyAttachment") {
        attachments.into_iter().for_each(|one| attachment(piece, one, collector));
        return true;
    }
    if let Some(group) = value.get("ResourceGroup").filter(|group| group.is_object()) {
        resource_group(group, collector);
        return true;
    }
    if let Some(groups) = list(value, "ResourceGroups", "ResourceGroup") {
        groups.into_iter().for_each(|group| resource_group(group, collector));
        return true;
    }
    if let Some(resources) = list(value, "Resources", "Resource") {
        for resource in resources {
            let part = |name| text(resource, name);
            if let (Some(group), Some(service), Some(kind), Some(id)) =
                (part("ResourceGroupId"), part("Service"), part("ResourceType"), part("ResourceId"))
            {
                collector.is_in_group(&piece.place, &format!("{service} {kind} {id}"), group);
            }
        }
        return true;
    }
    if let Some(policy) = value.get("ControlPolicy").filter(|policy| policy.is_object()) {
        control_policy(piece, policy, collector);
        return true;
    }
    if let Some(policies) = list(value, "ControlPolicies", "ControlPolicy") {
        policies.into_iter().for_each(|policy| control_policy(piece, policy, collector));
        return true;
    }
    if let Some(attached) = list(value, "ControlPolicyAttachments", "ControlPolicyAttachment") {
        control_attachments(piece, &attached, collector);
        return true;
    }
    resource_directory(value, collector)
}

/// Whose the directory is, and where its members and folders are.
fn resource_directory(value: &Value, collector: &mut Collector) -> bool {
    if let Some(management) = value.get("ResourceDirectory").and_then(|directory| text(directory, "MasterAccountId")) {
        collector.directory.is_managed_by(management);
        return true;
    }
    let of = |name: &str| value.get(name).filter(|one| one.is_object());
    let members = list(value, "Accounts", "Account").or_else(|| of("Account").map(|one| vec![one]));
    if let Some(members) = members {
        members.into_iter().for_each(|member| placed(member, "AccountId", "FolderId", collector));
        return true;
    }
    if let Some(folders) = list(value, "Folders", "Folder").or_else(|| of("Folder").map(|one| vec![one])) {
        folders.into_iter().for_each(|folder| placed(folder, "FolderId", "ParentFolderId", collector));
        return true;
    }
    false
}

/// `alice@company.onaliyun.com` as `IMSUser`, `dev@group.company.onaliyun.com` as `IMSGroup`, `ops@role.…` as `ServiceRole`.
fn attachment(piece: &Piece, one: &Value, collector: &mut Collector) {
    let (Some(policy), Some(principal)) = (text(one, "PolicyName"), text(one, "PrincipalName")) else { return };
    let kind = match text(one, "PrincipalType") {
        Some("IMSUser") => "user",
        Some("IMSGroup") => "group",
        Some("ServiceRole") => "role",
        other => {
            let what = format!("`{}` is no type of principal that is known", other.unwrap_or_default());
            collector.leave(&piece.place, what);
            return;
        }
    };
    let name = principal.split('@').next().unwrap_or(principal);
    // For the whole account the id is the account's own.
    let group = text(one, "ResourceGroupId").filter(|id| id.starts_with("rg-"));
    if let Some(group) = group {
        collector.account(None).resource_groups.entry(group.to_owned()).or_default();
    }
    let attachment = Attachment {
        name: policy.to_owned(),
        kind: text(one, "PolicyType").unwrap_or("Custom").to_owned(),
        version: None,
        resource_group: group.map(str::to_owned),
    };
    collector.attach(&piece.place, (kind, name), attachment);
}

fn resource_group(group: &Value, collector: &mut Collector) {
    let Some(id) = text(group, "Id").or_else(|| text(group, "ResourceGroupId")) else { return };
    let display = text(group, "DisplayName").unwrap_or_default().to_owned();
    if text(group, "Name") != Some("default") {
        collector.account(None).resource_groups.entry(id.to_owned()).or_default().display_name = display;
    }
}

fn control_policy(piece: &Piece, policy: &Value, collector: &mut Collector) {
    let Some(name) = text(policy, "PolicyName") else { return };
    collector.in_directory();
    if let Some(id) = text(policy, "PolicyId") {
        collector.directory.names(id, name);
    }
    let Some(document) = text(policy, "PolicyDocument") else { return };
    if text(policy, "PolicyType") == Some("System") {
        return;
    }
    let scope = text(policy, "EffectScope").unwrap_or("RAM");
    collector.control_policy(&piece.place, name, scope, document);
}

/// The target stands in the command: an account, or a folder.
fn control_attachments(piece: &Piece, attached: &[&Value], collector: &mut Collector) {
    let Some(target) = piece.command.as_ref().and_then(|command| command.target()).map(str::to_owned) else {
        let what = "what these control policies are attached to is not said: keep the command with its output";
        collector.leave(&piece.place, what);
        return;
    };
    collector.in_directory();
    let attachments: Vec<Attachment> = attached
        .iter()
        .filter_map(|one| {
            let (name, kind) = (text(one, "PolicyName")?, text(one, "PolicyType").unwrap_or("Custom").to_owned());
            if let Some(id) = text(one, "PolicyId") {
                collector.directory.names(id, name);
            }
            Some(Attachment { name: name.to_owned(), kind, version: None, resource_group: None })
        })
        .collect();
    collector.directory.attaches(&target, attachments);
}

/// A member, or a folder: where it is.
fn placed(one: &Value, id: &str, folder: &str, collector: &mut Collector) {
    let Some(id) = text(one, id) else { return };
    collector.in_directory();
    if let Some(path) = text(one, "ResourceDirectoryPath") {
        collector.directory.leads_to(path);
    }
    if let Some(folder) = text(one, folder) {
        collector.directory.is_in(id, folder);
    }
}
