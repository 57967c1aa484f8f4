//! ARMS: whether its services are open, and the account's licence key.

use serde_json::json;

use crate::cloud::Service;
use crate::gateway::{ApiError, Call, Reply};

/// What clients send traces with: it belongs to the account and never changes.
fn license(call: &Call<'_>) -> Result<String, ApiError> {
    Ok(format!("{}@{}", call.account()?.id, call.region))
}

/// CheckServiceStatus: `true` of what is open.
pub(super) fn status(call: &Call<'_>) -> Result<Reply, ApiError> {
    let open = call.account()?.activations.read().is_open(&Service::Xtrace);
    let asked = ["xtrace", "Xtrace"].contains(&call.arguments.text("SvcCode"));
    Ok(Reply::document(json!({"Data": if open && asked { "true" } else { "false" }})))
}

/// DescribeTraceLicenseKey
pub(super) fn license_key(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(Reply::document(json!({"LicenseKey": license(call)?})))
}

/// GetAuthToken
pub(super) fn auth_token(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(Reply::document(json!({"Data": license(call)?, "Code": 200, "Message": "success", "Success": true})))
}

/// OpenArmsServiceSecondVersion: opens one of ARMS's own services, of which nothing depends here.
pub(super) fn open(call: &Call<'_>) -> Result<Reply, ApiError> {
    const SERVICES: [&str; 5] = ["arms", "arms_app", "arms_web", "prometheus_monitor", "synthetic_post"];
    if !SERVICES.contains(&call.arguments.text("Type")) {
        // CHOICE: the words.
        return Err(ApiError::bad_request("InvalidParameter", "The specified parameter \"Type\" is not valid."));
    }
    Ok(Reply::document(json!({"OrderId": call.cloud().ids.number(15)})))
}
