//! The errors of Simple Log Service, as the pages of its operations have them.

use http::StatusCode;

use crate::gateway::ApiError;
pub(super) use crate::wire::sls::invalid;

/// There is no such project in the region.
pub(super) fn no_such_project(name: &str) -> ApiError {
    ApiError::not_found("ProjectNotExist", format!("The Project does not exist : {name}"))
}

/// There is no such Logstore in the project.
pub(super) fn no_such_store(name: &str) -> ApiError {
    ApiError::not_found("LogStoreNotExist", format!("logstore {name} does not exist"))
}

/// There is no such shard in the Logstore.
pub(super) fn no_such_shard(id: &str) -> ApiError {
    ApiError::bad_request("ShardNotExist", format!("shard {id} does not exist"))
}

/// A parameter that cannot be so, in words.
pub(super) fn parameter(message: impl Into<String>) -> ApiError {
    ApiError::bad_request("ParameterInvalid", message.into())
}

/// Settings of a Logstore that cannot be so.
pub(super) fn store_info(message: impl Into<String>) -> ApiError {
    ApiError::bad_request("LogStoreInfoInvalid", message.into())
}

/// Settings of an index that cannot be so.
pub(super) fn index_info(message: &'static str) -> ApiError {
    ApiError::bad_request("IndexInfoInvalid", message)
}

/// A body that is not what the operation takes.
pub(super) fn body(message: &'static str) -> ApiError {
    ApiError::bad_request("PostBodyInvalid", message)
}

/// A body with too much in it.
pub(super) fn too_large(size: usize, most: usize) -> ApiError {
    let message = format!("Body size {size} must little than {most}.");
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "PostBodyTooLarge", message)
}

/// The project has as much as it may have.
pub(super) fn project_quota() -> ApiError {
    ApiError::bad_request("ProjectQuotaExceed", "Project Quota Exceed.")
}

/// There is no room for more.
pub(super) fn write_quota() -> ApiError {
    ApiError::forbidden("WriteQuotaExceed", "Write quota is exceeded.")
}

/// The account's Simple Log Service is not open. The code misleads, as it does in the cloud.
pub(super) fn not_open() -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, "InvalidAccessKeyId", "Your SLS service has not opened.")
}
