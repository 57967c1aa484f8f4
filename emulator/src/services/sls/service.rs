//! Opening Log Service, in its own protocol. The generation of 2019-10-23 does the same by RPC.

use http::Method;
use serde_json::json;

use super::product::row;
use super::{describe, reply};
use crate::cloud::Service;
use crate::gateway::{ApiError, Call, Check, Operation, Reply};

const SERVICE: &str = "acs:log:{region}:{account}:service";

/// The operations. They are what is asked of an account that has not opened anything.
pub fn table() -> Vec<Operation> {
    let check = |actions| Check::new(actions, SERVICE);
    vec![
        row("OpenSlsService", (Method::POST, "/slsservice"), &[check(&["log:OpenSlsService"])], &[], open),
        row("GetSlsService", (Method::GET, "/slsservice"), &[check(&["log:GetSlsService"])], &[], get),
    ]
}

/// OpenSlsService
fn open(call: &Call<'_>) -> Result<Reply, ApiError> {
    call.account()?.activations.write().open(Service::Sls, call.now);
    Ok(reply::done())
}

/// GetSlsService
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let enabled = describe::is_open(call.account()?);
    let status = if enabled { "Opened" } else { "NotExist" };
    Ok(reply::json(&json!({ "enabled": enabled, "status": status })))
}
