//! Operations that are decided and not performed: access points for object processing, protection against attacks, and a few whose
//! answers no page prints.

use http::Method;

use super::checks::{on_bucket, on_service};
use super::product::OSS;
use crate::gateway::{Level, Operation, Route, Selector, Source};
use crate::operation::{Known, Mark};

/// The operations.
#[rustfmt::skip]
pub fn table() -> Vec<Operation> {
    use Level::{Bucket, Service};
    use Method as M;
    vec![
        of_bucket("GetBucketEventNotification", M::GET, "eventNotification", &["oss:GetBucketEventNotification"]),
        of_bucket("InitBucketAntiDDosInfo", M::PUT, "antiDDos", &["oss:InitBucketAntiDDosInfo"]),
        of_bucket("UpdateBucketAntiDDosInfo", M::POST, "antiDDos", &["oss:UpdateBucketAntiDDosInfo"]),
        of_service("InitUserAntiDDosInfo", M::PUT, "antiDDos", &["oss:InitUserAntiDDosInfo"]),
        of_service("UpdateUserAntiDDosInfo", M::POST, "antiDDos", &["oss:UpdateUserAntiDDosInfo"]),
        of_service("GetUserAntiDDosInfo", M::GET, "antiDDos", &["oss:GetUserAntiDDosInfo"]),
        of_service("ListBucketAntiDDosInfo", M::GET, "bucketAntiDDos", &["oss:ListBucketAntiDDosInfo"]),
        of_service("ListAccessPointsForObjectProcess", M::GET, "accessPointForObjectProcess", &["oss:ListAccessPointsForObjectProcess"]),
        of_bucket("CreateAccessPointForObjectProcess", M::PUT, "accessPointForObjectProcess", &["oss:CreateAccessPointForObjectProcess"]),
        of_bucket("GetAccessPointForObjectProcess", M::GET, "accessPointForObjectProcess", &["oss:GetAccessPointForObjectProcess"]),
        of_bucket("DeleteAccessPointForObjectProcess", M::DELETE, "accessPointForObjectProcess", &["oss:DeleteAccessPointForObjectProcess"]),
        of_bucket("GetAccessPointConfigForObjectProcess", M::GET, "accessPointConfigForObjectProcess", &["oss:GetAccessPointConfigForObjectProcess"]),
        of_bucket("PutAccessPointConfigForObjectProcess", M::PUT, "accessPointConfigForObjectProcess", &["oss:PutAccessPointConfigForObjectProcess"]),
        of_bucket("GetAccessPointPolicyForObjectProcess", M::GET, "accessPointPolicyForObjectProcess", &["oss:GetAccessPointPolicyForObjectProcess"]),
        of_bucket("PutAccessPointPolicyForObjectProcess", M::PUT, "accessPointPolicyForObjectProcess", &["oss:PutAccessPointPolicyForObjectProcess"]),
        of_bucket("DeleteAccessPointPolicyForObjectProcess", M::DELETE, "accessPointPolicyForObjectProcess", &["oss:DeleteAccessPointPolicyForObjectProcess"]),
        by_name("PutBucketCommonHeader", Bucket, M::PUT, Selector::Query("x-oss-common-header"), &["oss:PutBucketCommonHeader"]),
        by_name("DeleteBucketCommonHeader", Bucket, M::DELETE, Selector::Query("x-oss-common-header"), &["oss:DeleteBucketCommonHeader"]),
        by_name("PutBucketHash", Bucket, M::PUT, Selector::Query("objectHash"), &["oss:PutBucketHash"]),
        by_name("PutChannel", Bucket, M::PUT, Selector::Query("img"), &["oss:PutChannel"]),
        by_name("PutProcessConfiguration", Bucket, M::PUT, Selector::Query("processConfiguration"), &["oss:PutProcessConfiguration"]),
        by_name("ListDataLakeStorageTransferJob", Bucket, M::GET, Selector::Query("x-oss-datalake-storage-transfer-job"), &["oss:ListDataLakeStorageTransferJob"]),
        by_name("PutDataLakeCachePrefetchJob", Bucket, M::PUT, Selector::Query("x-oss-datalake-cache-prefetch-job"), &["oss:PutDataLakeCachePrefetchJob"]),
        by_name("StartDataLakeCachePrefetchJob", Service, M::PUT, Selector::QueryAnd("x-oss-datalake-cache-prefetch-job", "x-oss-datalake-job-start", None), &["oss:StartDataLakeCachePrefetchJob"]),
    ]
}

fn of_bucket(
    name: &'static str,
    method: Method,
    parameter: &'static str,
    actions: &'static [&'static str],
) -> Operation {
    let route = Route::Oss(method, Level::Bucket, Selector::Query(parameter));
    Operation::missing(&OSS, name, route, &[on_bucket(actions)], Source::documented(name))
}

fn of_service(
    name: &'static str,
    method: Method,
    parameter: &'static str,
    actions: &'static [&'static str],
) -> Operation {
    let route = Route::Oss(method, Level::Service, Selector::Query(parameter));
    Operation::missing(&OSS, name, route, &[on_service(actions)], Source::documented(name))
}

/// One whose action is not published: it has the operation's name.
fn by_name(
    name: &'static str,
    level: Level,
    method: Method,
    selector: Selector,
    actions: &'static [&'static str],
) -> Operation {
    const SDK: Source = Source::sdk("the metadata; the action by the operation's name");
    let known = Known { action: Mark::Default, resource: Mark::Inferred };
    let check = match level {
        Level::Service => on_service(actions),
        _ => on_bucket(actions),
    };
    Operation::missing(&OSS, name, Route::Oss(method, level, selector), &[check.known(known)], SDK)
}
