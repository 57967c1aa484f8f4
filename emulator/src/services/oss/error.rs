//! The errors of OSS, each with its detail code (`EC`) where one is published.
//!
//! Source pages: "HTTP 403 status code" and its siblings for 400, 404, 405 and 409; the pages of the detail codes.

use std::io;

use http::StatusCode;

use crate::gateway::ApiError;
pub(super) use crate::wire::oss::{internal, invalid_argument, invalid_object_name, malformed_xml};

/// What is in an object cannot be read or kept.
#[allow(clippy::needless_pass_by_value, reason = "as `map_err` has it")]
pub(super) fn of_store(error: io::Error) -> ApiError {
    tracing::error!(%error, "what is in an object cannot be read or kept");
    internal()
}

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

/// A body that says nothing of how a bucket is made, where one would be.
pub(super) fn no_such_making() -> ApiError {
    malformed_xml().with("EC", "0015-00000231")
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

/// The bucket has no transfer acceleration, whose endpoint was asked.
pub(super) fn not_accelerated(bucket: &str) -> ApiError {
    let message = "Transfer acceleration is disabled.";
    ApiError::forbidden("TransferAccelerationDisabled", message).with("BucketName", bucket)
}

/// An endpoint of transfer acceleration answers no such request. CHOICE: the code; that it does not is published.
pub(super) fn not_at_accelerated(method: &str) -> ApiError {
    crate::wire::oss::method_not_allowed(method, "Service")
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

/// The object is there, and may not be deleted or overwritten yet.
pub(super) fn file_immutable() -> ApiError {
    ApiError::conflict("FileImmutable", "The object you specified is immutable.")
}

/// There is no such version of the object.
pub(super) fn no_such_version(key: &str, version: &str) -> ApiError {
    ApiError::not_found("NoSuchVersion", "The specified version does not exist.")
        .with("Key", key)
        .with("VersionId", version)
}

/// The version is the marker of a deletion: there is nothing to be read.
pub(super) fn is_a_marker(method: &str, version: &str) -> ApiError {
    ApiError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "MethodNotAllowed",
        "The specified method is not allowed against this resource.",
    )
    .with("Method", method)
    .with("ResourceType", "DeleteMarker")
    .with_header("allow", "DELETE")
    .with_header("x-oss-delete-marker", "true")
    .with_header("x-oss-version-id", version)
}

/// A header or a parameter that must be there is not.
pub(super) fn missing_argument() -> ApiError {
    ApiError::bad_request("MissingArgument", "Missing Some Required Arguments.")
}

/// A header that means something, and nothing here (HTTP 400 status code).
pub(super) fn implies_more(header: &str) -> ApiError {
    ApiError::bad_request("NotImplemented", "A header you provided implies functionality that is not implemented.")
        .with("Header", header)
}

/// There is more than fits.
pub(super) fn too_large() -> ApiError {
    ApiError::bad_request("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size.")
}

/// The object must be restored first.
pub(super) fn frozen() -> ApiError {
    ApiError::forbidden("InvalidObjectState", "The operation is not valid for the object's state")
}

/// An algorithm that OSS does not encrypt by.
pub(super) fn invalid_encryption() -> ApiError {
    ApiError::bad_request(
        "InvalidEncryptionAlgorithmError",
        "The Encryption request you specified is not valid. Supported value: AES256/SM4/KMS.",
    )
}

/// An algorithm that KMS's keys are not used with.
pub(super) fn invalid_data_encryption() -> ApiError {
    ApiError::bad_request(
        "InvalidDataEncryptionAlgorithmError",
        "The KMS Data Encryption request you specified is not valid. Supported value:SM4",
    )
}

/// There is no such style.
pub(super) fn no_such_style() -> ApiError {
    ApiError::not_found("NoSuchStyle", "No Such Image Style.")
}

/// There is no such resource group.
pub(super) fn no_such_resource_group() -> ApiError {
    ApiError::bad_request("ResourceGroupIdPreCheckError", "The resource group id precheck error")
        .with("EC", "0039-00000003")
}

/// No rule allows a browser to ask so; the misspellings are the cloud's.
pub(super) fn cors_forbidden() -> ApiError {
    ApiError::forbidden(
        "AccessForbidden",
        "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method \
         / Access-Control-Request-Method or Access-Control-Requet-Headers are not whitelisted by the resource's CORS spec.",
    )
    .with("EC", "0003-00000602")
}
