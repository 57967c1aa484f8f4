//! Buckets: made, shown, deleted.

use std::sync::Arc;

use http::StatusCode;
use serde::Deserialize;

use super::{acl, describe, draft, error, not_enabled, public_access, redundancy, replication, view, xml};
use crate::cloud::{
    Account, Acl, Bucket, BucketAccess, Element, KeptBy, NotCreated, Objects, Parts, Quota, Redundancy, Removal,
    Settings, StorageClass,
};
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
    // No bucket here has a hierarchical namespace.
    if call.http.header("x-oss-hns-status").is_some_and(|status| status.eq_ignore_ascii_case("enabled")) {
        return Err(not_enabled::is_not_supported());
    }
    let configuration = if call.http.body.is_empty() {
        CreateBucketConfiguration::default()
    } else {
        xml::read(&call.http.body, "CreateBucketConfiguration").map_err(|_| error::no_such_making())?
    };
    let asked = acl::asked_for(call, &acl::ACL, "no such bucket access control exists")?;
    let location = configuration.location.as_deref().unwrap_or_default();
    let region = location.strip_prefix("oss-").filter(|region| !region.is_empty()).unwrap_or(&call.region);
    if region != call.region {
        // A bucket is made where the endpoint is.
        let message = "The specified location-constraint is not valid";
        return Err(ApiError::bad_request("InvalidLocationConstraint", message).with("LocationConstraint", location));
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
    let blocked = public_access::of_new_bucket(call, blocks, account);
    public_access::check_bucket_acl(call, asked.unwrap_or_default(), blocked)?;
    let bucket = Bucket {
        name: name(call).to_owned(),
        owner: account.id.clone(),
        region: call.region.clone(),
        created: call.now,
        storage_class,
        redundancy,
        acl: asked.unwrap_or(Acl::Private),
        access: BucketAccess::new(blocks),
        settings: encryption(call)?,
        swept: call.now,
        objects: Objects::seeded(call.cloud().ids.seed()),
        ..Bucket::default()
    };
    let mut groups = account.resource_groups.write();
    let asked_group = describe::resource_group_asked_for(call);
    if asked_group.is_some_and(|group| groups.usable(group, call.now).is_err()) {
        return Err(error::no_such_resource_group());
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
                stays_as_it_is(bucket, call, storage_class, redundancy, &configuration)?;
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

/// How a bucket is to encrypt, as the headers say with which it is made.
fn encryption(call: &Call<'_>) -> Result<Settings, ApiError> {
    draft::check_encryption(call)?;
    let mut settings = Settings::default();
    if let Some(algorithm) = call.http.header(draft::ENCRYPTION) {
        let further = [("KMSMasterKeyID", draft::KEY_ID), ("KMSDataEncryption", draft::DATA_ENCRYPTION)];
        let further = further.iter().filter(|_| algorithm == "KMS");
        let further = further.filter_map(|(name, header)| Some(Element::text(name, call.http.header(*header)?)));
        let rule = [Element::text("SSEAlgorithm", algorithm)].into_iter().chain(further);
        let rule = Element::of("ApplyServerSideEncryptionByDefault", rule);
        settings.put("encryption", Element::of("ServerSideEncryptionRule", [rule]));
    }
    Ok(settings)
}

const TAKEN: &str = "The requested bucket name is not available. The bucket namespace is shared by all users of the system. \
                     Please select a different name and try again.";

/// What of a bucket cannot be changed by making it again; silence changes nothing.
fn stays_as_it_is(
    bucket: &Bucket,
    call: &Call<'_>,
    storage_class: StorageClass,
    redundancy: Redundancy,
    asked: &CreateBucketConfiguration,
) -> Result<(), &'static str> {
    if bucket.region != call.region {
        Err("Bucket already exists can't modify location.")
    } else if asked.storage_class.is_some() && bucket.storage_class != storage_class {
        Err("Cannot modify existing bucket's storage class.")
    } else if asked.redundancy.is_some() && redundancy::in_force(bucket, call.now) != redundancy {
        Err("Bucket already exists CAN'T modify data redundancy type.")
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
                let enabled = |on: bool| if on { "Enabled" } else { "Disabled" };
                let setting = |name: &str| bucket.settings.get(name);
                let accelerated = setting("transferAcceleration").is_some_and(|setting| setting.is("Enabled"));
                node.text("TransferAcceleration", enabled(accelerated));
                node.text("CrossRegionReplication", enabled(replication::crosses(bucket)));
                node.text("DataRedundancyType", redundancy::in_force(bucket, call.now).as_str());
                if let Some(versioning) = bucket.versioning.as_str() {
                    node.text("Versioning", versioning);
                }
                node.text("Name", &bucket.name);
                node.text("ResourceGroupId", &group);
                node.element("Owner", |node| {
                    node.text("DisplayName", &bucket.owner);
                    node.text("ID", &bucket.owner);
                });
                node.element("AccessControlList", |node| node.text("Grant", bucket.acl.as_str()));
                node.element("ServerSideEncryptionRule", |node| {
                    match setting("encryption").and_then(|rule| rule.child("ApplyServerSideEncryptionByDefault")) {
                        Some(rule) => rule.children.iter().for_each(|part| node.put(part)),
                        None => node.text("SSEAlgorithm", "None"),
                    }
                });
                node.element("BucketPolicy", |node| {
                    let logging = setting("logging").and_then(|setting| setting.child("LoggingEnabled"));
                    let get = |name| logging.and_then(|logging| logging.get(name)).unwrap_or_default();
                    node.text("LogBucket", get("TargetBucket"));
                    node.text("LogPrefix", get("TargetPrefix"));
                });
                node.text("Comment", "");
                node.text("BlockPublicAccess", if bucket.access.blocked { "true" } else { "false" });
                let monitored = setting("accessmonitor").and_then(|setting| setting.get("Status"));
                node.text("AccessMonitor", monitored.unwrap_or("Disabled"));
            });
        })
    })
}

/// HeadBucket: whether there is one.
pub(super) fn head(call: &Call<'_>) -> Result<Reply, ApiError> {
    let region = read(call, |bucket| bucket.region.clone())?;
    Ok(Reply::with_body(Body::Empty).header("x-oss-bucket-region", format!("oss-{region}")))
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
        Removal::NotEmpty(by) => {
            // The words for uploads begin so in a live test of Java's client; INFERRED: the rest of them, and those for live channels.
            let message = match by {
                KeptBy::Objects => "The bucket has objects. Please delete them first.",
                KeptBy::Uploads => "The bucket has Multipart Uploads. Please delete them first.",
                KeptBy::LiveChannels => "The bucket has Live Channels. Please delete them first.",
            };
            let error = ApiError::conflict("BucketNotEmpty", message).with("BucketName", name(call));
            Err(error.with("EC", "0015-00000301"))
        }
    }
}

/// GetBucketStat. In the cloud the figures lag by an hour.
pub(super) fn stat(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (taken, uploads, channels) = read(call, |bucket| {
        let channels = bucket.settings.live_channels().count();
        (*bucket.objects.statistics(), bucket.uploads.values().cloned().collect::<Vec<_>>(), channels)
    })?;
    // The lock of an upload's parts is taken before that of its bucket, so not under it.
    let parts: usize = uploads.iter().filter_map(|upload| upload.read(Parts::len)).sum();
    let uploads = uploads.len();
    let empty = taken.count() == 0 && uploads == 0;
    Ok(xml::reply("BucketStat", |node| {
        let mut number = |name: &str, number: u64| node.text(name, &number.to_string());
        number("Storage", taken.bytes());
        number("ObjectCount", taken.count());
        number("MultipartUploadCount", uploads.try_into().unwrap_or(u64::MAX));
        number("LiveChannelCount", channels.try_into().unwrap_or(u64::MAX));
        number("LastModifiedTime", if empty { 0 } else { call.now.as_second().try_into().unwrap_or(0) });
        for (class, name) in [
            (StorageClass::Standard, "Standard"),
            (StorageClass::InfrequentAccess, "InfrequentAccess"),
            (StorageClass::Archive, "Archive"),
            (StorageClass::ColdArchive, "ColdArchive"),
            (StorageClass::DeepColdArchive, "DeepColdArchive"),
        ] {
            let taken = taken.of(class);
            number(&format!("{name}Storage"), taken.bytes);
            if class != StorageClass::Standard {
                number(&format!("{name}RealStorage"), taken.bytes);
            }
            number(&format!("{name}ObjectCount"), taken.count);
        }
        number("MultipartPartCount", parts.try_into().unwrap_or(u64::MAX));
        number("DeleteMarkerCount", taken.markers);
    }))
}
