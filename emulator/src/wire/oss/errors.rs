//! Errors of OSS's protocol itself, whatever the operation.
//!
//! Source pages: "HTTP 400 status code", "HTTP 405 status code".

use std::borrow::Cow;

use http::StatusCode;

use crate::wire::{ApiError, BodyFault};

/// An argument, a header or an element with a value that it cannot have.
pub(crate) fn invalid_argument(name: &str, value: &str, message: impl Into<Cow<'static, str>>) -> ApiError {
    ApiError::bad_request("InvalidArgument", message).with("ArgumentName", name).with("ArgumentValue", value)
}

/// The most bytes of an object's name.
pub(crate) const LONGEST_KEY: usize = 1023;

/// An object name against the rules: one of no bytes, or of so many, or another that cannot be one.
pub(crate) fn invalid_object_name(name: &str, bytes: usize) -> ApiError {
    let (message, detail) = match bytes {
        0 => ("The Object name can not be empty.", "0016-00000001"),
        1..=LONGEST_KEY => ("The specified object is not valid.", "0016-00000005"),
        _ => ("The Length of Object name must be less than 1024.", "0016-00000003"),
    };
    ApiError::bad_request("InvalidObjectName", message).with("ObjectName", name).with("EC", detail)
}

/// A bucket in the path, at a host name of the cloud's own.
pub(super) fn second_level_domain_forbidden() -> ApiError {
    ApiError::forbidden("SecondLevelDomainForbidden", "Please use virtual hosted style to access.")
}

/// A path or a query that cannot be decoded.
pub(crate) fn invalid_uri() -> ApiError {
    ApiError::bad_request("InvalidURI", "Couldn't parse the specified URI.")
}

/// The resource does not take this method.
pub(crate) fn method_not_allowed(method: &str, resource: &str) -> ApiError {
    ApiError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "MethodNotAllowed",
        "The specified method is not allowed against this resource.",
    )
    .with("Method", method)
    .with("ResourceType", resource)
}

/// A body that is not the XML that the operation takes.
pub(crate) fn malformed_xml() -> ApiError {
    ApiError::bad_request(
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema.",
    )
}

/// A fault of ours, or of the machine's: the words of the page's row.
pub(crate) fn internal() -> ApiError {
    let message = "Please contact the server administrator, oss@service.aliyun.com.";
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", message)
}

/// A body that could not be read to its end: the content of an object, or a document.
pub(in crate::wire) fn body_fault(fault: BodyFault, is_content: bool) -> ApiError {
    let (code, message) = match fault {
        BodyFault::NotKept => return internal(),
        BodyFault::TooLarge if is_content => {
            ("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size.")
        }
        // INFERRED: published for the list of objects to delete; other documents are much shorter.
        BodyFault::TooLarge => return malformed_xml(),
        BodyFault::TooSlow => (
            "RequestTimeout",
            "Your socket connection to the server was not read from or written to within the timeout period. \
             Idle connections will be closed.",
        ),
        BodyFault::CutOff => {
            ("IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header.")
        }
    };
    ApiError::bad_request(code, message)
}
