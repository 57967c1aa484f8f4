//! Errors of Log Service's protocol itself, whatever the operation.
//!
//! Source page: "Error codes" of Simple Log Service, and for what it no longer lists its earlier edition, "Common error codes".

use http::StatusCode;

use crate::wire::{ApiError, BodyFault};

/// A parameter or a header with a value that it cannot have. The page spells it out for two headers and one parameter.
pub(crate) fn invalid(name: &str, value: &str) -> ApiError {
    ApiError::bad_request("ParameterInvalid", format!("{name} : {value} pair is invalid."))
}

/// The caller is not known, or not to be let in.
pub(crate) fn unauthorized(message: String) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, "Unauthorized", message)
}

/// A query that cannot be decoded. CHOICE: the words.
pub(crate) fn malformed() -> ApiError {
    ApiError::bad_request("ParameterInvalid", "The query string cannot be decoded.")
}

/// A method and a path that name no operation. INFERRED: published for a method that a Logstore does not take.
pub(crate) fn no_such_operation(path: &str) -> ApiError {
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "InvalidMethod", format!("invalid request method: {path}"))
}

/// A body that could not be read to its end.
pub(in crate::wire) fn body_fault(fault: BodyFault) -> ApiError {
    let (status, code, message) = match fault {
        // What these bodies say is kept in memory.
        BodyFault::NotKept => return ApiError::internal(),
        BodyFault::TooLarge => {
            (StatusCode::PAYLOAD_TOO_LARGE, "PostBodyTooLarge", "Body size must little than 10485760.")
        }
        // CHOICE: the status; the cloud's own, 500, is for its own slowness.
        BodyFault::TooSlow => {
            (StatusCode::REQUEST_TIMEOUT, "RequestTimeout", "The request is timeout. Please try again later.")
        }
        // CHOICE: the code.
        BodyFault::CutOff => {
            (StatusCode::BAD_REQUEST, "PostBodyInvalid", "The request body ended before it was received in full.")
        }
    };
    ApiError::new(status, code, message)
}
