//! Block public access: of an account, of a bucket, of an access point. What is on at a higher level counts whatever the lower say.
//!
//! Source pages: "Block Public Access", "PutPublicAccessBlock" and its siblings.

use std::sync::atomic::Ordering;

use http::{Method, StatusCode};
use serde::Deserialize;

use super::table::{on_bucket, on_service, row};
use super::{access_point, bucket, error, xml};
use crate::cloud::{Acl, Cloud};
use crate::gateway::{ApiError, Body, Call, Level, Operation, Reply, Route, Selector};

const NAME: &str = "publicAccessBlock";
const HERE: Selector = Selector::Query(NAME);
const OF_ACCESS_POINT: Selector = Selector::QueryAnd(NAME, access_point::NAME, None);

/// The operations on block public access.
#[rustfmt::skip]
pub fn table() -> Vec<Operation> {
    let service = |method| Route::Oss(method, Level::Service, HERE);
    let bucket = |method| Route::Oss(method, Level::Bucket, HERE);
    let point = |method| Route::Oss(method, Level::Bucket, OF_ACCESS_POINT);
    vec![
        row("PutPublicAccessBlock", service(Method::PUT), &[on_service(&["oss:PutPublicAccessBlock"])], &[], put_of_account),
        row("GetPublicAccessBlock", service(Method::GET), &[on_service(&["oss:GetPublicAccessBlock"])], &[], get_of_account),
        row("DeletePublicAccessBlock", service(Method::DELETE), &[on_service(&["oss:DeletePublicAccessBlock"])], &[], delete_of_account),
        row("PutBucketPublicAccessBlock", bucket(Method::PUT), &[on_bucket(&["oss:PutBucketPublicAccessBlock"])], &[], put_of_bucket),
        row("GetBucketPublicAccessBlock", bucket(Method::GET), &[on_bucket(&["oss:GetBucketPublicAccessBlock"])], &[], get_of_bucket),
        row("DeleteBucketPublicAccessBlock", bucket(Method::DELETE), &[on_bucket(&["oss:DeleteBucketPublicAccessBlock"])], &[], delete_of_bucket),
        row("PutAccessPointPublicAccessBlock", point(Method::PUT), &[on_bucket(&["oss:PutAccessPointPublicAccessBlock"])], &[], put_of_point),
        row("GetAccessPointPublicAccessBlock", point(Method::GET), &[on_bucket(&["oss:GetAccessPointPublicAccessBlock"])], &[], get_of_point),
        row("DeleteAccessPointPublicAccessBlock", point(Method::DELETE), &[on_bucket(&["oss:DeleteAccessPointPublicAccessBlock"])], &[], delete_of_point),
    ]
}

#[derive(Debug, Deserialize)]
struct PublicAccessBlockConfiguration {
    #[serde(rename = "BlockPublicAccess")]
    block: Option<String>,
}

/// Whether it is to be on. What is not said is `false`.
fn asked_for(call: &Call<'_>) -> Result<bool, ApiError> {
    let configuration: PublicAccessBlockConfiguration = xml::read(&call.http.body)?;
    match configuration.block.as_deref() {
        None | Some("" | "false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(error::malformed_xml()),
    }
}

/// Is it on for all of an account?
pub(super) fn of_account(cloud: &Cloud, account: &str) -> bool {
    cloud.account(account).is_some_and(|account| account.public_access_blocked.load(Ordering::Relaxed))
}

/// Is it on for the bucket that a request addresses, or for all of its account?
pub(super) fn of_bucket(call: &Call<'_>) -> Result<bool, ApiError> {
    bucket::read(call, |bucket| bucket.access.blocked || of_account(call.cloud(), &bucket.owner))
}

/// What would open something to the public while that is blocked.
pub(super) fn not_allowed(message: &'static str) -> ApiError {
    ApiError::forbidden("AccessDenied", message)
}

/// May a bucket be given this ACL? `blocked`: whether public access to it is.
pub(super) fn check_bucket_acl(acl: Acl, blocked: bool) -> Result<(), ApiError> {
    if acl != Acl::Private && blocked {
        return Err(not_allowed("Put public bucket acl is not allowed"));
    }
    Ok(())
}

/// May an object in the bucket that a request addresses be given this ACL?
pub(super) fn check_object_acl(call: &Call<'_>, acl: Option<Acl>) -> Result<(), ApiError> {
    if acl.is_some_and(|acl| acl != Acl::Private) && of_bucket(call)? {
        return Err(not_allowed("Put public object acl is not allowed").with("EC", "0016-00000901"));
    }
    Ok(())
}

fn reply(on: bool) -> Reply {
    xml::reply("PublicAccessBlockConfiguration", |node| {
        node.text("BlockPublicAccess", if on { "true" } else { "false" });
    })
}

fn done() -> Reply {
    Reply::with_body(Body::Empty)
}

fn gone() -> Reply {
    done().status(StatusCode::NO_CONTENT)
}

fn set_of_account(call: &Call<'_>, on: bool) -> Result<(), ApiError> {
    call.account()?.public_access_blocked.store(on, Ordering::Relaxed);
    call.cloud().changes().count();
    Ok(())
}

/// PutPublicAccessBlock
fn put_of_account(call: &Call<'_>) -> Result<Reply, ApiError> {
    let on = asked_for(call)?;
    set_of_account(call, on).map(|()| done())
}

/// GetPublicAccessBlock
fn get_of_account(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(reply(of_account(call.cloud(), &call.account()?.id)))
}

/// DeletePublicAccessBlock
fn delete_of_account(call: &Call<'_>) -> Result<Reply, ApiError> {
    set_of_account(call, false).map(|()| gone())
}

/// PutBucketPublicAccessBlock
fn put_of_bucket(call: &Call<'_>) -> Result<Reply, ApiError> {
    let on = asked_for(call)?;
    bucket::change(call, |bucket| bucket.access.blocked = on).map(|()| done())
}

/// GetBucketPublicAccessBlock: what was set for the bucket, not what its account adds.
fn get_of_bucket(call: &Call<'_>) -> Result<Reply, ApiError> {
    bucket::read(call, |bucket| reply(bucket.access.blocked))
}

/// DeleteBucketPublicAccessBlock
fn delete_of_bucket(call: &Call<'_>) -> Result<Reply, ApiError> {
    bucket::change(call, |bucket| bucket.access.blocked = false).map(|()| gone())
}

/// PutAccessPointPublicAccessBlock
fn put_of_point(call: &Call<'_>) -> Result<Reply, ApiError> {
    let on = asked_for(call)?;
    access_point::change(call, |point| point.blocked = on).map(|()| done())
}

/// GetAccessPointPublicAccessBlock
fn get_of_point(call: &Call<'_>) -> Result<Reply, ApiError> {
    access_point::read(call, |point| reply(point.blocked))
}

/// DeleteAccessPointPublicAccessBlock
fn delete_of_point(call: &Call<'_>) -> Result<Reply, ApiError> {
    access_point::change(call, |point| point.blocked = false).map(|()| gone())
}
