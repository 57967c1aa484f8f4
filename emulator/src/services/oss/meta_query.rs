//! Data indexing, which is not open here: whoever asks for it is told so as in a region without it.
//!
//! Source pages: "OpenMetaQuery" and its siblings.

use http::Method;

use super::table::{on_bucket, row};
use crate::gateway::{ApiError, Call, Level, Operation, Reply, Route, Selector};

/// The operations on the index.
pub fn table() -> Vec<Operation> {
    let comp = |word| Route::Oss(Method::POST, Level::Bucket, Selector::QueryAnd("metaQuery", "comp", Some(word)));
    let status = Route::Oss(Method::GET, Level::Bucket, Selector::Query("metaQuery"));
    vec![
        row("OpenMetaQuery", comp("add"), &[on_bucket(&["oss:OpenMetaQuery"])], &[], refuse),
        row("DoMetaQuery", comp("query"), &[on_bucket(&["oss:DoMetaQuery"])], &[], refuse),
        row("CloseMetaQuery", comp("delete"), &[on_bucket(&["oss:CloseMetaQuery"])], &[], refuse),
        row("GetMetaQueryStatus", status, &[on_bucket(&["oss:GetMetaQueryStatus"])], &[], none),
    ]
}

fn refuse(_: &Call<'_>) -> Result<Reply, ApiError> {
    let message = "The operation is not supported for this resource";
    Err(ApiError::bad_request("OperationNotSupported", message).with("EC", "0037-00000001"))
}

fn none(_: &Call<'_>) -> Result<Reply, ApiError> {
    Err(ApiError::not_found("MetaQueryNotExist", "The meta query does not exist."))
}
