//! What OSS knows of a bucket and of an object in it: whose it is, where, its tags, what its policy and its ACL grant.
//!
//! A bucket that is not there, or whose owner's OSS is not open, is reported before anybody is asked who they are: OSS fails such a
//! request while it looks for the bucket.
//!
//! Source pages: "OSS authorization process", "OSS authorization syntax and elements", "Set the ACL for a bucket".

use super::describe::{FROM_NO_VPC, is_open, resource_key};
use super::{error, kms, name, payer, public_access};
use crate::cloud::{Bucket, Cloud, Found, VersionId};
use crate::gateway::{
    About, Absent, ApiError, Facts, HttpRequest, ObjectAddress, Operation, OwnPolicy, Sought, oss_endpoint_region,
};
use crate::operation::Text;
use crate::wire::oss;

/// What no endpoint of transfer acceleration answers: the list of buckets, and to make and to delete one.
const NOT_ACCELERATED: [&str; 3] = ["GetService", "PutBucket", "DeleteBucket"];

/// What is taken for PutBucket where there is no bucket; nothing is made, as no body of theirs is one of it.
const FALL_THROUGH: [&str; 2] = ["PutBucketOverwriteConfig", "PutBucketObjectWormConfiguration"];

/// Finds the bucket that a request addresses, unless it is to be made: whether its name is one, whether it is there, at the endpoint
/// that was asked, and whether its owner's OSS is open.
pub(super) fn find(
    cloud: &Cloud,
    request: &HttpRequest,
    operation: &Operation,
    address: &ObjectAddress,
) -> Result<(), ApiError> {
    if oss::is_accelerated(request.host()) && NOT_ACCELERATED.contains(&&*operation.name) {
        return Err(error::not_at_accelerated(request.method.as_str()));
    }
    let Some(name) = address.bucket.as_deref() else { return Ok(()) };
    // Who may make one is asked of nothing that is there.
    if operation.access.checks().iter().any(|check| matches!(check.about, About::New)) {
        return name::check_bucket(name);
    }
    name::check_old_bucket(name)?;
    let asked = oss_endpoint_region(request.host());
    let elsewhere = |region: &str| asked.is_some_and(|asked| asked != region).then(|| region.to_owned());
    let slow = |bucket: &Bucket| {
        let accelerated = bucket.settings.get("transferAcceleration").is_some_and(|setting| setting.is("Enabled"));
        oss::is_accelerated(request.host()) && !accelerated
    };
    let found = cloud.buckets.read(name, |bucket| (bucket.owner.clone(), elsewhere(&bucket.region), slow(bucket)));
    match found {
        // Tests of the SDKs that ask the cloud have it so: where there is no bucket these are taken for PutBucket.
        None if FALL_THROUGH.contains(&&*operation.name) => Err(error::no_such_making()),
        None => Err(error::no_such_bucket(name)),
        Some((_, Some(region), _)) => Err(error::wrong_endpoint(name, &region)),
        Some((_, None, true)) => Err(error::not_accelerated(name)),
        Some((owner, None, false)) if cloud.account(&owner).is_some_and(|owner| is_open(&owner)) => Ok(()),
        Some(_) => Err(error::user_disable(Some(name))),
    }
}

/// `bucket`, `bucket/key`, `version@bucket/key`.
pub(super) fn locate(sought: &Sought<'_>) -> Facts {
    let (name, key) = match sought.id.split_once('/') {
        Some((name, key)) => (name, Some(key)),
        None => (sought.id, None),
    };
    let (version, name) = match name.split_once('@') {
        Some((version, name)) => (VersionId::parse(version), name),
        None => (None, name),
    };
    let located = |bucket: &Bucket| of_bucket(sought.cloud, bucket, key, version);
    let Some(mut facts) = sought.cloud.buckets.read(name, located) else {
        return Facts { absent: Some(Absent::BeforeDecision(error::no_such_bucket(name))), ..Facts::default() };
    };
    match facts.owner.as_deref().and_then(|owner| sought.cloud.account(owner)).filter(|owner| is_open(owner)) {
        Some(owner) => {
            facts.resource_group = owner.resource_groups.read().group_of(&resource_key(name)).map(str::to_owned);
        }
        None => facts.absent = Some(Absent::BeforeDecision(error::user_disable(Some(name)))),
    }
    facts
}

fn of_bucket(cloud: &Cloud, bucket: &Bucket, key: Option<&str>, version: Option<VersionId>) -> Facts {
    let object = match key.map(|key| bucket.objects.find(key, version)) {
        Some(Found::Object(object)) => Some(object),
        _ => None,
    };
    let tag = |prefix: &str, (key, value): &(String, String)| (Text::Owned(format!("{prefix}{key}")), value.clone());
    let of_bucket = bucket.tags.iter().map(|one| tag("oss:BucketTag/", one));
    let of_object = object.iter().flat_map(|object| object.tags.iter()).map(|one| tag("oss:ExistingObjectTag/", one));
    let from_no_vpc = FROM_NO_VPC.map(|key| (Text::Borrowed(key), String::new()));
    let blocked = public_access::of_account(cloud, &bucket.owner);
    Facts {
        name: key.map(str::to_owned),
        owner: Some(bucket.owner.clone()),
        region: Some(bucket.region.clone()),
        keys: from_no_vpc.into_iter().chain(of_bucket).chain(of_object).collect(),
        stands_for: object.as_ref().and_then(|object| object.target().map(str::to_owned)),
        encrypted_with: object.as_ref().and_then(|object| kms::of_object(object)),
        encrypts_with: kms::of_bucket(bucket),
        requester_pays: payer::requester_pays(bucket),
        own: OwnPolicy::Grants(bucket.grants(object.as_deref(), blocked)),
        ..Facts::default()
    }
}
