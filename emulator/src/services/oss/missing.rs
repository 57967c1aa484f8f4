//! The operations that are known and not performed: whoever asks for one is told so, and never given another's answer.
//!
//! Names, methods and sub-resources are those of the official SDK; an action that is published under another name than its
//! operation's is given where it is known.

use http::Method;

use super::table::{OSS, on_bucket, on_object};
use crate::gateway::{Check, Level, Operation, Route, Selector, Source};

fn known(name: &'static str, route: Route, checks: &[Check]) -> Operation {
    Operation::missing(&OSS, name, route, checks, Source::sdk("alibabacloud-oss-v2"))
}

const fn at(method: Method, level: Level, parameter: &'static str) -> Route {
    Route::Oss(method, level, Selector::Query(parameter))
}

const fn on_service(actions: &'static [&'static str]) -> Check {
    Check::new(actions, "acs:oss:*:{account}:*")
}

/// The operations of OSS that are not performed.
#[rustfmt::skip]
pub fn table() -> Vec<Operation> {
    vec![
    known("ListCloudBoxes", at(Method::GET, Level::Service, "cloudboxes"), &[on_service(&["oss:ListCloudBoxes"])]),
    known("GetPublicAccessBlock", at(Method::GET, Level::Service, "publicAccessBlock"), &[on_service(&["oss:GetPublicAccessBlock"])]),
    known("PutPublicAccessBlock", at(Method::PUT, Level::Service, "publicAccessBlock"), &[on_service(&["oss:PutPublicAccessBlock"])]),
    known("DeletePublicAccessBlock", at(Method::DELETE, Level::Service, "publicAccessBlock"), &[on_service(&["oss:DeletePublicAccessBlock"])]),
    known("CreateAccessPoint", at(Method::PUT, Level::Bucket, "accessPoint"), &[on_bucket(&["oss:CreateAccessPoint"])]),
    known("GetAccessPoint", Route::Oss(Method::GET, Level::Bucket, Selector::QueryAndHeader("accessPoint", "x-oss-access-point-name")), &[on_bucket(&["oss:GetAccessPoint"])]),
    known("ListAccessPoints", at(Method::GET, Level::Bucket, "accessPoint"), &[on_bucket(&["oss:ListAccessPoints"])]),
    known("DeleteAccessPoint", at(Method::DELETE, Level::Bucket, "accessPoint"), &[on_bucket(&["oss:DeleteAccessPoint"])]),
    known("PutAccessPointPolicy", at(Method::PUT, Level::Bucket, "accessPointPolicy"), &[on_bucket(&["oss:PutAccessPointPolicy"])]),
    known("GetAccessPointPolicy", at(Method::GET, Level::Bucket, "accessPointPolicy"), &[on_bucket(&["oss:GetAccessPointPolicy"])]),
    known("DeleteAccessPointPolicy", at(Method::DELETE, Level::Bucket, "accessPointPolicy"), &[on_bucket(&["oss:DeleteAccessPointPolicy"])]),
    known("PutAccessPointPublicAccessBlock", Route::Oss(Method::PUT, Level::Bucket, Selector::QueryAnd("publicAccessBlock", "x-oss-access-point-name", None)), &[on_bucket(&["oss:PutAccessPointPublicAccessBlock"])]),
    known("GetAccessPointPublicAccessBlock", Route::Oss(Method::GET, Level::Bucket, Selector::QueryAnd("publicAccessBlock", "x-oss-access-point-name", None)), &[on_bucket(&["oss:GetAccessPointPublicAccessBlock"])]),
    known("DeleteAccessPointPublicAccessBlock", Route::Oss(Method::DELETE, Level::Bucket, Selector::QueryAnd("publicAccessBlock", "x-oss-access-point-name", None)), &[on_bucket(&["oss:DeleteAccessPointPublicAccessBlock"])]),
    known("CreateBucketMetadataConfiguration", at(Method::POST, Level::Bucket, "metadataConfiguration"), &[on_bucket(&["oss:CreateBucketMetadataConfiguration"])]),
    known("GetBucketMetadataConfiguration", at(Method::GET, Level::Bucket, "metadataConfiguration"), &[on_bucket(&["oss:GetBucketMetadataConfiguration"])]),
    known("DeleteBucketMetadataConfiguration", at(Method::DELETE, Level::Bucket, "metadataConfiguration"), &[on_bucket(&["oss:DeleteBucketMetadataConfiguration"])]),
    known("UpdateBucketMetadataInventoryTableConfiguration", at(Method::PUT, Level::Bucket, "metadataInventoryTable"), &[on_bucket(&["oss:UpdateBucketMetadataInventoryTableConfiguration"])]),
    known("UpdateBucketMetadataJournalTableConfiguration", at(Method::PUT, Level::Bucket, "metadataJournalTable"), &[on_bucket(&["oss:UpdateBucketMetadataJournalTableConfiguration"])]),
    known("PutBucketPolicy", at(Method::PUT, Level::Bucket, "policy"), &[on_bucket(&["oss:PutBucketPolicy"])]),
    known("DeleteBucketPolicy", at(Method::DELETE, Level::Bucket, "policy"), &[on_bucket(&["oss:DeleteBucketPolicy"])]),
    known("GetBucketPolicyStatus", at(Method::GET, Level::Bucket, "policyStatus"), &[on_bucket(&["oss:GetBucketPolicyStatus"])]),
    known("GetBucketPublicAccessBlock", at(Method::GET, Level::Bucket, "publicAccessBlock"), &[on_bucket(&["oss:GetBucketPublicAccessBlock"])]),
    known("PutBucketPublicAccessBlock", at(Method::PUT, Level::Bucket, "publicAccessBlock"), &[on_bucket(&["oss:PutBucketPublicAccessBlock"])]),
    known("DeleteBucketPublicAccessBlock", at(Method::DELETE, Level::Bucket, "publicAccessBlock"), &[on_bucket(&["oss:DeleteBucketPublicAccessBlock"])]),
    known("SelectObject", Route::Oss(Method::POST, Level::Object, Selector::QueryOneOf("x-oss-process", &["csv/select", "json/select"])), &[on_object(&["oss:GetObject"])]),
    known("CreateSelectObjectMeta", Route::Oss(Method::POST, Level::Object, Selector::QueryOneOf("x-oss-process", &["csv/meta", "json/meta"])), &[on_object(&["oss:GetObject"])]),
    known("CreateDirectory", at(Method::POST, Level::Object, "x-oss-dir"), &[on_object(&["oss:PutObject"])]),
    known("Rename", at(Method::POST, Level::Object, "x-oss-rename"), &[on_object(&["oss:PutObject"])]),
    known("DeleteDirectory", at(Method::POST, Level::Object, "x-oss-delete"), &[on_object(&["oss:DeleteObject"])]),
    ]
}
