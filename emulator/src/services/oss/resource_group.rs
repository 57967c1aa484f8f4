//! The resource group that a bucket is in.
//!
//! Source pages: "GetBucketResourceGroup", "PutBucketResourceGroup".

use http::Method;
use serde::Deserialize;

use super::checks::on_bucket;
use super::product::row;
use super::{bucket, describe, error, xml};
use crate::gateway::{ApiError, Body, Call, Check, Facts, Level, Needed, Operation, Reply, Route, Selector};

const ROOT: &str = "BucketResourceGroupConfiguration";
/// What OSS calls the default resource group of any account.
const DEFAULT: &str = "rg-default-id";
const HERE: Selector = Selector::Query("resourceGroup");

/// The operations on a bucket's resource group. To move a bucket is a permission in both groups.
pub fn table() -> Vec<Operation> {
    vec![
        row(
            "GetBucketResourceGroup",
            Route::Oss(Method::GET, Level::Bucket, HERE),
            &[on_bucket(&["oss:GetBucketResourceGroup"])],
            &[],
            get,
        ),
        row(
            "PutBucketResourceGroup",
            Route::Oss(Method::PUT, Level::Bucket, HERE),
            &[put_check(), put_check().context(in_new_group)],
            &[],
            put,
        ),
    ]
}

const fn put_check() -> Check {
    on_bucket(&["oss:PutBucketResourceGroup"])
}

/// What PutBucketResourceGroup carries.
#[derive(Debug, Deserialize)]
struct BucketResourceGroupConfiguration {
    #[serde(rename = "ResourceGroupId")]
    id: Option<String>,
}

/// The group that a bucket is to move to; none is the default one.
fn asked_for(call: &Call<'_>) -> Result<Option<String>, ApiError> {
    let configuration: BucketResourceGroupConfiguration =
        xml::read(&call.http.body, "BucketResourceGroupConfiguration")?;
    Ok(configuration.id.filter(|id| !id.is_empty() && id != DEFAULT))
}

/// The bucket, as if it were already in the group that it is to move to.
fn in_new_group(call: &Call<'_>, facts: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    describe::bucket(call, facts, needed)?;
    if facts.absent.is_some() {
        return Ok(());
    }
    let owner = bucket::owner(call)?;
    let default = || owner.resource_groups.read().default_id().to_owned();
    // A body that cannot be read is refused after who sent it.
    needed.resource_group = Some(asked_for(call).ok().flatten().unwrap_or_else(default));
    Ok(())
}

/// GetBucketResourceGroup
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let owner = bucket::owner(call)?;
    let groups = owner.resource_groups.read();
    let id = groups.group_of(&describe::resource_key(bucket::name(call))).filter(|id| *id != groups.default_id());
    Ok(xml::reply(ROOT, |node| node.text("ResourceGroupId", id.unwrap_or(DEFAULT))))
}

/// PutBucketResourceGroup
fn put(call: &Call<'_>) -> Result<Reply, ApiError> {
    let owner = bucket::owner(call)?;
    let mut groups = owner.resource_groups.write();
    let id = asked_for(call)?.unwrap_or_else(|| groups.default_id().to_owned());
    let unknown = |_| error::no_such_resource_group();
    groups.transfer(&describe::resource_key(bucket::name(call)), &id, call.now).map_err(unknown)?;
    Ok(Reply::with_body(Body::Empty))
}
