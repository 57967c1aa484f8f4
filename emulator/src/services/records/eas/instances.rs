//! The instances of a service, and what happened to it.

use serde_json::json;

use crate::cloud::{Record, iso8601};
use crate::gateway::{ApiError, Call};
use crate::operation::Draft;
use crate::services::common::page::{List, numbered};

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
pub(in super::super) fn instances(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let record = draft.record.ok_or_else(ApiError::internal)?;
    let status = if record.state(call.now) == Some("Waiting") { "Pending" } else { "Running" };
    let namespace = record.text("Namespace");
    let view = |name: String| {
        json!({
            "InstanceName": name, "Status": status, "Namespace": namespace, "InstancePort": 8000, "RestartCount": 0, "TotalProcesses": 1,
            "ReadyProcesses": u8::from(status == "Running"), "Role": "Standard", "IsLatest": true, "StartAt": iso8601(record.created),
        })
    };
    let all = names(call, record).into_iter();
    draft.answer.extend(numbered(&call.arguments, all, view, 10).with_numbers(List::Plain("Instances")));
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
pub(in super::super) fn instance(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    there(call, draft, call.arguments.text("InstanceName"))
}

/// The same for those that a call lists. They come again under the same names.
pub(in super::super) fn instance_list(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    call.arguments
        .text("InstanceList")
        .split(',')
        .filter(|name| !name.is_empty())
        .try_for_each(|name| there(call, draft, name))
}

/// What happened to a service: that it was made. It is on the first page.
pub(in super::super) fn events(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let record = draft.record.ok_or_else(ApiError::internal)?;
    let event = json!({
        "Type": "Normal", "Reason": "CreateService", "Resource": "Service", "Time": iso8601(record.created),
        "Message": format!("The service {} was created", record.key),
    });
    let number = call.arguments.integer("PageNum").unwrap_or(1).max(1);
    let events: Vec<_> = (number == 1).then_some(event).into_iter().collect();
    let answer =
        [("Events", json!(events)), ("PageNum", json!(number)), ("TotalPageNum", json!(1)), ("TotalCount", json!(1))];
    draft.answer.extend(answer.map(|(name, value)| (name.to_owned(), value)));
    Ok(())
}
