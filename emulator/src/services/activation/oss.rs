//! Opening OSS: OssAdmin, 2019-04-22.

use serde_json::json;

use super::order::order;
use crate::cloud::Service;
use crate::gateway::{ApiError, Call, Check, Operation, Product, Reply, Source, forbidden_ram};

/// The product that OSS is opened with.
pub static OSS_ADMIN: Product =
    Product::new("OssAdmin", "2019-04-22", &["oss-admin.aliyuncs.com"]).refuses(forbidden_ram);

/// The operations.
pub fn table() -> Vec<Operation> {
    vec![
        OSS_ADMIN
            .action("OpenOssService", &[Check::new(&["oss:ActivateProduct"], "acs:oss:*:{account}:*")], &[], open)
            .known_from(Source::documented("Activate OSS")),
    ]
}

fn open(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(Reply::document(json!({ "OrderId": order(call, Service::Oss)? })))
}
