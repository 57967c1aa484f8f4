//! Objects that must be kept: retention and legal hold, where the bucket's object WORM is on.
//!
//! Source pages: "PutObjectRetention", "PutObjectLegalHold" and those that read them.

use http::Method;

use super::checks::on_version;
use super::product::row;
use super::versions::VERSION_ID;
use super::{error, object, view, xml};
use crate::cloud::{Bucket, Retention, RetentionMode};
use crate::gateway::{ApiError, Body, Call, Level, Operation, Reply, Route, Selector};

/// The operations on what must be kept.
pub fn table() -> Vec<Operation> {
    let at = |method, parameter| Route::Oss(method, Level::Object, Selector::Query(parameter));
    vec![
        row(
            "PutObjectRetention",
            at(Method::PUT, "retention"),
            &[on_version(&["oss:PutObjectRetention"])],
            &[VERSION_ID],
            put,
        ),
        row(
            "GetObjectRetention",
            at(Method::GET, "retention"),
            &[on_version(&["oss:GetObjectRetention"])],
            &[VERSION_ID],
            get,
        ),
        row(
            "PutObjectLegalHold",
            at(Method::PUT, "legalHold"),
            &[on_version(&["oss:PutObjectLegalHold"])],
            &[VERSION_ID],
            put_hold,
        ),
        row(
            "GetObjectLegalHold",
            at(Method::GET, "legalHold"),
            &[on_version(&["oss:GetObjectLegalHold"])],
            &[VERSION_ID],
            get_hold,
        ),
    ]
}

/// INFERRED: the code; both need it to be on.
fn check_worm(bucket: &Bucket) -> Result<(), ApiError> {
    let on = |setting: &crate::cloud::Element| setting.get("ObjectWormEnabled") == Some("Enabled");
    if bucket.settings.get("objectWorm").is_some_and(on) {
        return Ok(());
    }
    Err(ApiError::bad_request("InvalidRequest", "The object worm configuration of the bucket is not enabled."))
}

/// PutObjectRetention: a governed one is shortened by whoever may and says so, the other kind by nobody.
fn put(call: &Call<'_>) -> Result<Reply, ApiError> {
    let sent = xml::tree(&call.http.body, "Retention")?;
    let mode = sent.get("Mode").and_then(RetentionMode::parse).ok_or_else(error::malformed_xml)?;
    let until = sent.get("RetainUntilDate").and_then(|text| text.parse().ok()).ok_or_else(error::malformed_xml)?;
    let retention = Retention { mode, until };
    if until <= call.now {
        let date = view::time(until);
        return Err(error::invalid_argument("RetainUntilDate", &date, "The retain until date must be in the future."));
    }
    let bypassed =
        call.http.header("x-oss-bypass-governance-retention").is_some_and(|bypass| bypass.eq_ignore_ascii_case("true"));
    let seen = object::replace(call, |object, bucket| {
        check_worm(bucket)?;
        let before = object.rare.as_ref().and_then(|rare| rare.retention).filter(|before| call.now < before.until);
        if let Some(before) = before {
            let weaker =
                until < before.until || (before.mode == RetentionMode::Compliance && mode == RetentionMode::Governance);
            if weaker && (before.mode == RetentionMode::Compliance || !bypassed) {
                return Err(error::file_immutable());
            }
        }
        let mut object = object.clone();
        object.rare_mut().retention = Some(retention);
        Ok(object)
    })?;
    Ok(seen.said(Reply::with_body(Body::Empty)))
}

fn none() -> ApiError {
    ApiError::not_found("NoSuchObjectRetentionConfiguration", "The object does not have a retention configuration.")
}

/// GetObjectRetention. INFERRED: the code for none.
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let seen = object::find(call)?;
    let retention = seen.rare.as_ref().and_then(|rare| rare.retention).ok_or_else(none)?;
    Ok(seen.said(xml::reply("Retention", |node| {
        node.text("Mode", retention.mode.as_str());
        node.text("RetainUntilDate", &view::time(retention.until));
    })))
}

/// PutObjectLegalHold
fn put_hold(call: &Call<'_>) -> Result<Reply, ApiError> {
    let sent = xml::tree(&call.http.body, "LegalHold")?;
    let held = match sent.get("Status") {
        Some("ON") => true,
        Some("OFF") => false,
        _ => return Err(error::malformed_xml()),
    };
    let seen = object::replace(call, |object, bucket| {
        check_worm(bucket)?;
        let mut object = object.clone();
        object.rare_mut().held = held;
        Ok(object)
    })?;
    Ok(seen.said(Reply::with_body(Body::Empty)))
}

/// GetObjectLegalHold
fn get_hold(call: &Call<'_>) -> Result<Reply, ApiError> {
    let seen = object::find(call)?;
    let held = seen.rare.as_ref().is_some_and(|rare| rare.held);
    Ok(seen.said(xml::reply("LegalHold", |node| node.text("Status", if held { "ON" } else { "OFF" }))))
}
