//! The gateway's own errors, whatever the operation (OpenAPI: public error codes).

use crate::wire::ApiError;

/// Parameters that cannot be read.
pub(crate) fn malformed() -> ApiError {
    ApiError::bad_request("InvalidParameter.Format", "Specified parameter format is not valid.")
}

/// A version that no product has.
pub(crate) fn invalid_version() -> ApiError {
    ApiError::bad_request("InvalidVersion", "Specified parameter Version is not valid.")
}

/// An operation that the gateway does not know, or that acslab does not perform.
pub(crate) fn action_not_found() -> ApiError {
    ApiError::not_found("InvalidAction.NotFound", "Specified api is not found, please check your url and method.")
}

/// A method that RPC does not take.
pub(in crate::wire) fn unsupported_method() -> ApiError {
    ApiError::bad_request("UnsupportedHTTPMethod", "This http method is not supported.")
}
