//! Activate For Free: LangStudio's button for a new account. It opens what LangStudio needs by the operations that anybody could call, as
//! the person: what that one may not open stays closed, and the answer says so.

use serde_json::{Value, json};

use crate::gateway::{ApiError, Call, HttpRequest, Reply};

/// The calls, in the order that one needs the other (INFERRED: the order): product, version, operation.
const CALLS: [(&str, &str, &str); 4] = [
    ("OssAdmin", "2019-04-22", "OpenOssService"),
    ("Sls", "2019-10-23", "OpenSlsService"),
    ("xtrace", "2019-08-08", "OpenXtraceService"),
    ("ARMS", "2019-08-08", "OpenXtraceDefaultSLR"),
];

/// What tools take for success.
const OPEN_ALREADY: &str = "ORDER.OPEND";

/// ActivateForFree
#[expect(clippy::unnecessary_wraps, reason = "has the type of a handler")]
pub(super) fn activate(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut all = true;
    let mut made = Vec::new();
    for (product, version, operation) in CALLS {
        let outcome =
            call.go_on(HttpRequest::action(operation, version, &[("RegionId", &call.region)]), call.caller.clone());
        let opened = match &outcome {
            Ok(_) => true,
            Err(error) => error.code() == OPEN_ALREADY,
        };
        all &= opened;
        let answer = outcome.as_ref().map_or_else(|error| error.code().to_owned(), |_| "OK".to_owned());
        let denied =
            outcome.as_ref().err().and_then(ApiError::denied).map(|denied| Value::from(denied.action.as_str()));
        made.push(json!({ "Product": product, "Action": operation, "Answer": answer, "Denied": denied }));
    }
    Ok(Reply::document(json!({ "Activated": all, "Calls": { "Call": made } })))
}
