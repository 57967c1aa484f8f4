//! The gateway's own errors, whatever the operation (OpenAPI: public error codes).

use http::StatusCode;

use crate::wire::{ApiError, BodyFault};

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

/// A body that could not be read to its end. CHOICE: the gateway publishes no code for any of these.
pub(in crate::wire) fn body_fault(fault: BodyFault) -> ApiError {
    let (status, code, message) = match fault {
        // What these bodies say is kept in memory.
        BodyFault::NotKept => return ApiError::internal(),
        BodyFault::TooLarge => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "RequestEntityTooLarge",
            "The request body exceeds the maximum allowed size.",
        ),
        BodyFault::TooSlow => (
            StatusCode::REQUEST_TIMEOUT,
            "RequestTimeout",
            "The request body was not received within the timeout period.",
        ),
        BodyFault::CutOff => {
            (StatusCode::BAD_REQUEST, "IncompleteBody", "The request body ended before it was received in full.")
        }
    };
    ApiError::new(status, code, message)
}
