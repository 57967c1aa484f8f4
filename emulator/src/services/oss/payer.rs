//! Requester pays: who is not of the bucket's account must say that he pays, and nobody cannot.
//!
//! Source pages: "Enable pay-by-requester", "PutBucketRequestPayment", "0003-00000701", "0003-00000703".

use http::{HeaderName, HeaderValue};

use crate::cloud::Bucket;
use crate::gateway::{ApiError, Call, Caller, Facts, Reply};

const CHARGED: HeaderName = HeaderName::from_static("x-oss-request-charged");
const HEADER: &str = "x-oss-request-payer";

/// Does whoever asks pay for what is asked of the bucket?
pub(super) fn requester_pays(bucket: &Bucket) -> bool {
    bucket.settings.get("requestPayment").and_then(|setting| setting.get("Payer")) == Some("Requester")
}

/// Refuses a request that nobody pays for. A session pays for the account of its role. INFERRED: it stands before the policies, which
/// grant nothing by it.
pub(super) fn check(call: &Call<'_>, facts: &Facts, bucket: &str) -> Result<(), ApiError> {
    if !facts.requester_pays {
        return Ok(());
    }
    let detail = match (&call.caller, call.caller.account()) {
        (Caller::Anonymous, _) => "0003-00000701",
        (_, Some(account)) if facts.owner.as_deref() == Some(&*account.id) => return Ok(()),
        _ if says_so(call) => return Ok(()),
        _ => "0003-00000703",
    };
    let error = ApiError::forbidden("AccessDenied", "Access denied for requester pay bucket");
    Err(error.with("BucketName", bucket).with("EC", detail))
}

/// Says that whoever asked pays.
pub(super) fn charged(call: &Call<'_>, reply: &mut Reply) {
    if !says_so(call) || call.source_ip.is_none() {
        return;
    }
    let caller = call.caller.account();
    let pays = |bucket: &Bucket| requester_pays(bucket) && caller.is_some_and(|account| account.id != bucket.owner);
    let bucket = call.address.bucket.as_deref().unwrap_or_default();
    if call.cloud().buckets.read(bucket, pays).unwrap_or_default() {
        reply.headers.insert(CHARGED, const { HeaderValue::from_static("requester") });
    }
}

/// In a header, or where the URL is signed in a parameter.
fn says_so(call: &Call<'_>) -> bool {
    call.http.header(HEADER).or_else(|| call.arguments.get(HEADER)) == Some("requester")
}
