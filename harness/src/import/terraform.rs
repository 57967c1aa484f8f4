//! `terraform show -json`: a state, or what a plan will make of it.

use std::collections::{BTreeMap, HashSet};

use acslab_emulator::state::Attachment;
use serde_json::{Map, Value};

use super::collect::Collector;
use super::piece::Piece;
use super::ram::add;
use super::take::text;

/// Takes a state or a plan; `false` for what is none.
pub(super) fn take(piece: &Piece, value: &Value, collector: &mut Collector) -> bool {
    let of_plan = value.get("planned_values");
    let values = of_plan.or_else(|| value.get("values")).filter(|_| value.get("format_version").is_some());
    let Some(root) = values.and_then(|values| values.get("root_module")) else {
        return false;
    };
    let mut resources = Vec::new();
    gather(root, &mut resources);
    if let Some(account) = account(value, &resources) {
        collector.account_is(&account);
    }
    for resource in &resources {
        let (Some(kind), Some(Value::Object(values))) = (text(resource, "type"), resource.get("values")) else {
            continue;
        };
        let address = text(resource, "address").unwrap_or(kind);
        let managed = text(resource, "mode") != Some("data");
        if managed && kind.starts_with("alicloud_") {
            one(piece, (kind, address), values, collector);
        }
    }
    if of_plan.is_some() {
        let open = open_addresses(value);
        let unknown = resources
            .iter()
            .filter_map(|resource| text(resource, "address"))
            .filter(|address| open.contains(address))
            .count();
        if unknown > 0 {
            let what = format!("{unknown} of the plan's resources have values that are known after apply only");
            collector.note(&piece.place, what);
        }
    }
    true
}

/// The account that the provider asked as: a plan has it in the state before, too.
fn account(value: &Value, resources: &[&Value]) -> Option<String> {
    let before = value.get("prior_state").and_then(|state| state.get("values")?.get("root_module"));
    let mut known = Vec::new();
    before.into_iter().for_each(|root| gather(root, &mut known));
    let all = resources.iter().copied().chain(known);
    let found = all.filter_map(|resource| {
        let name = match text(resource, "type")? {
            "alicloud_account" => "id",
            "alicloud_caller_identity" => "account_id",
            _ => return None,
        };
        text(resource.get("values")?, name).map(str::to_owned)
    });
    found.into_iter().find(|id| id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_digit()))
}

fn gather<'v>(module: &'v Value, found: &mut Vec<&'v Value>) {
    found.extend(module.get("resources").and_then(Value::as_array).into_iter().flatten());
    for child in module.get("child_modules").and_then(Value::as_array).into_iter().flatten() {
        gather(child, found);
    }
}

/// The addresses of the resources of which the plan leaves a document or a name open.
fn open_addresses(plan: &Value) -> HashSet<&str> {
    let named = ["policy_document", "document", "policy", "user_name", "role_name", "policy_name", "group_name"];
    let open = |change: &&Value| {
        let after = change.get("change").and_then(|change| change.get("after_unknown"));
        after.is_some_and(|after| named.iter().any(|name| after.get(name) == Some(&Value::Bool(true))))
    };
    let changes = plan.get("resource_changes").and_then(Value::as_array).into_iter().flatten();
    changes.filter(open).filter_map(|change| text(change, "address")).collect()
}

fn one(piece: &Piece, (kind, address): (&str, &str), values: &Map<String, Value>, collector: &mut Collector) {
    let of = |names: &[&str]| {
        let found = names.iter().find_map(|name| values.get(*name)?.as_str());
        found.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let need = |names: &[&str], collector: &mut Collector| {
        let found = of(names);
        if found.is_none() {
            let what = format!("`{address}` has no `{}` yet: left out", names.first().unwrap_or(&""));
            collector.leave(&piece.place, what);
        }
        found
    };
    let attachment = |collector: &mut Collector| {
        let name = need(&["policy_name"], collector)?;
        let kind = of(&["policy_type"]).unwrap_or_else(|| "Custom".to_owned());
        let resource_group = of(&["resource_group_id"]).filter(|id| id.starts_with("rg-"));
        Some(Attachment { name, kind, version: None, resource_group })
    };
    match kind {
        "alicloud_ram_user" => {
            let Some(name) = need(&["name"], collector) else { return };
            collector.user(None, &name).user_id = of(&["id"]).filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()));
        }
        "alicloud_ram_access_key" => {
            if let Some(user) = of(&["user_name"]) {
                collector.has_key(&user);
            }
        }
        "alicloud_ram_group" => {
            if let Some(name) = need(&["name", "group_name"], collector) {
                collector.group(&name);
            }
        }
        "alicloud_ram_group_membership" => {
            let Some(group) = need(&["group_name"], collector) else { return };
            for user in
                values.get("user_names").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
            {
                add(&mut collector.group(&group).members, user);
            }
        }
        "alicloud_ram_user_group_attachment" => {
            let (user, group) = (need(&["user_name"], collector), need(&["group_name"], collector));
            if let (Some(user), Some(group)) = (user, group) {
                add(&mut collector.group(&group).members, &user);
            }
        }
        "alicloud_ram_role" => {
            let Some(name) = need(&["role_name", "name"], collector) else { return };
            let arn = of(&["arn"]);
            if let Some(trust) = of(&["assume_role_policy_document", "document"]) {
                collector.trusts(&piece.place, arn.as_deref(), &name, &trust);
            }
            let seconds = values.get("max_session_duration").and_then(Value::as_u64);
            if let Some(seconds) =
                seconds.and_then(|seconds| u32::try_from(seconds).ok()).filter(|seconds| *seconds > 0)
            {
                collector.role(arn.as_deref(), &name).max_session_duration = seconds;
            }
        }
        "alicloud_ram_policy" => {
            let Some(name) = need(&["policy_name", "name"], collector) else { return };
            let Some(document) = need(&["policy_document", "document"], collector) else { return };
            let version = of(&["default_version"]).unwrap_or_else(|| "v1".to_owned());
            collector.version(&piece.place, &name, &version, &document, true);
        }
        "alicloud_ram_user_policy_attachment" => {
            let (name, attached) = (need(&["user_name"], collector), attachment(collector));
            attach(piece, "user", name, attached, collector);
        }
        "alicloud_ram_group_policy_attachment" => {
            let (name, attached) = (need(&["group_name"], collector), attachment(collector));
            attach(piece, "group", name, attached, collector);
        }
        "alicloud_ram_role_policy_attachment" => {
            let (name, attached) = (need(&["role_name"], collector), attachment(collector));
            attach(piece, "role", name, attached, collector);
        }
        "alicloud_resource_manager_policy_attachment" => {
            let principal = need(&["principal_name"], collector);
            let (name, attached) = (principal.map(|name| before_at(&name)), attachment(collector));
            let kind = match of(&["principal_type"]).as_deref() {
                Some("IMSGroup") => "group",
                Some("ServiceRole") => "role",
                _ => "user",
            };
            attach(piece, kind, name, attached, collector);
        }
        "alicloud_resource_manager_control_policy" => {
            let name = need(&["control_policy_name", "name"], collector);
            let (Some(name), Some(document)) = (name, need(&["policy_document"], collector)) else { return };
            if let Some(id) = of(&["id"]) {
                collector.directory.names(&id, &name);
            }
            let scope = of(&["effect_scope"]).unwrap_or_else(|| "RAM".to_owned());
            collector.in_directory();
            collector.control_policy(&piece.place, &name, &scope, &document);
        }
        "alicloud_resource_manager_control_policy_attachment" => {
            let (policy, target) = (need(&["policy_id"], collector), need(&["target_id"], collector));
            if let (Some(policy), Some(target)) = (policy, target) {
                collector.directory.attaches_also(&target, &policy);
            }
        }
        "alicloud_resource_manager_resource_directory" => {
            if let Some(management) = of(&["master_account_id"]) {
                collector.directory.is_managed_by(&management);
            }
        }
        "alicloud_resource_manager_folder" => {
            if let (Some(id), Some(parent)) = (of(&["id"]), of(&["parent_folder_id"])) {
                collector.directory.is_in(&id, &parent);
            }
        }
        "alicloud_resource_manager_account" => {
            if let (Some(id), Some(folder)) = (of(&["id"]), of(&["folder_id"])) {
                collector.directory.is_in(&id, &folder);
            }
        }
        "alicloud_resource_manager_resource_group" => {
            let Some(id) = of(&["id"]).or_else(|| of(&["resource_group_name", "name"])) else { return };
            let display = of(&["display_name"]).unwrap_or_default();
            collector.account(None).resource_groups.entry(id).or_default().display_name = display;
        }
        "alicloud_oss_bucket" => bucket(piece, values, &of, collector),
        "alicloud_oss_bucket_acl" => {
            if let (Some(name), Some(acl)) = (need(&["bucket"], collector), of(&["acl"])) {
                collector.bucket(&name).acl = acl;
            }
        }
        "alicloud_oss_bucket_policy" => {
            if let (Some(name), Some(policy)) = (need(&["bucket"], collector), need(&["policy"], collector)) {
                collector.bucket_policy(&piece.place, &name, &policy);
            }
        }
        "alicloud_oss_bucket_public_access_block" => {
            if let Some(name) = need(&["bucket"], collector) {
                let blocked = values.get("block_public_access").and_then(Value::as_bool);
                collector.bucket(&name).public_access_blocked = blocked.unwrap_or(false);
            }
        }
        "alicloud_oss_account_public_access_block" => {
            let blocked = values.get("block_public_access").and_then(Value::as_bool);
            collector.account(None).public_access_blocked = blocked.unwrap_or(false);
        }
        _ => {}
    }
}

/// `alice@company.onaliyun.com` is alice.
fn before_at(name: &str) -> String {
    name.split('@').next().unwrap_or(name).to_owned()
}

fn attach(piece: &Piece, kind: &str, name: Option<String>, attachment: Option<Attachment>, collector: &mut Collector) {
    if let (Some(name), Some(attachment)) = (name, attachment) {
        collector.attach(&piece.place, (kind, &name), attachment);
    }
}

fn bucket(
    piece: &Piece,
    values: &Map<String, Value>,
    of: &dyn Fn(&[&str]) -> Option<String>,
    collector: &mut Collector,
) {
    let Some(name) = of(&["bucket"]) else {
        collector.leave(&piece.place, "a bucket has no name yet: left out");
        return;
    };
    if let Some(owner) = of(&["owner"]) {
        collector.account_is(&owner);
    }
    let tags = values.get("tags").and_then(Value::as_object).into_iter().flatten();
    let tags: BTreeMap<String, String> =
        tags.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect();
    let bucket = collector.bucket(&name);
    bucket.tags = tags;
    if let Some(acl) = of(&["acl"]) {
        bucket.acl = acl;
    }
    if let Some(location) = of(&["location"]) {
        location.trim_start_matches("oss-").clone_into(&mut bucket.region);
    }
    if let Some(policy) = of(&["policy"]) {
        collector.bucket_policy(&piece.place, &name, &policy);
    }
    if let Some(group) = of(&["resource_group_id"]) {
        collector.is_in_group(&piece.place, &format!("oss bucket {name}"), &group);
    }
}
