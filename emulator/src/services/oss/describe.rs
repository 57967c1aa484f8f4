//! What an OSS call needs besides its action: whose bucket it is, what its ACL grants, and the condition keys.
//!
//! A bucket that is not there, that another region's endpoint was asked for, or whose owner's OSS is not open, is reported
//! before any policy is asked: OSS fails such a request while it looks for the bucket.
//!
//! Source pages: "OSS authorization syntax and elements", "Set the ACL for a bucket".

use std::sync::{Arc, LazyLock};

use acslab_policy::{Attachment, Document, DocumentKind, PolicyRef, PolicySet, PolicyType};

use super::{error, name};
use crate::cloud::{Account, Acl, Bucket, ResourceKey, Service};
use crate::gateway::{ApiError, Call, Caller, Needed, OwnPolicy, oss_access_key_id, oss_endpoint_region};
use crate::signature::{OrderedQuery, Plus};

/// The owner and the region of the bucket that the request addresses. One that is not there is nobody's yet, and the
/// description says so.
pub(super) fn names(call: &Call<'_>, name: &str) -> Option<String> {
    let look: fn(&Bucket) -> String = match name {
        "bucket_owner" => |bucket| bucket.owner.clone(),
        "bucket_region" => |bucket| bucket.region.clone(),
        _ => return None,
    };
    let bucket = call.address.bucket.as_deref().unwrap_or_default();
    Some(call.cloud().buckets.read(bucket, look).unwrap_or_else(|| "*".to_owned()))
}

/// A bucket, as resource groups know it.
pub(super) fn resource_key(bucket: &str) -> ResourceKey {
    ResourceKey::new("oss", "bucket", bucket)
}

/// Something in the bucket that the request addresses, or the bucket itself.
pub(super) fn bucket(call: &Call<'_>, needed: &mut Needed) -> Result<(), ApiError> {
    at(call, needed, call.address.bucket.as_deref().unwrap_or_default())
}

/// The list of objects in a bucket. A parameter that is sent and empty is an empty key, one that is not sent is none.
pub(super) fn listing(call: &Call<'_>, needed: &mut Needed) -> Result<(), ApiError> {
    for (parameter, key) in [("prefix", "oss:Prefix"), ("delimiter", "oss:Delimiter")] {
        if let Some(value) = call.arguments.get(parameter) {
            needed.set(key, value);
        }
    }
    bucket(call, needed)
}

/// An object that is to be written. The tags that it is to have are keys too.
pub(super) fn written(call: &Call<'_>, needed: &mut Needed) -> Result<(), ApiError> {
    name::check_object(call.address.object.as_deref().unwrap_or_default())?;
    let tags = call.http.header("x-oss-tagging").and_then(|tags| OrderedQuery::parse(tags, Plus::Space).ok());
    for tag in tags.iter().flatten() {
        needed.set(&format!("oss:RequestObjectTag/{}", tag.name), &tag.value);
    }
    bucket(call, needed)
}

/// The object that is to be written, when it is to have tags: those are a permission of their own.
#[expect(clippy::unnecessary_wraps, reason = "has the type of those that can fail")]
pub(super) fn tagged(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    let tags = call.http.headers.contains_key("x-oss-tagging");
    Ok(call.address.object.iter().filter(|_| tags).cloned().collect())
}

/// The object that is copied from.
pub(super) fn source(call: &Call<'_>, needed: &mut Needed) -> Result<(), ApiError> {
    let (bucket, key) = name::copy_source(call)?;
    name::check_object(&key)?;
    at(call, needed, &bucket)
}

/// A bucket that is to be made.
pub(super) fn new_bucket(call: &Call<'_>, needed: &mut Needed) -> Result<(), ApiError> {
    let name = call.address.bucket.as_deref().unwrap_or_default();
    name::check_bucket(name)?;
    caller_is_open(call, Some(name))?;
    keys(call, needed);
    needed.resource_group = call.caller.account().map(|account| {
        let asked = resource_group_asked_for(call);
        asked.map_or_else(|| account.resource_groups.read().default_id().to_owned(), str::to_owned)
    });
    Ok(())
}

/// The resource group that a bucket is to be in, or whose buckets are to be listed.
pub(super) fn resource_group_asked_for<'a>(call: &'a Call<'_>) -> Option<&'a str> {
    call.http.header("x-oss-resource-group-id").filter(|id| !id.is_empty())
}

/// The list of the caller's buckets. It is not a bucket's own tag but the one asked for that counts.
pub(super) fn service(call: &Call<'_>, needed: &mut Needed) -> Result<(), ApiError> {
    caller_is_open(call, None)?;
    if let (Some(key), Some(value)) = (call.arguments.filled("tag-key"), call.arguments.get("tag-value")) {
        needed.set(&format!("oss:BucketTag/{key}"), value);
    }
    keys(call, needed);
    Ok(())
}

/// What is known of a bucket when a request is about it, or about an object in it.
struct Seen {
    owner: String,
    region: String,
    acl: Acl,
    tags: Vec<(String, String)>,
    object_tags: Vec<(String, String)>,
}

impl Seen {
    fn of(bucket: &Bucket, key: Option<&str>) -> Self {
        let object = key.and_then(|key| bucket.objects.get(key));
        Self {
            owner: bucket.owner.clone(),
            region: bucket.region.clone(),
            // An object's own ACL stands in the place of the bucket's.
            acl: object.and_then(|object| object.acl).unwrap_or(bucket.acl),
            tags: bucket.tags.clone(),
            object_tags: object.map(|object| object.tags.clone()).unwrap_or_default(),
        }
    }
}

fn at(call: &Call<'_>, needed: &mut Needed, name: &str) -> Result<(), ApiError> {
    name::check_bucket(name)?;
    let key = key_asked_about(needed, name);
    let Some(seen) = call.cloud().buckets.read(name, |bucket| Seen::of(bucket, key.as_deref())) else {
        caller_is_open(call, Some(name))?;
        return Err(error::no_such_bucket(name));
    };
    if oss_endpoint_region(call.http.host()).is_some_and(|asked| asked != seen.region) {
        return Err(error::wrong_endpoint(name, &seen.region));
    }
    let owner = call.cloud().account(&seen.owner).filter(|owner| is_open(owner));
    let owner = owner.ok_or_else(|| error::user_disable(Some(name)))?;
    keys(call, needed);
    for (key, value) in &seen.tags {
        needed.set(&format!("oss:BucketTag/{key}"), value);
    }
    for (key, value) in &seen.object_tags {
        needed.set(&format!("oss:ExistingObjectTag/{key}"), value);
    }
    needed.resource_group = owner.resource_groups.read().group_of(&resource_key(name)).map(str::to_owned);
    // A bucket policy is to stand in the same set.
    needed.own = OwnPolicy::Grants(PolicySet::compile(granted(seen.acl, name)));
    Ok(())
}

/// The key of the object that is asked about: what stands behind the bucket in the ARN.
fn key_asked_about(needed: &Needed, bucket: &str) -> Option<String> {
    let arn = needed.requests.first()?.resource().as_str();
    let relative = arn.splitn(5, ':').nth(4)?;
    relative.strip_prefix(bucket)?.strip_prefix('/').map(str::to_owned)
}

/// The condition keys of every call.
fn keys(call: &Call<'_>, needed: &mut Needed) {
    // Public traffic has the key too, and nothing in it.
    needed.set("acs:SourceVpc", "");
    if let Some(agent) = call.http.header("user-agent") {
        needed.set("acs:UserAgent", agent);
    }
    let inside = match &call.caller {
        Caller::Session { session, .. } => Some(session.key_id.as_str()),
        _ => None,
    };
    if let Some(id) = oss_access_key_id(call.http).or(inside) {
        needed.set("acs:AccessId", id);
    }
    for (header, key) in [("x-oss-acl", "oss:x-oss-acl"), ("x-oss-object-acl", "oss:x-oss-object-acl")] {
        if let Some(acl) = call.http.header(header) {
            needed.set(key, acl);
        }
    }
}

fn is_open(account: &Account) -> bool {
    account.activations.read().is_open(&Service::Oss)
}

/// A caller without an account has nothing that could be closed.
fn caller_is_open(call: &Call<'_>, bucket: Option<&str>) -> Result<(), ApiError> {
    match call.caller.account() {
        Some(account) if !is_open(account) => Err(error::user_disable(bucket)),
        _ => Ok(()),
    }
}

/// An ACL in the words of a bucket policy, so that the policy engine decides over it like over everything else.
///
/// A public ACL opens objects and no list of them.
fn granted(acl: Acl, bucket: &str) -> Option<(PolicyRef, Arc<Document>)> {
    static READ: LazyLock<Option<Arc<Document>>> = LazyLock::new(|| everybody_may(r#""oss:GetObject""#));
    static WRITE: LazyLock<Option<Arc<Document>>> = LazyLock::new(|| {
        everybody_may(
            r#""oss:GetObject", "oss:PutObject", "oss:DeleteObject", "oss:ListParts", "oss:AbortMultipartUpload""#,
        )
    });
    let document = match acl {
        Acl::Private => None,
        Acl::PublicRead => READ.clone(),
        Acl::PublicReadWrite => WRITE.clone(),
    }?;
    let reference = PolicyRef {
        name: format!("ACL {}", acl.as_str()).into(),
        kind: PolicyType::Inline,
        version: None,
        attached: Attachment::Bucket(bucket.into()),
    };
    Some((reference, document))
}

fn everybody_may(actions: &str) -> Option<Arc<Document>> {
    let text = format!(
        r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Principal":["*"],"Action":[{actions}],"Resource":["acs:oss:*:*:*/*"]}}]}}"#
    );
    // If it could not be read it would grant nothing; the test below reads it.
    Document::parse(DocumentKind::Bucket, &text).ok().map(Arc::new)
}

#[cfg(test)]
mod tests {
    use acslab_policy::{Dialect, Layers, Principal, Request, ResourceLayer};

    use super::*;

    fn anybody_may(acl: Acl, action: &str, resource: &str) -> bool {
        let (own, identity) = (PolicySet::compile(granted(acl, "b")), PolicySet::empty());
        let layers =
            Layers { resource: ResourceLayer::Grants(&own), dialect: &Dialect::STANDARD, ..Layers::new(&identity) };
        let request = Request::new(Principal::Anonymous, action, resource).unwrap();
        acslab_policy::decide(&layers, &request).is_allowed()
    }

    #[test]
    fn a_public_acl_opens_objects_and_nothing_else() {
        let (object, bucket) = ("acs:oss:cn-hangzhou:1:b/k", "acs:oss:cn-hangzhou:1:b");
        assert!(!anybody_may(Acl::Private, "oss:GetObject", object));
        assert!(anybody_may(Acl::PublicRead, "oss:GetObject", object));
        assert!(!anybody_may(Acl::PublicRead, "oss:PutObject", object));
        assert!(anybody_may(Acl::PublicReadWrite, "oss:PutObject", object));
        assert!(anybody_may(Acl::PublicReadWrite, "oss:DeleteObject", object));
        assert!(!anybody_may(Acl::PublicReadWrite, "oss:ListObjects", bucket));
        assert!(!anybody_may(Acl::PublicReadWrite, "oss:PutObjectAcl", object));
        assert!(!anybody_may(Acl::PublicReadWrite, "oss:DeleteBucket", bucket));
    }
}
