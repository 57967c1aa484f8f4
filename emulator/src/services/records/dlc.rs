//! What DLC shows besides: the pods of a job.

use serde_json::{Map, Value, json};

use crate::cloud::Record;
use crate::gateway::{ApiError, Call};
use crate::operation::{Draft, Looked};

/// The pod that a call names must be one of the job's.
pub(super) fn pod(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let wanted = call.arguments.text("PodId");
    let record = draft.record.ok_or_else(ApiError::internal)?;
    let uid = pods(record).find(|(id, _)| id == wanted).map(|(_, kind)| json!(format!("{wanted}-{kind}")));
    let uid = uid.ok_or_else(|| ApiError::not_found("NoSuchObject", format!("pod {wanted} is not found")))?;
    draft.answer.insert("PodId".to_owned(), json!(wanted));
    draft.answer.insert("PodUid".to_owned(), uid);
    Ok(())
}

/// The pods, in the state that the job's makes them have.
pub(super) fn show_job(looked: Looked<'_>, view: &mut Map<String, Value>) {
    let status = match looked.state {
        Some("Running") => "Running",
        Some("Succeeded") => "Succeeded",
        Some("Failed" | "Stopped") => "Failed",
        _ => "Pending",
    };
    let shown = |(id, kind)| json!({"PodId": id, "Type": kind, "Status": status, "PodUid": format!("{id}-{kind}")});
    view.insert("Pods".to_owned(), pods(looked.record).map(shown).collect());
}

/// Pods of one job that are shown (CHOICE).
const PODS: usize = 1_000;

/// The pods of a job: ids and types, `dlc…-worker-0`.
fn pods(record: &Record) -> impl Iterator<Item = (String, String)> {
    let job = record.text("JobId").unwrap_or_default().to_owned();
    let specs = record.fields.get("JobSpecs").and_then(Value::as_array).cloned().unwrap_or_default();
    let all = specs.into_iter().flat_map(move |spec| {
        let kind = spec.get("Type").and_then(Value::as_str).unwrap_or("Worker").to_ascii_lowercase();
        let count = spec.get("PodCount").and_then(Value::as_u64).unwrap_or(1);
        let job = job.clone();
        (0..count).map(move |number| (format!("{job}-{kind}-{number}"), kind.clone()))
    });
    all.take(PODS)
}
