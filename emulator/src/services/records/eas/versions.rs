//! The versions of a service: each configuration that it had.

use serde_json::{Value, json};

use super::configuration::{first, read, take};
use crate::cloud::{Record, SERVICE_VERSION_BYTES, iso8601};
use crate::gateway::{ApiError, Call};
use crate::operation::Draft;
use crate::services::common::page::{List, numbered};

/// So many versions of a service are kept (CHOICE); the oldest go first.
const VERSIONS: usize = 100;

/// Each configuration of a service is a version of it, and the newest one runs.
pub(super) fn add_version(call: &Call<'_>, draft: &mut Draft<'_>) {
    let mut all = draft.record.map(kept_versions).unwrap_or_default();
    let number = draft.record.map_or(1, |record| whole(record, "LatestVersion") + 1);
    let config = draft.fields.get("ServiceConfig").cloned().unwrap_or_default();
    all.push(json!({"ImageId": number, "BuildTime": iso8601(call.now), "ServiceConfig": config}));
    forget_oldest(&mut all);
    let fields = [("LatestVersion", json!(number)), ("CurrentVersion", json!(number)), ("Versions", json!(all))];
    draft.fields.extend(fields.map(|(name, value)| (name.to_owned(), value)));
}

/// Leaves the newest versions: as many as may be, by their number and by what their texts take. The newest one always stays.
fn forget_oldest(all: &mut Vec<Value>) {
    let mut taken = 0_usize;
    let fits = |version: &&Value| {
        taken = taken.saturating_add(version["ServiceConfig"].as_str().map_or(0, str::len));
        taken <= SERVICE_VERSION_BYTES
    };
    let kept = all.iter().rev().take(VERSIONS).take_while(fits).count().max(1);
    all.drain(..all.len().saturating_sub(kept));
}

fn kept_versions(record: &Record) -> Vec<Value> {
    record.fields.get("Versions").and_then(Value::as_array).cloned().unwrap_or_default()
}

fn whole(record: &Record, field: &str) -> i64 {
    record.fields.get(field).and_then(Value::as_i64).unwrap_or(1)
}

/// Another version of a service comes to run: one that was made. CHOICE: the code.
pub(in super::super) fn version(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let record = draft.record.ok_or_else(ApiError::internal)?;
    let wanted = call.arguments.integer("Version").unwrap_or_default();
    let all = kept_versions(record);
    let found = all.iter().find(|version| version["ImageId"] == wanted);
    let config = match found {
        Some(version) => version["ServiceConfig"].clone(),
        None if all.is_empty() && wanted == whole(record, "CurrentVersion") => return Ok(()),
        None => {
            return Err(ApiError::not_found("InvalidVersion.NotFound", format!("The version {wanted} is not found.")));
        }
    };
    let whole = Value::Object(read(config.as_str()));
    take(call, draft, &whole, first(&whole, &["/metadata/instance"]), true);
    draft.fields.extend(
        [("CurrentVersion", json!(wanted)), ("ServiceConfig", config)].map(|(name, value)| (name.to_owned(), value)),
    );
    Ok(())
}

/// The versions of a service, the newest first.
pub(in super::super) fn versions(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let record = draft.record.ok_or_else(ApiError::internal)?;
    let view = |version: Value| {
        json!({
            "ImageId": version["ImageId"], "BuildTime": version["BuildTime"], "ServiceConfig": version["ServiceConfig"],
            "ImageAvailable": "true", "ServiceRunnable": "true", "Message": "",
        })
    };
    let all = kept_versions(record).into_iter().rev();
    draft.answer.extend(numbered(&call.arguments, all, view, 10).with_numbers(List::Plain("Versions")));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_versions_that_are_kept_are_bounded_by_number_and_by_size() {
        let of = |sizes: &[usize]| {
            let version =
                |(number, size): (usize, &usize)| json!({"ImageId": number, "ServiceConfig": "a".repeat(*size)});
            let mut all: Vec<_> = sizes.iter().enumerate().map(version).collect();
            forget_oldest(&mut all);
            all.iter().map(|version| version["ImageId"].as_u64().unwrap()).collect::<Vec<_>>()
        };
        let half = SERVICE_VERSION_BYTES / 2;
        assert_eq!(of(&[1, half, half]), [1, 2]);
        assert_eq!(of(&[half, 1, half]), [1, 2]);
        assert_eq!(of(&[1, 2 * SERVICE_VERSION_BYTES]), [1]);
        assert_eq!(of(&[1; VERSIONS + 2]).first(), Some(&2));
    }
}
