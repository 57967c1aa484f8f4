//! The ACLs of buckets and objects.

use acslab_policy::Verdict;
use http::HeaderName;

use super::{bucket, describe, error, object, public_access, view, xml};
use crate::cloud::{Acl, Object};
use crate::gateway::{ApiError, Body, Call, Reply};

/// The header that says which ACL a bucket is to have, and that for an object.
pub(super) const ACL: HeaderName = HeaderName::from_static("x-oss-acl");
pub(super) const OBJECT_ACL: HeaderName = HeaderName::from_static("x-oss-object-acl");

/// What a header says of an ACL. An empty one tells nothing: Terraform's provider and Java's client send it where no ACL is set, and a live
/// test of the latter has it so.
pub(super) fn said<'c>(call: &'c Call<'_>, header: &HeaderName) -> Option<&'c str> {
    call.http.header(header).filter(|acl| !acl.is_empty())
}

/// Does a request say which ACL an object is to have?
pub(super) fn is_said_of_object(call: &Call<'_>) -> bool {
    said(call, &OBJECT_ACL).is_some()
}

/// The ACL that a header names.
pub(super) fn asked_for(call: &Call<'_>, header: &HeaderName, message: &'static str) -> Result<Option<Acl>, ApiError> {
    match said(call, header) {
        None => Ok(None),
        Some(text) => Acl::parse(text).map(Some).ok_or_else(|| error::invalid_argument(header.as_str(), text, message)),
    }
}

/// The ACL that an object is to have: one of its own, or the bucket's with `default`. A public one is refused while public access is
/// blocked.
pub(super) fn of_object_asked_for(call: &Call<'_>) -> Result<Option<Acl>, ApiError> {
    if said(call, &OBJECT_ACL) == Some("default") {
        return Ok(None);
    }
    let acl = asked_for(call, &OBJECT_ACL, "no such object access control exists")?;
    public_access::check_object_acl(call, acl)?;
    Ok(acl)
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

/// The bucket that is to be given an ACL, where it is there, and the caller's own or one that its owner lets the caller give ACLs.
pub(super) fn existing(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    let given = is_given(call)?;
    Ok(Some(String::new()).filter(|_| given).into_iter().collect())
}

/// The same where it is not: it is made. A live test of Java's client is told of a bucket of somebody else what who makes one is told.
pub(super) fn missing_bucket(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    let given = is_given(call)?;
    Ok(Some(String::new()).filter(|_| !given).into_iter().collect())
}

/// Whether a bucket that is there is given an ACL, by the first look of the call: what comes or goes meanwhile changes no question.
fn is_given(call: &Call<'_>) -> Result<bool, ApiError> {
    match call.was_there.get() {
        Some(was_there) => Ok(*was_there),
        None => is_given_now(call).map(|is_there| *call.was_there.get_or_init(|| is_there)),
    }
}

/// The same now. Whoever has no account makes none.
fn is_given_now(call: &Call<'_>) -> Result<bool, ApiError> {
    let name = bucket::name(call);
    let Some(owner) = call.cloud().buckets.read(name, |bucket| bucket.owner.clone()) else { return Ok(false) };
    let own = call.caller.account().is_none_or(|account| account.id == owner);
    // INFERRED: a Deny in the bucket's policy is one.
    let asked = || describe::question(call, "oss:PutBucketAcl", None, describe::new_acl);
    Ok(own || call.verdict(asked()?) != Verdict::ImplicitDeny)
}

/// PutBucketAcl. A bucket that is not there is made; without a header nothing changes.
pub(super) fn put_of_bucket(call: &Call<'_>) -> Result<Reply, ApiError> {
    let name = bucket::name(call);
    if !is_given(call)? {
        if !is_given_now(call)? {
            return bucket::put(call);
        }
        // A bucket that came since the call was decided, about another thing then, may refuse.
        call.require(describe::question(call, "oss:PutBucketAcl", None, describe::new_acl)?)?;
    }
    if let Some(acl) = asked_for(call, &ACL, "no such bucket access control exists")? {
        public_access::check_bucket_acl(call, acl, public_access::of_bucket(call)?)?;
        bucket::change(call, |bucket| bucket.acl = acl)?;
    }
    Ok(Reply::with_body(Body::Empty).header("location", format!("/{name}")))
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
    if !is_said_of_object(call) {
        return Err(error::missing_argument());
    }
    let seen = object::replace(call, |object, _| Ok(Object { acl, ..object.clone().accessed_at(call.now) }))?;
    Ok(seen.said(Reply::with_body(Body::Empty)))
}
