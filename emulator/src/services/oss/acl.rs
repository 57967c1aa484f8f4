//! The ACLs of buckets and objects.

use super::{bucket, describe, error, locate, object, public_access, view, xml};
use crate::cloud::{Acl, Object};
use crate::gateway::{ApiError, Body, Call, Reply, Sought};

/// The ACL that a header names.
pub(super) fn asked_for(call: &Call<'_>, header: &str, message: &'static str) -> Result<Option<Acl>, ApiError> {
    match call.http.header(header) {
        None => Ok(None),
        Some(text) => Acl::parse(text).map(Some).ok_or_else(|| error::invalid_argument(header, text, message)),
    }
}

/// The ACL that an object is to have: one of its own, or the bucket's with `default`. A public one is refused while public access is
/// blocked.
pub(super) fn of_object_asked_for(call: &Call<'_>) -> Result<Option<Acl>, ApiError> {
    if call.http.header("x-oss-object-acl") == Some("default") {
        return Ok(None);
    }
    let acl = asked_for(call, "x-oss-object-acl", "no such object access control exists")?;
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

/// The bucket that is to be given an ACL, where it is there.
#[expect(clippy::unnecessary_wraps, reason = "has the type of those that can fail")]
pub(super) fn existing(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    let there = call.cloud().buckets.read(bucket::name(call), |_| ()).is_some();
    Ok(Some(String::new()).filter(|_| there).into_iter().collect())
}

/// The same where it is not: it is made.
#[expect(clippy::unnecessary_wraps, reason = "has the type of those that can fail")]
pub(super) fn missing_bucket(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    let there = call.cloud().buckets.read(bucket::name(call), |_| ()).is_some();
    Ok(Some(String::new()).filter(|_| !there).into_iter().collect())
}

/// PutBucketAcl. A bucket that is not there is made; without a header nothing changes.
pub(super) fn put_of_bucket(call: &Call<'_>) -> Result<Reply, ApiError> {
    let name = bucket::name(call);
    let Some(owner) = call.cloud().buckets.read(name, |bucket| bucket.owner.clone()) else { return bucket::put(call) };
    if call.caller.account().is_none_or(|account| account.id != owner) && !may_still(call)? {
        // Somebody made it since it was decided that there was none.
        return bucket::put(call);
    }
    if let Some(acl) = asked_for(call, "x-oss-acl", "no such bucket access control exists")? {
        public_access::check_bucket_acl(acl, public_access::of_bucket(call)?)?;
        bucket::change(call, |bucket| bucket.acl = acl)?;
    }
    Ok(Reply::with_body(Body::Empty).header("location", format!("/{name}")))
}

/// May the caller set the ACL of the bucket that is there now?
fn may_still(call: &Call<'_>) -> Result<bool, ApiError> {
    let sought = Sought { cloud: call.cloud(), caller: &call.caller, region: &call.region, id: bucket::name(call) };
    let facts = locate::locate(&sought);
    let (region, owner) = (facts.region.as_deref().unwrap_or("*"), facts.owner.as_deref().unwrap_or("*"));
    let mut need = call.ask("oss:PutBucketAcl", &format!("acs:oss:{region}:{owner}:{}", bucket::name(call)))?;
    need.know(&facts);
    describe::new_acl(call, &facts, &mut need)?;
    Ok(call.may(need))
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
