//! Buckets: made, shown, deleted.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::StatusCode;
use serde::Deserialize;

use super::{acl, describe, error, public_access, view, xml};
use crate::cloud::{Account, Acl, Bucket, BucketAccess, NotCreated, Quota, Redundancy, Removal, StorageClass};
use crate::gateway::{ApiError, Body, Call, Reply};

/// What PutBucket may carry.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CreateBucketConfiguration {
    #[serde(rename = "LocationConstraint")]
    location: Option<String>,
    #[serde(rename = "StorageClass")]
    storage_class: Option<String>,
    #[serde(rename = "DataRedundancyType")]
    redundancy: Option<String>,
}

/// The name of the bucket that the request addresses.
pub(super) fn name<'a>(call: &'a Call<'_>) -> &'a str {
    call.address.bucket.as_deref().unwrap_or_default()
}

/// Looks at the bucket that the request addresses.
pub(super) fn read<T>(call: &Call<'_>, look: impl FnOnce(&Bucket) -> T) -> Result<T, ApiError> {
    call.cloud().buckets.read(name(call), look).ok_or_else(|| error::no_such_bucket(name(call)))
}

/// Changes the bucket that the request addresses.
pub(super) fn change<T>(call: &Call<'_>, change: impl FnOnce(&mut Bucket) -> T) -> Result<T, ApiError> {
    call.cloud().buckets.change(name(call), change).ok_or_else(|| error::no_such_bucket(name(call)))
}

/// The account whose bucket the request addresses.
pub(super) fn owner(call: &Call<'_>) -> Result<Arc<Account>, ApiError> {
    read(call, |bucket| call.cloud().account(&bucket.owner))?.ok_or_else(ApiError::internal)
}

fn word<T: Default>(
    element: &str,
    given: Option<&str>,
    read: fn(&str) -> Option<T>,
    message: &'static str,
) -> Result<T, ApiError> {
    match given {
        None => Ok(T::default()),
        Some(text) => read(text).ok_or_else(|| error::invalid_argument(element, text, message)),
    }
}

/// PutBucket. To make a bucket that one has already is no error as long as nothing that is fixed would change.
pub(super) fn put(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let configuration: CreateBucketConfiguration =
        if call.http.body.is_empty() { CreateBucketConfiguration::default() } else { xml::read(&call.http.body)? };
    // An empty one tells nothing (INFERRED: Terraform's provider sends it where no ACL is configured).
    let told = call.http.header("x-oss-acl").is_some_and(|acl| !acl.is_empty());
    let asked = if told { acl::asked_for(call, "x-oss-acl", "no such bucket access control exists")? } else { None };
    let location = configuration.location.as_deref().unwrap_or_default();
    let region = location.strip_prefix("oss-").filter(|region| !region.is_empty()).unwrap_or(&call.region);
    if region != call.region {
        // A bucket is made where the endpoint is; CHOICE: the code.
        return Err(error::invalid_argument(
            "LocationConstraint",
            location,
            "The specified location-constraint is not valid.",
        ));
    }
    let storage_class = word(
        "StorageClass",
        configuration.storage_class.as_deref(),
        StorageClass::parse,
        "No such bucket storage class exists.",
    )?;
    let redundancy = word(
        "DataRedundancyType",
        configuration.redundancy.as_deref(),
        Redundancy::parse,
        "No such bucket data redundancy type exists.",
    )?;
    let blocks = call.cloud().oss.public_access_blocked();
    let blocked =
        public_access::of_bucket(call).unwrap_or(blocks) || public_access::of_account(call.cloud(), &account.id);
    public_access::check_bucket_acl(asked.unwrap_or_default(), blocked)?;
    let bucket = Bucket {
        name: name(call).to_owned(),
        owner: account.id.clone(),
        region: call.region.clone(),
        created: call.now,
        storage_class,
        redundancy,
        acl: asked.unwrap_or(Acl::Private),
        access: BucketAccess::new(blocks),
        tags: Vec::new(),
        objects: BTreeMap::new(),
        uploads: BTreeMap::new(),
    };
    let mut groups = account.resource_groups.write();
    let asked_group = describe::resource_group_asked_for(call);
    if let Some(group) = asked_group.filter(|group| groups.usable(group, call.now).is_err()) {
        // CHOICE: the code.
        return Err(error::invalid_argument("x-oss-resource-group-id", group, "The resource group does not exist."));
    }
    match call.cloud().buckets.create(bucket, account.quotas.get(Quota::BucketsPerRegion)) {
        // It was usable a moment ago, and nobody else could change it since.
        Ok(()) => groups
            .enter(describe::resource_key(name(call)), &call.region, asked_group, call.now)
            .map_err(|_| ApiError::internal())?,
        Err(NotCreated::TooMany) => {
            return Err(ApiError::bad_request(
                "TooManyBuckets",
                "You have attempted to create more buckets than allowed.",
            ));
        }
        Err(NotCreated::Taken) => {
            let again = |bucket: &mut Bucket| {
                if bucket.owner != account.id {
                    return Err(TAKEN);
                }
                stays_as_it_is(bucket, region, storage_class, redundancy, &configuration)?;
                bucket.acl = asked.unwrap_or(bucket.acl);
                Ok(())
            };
            // Should the bucket have gone in this moment, its name was taken when it was asked for.
            let again = call.cloud().buckets.change(name(call), again).unwrap_or(Err(TAKEN));
            again.map_err(|message| already_exists(name(call), message))?;
        }
    }
    Ok(Reply::with_body(Body::Empty).header("location", format!("/{}", name(call))))
}

const TAKEN: &str = "The requested bucket name is not available. The bucket namespace is shared by all users of the system. \
                     Please select a different name and try again.";

/// What of a bucket cannot be changed by making it again; silence changes nothing.
fn stays_as_it_is(
    bucket: &Bucket,
    region: &str,
    storage_class: StorageClass,
    redundancy: Redundancy,
    asked: &CreateBucketConfiguration,
) -> Result<(), &'static str> {
    if bucket.region != region {
        Err("Bucket already exists can't modify location.")
    } else if asked.storage_class.is_some() && bucket.storage_class != storage_class {
        Err("Cannot modify existing bucket's storage class.")
    } else if asked.redundancy.is_some() && bucket.redundancy != redundancy {
        Err("Bucket already exists can't modify data redundancy type.")
    } else {
        Ok(())
    }
}

fn already_exists(name: &str, message: &'static str) -> ApiError {
    ApiError::conflict("BucketAlreadyExists", message).with("BucketName", name).with("EC", "0015-00000104")
}

/// GetBucketInfo
pub(super) fn info(call: &Call<'_>) -> Result<Reply, ApiError> {
    let owner = owner(call)?;
    let group =
        owner.resource_groups.read().group_of(&describe::resource_key(name(call))).unwrap_or_default().to_owned();
    read(call, |bucket| {
        let location = format!("oss-{}", bucket.region);
        xml::reply("BucketInfo", |node| {
            node.element("Bucket", |node| {
                node.text("CreationDate", &view::time(bucket.created));
                node.text("ExtranetEndpoint", &format!("{location}.aliyuncs.com"));
                node.text("IntranetEndpoint", &format!("{location}-internal.aliyuncs.com"));
                node.text("Location", &location);
                node.text("StorageClass", bucket.storage_class.as_str());
                node.text("TransferAcceleration", "Disabled");
                node.text("CrossRegionReplication", "Disabled");
                node.text("DataRedundancyType", bucket.redundancy.as_str());
                node.text("Name", &bucket.name);
                node.text("ResourceGroupId", &group);
                node.element("Owner", |node| {
                    node.text("DisplayName", &bucket.owner);
                    node.text("ID", &bucket.owner);
                });
                node.element("AccessControlList", |node| node.text("Grant", bucket.acl.as_str()));
                node.element("ServerSideEncryptionRule", |node| node.text("SSEAlgorithm", "None"));
                node.element("BucketPolicy", |node| {
                    node.text("LogBucket", "");
                    node.text("LogPrefix", "");
                });
                node.text("Comment", "");
                node.text("BlockPublicAccess", if bucket.access.blocked { "true" } else { "false" });
                node.text("AccessMonitor", "Disabled");
            });
        })
    })
}

/// GetBucketLocation
pub(super) fn location(call: &Call<'_>) -> Result<Reply, ApiError> {
    let region = read(call, |bucket| bucket.region.clone())?;
    Ok(xml::whole("LocationConstraint", &format!("oss-{region}")))
}

/// DeleteBucket
pub(super) fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let owner = owner(call)?;
    let mut groups = owner.resource_groups.write();
    match call.cloud().buckets.remove(name(call), &owner.id) {
        Removal::Removed => {
            groups.leave(&describe::resource_key(name(call)));
            Ok(Reply::with_body(Body::Empty).status(StatusCode::NO_CONTENT))
        }
        Removal::Missing => Err(error::no_such_bucket(name(call))),
        Removal::NotEmpty => Err(ApiError::conflict("BucketNotEmpty", "The bucket you tried to delete is not empty.")
            .with("BucketName", name(call))),
    }
}
