//! What is in which resource group. Known are the resources whose service says so; see [`crate::cloud::ResourceGroups`].

use serde_json::json;

use super::product::RESOURCE_MANAGER;
use super::words::is_group_id;
use crate::cloud::{GroupedResource, ResourceKey, iso8601};
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};
use crate::services::common::page::{List, numbered};
use crate::services::identity::resource_directory::words::{PAGE, PAGE_NUMBER, PAGE_SIZE, invalid, own, ruled};

/// Resources that one call may move.
const MOST: usize = 10;

/// The operations on the resources of groups.
pub fn table() -> Vec<Operation> {
    vec![
        RESOURCE_MANAGER.action(
            "ListResources",
            &[own!("ListResources" on "*")],
            &[ruled!(optional "ResourceGroupId", is_group_id, "rg-aek2abcdefghijk"), PAGE_NUMBER, PAGE_SIZE],
            list,
        ),
        RESOURCE_MANAGER.action(
            "MoveResources",
            &[own!("MoveResources" on "*")],
            &[
                ruled!(required "ResourceGroupId", is_group_id, "rg-aek2abcdefghijk"),
                Parameter::optional("Resources", Form::Any),
            ],
            transfer,
        ),
    ]
}

/// ListResources
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let is = |name, value: &str| arguments.filled(name).is_none_or(|wanted| wanted == value);
    // Of the pairs only those count that are whole.
    let kinds = arguments.objects("ResourceTypes");
    let kinds: Vec<_> = kinds.iter().filter_map(|kind| kind.get("Service").zip(kind.get("ResourceType"))).collect();
    let is_listed = |key: &ResourceKey| {
        if kinds.is_empty() {
            return is("Service", &key.service) && is("ResourceType", &key.kind);
        }
        kinds.iter().any(|(service, kind)| **service == key.service && **kind == key.kind)
    };
    let groups = call.account()?.resource_groups.read();
    let wanted = groups.resources().filter(|(key, resource)| {
        is("ResourceGroupId", &resource.group)
            && is("ResourceId", &key.id)
            && is("Region", &resource.region)
            && is_listed(key)
    });
    let view = |(key, resource): (&ResourceKey, &GroupedResource)| {
        json!({
            "ResourceGroupId": resource.group,
            "Service": key.service,
            "ResourceType": key.kind,
            "ResourceId": key.id,
            "RegionId": resource.region,
            "CreateDate": iso8601(resource.created),
        })
    };
    let page = numbered(arguments, wanted, view, PAGE);
    Ok(Reply::document(page.with_numbers(List::Wrapped("Resources", "Resource"))))
}

/// MoveResources: each resource has its own outcome.
fn transfer(call: &Call<'_>) -> Result<Reply, ApiError> {
    let resources = call.arguments.objects("Resources");
    if resources.is_empty() {
        return Err(ApiError::missing("Resources"));
    }
    if resources.len() > MOST {
        return Err(invalid("Resources"));
    }
    let target = call.arguments.text("ResourceGroupId");
    let mut groups = call.account()?.resource_groups.write();
    groups.usable(target, call.now)?;
    let mut outcomes = Vec::with_capacity(resources.len());
    for resource in &resources {
        let part = |name| resource.get(name).copied().unwrap_or_default();
        let key = ResourceKey::new(part("Service").to_owned(), part("ResourceType").to_owned(), part("ResourceId"));
        let error = groups.transfer(&key, target, call.now).err().map(ApiError::from);
        let mut outcome = json!({
            "RequestId": *call.request_id,
            "Service": key.service,
            "ResourceType": key.kind,
            "ResourceId": key.id,
            "RegionId": part("RegionId"),
            "Status": if error.is_some() { "FAIL" } else { "SUCCESS" },
        });
        if let (Some(error), Some(outcome)) = (error, outcome.as_object_mut()) {
            outcome.insert("ErrorCode".to_owned(), json!(error.code()));
            outcome.insert("ErrorMsg".to_owned(), json!(error.message()));
        }
        outcomes.push(outcome);
    }
    Ok(Reply::document(json!({ "Responses": outcomes })))
}
