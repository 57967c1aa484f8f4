//! What KMS looks at besides: rotation of keys, their deletion, names of aliases.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::cloud::{Record, iso8601};
use crate::gateway::{ApiError, Call};
use crate::operation::{Draft, Looked};
use crate::services::common::page::{List, numbered};
use crate::signature::hex_sha256;

/// A key is rotated every 7 to 730 days (KMS: CreateKey).
const ROTATION: std::ops::RangeInclusive<i64> = 7 * 86_400..=730 * 86_400;
/// The newest versions of a key, as many as are known (CHOICE: twenty years of weeks).
const VERSIONS: usize = 1_000;

fn wrong(name: &str) -> ApiError {
    ApiError::bad_request("InvalidParameter", format!("The specified parameter {name} is not valid."))
}

fn text<'m>(fields: &'m Map<String, Value>, name: &str) -> &'m str {
    fields.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A span of time as `30d`, `12h`, `10m` or `60s`, in seconds.
fn seconds(span: &str) -> Option<i64> {
    let unit = match span.chars().last()? {
        'd' => 86_400,
        'h' => 3_600,
        'm' => 60,
        's' => 1,
        _ => return None,
    };
    span.get(..span.len() - 1)?.parse::<i64>().ok()?.checked_mul(unit)
}

/// Is a key to be rotated while it is enabled?
fn is_switched_on(fields: &Map<String, Value>) -> bool {
    text(fields, "AutomaticRotation") == "Enabled"
}

/// How a key is rotated: since when, and each how many seconds. One that is not enabled has no such moment, and is not.
#[derive(Debug, Clone, Copy)]
struct Rotation {
    since: Timestamp,
    seconds: i64,
}

impl Rotation {
    fn of(fields: &Map<String, Value>) -> Option<Self> {
        if !is_switched_on(fields) {
            return None;
        }
        let (since, seconds) = (text(fields, "RotatesSince").parse().ok()?, seconds(text(fields, "RotationInterval"))?);
        (seconds > 0).then_some(Self { since, seconds })
    }

    /// How often it was by then.
    fn times(self, now: Timestamp) -> i64 {
        (now.duration_since(self.since).as_secs() / self.seconds).max(0)
    }

    /// When it is for this time.
    fn at(self, time: i64) -> Timestamp {
        let after = SignedDuration::from_secs(self.seconds.saturating_mul(time));
        self.since.saturating_add(after).unwrap_or(self.since)
    }
}

/// The id of the version that comes by so many rotations after a first one.
fn version(first: &str, times: i64) -> String {
    if times == 0 {
        return first.to_owned();
    }
    let hash = hex_sha256(format!("{first}/{times}").as_bytes());
    let part = |from: usize, to: usize| hash.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

/// The version of a key that encrypts by then, and when it was made.
fn newest(record: &Record, now: Timestamp) -> (String, String) {
    let fields = &record.fields;
    let first = text(fields, "PrimaryKeyVersion");
    match Rotation::of(fields).map(|rotation| (rotation, rotation.times(now))) {
        Some((rotation, times)) if times > 0 => (version(first, times), iso8601(rotation.at(times))),
        _ => (first.to_owned(), text(fields, "LastRotationDate").to_owned()),
    }
}

/// The versions of a key by then, each with when it was made; the last is the one that encrypts.
fn versions(record: &Record, now: Timestamp) -> Vec<(String, String)> {
    let fields = &record.fields;
    let earlier = fields.get("Versions").and_then(Value::as_array).into_iter().flatten();
    let mut all: Vec<_> = earlier
        .filter_map(Value::as_object)
        .map(|one| (text(one, "KeyVersionId").to_owned(), text(one, "CreationDate").to_owned()))
        .collect();
    let first = text(fields, "PrimaryKeyVersion");
    all.push((first.to_owned(), text(fields, "LastRotationDate").to_owned()));
    if let Some(rotation) = Rotation::of(fields) {
        let times = rotation.times(now);
        let from = times.saturating_sub(i64::try_from(VERSIONS).unwrap_or(i64::MAX)).max(0);
        all.extend((from + 1..=times).map(|time| (version(first, time), iso8601(rotation.at(time)))));
    }
    all.drain(..all.len().saturating_sub(VERSIONS));
    all
}

/// Reads how a key is to be rotated out of what a call gives.
fn rotation(call: &Call<'_>, fields: &mut Map<String, Value>, may: bool, not: &str) -> Result<(), ApiError> {
    let asked = fields.remove("EnableAutomaticRotation");
    let span = fields.remove("RotationInterval");
    if !matches!(asked, Some(Value::Bool(true))) {
        if asked.is_some() {
            fields.insert("AutomaticRotation".to_owned(), json!("Disabled"));
        }
        return Ok(());
    }
    if !may {
        let message = "Only symmetric keys whose material KMS makes are rotated.";
        return Err(ApiError::bad_request(not.to_owned(), message));
    }
    let span = span.as_ref().and_then(Value::as_str).and_then(seconds).filter(|span| ROTATION.contains(span));
    let span = span.ok_or_else(|| wrong("RotationInterval"))?;
    fields.insert("AutomaticRotation".to_owned(), json!("Enabled"));
    fields.insert("RotationInterval".to_owned(), json!(format!("{span}s")));
    fields.insert("RotatesSince".to_owned(), json!(call.now.to_string()));
    Ok(())
}

fn is_rotated(fields: &Map<String, Value>) -> bool {
    let spec = text(fields, "KeySpec");
    (spec.is_empty() || spec.starts_with("Aliyun_")) && text(fields, "Origin") != "EXTERNAL"
}

/// CreateKey: what is imported is waited for.
pub(super) fn create(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    if text(&draft.fields, "Origin") == "EXTERNAL" {
        draft.course = Some("create-external");
    }
    let may = is_rotated(&draft.fields);
    rotation(call, &mut draft.fields, may, "UnsupportedOperation")
}

/// UpdateRotationPolicy: what was rotated so far stays so.
pub(super) fn rotate(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let record = draft.record.ok_or_else(ApiError::internal)?;
    rotation(call, &mut draft.fields, is_rotated(&record.fields), "Rejected.UnsupportedOperation")?;
    // A key that is not enabled is rotated when it is again.
    if record.state(call.now) != Some("Enabled") && draft.fields.contains_key("RotatesSince") {
        draft.fields.insert("RotatesSince".to_owned(), json!(""));
    }
    settle(record, call.now, &mut draft.fields);
    Ok(())
}

/// Writes down what a key was rotated to so far.
fn settle(record: &Record, now: Timestamp, fields: &mut Map<String, Value>) {
    let mut all = versions(record, now);
    if let Some((id, made)) = all.pop() {
        fields.insert("PrimaryKeyVersion".to_owned(), json!(id));
        fields.insert("LastRotationDate".to_owned(), json!(made));
        let earlier: Value =
            all.into_iter().map(|(id, made)| json!({"KeyVersionId": id, "CreationDate": made})).collect();
        fields.insert("Versions".to_owned(), earlier);
    }
}

/// DisableKey, ScheduleKeyDeletion: the key is rotated no more, until it is enabled.
pub(super) fn suspend(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let record = draft.record.ok_or_else(ApiError::internal)?;
    settle(record, call.now, &mut draft.fields);
    draft.fields.insert("RotatesSince".to_owned(), json!(""));
    Ok(())
}

/// EnableKey, CancelKeyDeletion: it is rotated again. CHOICE: an interval from now, as where rotation is switched on.
pub(super) fn resume(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let record = draft.record.ok_or_else(ApiError::internal)?;
    if is_switched_on(&record.fields) && Rotation::of(&record.fields).is_none() {
        draft.fields.insert("RotatesSince".to_owned(), json!(call.now.to_string()));
    }
    Ok(())
}

/// SetDeletionProtection
pub(super) fn protect(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    draft.fields.retain(|name, _| name == "DeletionProtectionDescription");
    let word = if call.arguments.flag("EnableDeletionProtection") { "Enabled" } else { "Disabled" };
    draft.fields.insert("DeletionProtection".to_owned(), json!(word));
    Ok(())
}

/// A key that is protected is not deleted. CHOICE: the code, that of a key whose state does not allow it.
pub(super) fn unprotected(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let record = draft.record.ok_or_else(ApiError::internal)?;
    if record.text("DeletionProtection") == Some("Enabled") {
        let message = "This operation is not supported by the key: it is protected from deletion.";
        return Err(ApiError::conflict("Rejected.UnsupportedOperation", message));
    }
    Ok(())
}

/// The name of an alias: `alias/` and 1 to 255 letters, digits, `_`, `-` and `/`; what begins with `alias/acs/` is the cloud's own (KMS:
/// CreateAlias).
pub(super) fn alias(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let name = text(&draft.fields, "AliasName").strip_prefix("alias/").unwrap_or_default();
    let fits = (1..=255).contains(&name.len())
        && !name.starts_with("acs/")
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-/".contains(letter));
    if fits { Ok(()) } else { Err(wrong("AliasName")) }
}

/// ListKeyVersions, the oldest first.
pub(super) fn list_versions(call: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let record = draft.record.ok_or_else(ApiError::internal)?;
    let all = if record.state(call.now) == Some("PendingImport") { Vec::new() } else { versions(record, call.now) };
    // Their bounds are on the page, and not in the metadata.
    for (name, bounds) in [("PageNumber", 1..=i64::MAX), ("PageSize", 0..=101)] {
        if call.arguments.integer(name).is_some_and(|number| !bounds.contains(&number)) {
            return Err(wrong(name));
        }
    }
    let view = |(id, made): (String, String)| json!({"KeyId": record.key, "KeyVersionId": id, "CreationDate": made});
    let shown = numbered(&call.arguments, all.into_iter(), view, 10);
    draft.answer.extend(shown.with_numbers(List::Wrapped("KeyVersions", "KeyVersion")));
    Ok(())
}

/// What of a key goes on by the clock: which version encrypts, when the next one comes, when it is gone.
pub(super) fn show_key(looked: Looked<'_>, view: &mut Map<String, Value>) {
    let Looked { record, now, .. } = looked;
    if let Some(rotation) = Rotation::of(&record.fields) {
        let (id, made) = newest(record, now);
        view.insert("PrimaryKeyVersion".to_owned(), json!(id));
        view.insert("LastRotationDate".to_owned(), json!(made));
        let next = rotation.at(rotation.times(now).saturating_add(1));
        view.insert("NextRotationDate".to_owned(), json!(iso8601(next)));
    } else if is_switched_on(&record.fields) {
        view.insert("AutomaticRotation".to_owned(), json!("Suspended"));
    } else {
        view.remove("RotationInterval");
    }
    let course = &record.course;
    if let Some(gone) = course.steps.last().filter(|step| step.state.is_none()) {
        let at = course.since.saturating_add(SignedDuration::from_secs(gone.after.into())).unwrap_or(course.since);
        view.insert("DeleteDate".to_owned(), json!(iso8601(at)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_versions() {
        assert_eq!(["30d", "12h", "10m", "60s"].map(seconds), [2_592_000, 43_200, 600, 60].map(Some));
        assert_eq!(["30", "d", "", "1w", "9223372036854775807d"].map(seconds), [None; 5]);
        assert_eq!(version("a", 0), "a");
        assert_eq!(version("a", 1).len(), 36);
        assert_ne!(version("a", 1), version("a", 2));
    }

    #[test]
    fn a_key_knows_its_newest_versions_however_long_it_was_rotated() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let mut record = Record::new("key-a".to_owned(), "1", at("2026-01-01T00:00:00Z"));
        let said = json!({"PrimaryKeyVersion": "v0", "LastRotationDate": "2026-01-01T00:00:00Z",
            "AutomaticRotation": "Enabled", "RotationInterval": "604800s", "RotatesSince": "2026-01-01T00:00:00Z"});
        record.fields = said.as_object().unwrap().clone();
        for (now, count) in
            [("2026-01-01T00:00:00Z", 1), ("2026-02-01T00:00:00Z", 5), ("2226-01-01T00:00:00Z", VERSIONS)]
        {
            let all = versions(&record, at(now));
            assert_eq!((all.len(), all.last()), (count, Some(&newest(&record, at(now)))), "{now}");
        }
    }
}
