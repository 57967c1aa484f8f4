//! The configuration of a service, a JSON object: what it says, how it changes, and whose copy it is.

use serde_json::{Map, Value, json};

use super::versions::add_version;
use crate::cloud::{RecordPlace, SERVICE_CONFIGURATION};
use crate::gateway::{ApiError, Call};
use crate::operation::Draft;

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

pub(super) fn read(config: Option<&str>) -> Map<String, Value> {
    config.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// The fields of a service that its configuration says, which a call carries as its body. Of a service that is changed, it is merged into
/// the old one unless it is to replace that.
pub(in super::super) fn configure(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let new = serde_json::from_slice::<Map<String, Value>>(&call.http.body);
    let new = new.map_err(|_| invalid("it is no JSON object"))?;
    let replaces = call.arguments.get("UpdateType") == Some("replace");
    let old = draft.record.filter(|_| !replaces).and_then(|record| record.text("ServiceConfig"));
    let mut whole = read(old.or_else(|| draft.fields.get("ServiceConfig").and_then(Value::as_str)));
    let instances = new.get("metadata").and_then(|metadata| metadata.get("instance")).cloned();
    // What stands in the body is no field of the service: its configuration is.
    draft.fields.retain(|name, _| !new.contains_key(name));
    merge(&mut whole, new);
    let mut whole = Value::Object(whole);
    // INFERRED: a service keeps its name, whatever it is given later.
    let own = draft.record.and_then(|record| record.text("ServiceName"));
    if let (Some(own), Some(name)) = (own, whole.pointer_mut("/metadata/name")) {
        *name = json!(own);
    }
    let text = whole.to_string();
    if text.len() > SERVICE_CONFIGURATION {
        return Err(invalid("it is too long"));
    }
    if draft.record.is_none() {
        let name = first(&whole, &["/metadata/name", "/name"]).ok_or_else(|| invalid("`metadata.name` is missing"))?;
        if !name.as_str().is_some_and(is_name) {
            return Err(invalid("`metadata.name` must be 3 to 63 small letters, digits and `_`"));
        }
        draft.fields.insert("ServiceName".to_owned(), name);
    }
    if instances.as_ref().and_then(Value::as_i64).is_some_and(|number| number < 0) {
        return Err(invalid("`metadata.instance` is less than 0"));
    }
    take(call, draft, &whole, instances, replaces || draft.record.is_none());
    draft.fields.insert("ServiceConfig".to_owned(), json!(text));
    add_version(call, draft);
    Ok(())
}

/// May a service be called so (an official skill for deploying services)?
fn is_name(name: &str) -> bool {
    (3..=63).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// What a configuration says at the first of these places that says something.
pub(super) fn first(whole: &Value, paths: &[&str]) -> Option<Value> {
    let mut found = paths.iter().filter_map(|path| whole.pointer(path));
    found.find(|value| !value.is_null() && value.as_str() != Some("")).cloned()
}

/// The fields that a whole configuration says, and where in it.
const SAID: &[(&str, &[&str])] = &[
    ("Cpu", &["/metadata/cpu", "/containers/0/cpu"]),
    ("Gpu", &["/metadata/gpu", "/containers/0/gpu"]),
    ("Memory", &["/metadata/memory", "/containers/0/memory"]),
    ("Image", &["/containers/0/image"]),
    ("Resource", &["/metadata/resource"]),
    ("ServiceGroup", &["/metadata/group"]),
    ("QuotaId", &["/metadata/quota_id"]),
    ("Gateway", &["/metadata/gateway"]),
    ("WorkloadType", &["/metadata/workload_type"]),
    ("VpcId", &["/cloud/networking/vpc_id"]),
    ("VSwitchId", &["/cloud/networking/vswitch_id"]),
    ("SecurityGroupId", &["/cloud/networking/security_group_id"]),
];

/// Takes the fields of a service from its whole configuration: what that does not say, the service has no more. Where it is `all` that is
/// said of it, a service without a number of instances has one; else it keeps those that it was scaled to, unless the call says another
/// number of `instances`.
pub(super) fn take(call: &Call<'_>, draft: &mut Draft<'_>, whole: &Value, instances: Option<Value>, all: bool) {
    for (name, paths) in SAID {
        match first(whole, paths) {
            Some(value) => draft.fields.insert((*name).to_owned(), value),
            None if draft.record.is_some() => draft.fields.insert((*name).to_owned(), Value::Null),
            None => None,
        };
    }
    let workspace = first(whole, &["/metadata/workspace_id"]);
    let besides = [
        ("TotalInstance", instances.filter(|number| !number.is_null()).or_else(|| all.then(|| json!(1)))),
        ("ServiceType", first(whole, &["/metadata/type"]).or_else(|| all.then(|| json!("Standard")))),
        ("WorkspaceId", workspace.filter(|_| call.arguments.filled("WorkspaceId").is_none())),
    ];
    draft.fields.extend(besides.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
}

/// The service that a new one is a copy of: its configuration is what the call's own is merged into.
pub(in super::super) fn clone_config(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
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
