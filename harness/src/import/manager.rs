//! What Resource Management prints: attachments at any scope, resource groups, control policies.

use acslab_emulator::state::{Attachment, ControlPolicy, PolicyText, ResourceDirectory};
use serde_json::Value;

use super::collect::Collector;
use super::piece::Piece;
use super::ram::add;
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
                let entry = collector.account(None).resource_groups.entry(group.to_owned()).or_default();
                add(&mut entry.resources, &format!("{service} {kind} {id}"));
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

fn directory(collector: &mut Collector) -> &mut ResourceDirectory {
    let new = || ResourceDirectory { control: "enabled".to_owned(), ..ResourceDirectory::default() };
    collector.account(None).resource_directory.get_or_insert_with(new)
}

fn control_policy(piece: &Piece, policy: &Value, collector: &mut Collector) {
    let Some(name) = text(policy, "PolicyName") else { return };
    let Some(document) = text(policy, "PolicyDocument") else { return };
    if text(policy, "PolicyType") == Some("System") {
        return;
    }
    let new = ControlPolicy {
        effect_scope: text(policy, "EffectScope").unwrap_or("RAM").to_owned(),
        document: PolicyText::new(document),
    };
    collector.tell(&piece.place, &format!("control policy `{name}`"), &new.document.to_string());
    directory(collector).control_policies.insert(name.to_owned(), new);
}

/// The target stands in the command: an account, or a folder.
fn control_attachments(piece: &Piece, attached: &[&Value], collector: &mut Collector) {
    let Some(target) = piece.command.as_ref().and_then(|command| command.target()).map(str::to_owned) else {
        let what = "what these control policies are attached to is not said: keep the command with its output";
        collector.leave(&piece.place, what);
        return;
    };
    let attachments: Vec<Attachment> = attached
        .iter()
        .filter_map(|one| {
            let kind = text(one, "PolicyType").unwrap_or("Custom").to_owned();
            Some(Attachment { name: text(one, "PolicyName")?.to_owned(), kind, version: None, resource_group: None })
        })
        .collect();
    if target.bytes().all(|byte| byte.is_ascii_digit()) {
        let member = directory(collector).members.entry(target).or_default();
        if member.folder.is_empty() {
            "root".clone_into(&mut member.folder);
        }
        member.control_policies = attachments;
        return;
    }
    let path = if target.starts_with("r-") { "root".to_owned() } else { format!("root/{target}") };
    let folders = &mut directory(collector).folders;
    folders.entry("root".to_owned()).or_default();
    folders.entry(path).or_default().control_policies = attachments;
}
