//! What an OSS call says of itself besides its action: the condition keys, and what stands before the policies.
//!
//! Source page: "OSS authorization syntax and elements".

use std::sync::{Arc, LazyLock};

use acslab_policy::Key;
use http::header;

use super::locate::locate;
use super::{access_point, acl, error, name, payer, referer, tagging};
use crate::cloud::{Account, ResourceKey, Service};
use crate::gateway::{ApiError, Call, Caller, Facts, Needed, Sought, oss_endpoint_region};
use crate::signature::{OrderedQuery, Plus};
use crate::wire::oss;

/// A bucket, as resource groups know it.
pub(super) fn resource_key(bucket: &str) -> ResourceKey {
    ResourceKey::new("oss", "bucket", bucket)
}

/// What a call asks besides, while it is answered: an action on the bucket that it addresses, or on an object in it, described so. A bucket
/// that is not there is the caller's, as if it were made.
pub(super) fn question(
    call: &Call<'_>,
    action: &str,
    object: Option<&str>,
    described: fn(&Call<'_>, &Facts, &mut Needed) -> Result<(), ApiError>,
) -> Result<Needed, ApiError> {
    let bucket = call.address.bucket.as_deref().unwrap_or_default();
    let id = object.map_or_else(|| bucket.to_owned(), |key| format!("{bucket}/{key}"));
    let facts = locate(&Sought { cloud: call.cloud(), caller: &call.caller, region: &call.region, id: &id });
    let own = call.caller.account().map(|account| account.id.as_str());
    let (region, owner) = (facts.region.as_deref().unwrap_or(&call.region), facts.owner.as_deref().or(own));
    let mut need = call.ask(action, &format!("acs:oss:{region}:{}:{id}", owner.unwrap_or("*")))?;
    need.know(&facts);
    described(call, &facts, &mut need)?;
    Ok(need)
}

/// Something in the bucket that the request addresses, or the bucket itself.
pub(super) fn bucket(call: &Call<'_>, facts: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    if let Some(key) = &call.address.object {
        name::check_object(key)?;
    }
    at(call, facts, needed, call.address.bucket.as_deref().unwrap_or_default())
}

/// The list of objects in a bucket. A parameter that is sent and empty is an empty key, one that is not sent is none.
pub(super) fn listing(call: &Call<'_>, facts: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    for (parameter, key) in [("prefix", "oss:Prefix"), ("delimiter", "oss:Delimiter")] {
        if let Some(value) = call.arguments.get(parameter) {
            needed.set(key, value);
        }
    }
    bucket(call, facts, needed)
}

/// An object that is to be written. The tags and the ACL that it is to have are keys too.
pub(super) fn written(call: &Call<'_>, facts: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    let tags = call.http.header("x-oss-tagging").and_then(|tags| OrderedQuery::parse(tags, Plus::Space).ok());
    for tag in tags.iter().flat_map(OrderedQuery::iter) {
        needed.set(format!("oss:RequestObjectTag/{}", tag.name).as_str(), tag.value);
    }
    new_object_acl(call, facts, needed)
}

/// An object that has an ACL, or is to have one.
pub(super) fn new_object_acl(call: &Call<'_>, facts: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    if let Some(acl) = acl::said(call, &acl::OBJECT_ACL) {
        needed.set(&*OBJECT_ACL_KEY, acl);
    }
    bucket(call, facts, needed)
}

/// An object that is to have the tags in the body. INFERRED: they are keys as those in a header are.
pub(super) fn new_tags(call: &Call<'_>, facts: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    // A body that cannot be read is refused after who sent it.
    for (key, value) in tagging::in_body(call).unwrap_or_default() {
        needed.set(format!("oss:RequestObjectTag/{key}").as_str(), &value);
    }
    bucket(call, facts, needed)
}

/// The object that is to be written, when it is to have tags: those are a permission of their own.
#[expect(clippy::unnecessary_wraps, reason = "has the type of those that can fail")]
pub(super) fn tagged(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    let tags = call.http.headers.contains_key("x-oss-tagging");
    Ok(call.address.object.iter().filter(|_| tags).cloned().collect())
}

/// The object that is copied from.
pub(super) fn source(call: &Call<'_>, facts: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    let source = name::copy_source(call)?;
    name::check_object(&source.key)?;
    at(call, facts, needed, &source.bucket)
}

/// Something that a document names: the keys of every call, and nothing that stands before the policies.
#[expect(clippy::unnecessary_wraps, reason = "has the type of those that can fail")]
pub(super) fn other(call: &Call<'_>, _: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    keys(call, needed);
    Ok(())
}

/// A bucket that is to be made. Unless the header says another, it is private.
pub(super) fn new_bucket(call: &Call<'_>, _: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    let name = call.address.bucket.as_deref().unwrap_or_default();
    check_region(call, &call.region)?;
    name::check_bucket(name)?;
    caller_is_open(call, Some(name))?;
    if let Some(acl) = acl::said(call, &acl::ACL) {
        needed.set(&*ACL_KEY, acl);
    }
    keys(call, needed);
    needed.resource_group = call.caller.account().map(|account| {
        let asked = resource_group_asked_for(call);
        asked.map_or_else(|| account.resource_groups.read().default_id().to_owned(), str::to_owned)
    });
    Ok(())
}

/// A bucket whose ACL is to be set.
pub(super) fn new_acl(call: &Call<'_>, facts: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    if let Some(acl) = acl::said(call, &acl::ACL) {
        needed.set(&*ACL_KEY, acl);
    }
    bucket(call, facts, needed)
}

/// The resource group that a bucket is to be in, or whose buckets are to be listed.
pub(super) fn resource_group_asked_for<'a>(call: &'a Call<'_>) -> Option<&'a str> {
    call.http.header("x-oss-resource-group-id").filter(|id| !id.is_empty())
}

/// The list of the caller's buckets. It is not a bucket's own tag but the one asked for that counts.
pub(super) fn buckets(call: &Call<'_>, facts: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    if let (Some(key), Some(value)) = (call.arguments.filled("tag-key"), call.arguments.get("tag-value")) {
        needed.set(format!("oss:BucketTag/{key}").as_str(), value);
    }
    service(call, facts, needed)
}

/// Something of the caller's whole account.
pub(super) fn service(call: &Call<'_>, _: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    check_region(call, &call.region)?;
    caller_is_open(call, None)?;
    keys(call, needed);
    Ok(())
}

/// What stands before the policies when a request is about a bucket that is there, and the keys of every call.
pub(super) fn at(call: &Call<'_>, facts: &Facts, needed: &mut Needed, name: &str) -> Result<(), ApiError> {
    name::check_old_bucket(name)?;
    let Some(region) = &facts.region else { return caller_is_open(call, Some(name)) };
    let addressed = call.address.bucket.as_deref() == Some(name);
    match oss_endpoint_region(call.http.host()) {
        Some(asked) if asked != region => return Err(error::wrong_endpoint(name, region)),
        // At an endpoint of no region the signature must be for the bucket's.
        None if addressed => check_region(call, region)?,
        Some(_) | None => {}
    }
    if addressed {
        access_point::pass(call, needed)?;
    }
    payer::check(call, facts, name)?;
    referer::check(call)?;
    keys(call, needed);
    Ok(())
}

/// The region that a call was signed for must be this one.
fn check_region(call: &Call<'_>, region: &str) -> Result<(), ApiError> {
    let signed_for = call.signed.as_ref().and_then(|signed| signed.region.as_deref());
    oss::check_region(&call.http, signed_for, region)
}

static ACL_KEY: LazyLock<Key> = LazyLock::new(|| "oss:x-oss-acl".into());
static OBJECT_ACL_KEY: LazyLock<Key> = LazyLock::new(|| "oss:x-oss-object-acl".into());
/// Public traffic has these keys too, and nothing in them.
pub(super) const FROM_NO_VPC: [&str; 2] = ["acs:SourceVpc", "acs:SourceVpcId"];
/// Keys that are filled together: whoever says what the one is says it of the other.
const ALIASES: [[&str; 2]; 2] = [FROM_NO_VPC, ["acs:VpcSourceIp", "acs:SourceVpcIp"]];
static USER_AGENT: LazyLock<Key> = LazyLock::new(|| "acs:UserAgent".into());
static ACCESS_ID: LazyLock<Key> = LazyLock::new(|| "acs:AccessId".into());

/// What a call on what an account has says that comes from no VPC; about a bucket, it is among the facts.
pub(super) const OF_SERVICE: &[(&str, &str)] = &[("acs:SourceVpc", ""), ("acs:SourceVpcId", "")];
/// The same of one that makes a bucket: unless the header says another, it is private.
pub(super) const OF_NEW_BUCKET: &[(&str, &str)] =
    &[("acs:SourceVpc", ""), ("acs:SourceVpcId", ""), ("oss:x-oss-acl", "private")];
/// What a call says that writes an object and names no ACL for it.
///
/// INFERRED: published policies deny uploads by `StringNotEquals` of that key, and mean to let plain ones through.
pub(super) const OF_NEW_OBJECT: &[(&str, &str)] = &[("oss:x-oss-object-acl", "default")];

/// The keys that OSS knows. A condition on any other is never met.
pub(super) fn known() -> Arc<[Box<str>]> {
    Arc::clone(&KNOWN)
}

static KNOWN: LazyLock<Arc<[Box<str>]>> = LazyLock::new(|| {
    let known = [
        "acs:CurrentTime",
        "acs:SourceIp",
        "acs:SecureTransport",
        "acs:MFAPresent",
        "acs:PrincipalArn",
        "acs:PrincipalRDId",
        "acs:PrincipalRDPath",
        "acs:SourceVpc",
        "acs:SourceVpcId",
        "acs:SourceVpcIp",
        "acs:VpcSourceIp",
        "acs:UserAgent",
        "acs:AccessId",
        "oss:Prefix",
        "oss:Delimiter",
        "oss:x-oss-acl",
        "oss:x-oss-object-acl",
        "oss:BucketTag/",
        "oss:ExistingObjectTag/",
        "oss:RequestObjectTag/",
        "oss:object-remaining-retention-days",
        "oss:DataAccessPointArn",
        "oss:DataAccessPointAccount",
        "oss:AccessPointNetworkOrigin",
        "oss:ClassicIntranet",
    ];
    known.map(Box::from).into()
});

/// The key that is filled together with this one in a request for this action; of other products there is none.
pub fn key_alias(action: &str, key: &str) -> Option<&'static str> {
    let is_of_oss = action.split_once(':').is_some_and(|(product, _)| product.eq_ignore_ascii_case("oss"));
    let mut both = ALIASES.into_iter().filter(|_| is_of_oss).flat_map(|[one, other]| [(one, other), (other, one)]);
    both.find_map(|(one, other)| one.eq_ignore_ascii_case(key).then_some(other))
}

/// The condition keys of every call.
fn keys(call: &Call<'_>, needed: &mut Needed) {
    needed.fill_no_others_than(&KNOWN);
    if let Some(agent) = call.http.header(header::USER_AGENT) {
        needed.set(&*USER_AGENT, agent);
    }
    let inside = match &call.caller {
        Caller::Session { session, .. } => Some(session.key_id.as_str()),
        _ => None,
    };
    if let Some(id) = call.signed.as_ref().map(|signed| signed.key_id.as_str()).or(inside) {
        needed.set(&*ACCESS_ID, id);
    }
}

pub(super) fn is_open(account: &Account) -> bool {
    account.activations.read().is_open(&Service::Oss)
}

/// A caller without an account has nothing that could be closed.
fn caller_is_open(call: &Call<'_>, bucket: Option<&str>) -> Result<(), ApiError> {
    match call.caller.account() {
        Some(account) if !is_open(account) => Err(error::user_disable(bucket)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_are_filled_together_are_those_of_oss() {
        for (action, key, alias) in [
            ("oss:GetObject", "acs:SourceVpc", Some("acs:SourceVpcId")),
            ("oss:GetObject", "ACS:sourcevpcid", Some("acs:SourceVpc")),
            ("oss:GetObject", "acs:SourceVpcIp", Some("acs:VpcSourceIp")),
            ("oss:GetObject", "acs:SourceIp", None),
            ("log:GetLogs", "acs:SourceVpc", None),
        ] {
            assert_eq!(key_alias(action, key), alias, "{action} {key}");
        }
        assert!(ALIASES.iter().flatten().all(|key| KNOWN.iter().any(|known| **known == **key)));
    }
}
