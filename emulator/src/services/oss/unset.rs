//! What a bucket says of what was never set. These settings cannot be made here, so they never are; clients that read a bucket
//! in full, such as Terraform, ask for each of them.
//!
//! Source pages: "HTTP 404 status code", and those of the operations.

use std::collections::BTreeMap;

use http::Method;

use super::table::{on_bucket, row};
use super::{bucket, xml};
use crate::cloud::StorageClass;
use crate::gateway::{ApiError, Call, Check, Level, Operation, Reply, Route, Selector};

type Answer = Result<Reply, ApiError>;

fn get(name: &'static str, parameter: &'static str, check: &[Check], answer: fn(&Call<'_>) -> Answer) -> Operation {
    row(name, Route::Oss(Method::GET, Level::Bucket, Selector::Query(parameter)), check, &[], answer)
}

fn none(code: &'static str, message: &'static str) -> Answer {
    Err(ApiError::not_found(code, message))
}

/// The operations that read settings.
pub fn table() -> Vec<Operation> {
    vec![
        get("GetBucketCors", "cors", &[on_bucket(&["oss:GetBucketCors"])], |_| {
            none("NoSuchCORSConfiguration", "The CORS Configuration does not exist.")
        }),
        get("GetBucketEncryption", "encryption", &[on_bucket(&["oss:GetBucketEncryption"])], |_| {
            none("NoSuchServerSideEncryptionRule", "The server side encryption configuration was not found.")
        }),
        get("GetBucketLifecycle", "lifecycle", &[on_bucket(&["oss:GetBucketLifecycle"])], |_| {
            none("NoSuchLifecycle", "No Row found in Lifecycle Table.")
        }),
        get("GetBucketReplication", "replication", &[on_bucket(&["oss:GetBucketReplication"])], |_| {
            none("NoSuchReplicationConfiguration", "The bucket you specified does not have replication configuration.")
        }),
        get(
            "GetBucketTransferAcceleration",
            "transferAcceleration",
            &[on_bucket(&["oss:GetBucketTransferAcceleration"])],
            |_| {
                let message = "The bucket you specified does not have transfer acceleration configuration.";
                none("NoSuchTransferAccelerationConfiguration", message)
            },
        ),
        get("GetBucketWebsite", "website", &[on_bucket(&["oss:GetBucketWebsite"])], |_| {
            none("NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration.")
        }),
        get("GetBucketWorm", "worm", &[on_bucket(&["oss:GetBucketWorm"])], |_| {
            none("NoSuchWORMConfiguration", "The WORM Configuration does not exist.")
        }),
        get("GetBucketLogging", "logging", &[on_bucket(&["oss:GetBucketLogging"])], |_| {
            Ok(xml::reply("BucketLoggingStatus", |_| {}))
        }),
        get("GetBucketVersioning", "versioning", &[on_bucket(&["oss:GetBucketVersioning"])], |_| {
            Ok(xml::reply("VersioningConfiguration", |_| {}))
        }),
        get("GetBucketReferer", "referer", &[on_bucket(&["oss:GetBucketReferer"])], |_| {
            Ok(xml::reply("RefererConfiguration", |node| {
                node.text("AllowEmptyReferer", "true");
                node.element("RefererList", |_| {});
            }))
        }),
        get("GetBucketRequestPayment", "requestPayment", &[on_bucket(&["oss:GetBucketRequestPayment"])], |_| {
            Ok(xml::reply("RequestPaymentConfiguration", |node| node.text("Payer", "BucketOwner")))
        }),
        get("GetBucketStat", "stat", &[on_bucket(&["oss:GetBucketStat"])], stat),
    ]
}

/// GetBucketStat. In the cloud the figures lag by an hour.
fn stat(call: &Call<'_>) -> Answer {
    let (stored, uploads) = bucket::read(call, |bucket| {
        let mut stored: BTreeMap<StorageClass, (u64, usize)> = BTreeMap::new();
        for object in bucket.objects.values() {
            let (size, count) = stored.entry(object.storage_class).or_default();
            (*size, *count) = (*size + object.size(), *count + 1);
        }
        (stored, bucket.uploads.len())
    })?;
    let (size, count) = stored.values().fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
    Ok(xml::reply("BucketStat", |node| {
        node.text("Storage", &size.to_string());
        node.text("ObjectCount", &count.to_string());
        node.text("MultipartUploadCount", &uploads.to_string());
        node.text("LiveChannelCount", "0");
        node.text("LastModifiedTime", &call.now.as_second().to_string());
        for (class, name) in [
            (StorageClass::Standard, "Standard"),
            (StorageClass::InfrequentAccess, "InfrequentAccess"),
            (StorageClass::Archive, "Archive"),
            (StorageClass::ColdArchive, "ColdArchive"),
            (StorageClass::DeepColdArchive, "DeepColdArchive"),
        ] {
            let (size, count) = stored.get(&class).copied().unwrap_or_default();
            node.text(&format!("{name}Storage"), &size.to_string());
            if class != StorageClass::Standard {
                node.text(&format!("{name}RealStorage"), &size.to_string());
            }
            node.text(&format!("{name}ObjectCount"), &count.to_string());
        }
        node.text("DeleteMarkerCount", "0");
    }))
}
