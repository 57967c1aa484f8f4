//! Objects of the archive classes: restored before they are read, by the cloud's clock.
//!
//! Source pages: "RestoreObject", "CleanRestoredObject".

use http::{Method, StatusCode};
use jiff::{SignedDuration, Timestamp};

use super::checks::on_version;
use super::product::row;
use super::versions::VERSION_ID;
use super::{bucket, error, object, view, xml};
use crate::cloud::{Object, Restore, Restored, StorageClass, Tier};
use crate::gateway::{ApiError, Body, Call, Level, Operation, Reply, Route, Selector};

/// The operations on what is archived.
pub fn table() -> Vec<Operation> {
    let at = |parameter| Route::Oss(Method::POST, Level::Object, Selector::Query(parameter));
    vec![
        row(
            "RestoreObject",
            at("restore"),
            &[
                on_version(&["oss:RestoreObject"]).unless("versionId"),
                on_version(&["oss:RestoreObjectVersion"]).when("versionId"),
            ],
            &[VERSION_ID],
            restore,
        ),
        row(
            "CleanRestoredObject",
            at("cleanRestoredObject"),
            &[on_version(&["oss:CleanRestoredObject"])],
            &[VERSION_ID],
            clean,
        ),
    ]
}

/// How long it takes. Of an Archive object a minute; of the others the longest that is documented. CHOICE: the longest, so that whoever
/// waits for less sees it ongoing.
fn takes(class: StorageClass, tier: Tier) -> SignedDuration {
    match (class, tier) {
        (StorageClass::ColdArchive, Tier::Expedited) => SignedDuration::from_hours(1),
        (StorageClass::ColdArchive, Tier::Standard) => SignedDuration::from_hours(5),
        (StorageClass::ColdArchive, Tier::Bulk) => SignedDuration::from_hours(12),
        (StorageClass::DeepColdArchive, Tier::Expedited) => SignedDuration::from_hours(12),
        (StorageClass::DeepColdArchive, _) => SignedDuration::from_hours(48),
        _ => SignedDuration::from_mins(1),
    }
}

struct Asked {
    days: u32,
    tier: Option<Tier>,
}

/// What is asked for; without a body, a day.
fn asked(call: &Call<'_>, class: StorageClass) -> Result<Asked, ApiError> {
    if call.http.body.is_empty() {
        return Ok(Asked { days: 1, tier: None });
    }
    let request = xml::tree(&call.http.body, "RestoreRequest")?;
    let days = request.get("Days").map_or(Some(1), |days| days.parse().ok()).ok_or_else(error::malformed_xml)?;
    let most = if class == StorageClass::Archive { 7 } else { 365 };
    if !(1..=most).contains(&days) {
        return Err(error::invalid_argument("Days", &days.to_string(), "Invalid Argument. Parameter is invalid."));
    }
    let Some(parameters) = request.child("JobParameters") else { return Ok(Asked { days, tier: None }) };
    if class == StorageClass::Archive {
        return Err(error::malformed_xml());
    }
    let text = parameters.get("Tier").ok_or_else(error::malformed_xml)?;
    let known = Tier::parse(text).filter(|tier| class == StorageClass::ColdArchive || *tier != Tier::Bulk);
    let wrong = || error::invalid_argument("Tier", text, "Invalid Argument. Parameter is invalid.");
    Ok(Asked { days, tier: Some(known.ok_or_else(wrong)?) })
}

/// What a restore says of itself in answers and lists; nothing once it is over.
pub(super) fn shown(restore: Restore, now: Timestamp) -> Option<String> {
    match restore.at(now) {
        Restored::No => None,
        Restored::Ongoing => Some("ongoing-request=\"true\"".to_owned()),
        Restored::Until(expires) => {
            Some(format!("ongoing-request=\"false\", expiry-date=\"{}\"", view::http_date(expires)))
        }
    }
}

/// Must objects of this class be restored before they are read?
fn is_frozen(class: StorageClass) -> bool {
    class >= StorageClass::Archive
}

fn restored(object: &Object, now: Timestamp) -> Restored {
    object.rare.as_ref().and_then(|rare| rare.restore).map_or(Restored::No, |restore| restore.at(now))
}

/// Can the content of an object of the request's bucket be read now?
pub(super) fn check_readable(call: &Call<'_>, object: &Object) -> Result<(), ApiError> {
    if !is_frozen(object.storage_class) || matches!(restored(object, call.now), Restored::Until(_)) {
        return Ok(());
    }
    let direct = object.storage_class == StorageClass::Archive
        && bucket::read(call, |bucket| {
            bucket.settings.get("bucketArchiveDirectRead").is_some_and(|setting| setting.is("Enabled"))
        })?;
    if direct { Ok(()) } else { Err(error::frozen()) }
}

/// Can the content of an object be copied now?
pub(super) fn check_copyable(call: &Call<'_>, object: &Object) -> Result<(), ApiError> {
    let readable = !is_frozen(object.storage_class) || matches!(restored(object, call.now), Restored::Until(_));
    if readable { Ok(()) } else { Err(error::frozen()) }
}

/// RestoreObject: 202 when it begins, 200 when the copy that is there is kept for longer.
fn restore(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut status = StatusCode::ACCEPTED;
    let mut priority = None;
    let seen = object::replace(call, |object, _| {
        let class = object.storage_class;
        if !is_frozen(class) {
            let detail = "RestoreObject operation does not support this object storage class";
            let message = "The operation is not supported for this resource";
            return Err(ApiError::bad_request("OperationNotSupported", message)
                .with("Detail", detail)
                .with("EC", "0016-00000702"));
        }
        let asked = asked(call, class)?;
        let tier = asked.tier.unwrap_or(Tier::Standard);
        priority = (class != StorageClass::Archive).then_some(tier);
        let before = object.rare.as_ref().and_then(|rare| rare.restore);
        let restore = match (restored(object, call.now), before) {
            (Restored::Ongoing, _) => {
                let message = "The restore operation is in progress.";
                return Err(ApiError::conflict("RestoreAlreadyInProgress", message).with("EC", "0016-00000701"));
            }
            (Restored::Until(_), Some(before)) => {
                status = StatusCode::OK;
                before.prolonged(call.now, asked.days)
            }
            _ => Restore::asked(call.now, takes(class, tier), asked.days),
        };
        let mut object = object.clone();
        object.rare_mut().restore = Some(restore);
        Ok(object)
    })?;
    let reply = Reply::with_body(Body::Empty).status(status);
    let reply = match priority {
        Some(tier) => reply.header("x-oss-object-restore-priority", tier.as_str()),
        None => reply,
    };
    Ok(seen.said(reply))
}

/// CleanRestoredObject: the copy goes before its time.
fn clean(call: &Call<'_>) -> Result<Reply, ApiError> {
    let seen = object::replace(call, |object, _| {
        match restored(object, call.now) {
            Restored::Ongoing => {
                let message = "The archive file's restore is not finished.";
                return Err(ApiError::conflict("ArchiveRestoreNotFinished", message).with("EC", "0016-00000719"));
            }
            Restored::No => {
                let message = "The archive file's restore is stale.";
                return Err(ApiError::conflict("ArchiveRestoreFileStale", message));
            }
            Restored::Until(_) => {}
        }
        let mut object = object.clone();
        object.rare_mut().restore = None;
        Ok(object)
    })?;
    Ok(seen.said(Reply::with_body(Body::Empty)))
}
