//! The ACLs of buckets and objects.

use super::{bucket, error, object, view, xml};
use crate::cloud::{Acl, Object};
use crate::gateway::{ApiError, Body, Call, Reply};

/// The ACL that a header names.
pub(super) fn asked_for(call: &Call<'_>, header: &str, message: &'static str) -> Result<Option<Acl>, ApiError> {
    match call.http.header(header) {
        None => Ok(None),
        Some(text) => Acl::parse(text).map(Some).ok_or_else(|| error::invalid_argument(header, text, message)),
    }
}

/// The ACL that an object is to have: one of its own, or the bucket's with `default`.
pub(super) fn of_object_asked_for(call: &Call<'_>) -> Result<Option<Acl>, ApiError> {
    if call.http.header("x-oss-object-acl") == Some("default") {
        return Ok(None);
    }
    asked_for(call, "x-oss-object-acl", "no such object access control exists")
}

fn reply(owner: &str, grant: &str) -> Reply {
    xml::reply("AccessControlPolicy", |node| {
        node.element("Owner", |node| view::owner(node, owner));
        node.element("AccessControlList", |node| node.text("Grant", grant));
    })
}

/// GetBucketAcl
pub(super) fn of_bucket(call: &Call<'_>) -> Result<Reply, ApiError> {
    bucket::read(call, |bucket| reply(&bucket.owner, bucket.acl.as_str()))
}

/// PutBucketAcl
pub(super) fn put_of_bucket(call: &Call<'_>) -> Result<Reply, ApiError> {
    let acl = asked_for(call, "x-oss-acl", "no such bucket access control exists")?;
    bucket::change(call, |bucket| bucket.acl = acl.unwrap_or(bucket.acl))?;
    Ok(Reply::with_body(Body::Empty).header("location", format!("/{}", bucket::name(call))))
}

/// GetObjectACL
pub(super) fn of_object(call: &Call<'_>) -> Result<Reply, ApiError> {
    let owner = bucket::read(call, |bucket| bucket.owner.clone())?;
    let seen = object::find(call)?;
    Ok(seen.said(reply(&owner, seen.acl.map_or("default", Acl::as_str))))
}

/// PutObjectACL
pub(super) fn put_of_object(call: &Call<'_>) -> Result<Reply, ApiError> {
    let acl = of_object_asked_for(call)?;
    if !call.http.headers.contains_key("x-oss-object-acl") {
        return Err(error::missing_argument());
    }
    let seen = object::replace(call, |object, _| Ok(Object { acl, ..object.clone() }))?;
    Ok(seen.said(Reply::with_body(Body::Empty)))
}
