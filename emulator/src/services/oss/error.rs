//! The errors of OSS, each with its detail code (`EC`) where one is published.
//!
//! Source pages: "HTTP 403 status code" and its siblings for 400, 404, 405 and 409; the pages of the detail codes.

use http::StatusCode;

use crate::gateway::ApiError;
pub(super) use crate::wire::oss::{invalid_argument, invalid_object_name, malformed_xml, not_implemented};

/// A bucket name against the rules.
pub(super) fn invalid_bucket_name(name: &str) -> ApiError {
    ApiError::bad_request("InvalidBucketName", "The specified bucket is not valid.")
        .with("BucketName", name)
        .with("EC", "0015-00000001")
}

/// There is no such bucket.
pub(super) fn no_such_bucket(name: &str) -> ApiError {
    ApiError::not_found("NoSuchBucket", "The specified bucket does not exist.")
        .with("BucketName", name)
        .with("EC", "0015-00000101")
}

/// There is no such object.
pub(super) fn no_such_key(key: &str) -> ApiError {
    ApiError::not_found("NoSuchKey", "The specified key does not exist.").with("Key", key).with("EC", "0026-00000001")
}

/// There is no such upload.
pub(super) fn no_such_upload(id: &str) -> ApiError {
    ApiError::not_found(
        "NoSuchUpload",
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
    )
    .with("UploadId", id)
}

/// The account's OSS is not open.
pub(super) fn user_disable(bucket: Option<&str>) -> ApiError {
    let error = ApiError::forbidden("UserDisable", "UserDisable");
    let error = match bucket {
        Some(bucket) => error.with("BucketName", bucket),
        None => error,
    };
    error.with("EC", "0003-00000801")
}

/// The bucket is in another region than the endpoint that was asked.
pub(super) fn wrong_endpoint(bucket: &str, region: &str) -> ApiError {
    ApiError::forbidden(
        "AccessDenied",
        "The bucket you are attempting to access must be addressed using the specified endpoint. \
         Please send all future requests to this endpoint.",
    )
    .with("Bucket", bucket)
    .with("Endpoint", format!("oss-{region}.aliyuncs.com"))
    .with("EC", "0003-00001403")
}

/// The object is there, and the request forbade to overwrite it.
pub(super) fn file_already_exists() -> ApiError {
    ApiError::conflict("FileAlreadyExists", "The object you specified already exists and can not be overwritten.")
        .with("EC", "0026-00000002")
}

/// A condition of the request does not hold; `condition` is its header.
pub(super) fn precondition_failed(condition: &'static str) -> ApiError {
    ApiError::new(
        StatusCode::PRECONDITION_FAILED,
        "PreconditionFailed",
        "At least one of the pre-conditions you specified did not hold.",
    )
    .with("Condition", condition)
}
