//! What OSS offers to few accounts, or in few places: access points that call Function Compute, resource pools, protection against attacks,
//! notifications, data lakes. Nobody has any of it here; whoever asks is told what an account is told that has none.
//!
//! Source pages: "CreateAccessPointForObjectProcess" and its siblings, "ListResourcePools" and its siblings, "InitUserAntiDDosInfo" and
//! its siblings, "WriteGetObjectResponse".

use http::Method;

use super::checks::{on_bucket, on_service};
use super::not_enabled::not_supported;
use super::product::row;
use super::{error, xml};
use crate::gateway::{ApiError, Call, Form, Level, Operation, Parameter, Reply, Route, Selector, Source};
use crate::operation::{Handler, Known, Mark};

/// The operations on what is not offered.
#[rustfmt::skip]
pub fn table() -> Vec<Operation> {
    use Method as M;
    let pool_and = |parameter| Selector::QueryAnd(parameter, "resourcePool", None);
    let requester = Selector::QueryAnd("requesterQosInfo", "qosRequester", None);
    let start = Selector::QueryAnd("x-oss-datalake-cache-prefetch-job", "x-oss-datalake-job-start", None);
    vec![
        of_service("ListAccessPointsForObjectProcess", M::GET, Selector::Query("accessPointForObjectProcess"), &["oss:ListAccessPointsForObjectProcess"], no_points),
        of_bucket("CreateAccessPointForObjectProcess", M::PUT, "accessPointForObjectProcess", &["oss:CreateAccessPointForObjectProcess"], not_supported),
        of_bucket("GetAccessPointForObjectProcess", M::GET, "accessPointForObjectProcess", &["oss:GetAccessPointForObjectProcess"], no_such_point),
        of_bucket("DeleteAccessPointForObjectProcess", M::DELETE, "accessPointForObjectProcess", &["oss:DeleteAccessPointForObjectProcess"], no_such_point),
        of_bucket("GetAccessPointConfigForObjectProcess", M::GET, "accessPointConfigForObjectProcess", &["oss:GetAccessPointConfigForObjectProcess"], no_such_point),
        of_bucket("PutAccessPointConfigForObjectProcess", M::PUT, "accessPointConfigForObjectProcess", &["oss:PutAccessPointConfigForObjectProcess"], no_such_point),
        of_bucket("GetAccessPointPolicyForObjectProcess", M::GET, "accessPointPolicyForObjectProcess", &["oss:GetAccessPointPolicyForObjectProcess"], no_such_point),
        of_bucket("PutAccessPointPolicyForObjectProcess", M::PUT, "accessPointPolicyForObjectProcess", &["oss:PutAccessPointPolicyForObjectProcess"], no_such_point),
        of_bucket("DeleteAccessPointPolicyForObjectProcess", M::DELETE, "accessPointPolicyForObjectProcess", &["oss:DeleteAccessPointPolicyForObjectProcess"], no_such_point),
        of_service("WriteGetObjectResponse", M::POST, Selector::Query("x-oss-write-get-object-response"), &["oss:WriteGetObjectResponse"], no_such_route),

        of_service("ListResourcePools", M::GET, Selector::Query("resourcePool"), &["oss:ListResourcePools"], no_pools),
        of_pool("GetResourcePoolInfo", M::GET, pool_and("resourcePoolInfo"), &["oss:GetResourcePoolInfo"]),
        of_pool("ListResourcePoolBuckets", M::GET, pool_and("resourcePoolBuckets"), &["oss:ListResourcePoolBuckets"]),
        of_pool("PutResourcePoolRequesterQoSInfo", M::PUT, requester, &["oss:PutResourcePoolRequesterQoSInfo"]),
        of_pool("GetResourcePoolRequesterQoSInfo", M::GET, requester, &["oss:GetResourcePoolRequesterQoSInfo"]),
        of_pool("ListResourcePoolRequesterQoSInfos", M::GET, pool_and("requesterQosInfo"), &["oss:ListResourcePoolRequesterQoSInfos"]),
        of_pool("DeleteResourcePoolRequesterQoSInfo", M::DELETE, requester, &["oss:DeleteResourcePoolRequesterQoSInfo"]),

        of_bucket("GetBucketEventNotification", M::GET, "eventNotification", &["oss:GetBucketEventNotification"], not_supported),
        of_bucket("InitBucketAntiDDosInfo", M::PUT, "antiDDos", &["oss:InitBucketAntiDDosInfo"], not_supported),
        of_bucket("UpdateBucketAntiDDosInfo", M::POST, "antiDDos", &["oss:UpdateBucketAntiDDosInfo"], not_supported),
        of_service("InitUserAntiDDosInfo", M::PUT, Selector::Query("antiDDos"), &["oss:InitUserAntiDDosInfo"], not_supported),
        of_service("UpdateUserAntiDDosInfo", M::POST, Selector::Query("antiDDos"), &["oss:UpdateUserAntiDDosInfo"], not_supported),
        of_service("GetUserAntiDDosInfo", M::GET, Selector::Query("antiDDos"), &["oss:GetUserAntiDDosInfo"], not_supported),
        of_service("ListBucketAntiDDosInfo", M::GET, Selector::Query("bucketAntiDDos"), &["oss:ListBucketAntiDDosInfo"], not_supported),

        by_name(Level::Bucket, "PutBucketCommonHeader", M::PUT, Selector::Query("x-oss-common-header"), &["oss:PutBucketCommonHeader"]),
        by_name(Level::Bucket, "DeleteBucketCommonHeader", M::DELETE, Selector::Query("x-oss-common-header"), &["oss:DeleteBucketCommonHeader"]),
        by_name(Level::Bucket, "PutBucketHash", M::PUT, Selector::Query("objectHash"), &["oss:PutBucketHash"]),
        by_name(Level::Bucket, "PutChannel", M::PUT, Selector::Query("img"), &["oss:PutChannel"]),
        by_name(Level::Bucket, "PutProcessConfiguration", M::PUT, Selector::Query("processConfiguration"), &["oss:PutProcessConfiguration"]),
        by_name(Level::Bucket, "ListDataLakeStorageTransferJob", M::GET, Selector::Query("x-oss-datalake-storage-transfer-job"), &["oss:ListDataLakeStorageTransferJob"]),
        by_name(Level::Bucket, "PutDataLakeCachePrefetchJob", M::PUT, Selector::Query("x-oss-datalake-cache-prefetch-job"), &["oss:PutDataLakeCachePrefetchJob"]),
        by_name(Level::Service, "StartDataLakeCachePrefetchJob", M::PUT, start, &["oss:StartDataLakeCachePrefetchJob"]),
    ]
}

type Actions = &'static [&'static str];

fn of_bucket(name: &'static str, method: Method, at: &'static str, actions: Actions, answer: Handler) -> Operation {
    let route = Route::Oss(method, Level::Bucket, Selector::Query(at));
    row(name, route, &[on_bucket(actions)], &[], answer)
}

fn of_service(name: &'static str, method: Method, at: Selector, actions: Actions, answer: Handler) -> Operation {
    row(name, Route::Oss(method, Level::Service, at), &[on_service(actions)], &[], answer)
}

fn of_pool(name: &'static str, method: Method, at: Selector, actions: Actions) -> Operation {
    let pool = Parameter::optional("resourcePool", Form::Any);
    row(name, Route::Oss(method, Level::Service, at), &[on_service(actions)], &[pool], no_such_pool)
}

/// One whose action is not published: it has the operation's name.
fn by_name(level: Level, name: &'static str, method: Method, at: Selector, actions: Actions) -> Operation {
    const SDK: Source = Source::sdk("the metadata; the action by the operation's name");
    let known = Known { action: Mark::Default, resource: Mark::Inferred };
    let check = match level {
        Level::Service => on_service(actions),
        _ => on_bucket(actions),
    };
    row(name, Route::Oss(method, level, at), &[check.known(known)], &[], not_supported).known_from(SDK)
}

/// ListAccessPointsForObjectProcess
fn no_points(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    Ok(xml::reply("ListAccessPointsForObjectProcessResult", |node| {
        node.text("IsTruncated", "false");
        node.text("AccountId", &account.id);
        node.element("AccessPointsForObjectProcess", |_| {});
    }))
}

fn no_such_point(_: &Call<'_>) -> Result<Reply, ApiError> {
    Err(ApiError::not_found("NoSuchAccessPointForObjectProcess", "Accesspoint not found"))
}

/// WriteGetObjectResponse: an access point that calls a function gives it a route to answer by. None does, so no route is known. INFERRED:
/// the code.
fn no_such_route(call: &Call<'_>) -> Result<Reply, ApiError> {
    const ROUTE: &str = "x-oss-request-route";
    let route = call.http.header(ROUTE).unwrap_or_default();
    Err(error::invalid_argument(ROUTE, route, "Invalid Argument. Parameter is invalid."))
}

/// ListResourcePools
fn no_pools(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    Ok(xml::reply("ListResourcePoolsResult", |node| {
        node.text("Region", &format!("oss-{}", call.region));
        node.text("Owner", &account.id);
        node.text("ContinuationToken", call.arguments.text("continuation-token"));
        node.text("NextContinuationToken", "");
        node.text("IsTruncated", "false");
    }))
}

/// The words are those of a live test of Python's client. CHOICE: the code.
fn no_such_pool(_: &Call<'_>) -> Result<Reply, ApiError> {
    Err(ApiError::not_found("NoSuchResourcePool", "The specified resource pool does not exist."))
}
