//! Dedicated resource groups: the instances that they are bought with.

use serde_json::{Map, Value, json};

use crate::cloud::{Record, RecordPlace};
use crate::gateway::{ApiError, Call};
use crate::operation::{Draft, Looked};

/// The instances that a resource group is bought with.
pub(in super::super) fn resource_instances(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let count = call.arguments.integer("EcsInstanceCount").unwrap_or(0).clamp(0, 100);
    let id = call.cloud().ids.lower("eas-r-", 18);
    draft.fields.insert("ResourceId".to_owned(), json!(id));
    let mut made = Vec::new();
    for _ in 0..count {
        let instance = call.cloud().ids.lower("eas-i-", 18);
        let mut record = Record::new(format!("{id}/{instance}"), call.person(), call.now);
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
pub(in super::super) fn show_resource(looked: Looked<'_>, view: &mut Map<String, Value>) {
    let place = RecordPlace::new("eas/ResourceInstance", looked.region);
    let all: Vec<_> = looked.records.within(&place, &looked.record.key, looked.now).collect();
    let prepaid = all.iter().filter(|one| one.text("ChargeType") == Some("PrePaid")).count();
    view.insert("InstanceCount".to_owned(), json!(all.len()));
    view.insert("PrePaidInstanceCount".to_owned(), json!(prepaid));
    view.insert("PostPaidInstanceCount".to_owned(), json!(all.len() - prepaid));
}

/// Takes an instance out of scheduling, or back into it.
pub(in super::super) fn cordon(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let action = call.arguments.text("Action");
    let status = if action.eq_ignore_ascii_case("uncordon") { "Ready" } else { "Ready-SchedulingDisabled" };
    draft.fields.insert("InstanceStatus".to_owned(), json!(status));
    draft.fields.insert("LastCordonOperator".to_owned(), json!(call.person()));
    Ok(())
}

/// The resource group that instances are to move to must be there.
pub(in super::super) fn migrate(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
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
