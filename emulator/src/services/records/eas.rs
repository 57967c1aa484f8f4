//! What EAS does besides keeping records: it reads a service's configuration, makes its service-linked role, asks VPC for the network
//! of a service, keeps a locked service as it is.

use serde_json::{Map, Value, json};

use crate::cloud::{Record, RecordPlace, ServiceRole};
use crate::gateway::{ApiError, Call};
use crate::operation::{Draft, Looked, person};
use crate::services::common::inside::{RAM, assume_role};

/// The name that EAS goes by.
const SERVICE: &str = "eas.pai.aliyuncs.com";
/// The version of VPC's API.
const VPC: &str = "2016-04-28";

fn invalid(what: &str) -> ApiError {
    ApiError::bad_request("InvalidParameter", format!("The service configuration is invalid: {what}."))
}

/// Puts the members of one configuration into another, deep down.
fn merge(into: &mut Map<String, Value>, new: Map<String, Value>) {
    for (name, value) in new {
        match (into.get_mut(&name), value) {
            (Some(Value::Object(old)), Value::Object(new)) => merge(old, new),
            (_, value) => {
                into.insert(name, value);
            }
        }
    }
}

fn read(config: Option<&str>) -> Map<String, Value> {
    config.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// The fields of a service that its configuration says, which a call carries as its body. Of a service that is changed, it is merged into
/// the old one unless it is to replace that.
pub(super) fn configure(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let new = serde_json::from_slice::<Map<String, Value>>(&call.http.body);
    let new = new.map_err(|_| invalid("it is no JSON object"))?;
    let replaces = call.arguments.get("UpdateType") == Some("replace");
    let old = draft.record.filter(|_| !replaces).and_then(|record| record.text("ServiceConfig"));
    let mut whole = read(old.or_else(|| draft.fields.get("ServiceConfig").and_then(Value::as_str)));
    // What stands in the body is no field of the service: its configuration is.
    draft.fields.retain(|name, _| !new.contains_key(name));
    merge(&mut whole, new);
    let whole = Value::Object(whole);
    let at = |paths: &[&str]| {
        let mut found = paths.iter().filter_map(|path| whole.pointer(path));
        found.find(|value| !value.is_null() && value.as_str() != Some("")).cloned()
    };
    if draft.record.is_none() {
        let name = at(&["/metadata/name", "/name"]).ok_or_else(|| invalid("`metadata.name` is missing"))?;
        draft.fields.insert("ServiceName".to_owned(), name);
    }
    let workspace = at(&["/metadata/workspace_id"]).filter(|_| call.arguments.filled("WorkspaceId").is_none());
    let named = [
        ("TotalInstance", at(&["/metadata/instance"]).or_else(|| draft.record.is_none().then(|| json!(1)))),
        ("Cpu", at(&["/metadata/cpu", "/containers/0/cpu"])),
        ("Gpu", at(&["/metadata/gpu", "/containers/0/gpu"])),
        ("Memory", at(&["/metadata/memory", "/containers/0/memory"])),
        ("Image", at(&["/containers/0/image"])),
        ("Resource", at(&["/metadata/resource"])),
        ("ServiceGroup", at(&["/metadata/group"])),
        ("QuotaId", at(&["/metadata/quota_id"])),
        ("Gateway", at(&["/metadata/gateway"])),
        ("WorkloadType", at(&["/metadata/workload_type"])),
        ("ServiceType", at(&["/metadata/type"])),
        ("WorkspaceId", workspace),
        ("ServiceConfig", Some(json!(whole.to_string()))),
    ];
    draft.fields.extend(named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    Ok(())
}

/// The service that a new one is a copy of: its configuration is what the call's own is merged into.
pub(super) fn clone_config(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let name = call.arguments.text("ServiceName").to_owned();
    let place = RecordPlace::new("eas/Service", &call.region);
    let absent =
        || ApiError::not_found("InvalidService.NotFound", format!("The specified service {name} is not found."));
    let records = call.account()?.records.read();
    let record = records.get(&place, &name, call.now).map_err(|_| absent())?;
    draft.fields.remove("ServiceName");
    for field in ["ServiceConfig", "WorkspaceId"] {
        if let Some(value) = record.fields.get(field) {
            draft.fields.insert(field.to_owned(), value.clone());
        }
    }
    Ok(())
}

/// CHOICE: a service in development mode is told by its source alone.
pub(super) fn develop(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    if call.arguments.flag("Develop") {
        draft.fields.insert("Source".to_owned(), json!("Develop"));
    }
    draft.fields.remove("Develop");
    Ok(())
}

/// Into development mode and out of it.
pub(super) fn develop_mode(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let source = if call.arguments.flag("Exit") { "API" } else { "Develop" };
    draft.fields.insert("Source".to_owned(), json!(source));
    Ok(())
}

/// The first service makes EAS's service-linked role, in the name of who creates it: without `ram:CreateServiceLinkedRole` it is refused
/// (documented in the policies that name `eas.pai.aliyuncs.com`).
pub(super) fn linked_role(call: &Call<'_>, _: &mut Draft<'_>) -> Result<(), ApiError> {
    let role = ServiceRole::linked_to(SERVICE).ok_or_else(ApiError::internal)?;
    if call.account()?.directory.read().role(&role.name).is_ok() {
        return Ok(());
    }
    let made = call.call_action(call.caller.clone(), RAM, "CreateServiceLinkedRole", &[("ServiceName", SERVICE)]);
    match made {
        Err(error) if error.code() != "EntityAlreadyExists.Role" => Err(error),
        _ => Ok(()),
    }
}

/// The network that a service's configuration names must be there. EAS asks VPC as its service-linked role; before there is one, the
/// service is the first and its network is asked for by who makes it.
pub(super) fn network(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let config = read(draft.fields.get("ServiceConfig").and_then(Value::as_str));
    let config = Value::Object(config);
    let named = |path: &str| config.pointer(path).and_then(Value::as_str).filter(|id| !id.is_empty());
    let asked = [
        ("/cloud/networking/vpc_id", "DescribeVpcAttribute", "VpcId"),
        ("/cloud/networking/vswitch_id", "DescribeVSwitchAttributes", "VSwitchId"),
    ];
    let asked: Vec<_> =
        asked.into_iter().filter_map(|(path, action, name)| Some((action, name, named(path)?))).collect();
    if asked.is_empty() {
        return Ok(());
    }
    linked_role(call, draft)?;
    let role = ServiceRole::linked_to(SERVICE).ok_or_else(ApiError::internal)?;
    let caller = assume_role(call, SERVICE, &role.name, "EAS")?;
    for (action, name, id) in asked {
        call.call_action(caller.clone(), VPC, action, &[("RegionId", &call.region), (name, id)])?;
    }
    Ok(())
}

fn locked(draft: &Draft<'_>, locks: &[&str]) -> Result<(), ApiError> {
    let record = draft.record.ok_or_else(ApiError::internal)?;
    let lock = record.text("SafetyLock").unwrap_or("none");
    if !locks.contains(&lock) {
        return Ok(());
    }
    // CHOICE: the code.
    let name = record.text("ServiceName").unwrap_or_default();
    Err(ApiError::bad_request("InvalidService.Locked", format!("The service {name} has the safety lock [{lock}].")))
}

/// A service that is locked against what is dangerous, or against everything, is not deleted.
pub(super) fn unlocked(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    locked(draft, &["dangerous", "all"])
}

/// One that is locked against everything is not stopped either.
pub(super) fn unlocked_for_all(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    locked(draft, &["all"])
}

fn page(call: &Call<'_>, number: &str, all: Vec<Value>) -> (Vec<Value>, usize, usize, usize) {
    let whole = |name: &str| call.arguments.integer(name).and_then(|number| usize::try_from(number).ok());
    let (number, size, total) = (whole(number).unwrap_or(1).max(1), whole("PageSize").unwrap_or(10).max(1), all.len());
    (all.into_iter().skip((number - 1).saturating_mul(size)).take(size).collect(), number, size, total)
}

/// What happened to a service: that it was made.
pub(super) fn events(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let record = draft.record.ok_or_else(ApiError::internal)?;
    let event = json!({
        "Type": "Normal", "Reason": "CreateService", "Resource": "Service", "Time": crate::cloud::iso8601(record.created),
        "Message": format!("The service {} was created", record.key),
    });
    let (events, number, size, total) = page(call, "PageNum", vec![event]);
    let answer = [
        ("Events", json!(events)),
        ("PageNum", json!(number)),
        ("TotalPageNum", json!(total.div_ceil(size))),
        ("TotalCount", json!(total)),
    ];
    draft.answer.extend(answer.map(|(name, value)| (name.to_owned(), value)));
    Ok(())
}

/// The names of a service's instances: as many as it has while it runs.
fn names(call: &Call<'_>, record: &Record) -> Vec<String> {
    let there = matches!(record.state(call.now), Some("Running" | "Updating" | "Scaling" | "Waiting"));
    let count = record.fields.get("TotalInstance").map(|count| {
        count.as_u64().unwrap_or_else(|| count.as_str().and_then(|count| count.parse().ok()).unwrap_or(0))
    });
    let count = if there { count.unwrap_or(0).min(1000) } else { 0 };
    let id = record.text("ServiceId").unwrap_or_default();
    let mark = id.get(id.len().saturating_sub(10)..).unwrap_or_default();
    (0..count).map(|number| format!("{}-{mark}-{number}", record.text("ServiceName").unwrap_or_default())).collect()
}

/// The instances of a service.
pub(super) fn instances(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let record = draft.record.ok_or_else(ApiError::internal)?;
    let status = if record.state(call.now) == Some("Waiting") { "Pending" } else { "Running" };
    let namespace = record.text("Namespace");
    let all = names(call, record).into_iter().map(|name| {
        json!({
            "InstanceName": name, "Status": status, "Namespace": namespace, "InstancePort": 8000, "RestartCount": 0, "TotalProcesses": 1,
            "ReadyProcesses": u8::from(status == "Running"), "Role": "Standard", "IsLatest": true, "StartAt": crate::cloud::iso8601(record.created),
        })
    });
    let (items, number, size, total) = page(call, "PageNumber", all.collect());
    let answer = [
        ("Instances", json!(items)),
        ("PageNumber", json!(number)),
        ("PageSize", json!(size)),
        ("TotalCount", json!(total)),
    ];
    draft.answer.extend(answer.map(|(name, value)| (name.to_owned(), value)));
    Ok(())
}

fn there(call: &Call<'_>, draft: &Draft<'_>, wanted: &str) -> Result<(), ApiError> {
    let record = draft.record.ok_or_else(ApiError::internal)?;
    if names(call, record).iter().any(|name| name == wanted) {
        return Ok(());
    }
    Err(ApiError::not_found("InvalidInstance.NotFound", format!("The specified instance {wanted} is not found.")))
}

/// The instance that a call names must be one of the service's.
pub(super) fn instance(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    there(call, draft, call.arguments.text("InstanceName"))
}

/// The same for those that a call lists. They come again under the same names.
pub(super) fn instance_list(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    call.arguments
        .text("InstanceList")
        .split(',')
        .filter(|name| !name.is_empty())
        .try_for_each(|name| there(call, draft, name))
}

/// The instances that a resource group is bought with.
pub(super) fn resource_instances(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let count = call.arguments.integer("EcsInstanceCount").unwrap_or(0).clamp(0, 100);
    let id = call.cloud().ids.lower("eas-r-", 18);
    draft.fields.insert("ResourceId".to_owned(), json!(id));
    let mut made = Vec::new();
    for _ in 0..count {
        let instance = call.cloud().ids.lower("eas-i-", 18);
        let mut record = Record::new(format!("{id}/{instance}"), person(&call.caller), call.now);
        record.fields = [
            ("InstanceId", json!(instance)),
            ("ResourceId", json!(id)),
            ("InstanceName", json!(instance)),
            ("InstanceStatus", json!("Ready")),
            ("InstanceType", json!(call.arguments.text("EcsInstanceType"))),
            ("ChargeType", json!(call.arguments.text("ChargeType"))),
            ("Region", json!(call.region)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect();
        draft.with.push(("eas/ResourceInstance", record));
        made.push(json!(instance));
    }
    draft.answer.insert("InstanceIds".to_owned(), Value::Array(made));
    Ok(())
}

/// What is in a resource group.
pub(super) fn show_resource(looked: Looked<'_>, view: &mut Map<String, Value>) {
    let place = RecordPlace::new("eas/ResourceInstance", looked.region);
    let all: Vec<_> = looked.records.within(&place, &looked.record.key, looked.now).collect();
    let prepaid = all.iter().filter(|one| one.text("ChargeType") == Some("PrePaid")).count();
    view.insert("InstanceCount".to_owned(), json!(all.len()));
    view.insert("PrePaidInstanceCount".to_owned(), json!(prepaid));
    view.insert("PostPaidInstanceCount".to_owned(), json!(all.len() - prepaid));
}

/// Takes an instance out of scheduling, or back into it.
pub(super) fn cordon(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let action = call.arguments.text("Action");
    let status = if action.eq_ignore_ascii_case("uncordon") { "Ready" } else { "Ready-SchedulingDisabled" };
    draft.fields.insert("InstanceStatus".to_owned(), json!(status));
    draft.fields.insert("LastCordonOperator".to_owned(), json!(person(&call.caller)));
    Ok(())
}

/// The resource group that instances are to move to must be there.
pub(super) fn migrate(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let wanted = call.arguments.text("DestResourceId");
    let records = call.account()?.records.read();
    let place = RecordPlace::new("eas/Resource", &call.region);
    if records.get(&place, wanted, call.now).is_err() {
        let message = format!("The specified resource group {wanted} is not found.");
        return Err(ApiError::not_found("InvalidResource.NotFound", message));
    }
    draft.fields.insert("ResourceId".to_owned(), json!(wanted));
    let ids = call.arguments.text("InstanceIds");
    draft.answer.insert("InstanceIds".to_owned(), json!(ids));
    Ok(())
}

fn entries(value: Option<&Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(entries)) => entries.clone(),
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn entry(value: &Value) -> Option<&str> {
    value.get("Entry").and_then(Value::as_str)
}

/// Adds entries to an access control list, which is that of the internet where no VPC is named.
pub(super) fn acl_add(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let mut all = entries(draft.record.and_then(|record| record.fields.get("AclPolicyList")));
    let new = entries(draft.fields.get("AclPolicyList"));
    all.retain(|old| !new.iter().any(|new| entry(new) == entry(old)));
    all.extend(new);
    draft.fields.insert("AclPolicyList".to_owned(), Value::Array(all));
    Ok(())
}

/// Takes entries from it.
pub(super) fn acl_remove(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let mut all = entries(draft.record.and_then(|record| record.fields.get("AclPolicyList")));
    let gone = entries(draft.fields.get("AclPolicyList"));
    all.retain(|old| !gone.iter().any(|gone| entry(gone) == entry(old)));
    draft.fields.insert("AclPolicyList".to_owned(), Value::Array(all));
    Ok(())
}

/// The access control lists of a gateway.
pub(super) fn acl(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let record = draft.record.ok_or_else(ApiError::internal)?;
    let place = RecordPlace::new("eas/AclPolicy", &call.region);
    let records = call.account()?.records.read();
    let wanted = call.arguments.filled("VpcId");
    let (mut internet, mut intranet) = (Vec::new(), Vec::new());
    for list in records.within(&place, &record.key, call.now) {
        let shown = json!({"AclPolicyList": entries(list.fields.get("AclPolicyList")), "VpcId": list.text("VpcId")});
        if wanted.is_some_and(|wanted| list.text("VpcId") != Some(wanted)) {
            continue;
        }
        if list.text("VpcId") == Some("internet") { internet.push(shown) } else { intranet.push(shown) }
    }
    draft.answer.insert("InternetAclPolicyList".to_owned(), Value::Array(internet));
    draft.answer.insert("IntranetVpcAclPolicyList".to_owned(), Value::Array(intranet));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configurations_are_merged_deep_down() {
        let mut old = read(Some(r#"{"metadata":{"instance":1,"cpu":2},"containers":[{"image":"a"}]}"#));
        merge(&mut old, read(Some(r#"{"metadata":{"instance":3},"containers":[{"image":"b"}]}"#)));
        assert_eq!(Value::Object(old), json!({"metadata": {"instance": 3, "cpu": 2}, "containers": [{"image": "b"}]}));
        assert!(read(Some("[]")).is_empty());
    }
}
