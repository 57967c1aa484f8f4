//! What a bucket says of what was never set and cannot be set here; clients that read a bucket in full, such as Terraform, ask for it.
//!
//! Source page: "HTTP 404 status code".

use http::Method;

use super::table::{on_bucket, row};
use crate::gateway::{ApiError, Call, Level, Operation, Reply, Route, Selector};

/// The operations that read settings.
pub fn table() -> Vec<Operation> {
    let route = Route::Oss(Method::GET, Level::Bucket, Selector::Query("policy"));
    vec![row("GetBucketPolicy", route, &[on_bucket(&["oss:GetBucketPolicy"])], &[], policy)]
}

fn policy(_: &Call<'_>) -> Result<Reply, ApiError> {
    let error = ApiError::not_found("NoSuchBucketPolicy", "The specified bucket policy does not exist.");
    Err(error.with("EC", "0030-00000006"))
}
