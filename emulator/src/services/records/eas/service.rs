//! What a service may become: developed, scaled, stopped, deleted.

use serde_json::{Value, json};

use crate::gateway::{ApiError, Call};
use crate::operation::Draft;

/// The most instances of a scaler are more than the least (EAS: CreateServiceAutoScaler).
pub(in super::super) fn scaler(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let of = |name: &str| draft.fields.get(name).and_then(Value::as_i64);
    match (of("MinReplica"), of("MaxReplica")) {
        (Some(least), Some(most)) if least >= most => Err(ApiError::bad_request(
            "InvalidParameter",
            "The specified parameter \"max\" must be greater than \"min\".",
        )),
        _ => Ok(()),
    }
}

/// CHOICE: a service in development mode is told by its source alone.
pub(in super::super) fn develop(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    if call.arguments.flag("Develop") {
        draft.fields.insert("Source".to_owned(), json!("Develop"));
    }
    draft.fields.remove("Develop");
    Ok(())
}

/// Into development mode and out of it.
pub(in super::super) fn develop_mode(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let source = if call.arguments.flag("Exit") { "API" } else { "Develop" };
    draft.fields.insert("Source".to_owned(), json!(source));
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
pub(in super::super) fn unlocked(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    locked(draft, &["dangerous", "all"])
}

/// One that is locked against everything is not stopped either.
pub(in super::super) fn unlocked_for_all(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    locked(draft, &["all"])
}
