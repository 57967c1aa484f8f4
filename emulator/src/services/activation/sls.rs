//! Opening Simple Log Service: Sls, 2019-10-23 (RPC). The generation of 2020-12-30 is a part of Simple Log Service itself.

use http::StatusCode;
use serde_json::json;

use crate::cloud::{Account, Service};
use crate::gateway::{ApiError, Call, Check, Operation, Product, Reply, Source, forbidden_ram};

/// The older generation.
pub static SLS: Product = Product::new("Sls", "2019-10-23", &["sls.aliyuncs.com"]).refuses(forbidden_ram);

const SERVICE: &str = "acs:log:{region}:{account}:service";
const OPEN: &[Check] = &[Check::new(&["log:OpenSlsService"], SERVICE)];
const GET: &[Check] = &[Check::new(&["log:GetSlsService"], SERVICE)];
/// No page names the actions of these operations; system policies of other products do.
const WHY: Source = Source::inferred("the actions are those that system policies name on the resource `service`");

/// The operations.
pub fn table() -> Vec<Operation> {
    vec![
        SLS.action("OpenSlsService", OPEN, &[], open).known_from(WHY),
        SLS.action("GetSlsService", GET, &[], get).known_from(WHY),
    ]
}

/// Opening twice is no error here: no tool expects one.
fn open(call: &Call<'_>) -> Result<Reply, ApiError> {
    call.account()?.activations.write().open(Service::Sls, call.now);
    Ok(Reply::document(json!({ "Success": true, "Code": "200", "Message": "successful" })))
}

fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let enabled = is_open(call.account()?);
    // `Opening` is passed at once.
    let status = if enabled { "Opened" } else { "NotExist" };
    Ok(Reply::document(json!({
        "Success": true, "Code": "200", "Message": "successful", "Enabled": enabled, "Status": status,
    })))
}

fn is_open(account: &Account) -> bool {
    account.activations.read().is_open(&Service::Sls)
}

/// For services that rest on SLS: its own answer while it is closed (SLS: common error codes). The code misleads, as it
/// does in the cloud.
pub(super) fn require(call: &Call<'_>) -> Result<(), ApiError> {
    if is_open(call.account()?) {
        return Ok(());
    }
    Err(ApiError::new(StatusCode::UNAUTHORIZED, "InvalidAccessKeyId", "Your SLS service has not opened."))
}
