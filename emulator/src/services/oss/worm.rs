//! The WORM of a bucket: what is written is kept for so many days, and nobody can shorten that once it is for good.
//!
//! Source pages: "InitiateBucketWorm" and its siblings.

use http::{Method, StatusCode};

use super::checks::on_bucket;
use super::product::row;
use super::{bucket, view, xml};
use crate::cloud::{Bucket, Versioning, Worm, WormState};
use crate::gateway::{ApiError, Body, Call, Form, Level, Operation, Parameter, Reply, Route, Selector};

const WORM_ID: Parameter = Parameter::optional("wormId", Form::Any);

/// The operations on a bucket's WORM.
pub fn table() -> Vec<Operation> {
    let at = |method, parameter| Route::Oss(method, Level::Bucket, Selector::Query(parameter));
    vec![
        row("InitiateBucketWorm", at(Method::POST, "worm"), &[on_bucket(&["oss:InitiateBucketWorm"])], &[], initiate),
        row("GetBucketWorm", at(Method::GET, "worm"), &[on_bucket(&["oss:GetBucketWorm"])], &[], get),
        row("AbortBucketWorm", at(Method::DELETE, "worm"), &[on_bucket(&["oss:AbortBucketWorm"])], &[], abort),
        row(
            "ExtendBucketWorm",
            at(Method::POST, "wormExtend"),
            &[on_bucket(&["oss:ExtendBucketWorm"])],
            &[WORM_ID],
            extend,
        ),
        row("CompleteBucketWorm", at(Method::POST, "wormId"), &[on_bucket(&["oss:CompleteBucketWorm"])], &[], complete),
    ]
}

fn invalid() -> ApiError {
    ApiError::bad_request("InvalidWORMConfiguration", "Invalid WORM Configuration.")
}

fn none() -> ApiError {
    ApiError::not_found("NoSuchWORMConfiguration", "The WORM Configuration does not exist.")
}

fn no_such_id() -> ApiError {
    ApiError::not_found("NoSuchWORMConfiguration", "The specified WORM ID does not exist.")
}

fn locked() -> ApiError {
    ApiError::forbidden("WORMConfigurationLocked", "The WORM Configuration is locked.")
}

/// 1 day to 70 years.
fn days(call: &Call<'_>, root: &str) -> Result<u32, ApiError> {
    let document = xml::tree(&call.http.body, root)?;
    let days = document.get("RetentionPeriodInDays").and_then(|text| text.trim().parse().ok());
    days.filter(|days| (1..=25_550).contains(days)).ok_or_else(invalid)
}

fn state(bucket: &Bucket, call: &Call<'_>) -> Option<WormState> {
    bucket.worm.as_ref().map(|worm| worm.state(call.now))
}

/// InitiateBucketWorm
fn initiate(call: &Call<'_>) -> Result<Reply, ApiError> {
    let days = days(call, "InitiateWormConfiguration")?;
    let id = call.cloud().ids.upload_id();
    let worm = Worm { id: id.clone(), days, begun: call.now, locked: false };
    bucket::change(call, |bucket| {
        if bucket.versioning != Versioning::Never {
            return Err(ApiError::bad_request("InvalidRequest", "The bucket has a versioning configuration."));
        }
        match state(bucket, call) {
            // A client's test has this code where it is for good, whatever the page says.
            Some(WormState::Locked) => {
                return Err(ApiError::conflict("WORMConfigurationLocked", "The WORM Configuration is locked."));
            }
            Some(WormState::InProgress) => {
                let message = "The WORM Configuration already exists.";
                return Err(ApiError::conflict("WORMConfigurationAlreadyExists", message));
            }
            Some(WormState::Expired) | None => {}
        }
        bucket.worm = Some(worm);
        Ok(())
    })??;
    Ok(Reply::with_body(Body::Empty).header("x-oss-worm-id", id))
}

/// GetBucketWorm
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let worm = bucket::read(call, |bucket| bucket.worm.clone())?.ok_or_else(none)?;
    let state = worm.state(call.now);
    Ok(xml::reply("WormConfiguration", |node| {
        node.text("WormId", &worm.id);
        node.text(
            "State",
            match state {
                WormState::InProgress => "InProgress",
                WormState::Locked => "Locked",
                WormState::Expired => "Expired",
            },
        );
        node.text("RetentionPeriodInDays", &worm.days.to_string());
        node.text("CreationDate", &view::time(worm.begun));
        if state != WormState::Locked {
            let day = jiff::SignedDuration::from_hours(24);
            node.text("ExpirationDate", &view::time(worm.begun.saturating_add(day).unwrap_or(worm.begun)));
        }
    }))
}

/// AbortBucketWorm: as long as it is not for good.
fn abort(call: &Call<'_>) -> Result<Reply, ApiError> {
    bucket::change(call, |bucket| {
        if let Some(WormState::Locked) = state(bucket, call) {
            Err(locked())
        } else {
            bucket.worm = None;
            Ok(())
        }
    })??;
    Ok(Reply::with_body(Body::Empty).status(StatusCode::NO_CONTENT))
}

fn named<'b>(bucket: &'b mut Bucket, call: &Call<'_>) -> Result<&'b mut Worm, ApiError> {
    let id = call.arguments.text("wormId");
    bucket.worm.as_mut().filter(|worm| worm.id == id).ok_or_else(no_such_id)
}

/// CompleteBucketWorm: from now on it is for good.
fn complete(call: &Call<'_>) -> Result<Reply, ApiError> {
    bucket::change(call, |bucket| {
        let worm = named(bucket, call)?;
        match worm.state(call.now) {
            WormState::InProgress => worm.locked = true,
            WormState::Locked => return Err(locked()),
            WormState::Expired => return Err(no_such_id()),
        }
        Ok(())
    })??;
    Ok(Reply::with_body(Body::Empty))
}

/// ExtendBucketWorm: it only ever gets longer.
fn extend(call: &Call<'_>) -> Result<Reply, ApiError> {
    let days = days(call, "ExtendWormConfiguration")?;
    bucket::change(call, |bucket| {
        let worm = named(bucket, call)?;
        if worm.state(call.now) != WormState::Locked || days <= worm.days {
            return Err(invalid());
        }
        worm.days = days;
        Ok(())
    })??;
    Ok(Reply::with_body(Body::Empty))
}
