//! DSW's shutdown timers: an instance that runs is stopped when its time has come, by the cloud's clock alone.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::cloud::{Record, RecordPlace, iso8601_millis};
use crate::gateway::{ApiError, Call};
use crate::operation::{Draft, Looked};

/// The states of an instance that is stopped, as its kind's file has them.
const STOP: [&str; 2] = ["Stopping", "Stopped"];

/// The field with the time, of the two forms in which a call gives it: when, or so many milliseconds from now.
const DUE: &str = "DueTime";
const REMAINING: &str = "RemainingTimeInMs";

/// CHOICE: the words. The code is the one of all that is wrong with a parameter (SDK).
fn wrong(why: &str) -> ApiError {
    ApiError::bad_request("ValidationError", format!("The shutdown timer is invalid: {why}."))
}

fn due(record: &Record) -> Option<Timestamp> {
    record.text(DUE)?.parse().ok()
}

/// When an instance is to be stopped. CHOICE: of a call that gives both forms, the time counts.
fn asked(call: &Call<'_>, fields: &Map<String, Value>) -> Result<Timestamp, ApiError> {
    let at = match (fields.get(DUE).and_then(Value::as_str).filter(|text| !text.is_empty()), fields.get(REMAINING)) {
        (Some(text), _) => text.parse().map_err(|_| wrong("DueTime is no time, such as 2026-01-02T03:04:05Z"))?,
        (None, Some(millis)) => {
            let millis = millis.as_i64().ok_or_else(|| wrong("RemainingTimeInMs is no number"))?;
            call.now.checked_add(SignedDuration::from_millis(millis)).map_err(|_| wrong("it is too late"))?
        }
        (None, None) => return Err(wrong("neither DueTime nor RemainingTimeInMs is given")),
    };
    if at <= call.now { Err(wrong("its time has passed")) } else { Ok(at) }
}

/// Changes what an instance comes to; nothing of one that is not on its way to run.
fn plan(call: &Call<'_>, at: Option<Timestamp>) -> Result<(), ApiError> {
    let place = RecordPlace::new("pai-dsw/Instance", &call.region);
    let mut records = call.account()?.records.write();
    if let Ok(instance) = records.get_mut(&place, call.arguments.text("InstanceId"), call.now) {
        instance.course.not_then(STOP[0], call.now);
        let runs = instance.course.steps.last().is_some_and(|step| step.state.as_deref() == Some("Running"));
        if let Some(at) = at.filter(|_| runs) {
            instance.course.then(at, &STOP);
        }
    }
    Ok(())
}

/// CreateInstanceShutdownTimer
pub(super) fn set(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let at = asked(call, &draft.fields)?;
    // A time is shown as it was given; what remains is told when it is asked for.
    if draft.text(DUE).is_empty() {
        draft.fields.insert(DUE.to_owned(), json!(iso8601_millis(at)));
    }
    draft.fields.remove(REMAINING);
    plan(call, Some(at))
}

/// One whose time has come is there no more (INFERRED).
pub(super) fn is_there(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let still = draft.record.and_then(due).is_some_and(|at| at > call.now);
    let absent = || ApiError::not_found("ValidationError", "The instance has no shutdown timer");
    if still { Ok(()) } else { Err(absent()) }
}

/// DeleteInstanceShutdownTimer
pub(super) fn unset(call: &Call<'_>, _: &mut Draft<'_>) -> Result<(), ApiError> {
    plan(call, None)
}

/// An instance that is started again is stopped by the timer that it has.
pub(super) fn again(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let place = RecordPlace::new("pai-dsw/ShutdownTimer", &call.region);
    let records = call.account()?.records.read();
    let instance = draft.record.map(|record| record.key.as_str()).unwrap_or_default();
    let at = records.within(&place, instance, call.now).find_map(due).filter(|at| *at > call.now);
    if draft.course.is_none() {
        draft.then = at.map(|at| (at, &STOP[..]));
    }
    Ok(())
}

/// What remains until an instance is stopped.
pub(super) fn show(looked: Looked<'_>, view: &mut Map<String, Value>) {
    if let Some(at) = due(looked.record) {
        let remaining = at.as_millisecond().saturating_sub(looked.now.as_millisecond());
        view.insert(REMAINING.to_owned(), json!(remaining.max(0)));
    }
}

#[cfg(test)]
mod tests {
    use super::super::products::products;
    use super::*;

    #[test]
    fn a_timer_stops_as_a_call_does() {
        let dsw = products().iter().find(|shipped| shipped.name == "pai-dsw").unwrap().product();
        let instance = dsw.kinds().find(|kind| kind.name == "Instance").unwrap();
        assert!(STOP.iter().all(|state| instance.comes_to(state)));
    }
}
