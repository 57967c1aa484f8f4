//! Callbacks: OSS tells an application server of what was written.
//!
//! Nobody is called from here, so every callback fails as one does whose server cannot be reached: what was written stays.
//!
//! Source page: "Callback".

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::StatusCode;
use serde_json::Value;

use super::error;
use super::object::Seen;
use crate::gateway::{ApiError, Call, Reply};

const HEADER: &str = "x-oss-callback";
const PARAMETER: &str = "callback";
/// The most bytes of a configuration, and the most addresses in it.
const LARGEST: usize = 5 << 10;
const ADDRESSES: usize = 5;

fn wrong(message: &'static str, value: &str) -> ApiError {
    error::invalid_argument(PARAMETER, value, message)
}

/// Checks a callback before anything is written: is there one?
pub(super) fn asked(call: &Call<'_>) -> Result<bool, ApiError> {
    let text = match (call.http.header(HEADER), call.arguments.get(PARAMETER)) {
        (None, None) => return Ok(false),
        (Some(_), Some(text)) => {
            let message = "Either the callback query string parameter or the x-oss-callback header should be specified, not both.";
            return Err(wrong(message, text));
        }
        (Some(text), None) | (None, Some(text)) => text,
    };
    check(text).map(|()| true)
}

/// Checks a configuration.
pub(super) fn check(text: &str) -> Result<(), ApiError> {
    if text.len() > LARGEST {
        return Err(wrong("The length of callback exceed max value.", text));
    }
    let bytes =
        BASE64_STANDARD.decode(text).map_err(|_| wrong("The callback configuration is not base64 encoded.", text))?;
    let configuration: Value =
        serde_json::from_slice(&bytes).map_err(|_| wrong("The callback configuration is not json format.", text))?;
    let member = |name: &str| configuration.get(name).and_then(Value::as_str);
    let addresses: Vec<_> =
        member("callbackUrl").unwrap_or_default().split(';').filter(|one| !one.is_empty()).collect();
    if addresses.is_empty() {
        return Err(wrong("The callback url configuration is invalid.", text));
    }
    if addresses.len() > ADDRESSES {
        return Err(wrong("The number of callback url exceed max value.", text));
    }
    if member("callbackBody").unwrap_or_default().is_empty() {
        return Err(wrong("The callback body is empty.", text));
    }
    match member("callbackBodyType") {
        None | Some("application/x-www-form-urlencoded" | "application/json") => Ok(()),
        Some(_) => Err(wrong("The body type of callback is not supported.", text)),
    }
}

/// The answer to a write: with a callback, that it failed.
pub(super) fn answered(call: &Call<'_>, _: &Seen, reply: Reply) -> Result<Reply, ApiError> {
    if !asked(call)? {
        return Ok(reply);
    }
    Err(failed())
}

/// That nobody could be reached.
pub(super) fn failed() -> ApiError {
    ApiError::new(
        StatusCode::NON_AUTHORITATIVE_INFORMATION,
        "CallbackFailed",
        "Error status : -1.OSS can not connect to your callbackUrl, please check it.",
    )
    .with("EC", "0007-00000203")
}
