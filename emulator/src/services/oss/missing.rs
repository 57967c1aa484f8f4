//! The operations that are known and not performed: whoever asks for one is told so, and never given another's answer.
//!
//! Names, methods and sub-resources are those of the official SDK; an action that is published under another name than its
//! operation's is given where it is known.

use http::Method;

use super::table::{OSS, on_bucket, on_object, on_service};
use crate::gateway::{Check, Level, Operation, Route, Selector, Source};

fn known(name: &'static str, route: Route, checks: &[Check]) -> Operation {
    Operation::missing(&OSS, name, route, checks, Source::sdk("alibabacloud-oss-v2"))
}

const fn at(method: Method, level: Level, parameter: &'static str) -> Route {
    Route::Oss(method, level, Selector::Query(parameter))
}

/// The operations of OSS that are not performed.
#[rustfmt::skip]
pub fn table() -> Vec<Operation> {
    vec![
    known("ListCloudBoxes", at(Method::GET, Level::Service, "cloudboxes"), &[on_service(&["oss:ListCloudBoxes"])]),
    known("CreateBucketMetadataConfiguration", at(Method::POST, Level::Bucket, "metadataConfiguration"), &[on_bucket(&["oss:CreateBucketMetadataConfiguration"])]),
    known("GetBucketMetadataConfiguration", at(Method::GET, Level::Bucket, "metadataConfiguration"), &[on_bucket(&["oss:GetBucketMetadataConfiguration"])]),
    known("DeleteBucketMetadataConfiguration", at(Method::DELETE, Level::Bucket, "metadataConfiguration"), &[on_bucket(&["oss:DeleteBucketMetadataConfiguration"])]),
    known("UpdateBucketMetadataInventoryTableConfiguration", at(Method::PUT, Level::Bucket, "metadataInventoryTable"), &[on_bucket(&["oss:UpdateBucketMetadataInventoryTableConfiguration"])]),
    known("UpdateBucketMetadataJournalTableConfiguration", at(Method::PUT, Level::Bucket, "metadataJournalTable"), &[on_bucket(&["oss:UpdateBucketMetadataJournalTableConfiguration"])]),
    known("SelectObject", Route::Oss(Method::POST, Level::Object, Selector::QueryOneOf("x-oss-process", &["csv/select", "json/select"])), &[on_object(&["oss:GetObject"])]),
    known("CreateSelectObjectMeta", Route::Oss(Method::POST, Level::Object, Selector::QueryOneOf("x-oss-process", &["csv/meta", "json/meta"])), &[on_object(&["oss:GetObject"])]),
    known("CreateDirectory", at(Method::POST, Level::Object, "x-oss-dir"), &[on_object(&["oss:PutObject"])]),
    known("Rename", at(Method::POST, Level::Object, "x-oss-rename"), &[on_object(&["oss:PutObject"])]),
    known("DeleteDirectory", at(Method::POST, Level::Object, "x-oss-delete"), &[on_object(&["oss:DeleteObject"])]),
    ]
}
