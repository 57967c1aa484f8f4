//! The bucket policy, and whether it opens the bucket to the public.
//!
//! Source pages: "PutBucketPolicy", "GetBucketPolicyStatus", "Block Public Access", and those of the detail codes 0030-000000xx.

use std::sync::Arc;

use acslab_policy::{Dialect, Document, DocumentKind, Fault, FaultCode};
use http::{Method, StatusCode};

use super::checks::on_bucket;
use super::product::row;
use super::{bucket, public_access, xml};
use crate::gateway::{ApiError, Body, Call, Level, Operation, Reply, Route, Selector};

const HERE: Selector = Selector::Query("policy");

/// The operations on bucket policies.
pub fn table() -> Vec<Operation> {
    let status = Route::Oss(Method::GET, Level::Bucket, Selector::Query("policyStatus"));
    vec![
        row("PutBucketPolicy", at(Method::PUT), &[on_bucket(&["oss:PutBucketPolicy"])], &[], put),
        row("GetBucketPolicy", at(Method::GET), &[on_bucket(&["oss:GetBucketPolicy"])], &[], get),
        row("DeleteBucketPolicy", at(Method::DELETE), &[on_bucket(&["oss:DeleteBucketPolicy"])], &[], delete),
        row("GetBucketPolicyStatus", status, &[on_bucket(&["oss:GetBucketPolicyStatus"])], &[], of_status),
    ]
}

fn at(method: Method) -> Route {
    Route::Oss(method, Level::Bucket, HERE)
}

/// Reads a policy in the language of bucket policies, as the cloud would when it is put.
pub(super) fn read(body: &[u8]) -> Result<Arc<Document>, ApiError> {
    let read = Document::parse_bytes(DocumentKind::Bucket, body, &Dialect::STANDARD);
    read.map(Arc::new).map_err(|malformed| {
        let faults = malformed.faults();
        // What makes the whole unreadable is told before what is wrong in it.
        let whole = |fault: &&Fault| matches!(fault.code, FaultCode::TooLong | FaultCode::InvalidUtf8);
        faults.iter().find(whole).or(faults.first()).map_or_else(ApiError::internal, |fault| invalid(fault, body))
    })
}

/// INFERRED: the code; the pages of the detail codes do not print it. CHOICE: the words, where none are published.
fn invalid(fault: &Fault, body: &[u8]) -> ApiError {
    let error = |message: String| ApiError::bad_request("InvalidPolicyDocument", message);
    let quoted = body.get(fault.span.start as usize) == Some(&b'"');
    let detail = match fault.code {
        FaultCode::SourceVpcRequired => return error(fault.message.clone()),
        FaultCode::TooLong => "0030-00000001",
        FaultCode::UnsupportedVersion if quoted => "0030-00000002",
        FaultCode::FieldTooLong => "0030-00000003",
        FaultCode::InvalidUtf8 => "0030-00000004",
        FaultCode::RepeatedStars => "0030-00000007",
        _ => "0030-00000005",
    };
    error(format!("Invalid Policy: {}", fault.message)).with("EC", detail)
}

/// An answer with a policy, byte for byte as it was put.
pub(super) fn reply(document: &Document) -> Reply {
    Reply::with_body(Body::Bytes("application/json", document.text().to_owned().into()))
}

/// PutBucketPolicy
fn put(call: &Call<'_>) -> Result<Reply, ApiError> {
    let document = read(&call.http.body)?;
    public_access::check_bucket_policy(call, &document)?;
    bucket::change(call, |bucket| bucket.access.set_policy(Some(document)))?;
    Ok(Reply::with_body(Body::Empty))
}

/// GetBucketPolicy
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let document = bucket::read(call, |bucket| bucket.access.policy().cloned())?;
    let none = || ApiError::not_found("NoSuchBucketPolicy", "The specified bucket policy does not exist.");
    document.map(|document| reply(&document)).ok_or_else(|| none().with("EC", "0030-00000006"))
}

/// DeleteBucketPolicy. INFERRED: to delete what is not there is no error.
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    bucket::change(call, |bucket| bucket.access.set_policy(None))?;
    Ok(Reply::with_body(Body::Empty).status(StatusCode::NO_CONTENT))
}

/// GetBucketPolicyStatus
fn of_status(call: &Call<'_>) -> Result<Reply, ApiError> {
    let public = bucket::read(call, |bucket| bucket.access.policy().is_some_and(|policy| policy.is_public()))?;
    Ok(xml::reply("PolicyStatus", |node| node.text("IsPublic", if public { "true" } else { "false" })))
}
