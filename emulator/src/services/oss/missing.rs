//! The operations that are known and not performed: whoever asks for one is told so, and never given another's answer.
//!
//! Names, methods and sub-resources are those of the official SDK; an action that is published under another name than its
//! operation's is given where it is known.

use http::Method;

use super::table::{OSS, on_bucket, on_object, on_service};
use crate::gateway::{Access, Check, Level, Operation, Route, Selector, Source};

fn known(name: &'static str, route: Route, checks: &[Check]) -> Operation {
    Operation::missing(&OSS, name, route, checks, Source::sdk("alibabacloud-oss-v2"))
}

const fn at(method: Method, level: Level, parameter: &'static str) -> Route {
    Route::Oss(method, level, Selector::Query(parameter))
}

fn preflight(level: Level) -> Operation {
    let route = Route::Oss(Method::OPTIONS, level, Selector::Plain);
    Operation::missing(&OSS, "OptionObject", route, &[], Source::documented("OptionObject"))
        .open_to(Access::Anyone("a browser asks before it signs (OptionObject)"))
}

/// The operations of OSS that are not performed.
#[rustfmt::skip]
pub fn table() -> Vec<Operation> {
    vec![
    preflight(Level::Bucket),
    preflight(Level::Object),
    known("PostObject", Route::Oss(Method::POST, Level::Bucket, Selector::Plain), &[on_bucket(&["oss:PutObject"])]),
    known("ListUserDataRedundancyTransition", at(Method::GET, Level::Service, "redundancyTransition"), &[on_service(&["oss:ListUserDataRedundancyTransition"])]),
    known("ListCloudBoxes", at(Method::GET, Level::Service, "cloudboxes"), &[on_service(&["oss:ListCloudBoxes"])]),
    known("DescribeRegions", at(Method::GET, Level::Service, "regions"), &[on_service(&["oss:DescribeRegions"])]),
    known("PutBucketAccessMonitor", at(Method::PUT, Level::Bucket, "accessmonitor"), &[on_bucket(&["oss:PutBucketAccessMonitor"])]),
    known("GetBucketAccessMonitor", at(Method::GET, Level::Bucket, "accessmonitor"), &[on_bucket(&["oss:GetBucketAccessMonitor"])]),
    known("GetBucketArchiveDirectRead", at(Method::GET, Level::Bucket, "bucketArchiveDirectRead"), &[on_bucket(&["oss:GetBucketArchiveDirectRead"])]),
    known("PutBucketArchiveDirectRead", at(Method::PUT, Level::Bucket, "bucketArchiveDirectRead"), &[on_bucket(&["oss:PutBucketArchiveDirectRead"])]),
    known("PutBucketVersioning", at(Method::PUT, Level::Bucket, "versioning"), &[on_bucket(&["oss:PutBucketVersioning"])]),
    known("ListObjectVersions", at(Method::GET, Level::Bucket, "versions"), &[on_bucket(&["oss:ListObjectVersions"])]),
    known("PutCname", Route::Oss(Method::POST, Level::Bucket, Selector::QueryAnd("cname", "comp", Some("add"))), &[on_bucket(&["oss:PutCname"])]),
    known("ListCname", at(Method::GET, Level::Bucket, "cname"), &[on_bucket(&["oss:ListCname"])]),
    known("DeleteCname", Route::Oss(Method::POST, Level::Bucket, Selector::QueryAnd("cname", "comp", Some("delete"))), &[on_bucket(&["oss:DeleteCname"])]),
    known("GetCnameToken", Route::Oss(Method::GET, Level::Bucket, Selector::QueryAnd("cname", "comp", Some("token"))), &[on_bucket(&["oss:GetCnameToken"])]),
    known("CreateCnameToken", Route::Oss(Method::POST, Level::Bucket, Selector::QueryAnd("cname", "comp", Some("token"))), &[on_bucket(&["oss:CreateCnameToken"])]),
    known("PutBucketCors", at(Method::PUT, Level::Bucket, "cors"), &[on_bucket(&["oss:PutBucketCors"])]),
    known("DeleteBucketCors", at(Method::DELETE, Level::Bucket, "cors"), &[on_bucket(&["oss:DeleteBucketCors"])]),
    known("CreateBucketDataRedundancyTransition", at(Method::POST, Level::Bucket, "redundancyTransition"), &[on_bucket(&["oss:CreateBucketDataRedundancyTransition"])]),
    known("GetBucketDataRedundancyTransition", Route::Oss(Method::GET, Level::Bucket, Selector::QueryAnd("redundancyTransition", "x-oss-redundancy-transition-taskid", None)), &[on_bucket(&["oss:GetBucketDataRedundancyTransition"])]),
    known("ListBucketDataRedundancyTransition", at(Method::GET, Level::Bucket, "redundancyTransition"), &[on_bucket(&["oss:ListBucketDataRedundancyTransition"])]),
    known("DeleteBucketDataRedundancyTransition", at(Method::DELETE, Level::Bucket, "redundancyTransition"), &[on_bucket(&["oss:DeleteBucketDataRedundancyTransition"])]),
    known("PutBucketEncryption", at(Method::PUT, Level::Bucket, "encryption"), &[on_bucket(&["oss:PutBucketEncryption"])]),
    known("DeleteBucketEncryption", at(Method::DELETE, Level::Bucket, "encryption"), &[on_bucket(&["oss:DeleteBucketEncryption"])]),
    known("GetBucketHttpsConfig", at(Method::GET, Level::Bucket, "httpsConfig"), &[on_bucket(&["oss:GetBucketHttpsConfig"])]),
    known("PutBucketHttpsConfig", at(Method::PUT, Level::Bucket, "httpsConfig"), &[on_bucket(&["oss:PutBucketHttpsConfig"])]),
    known("PutBucketInventory", at(Method::PUT, Level::Bucket, "inventory"), &[on_bucket(&["oss:PutBucketInventory"])]),
    known("GetBucketInventory", Route::Oss(Method::GET, Level::Bucket, Selector::QueryAnd("inventory", "inventoryId", None)), &[on_bucket(&["oss:GetBucketInventory"])]),
    known("ListBucketInventory", at(Method::GET, Level::Bucket, "inventory"), &[on_bucket(&["oss:GetBucketInventory"])]),
    known("DeleteBucketInventory", at(Method::DELETE, Level::Bucket, "inventory"), &[on_bucket(&["oss:DeleteBucketInventory"])]),
    known("PutBucketLifecycle", at(Method::PUT, Level::Bucket, "lifecycle"), &[on_bucket(&["oss:PutBucketLifecycle"])]),
    known("DeleteBucketLifecycle", at(Method::DELETE, Level::Bucket, "lifecycle"), &[on_bucket(&["oss:DeleteBucketLifecycle"])]),
    known("PutBucketLogging", at(Method::PUT, Level::Bucket, "logging"), &[on_bucket(&["oss:PutBucketLogging"])]),
    known("DeleteBucketLogging", at(Method::DELETE, Level::Bucket, "logging"), &[on_bucket(&["oss:DeleteBucketLogging"])]),
    known("PutUserDefinedLogFieldsConfig", at(Method::PUT, Level::Bucket, "userDefinedLogFieldsConfig"), &[on_bucket(&["oss:PutUserDefinedLogFieldsConfig"])]),
    known("GetUserDefinedLogFieldsConfig", at(Method::GET, Level::Bucket, "userDefinedLogFieldsConfig"), &[on_bucket(&["oss:GetUserDefinedLogFieldsConfig"])]),
    known("DeleteUserDefinedLogFieldsConfig", at(Method::DELETE, Level::Bucket, "userDefinedLogFieldsConfig"), &[on_bucket(&["oss:DeleteUserDefinedLogFieldsConfig"])]),
    known("GetMetaQueryStatus", at(Method::GET, Level::Bucket, "metaQuery"), &[on_bucket(&["oss:GetMetaQueryStatus"])]),
    known("CloseMetaQuery", Route::Oss(Method::POST, Level::Bucket, Selector::QueryAnd("metaQuery", "comp", Some("delete"))), &[on_bucket(&["oss:CloseMetaQuery"])]),
    known("DoMetaQuery", Route::Oss(Method::POST, Level::Bucket, Selector::QueryAnd("metaQuery", "comp", Some("query"))), &[on_bucket(&["oss:DoMetaQuery"])]),
    known("OpenMetaQuery", Route::Oss(Method::POST, Level::Bucket, Selector::QueryAnd("metaQuery", "comp", Some("add"))), &[on_bucket(&["oss:OpenMetaQuery"])]),
    known("CreateBucketMetadataConfiguration", at(Method::POST, Level::Bucket, "metadataConfiguration"), &[on_bucket(&["oss:CreateBucketMetadataConfiguration"])]),
    known("GetBucketMetadataConfiguration", at(Method::GET, Level::Bucket, "metadataConfiguration"), &[on_bucket(&["oss:GetBucketMetadataConfiguration"])]),
    known("DeleteBucketMetadataConfiguration", at(Method::DELETE, Level::Bucket, "metadataConfiguration"), &[on_bucket(&["oss:DeleteBucketMetadataConfiguration"])]),
    known("UpdateBucketMetadataInventoryTableConfiguration", at(Method::PUT, Level::Bucket, "metadataInventoryTable"), &[on_bucket(&["oss:UpdateBucketMetadataInventoryTableConfiguration"])]),
    known("UpdateBucketMetadataJournalTableConfiguration", at(Method::PUT, Level::Bucket, "metadataJournalTable"), &[on_bucket(&["oss:UpdateBucketMetadataJournalTableConfiguration"])]),
    known("PutBucketObjectWormConfiguration", at(Method::PUT, Level::Bucket, "objectWorm"), &[on_bucket(&["oss:PutBucketObjectWormConfiguration"])]),
    known("GetBucketObjectWormConfiguration", at(Method::GET, Level::Bucket, "objectWorm"), &[on_bucket(&["oss:GetBucketObjectWormConfiguration"])]),
    known("PutBucketOverwriteConfig", at(Method::PUT, Level::Bucket, "overwriteConfig"), &[on_bucket(&["oss:PutBucketOverwriteConfig"])]),
    known("GetBucketOverwriteConfig", at(Method::GET, Level::Bucket, "overwriteConfig"), &[on_bucket(&["oss:GetBucketOverwriteConfig"])]),
    known("DeleteBucketOverwriteConfig", at(Method::DELETE, Level::Bucket, "overwriteConfig"), &[on_bucket(&["oss:DeleteBucketOverwriteConfig"])]),
    known("PutBucketReferer", at(Method::PUT, Level::Bucket, "referer"), &[on_bucket(&["oss:PutBucketReferer"])]),
    known("PutBucketRtc", at(Method::PUT, Level::Bucket, "rtc"), &[on_bucket(&["oss:PutBucketRTC"])]),
    known("PutBucketReplication", Route::Oss(Method::POST, Level::Bucket, Selector::QueryAnd("replication", "comp", Some("add"))), &[on_bucket(&["oss:PutBucketReplication"])]),
    known("GetBucketReplicationLocation", at(Method::GET, Level::Bucket, "replicationLocation"), &[on_bucket(&["oss:GetBucketReplicationLocation"])]),
    known("GetBucketReplicationProgress", at(Method::GET, Level::Bucket, "replicationProgress"), &[on_bucket(&["oss:GetBucketReplicationProgress"])]),
    known("DeleteBucketReplication", Route::Oss(Method::POST, Level::Bucket, Selector::QueryAnd("replication", "comp", Some("delete"))), &[on_bucket(&["oss:DeleteBucketReplication"])]),
    known("PutBucketRequestPayment", at(Method::PUT, Level::Bucket, "requestPayment"), &[on_bucket(&["oss:PutBucketRequestPayment"])]),
    known("PutBucketStorageQuota", at(Method::PUT, Level::Bucket, "quota"), &[on_bucket(&["oss:PutBucketStorageQuota"])]),
    known("GetBucketStorageQuota", at(Method::GET, Level::Bucket, "quota"), &[on_bucket(&["oss:GetBucketStorageQuota"])]),
    known("DeleteBucketStorageQuota", at(Method::DELETE, Level::Bucket, "quota"), &[on_bucket(&["oss:DeleteBucketStorageQuota"])]),
    known("PutStyle", at(Method::PUT, Level::Bucket, "style"), &[on_bucket(&["oss:PutStyle"])]),
    known("ListStyle", at(Method::GET, Level::Bucket, "style"), &[on_bucket(&["oss:ListStyle"])]),
    known("GetStyle", Route::Oss(Method::GET, Level::Bucket, Selector::QueryAnd("style", "styleName", None)), &[on_bucket(&["oss:GetStyle"])]),
    known("DeleteStyle", at(Method::DELETE, Level::Bucket, "style"), &[on_bucket(&["oss:DeleteStyle"])]),
    known("PutBucketTransferAcceleration", at(Method::PUT, Level::Bucket, "transferAcceleration"), &[on_bucket(&["oss:PutBucketTransferAcceleration"])]),
    known("PutBucketWebsite", at(Method::PUT, Level::Bucket, "website"), &[on_bucket(&["oss:PutBucketWebsite"])]),
    known("DeleteBucketWebsite", at(Method::DELETE, Level::Bucket, "website"), &[on_bucket(&["oss:DeleteBucketWebsite"])]),
    known("InitiateBucketWorm", at(Method::POST, Level::Bucket, "worm"), &[on_bucket(&["oss:InitiateBucketWorm"])]),
    known("AbortBucketWorm", at(Method::DELETE, Level::Bucket, "worm"), &[on_bucket(&["oss:AbortBucketWorm"])]),
    known("CompleteBucketWorm", at(Method::POST, Level::Bucket, "wormId"), &[on_bucket(&["oss:CompleteBucketWorm"])]),
    known("ExtendBucketWorm", at(Method::POST, Level::Bucket, "wormExtend"), &[on_bucket(&["oss:ExtendBucketWorm"])]),
    known("ListLiveChannel", at(Method::GET, Level::Bucket, "live"), &[on_bucket(&["oss:ListLiveChannel"])]),
    known("AppendObject", at(Method::POST, Level::Object, "append"), &[on_object(&["oss:PutObject"])]),
    known("RestoreObject", at(Method::POST, Level::Object, "restore"), &[on_object(&["oss:RestoreObject"])]),
    known("PutSymlink", at(Method::PUT, Level::Object, "symlink"), &[on_object(&["oss:PutObject"])]),
    known("GetSymlink", at(Method::GET, Level::Object, "symlink"), &[on_object(&["oss:GetObject"])]),
    known("ProcessObject", at(Method::POST, Level::Object, "x-oss-process"), &[on_object(&["oss:ProcessImm"])]),
    known("AsyncProcessObject", at(Method::POST, Level::Object, "x-oss-async-process"), &[on_object(&["oss:ProcessImm"])]),
    known("CleanRestoredObject", at(Method::POST, Level::Object, "cleanRestoredObject"), &[on_object(&["oss:CleanRestoredObject"])]),
    known("SealAppendObject", at(Method::POST, Level::Object, "seal"), &[on_object(&["oss:PutObject"])]),
    known("PutObjectRetention", at(Method::PUT, Level::Object, "retention"), &[on_object(&["oss:PutObjectRetention"])]),
    known("GetObjectRetention", at(Method::GET, Level::Object, "retention"), &[on_object(&["oss:GetObjectRetention"])]),
    known("PutObjectLegalHold", at(Method::PUT, Level::Object, "legalHold"), &[on_object(&["oss:PutObjectLegalHold"])]),
    known("GetObjectLegalHold", at(Method::GET, Level::Object, "legalHold"), &[on_object(&["oss:GetObjectLegalHold"])]),
    known("SelectObject", Route::Oss(Method::POST, Level::Object, Selector::QueryOneOf("x-oss-process", &["csv/select", "json/select"])), &[on_object(&["oss:GetObject"])]),
    known("CreateSelectObjectMeta", Route::Oss(Method::POST, Level::Object, Selector::QueryOneOf("x-oss-process", &["csv/meta", "json/meta"])), &[on_object(&["oss:GetObject"])]),
    known("PutLiveChannel", at(Method::PUT, Level::Object, "live"), &[on_object(&["oss:PutLiveChannel"])]),
    known("PutLiveChannelStatus", Route::Oss(Method::PUT, Level::Object, Selector::QueryAnd("live", "status", None)), &[on_object(&["oss:PutLiveChannelStatus"])]),
    known("GetLiveChannelInfo", at(Method::GET, Level::Object, "live"), &[on_object(&["oss:GetLiveChannel"])]),
    known("GetLiveChannelStat", Route::Oss(Method::GET, Level::Object, Selector::QueryAnd("live", "comp", Some("stat"))), &[on_object(&["oss:GetLiveChannelStat"])]),
    known("GetLiveChannelHistory", Route::Oss(Method::GET, Level::Object, Selector::QueryAnd("live", "comp", Some("history"))), &[on_object(&["oss:GetLiveChannelHistory"])]),
    known("DeleteLiveChannel", at(Method::DELETE, Level::Object, "live"), &[on_object(&["oss:DeleteLiveChannel"])]),
    known("PostVodPlaylist", at(Method::POST, Level::Object, "vod"), &[on_object(&["oss:PostVodPlaylist"])]),
    known("GetVodPlaylist", at(Method::GET, Level::Object, "vod"), &[on_object(&["oss:GetVodPlaylist"])]),
    known("CreateDirectory", at(Method::POST, Level::Object, "x-oss-dir"), &[on_object(&["oss:PutObject"])]),
    known("Rename", at(Method::POST, Level::Object, "x-oss-rename"), &[on_object(&["oss:PutObject"])]),
    known("DeleteDirectory", at(Method::POST, Level::Object, "x-oss-delete"), &[on_object(&["oss:DeleteObject"])]),
    ]
}
