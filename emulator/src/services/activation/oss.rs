//! Opening OSS: OssAdmin, 2019-04-22.

use serde_json::json;

use super::{order, row};
use crate::cloud::Service;
use crate::gateway::{ApiError, Call, Check, Operation, Product, Refusal, Reply, Source, Style};

/// The product that OSS is opened with.
pub static OSS_ADMIN: Product = Product {
    name: "OssAdmin",
    version: "2019-04-22",
    style: Style::Rpc,
    hosts: &["oss-admin.aliyuncs.com"],
    refusal: Refusal::ForbiddenRam,
};

/// The operations.
pub static TABLE: &[Operation] = &[row(
    &OSS_ADMIN,
    "OpenOssService",
    &[Check::new(&["oss:ActivateProduct"], "acs:oss:*:{account}:*")],
    &[],
    open,
    Source::Documented("Activate OSS"),
)];

fn open(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(Reply::document(json!({ "OrderId": order(call, Service::Oss)? })))
}
