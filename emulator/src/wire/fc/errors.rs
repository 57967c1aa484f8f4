//! Errors of Function Compute's protocol itself, whatever the operation.
//!
//! Source page: "Error codes" of Function Compute 2.0.

use http::StatusCode;

use crate::wire::{ApiError, BodyFault, HttpRequest};

/// A method and a path that name no operation.
pub(crate) fn not_supported(request: &HttpRequest) -> ApiError {
    let message = format!("'{}' against '{}' is not supported", request.method, request.path);
    ApiError::bad_request("PathNotSupported", message)
}

/// A query that cannot be decoded. CHOICE: the words.
pub(crate) fn malformed() -> ApiError {
    ApiError::bad_request("InvalidArgument", "the query string cannot be decoded")
}

/// A header that every request carries.
pub(super) fn missing_header(name: &str) -> ApiError {
    ApiError::bad_request("MissingRequiredHeader", format!("required HTTP header {name} was not specified"))
}

/// A body that could not be read to its end.
pub(in crate::wire) fn body_fault(fault: BodyFault) -> ApiError {
    let (status, code, message) = match fault {
        // What these bodies say is kept in memory.
        BodyFault::NotKept => return ApiError::internal(),
        // CHOICE: the status of the page, 400; the figure of the gateway.
        BodyFault::TooLarge => (StatusCode::BAD_REQUEST, "EntityTooLarge", "payload size exceeds maximum allowed size"),
        // CHOICE: codes and words.
        BodyFault::TooSlow => (StatusCode::REQUEST_TIMEOUT, "RequestTimeout", "the request body came too slowly"),
        BodyFault::CutOff => {
            (StatusCode::BAD_REQUEST, "InvalidArgument", "the request body ended before it was received in full")
        }
    };
    ApiError::new(status, code, message)
}
