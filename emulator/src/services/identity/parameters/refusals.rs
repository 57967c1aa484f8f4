//! The words for a parameter that cannot be right, as RAM and IMS have them.

use crate::gateway::ApiError;

/// A value that cannot be.
pub(crate) fn incorrect(name: &str) -> ApiError {
    ApiError::bad_request(format!("InvalidParameter.{name}"), format!("The parameter - \"{name}\" is incorrect."))
}

/// A value that is not written right.
pub(crate) fn bad_format(name: &str) -> ApiError {
    ApiError::bad_request(
        format!("InvalidParameter.{name}.Format"),
        format!("The format of the parameter - \"{name}\" is incorrect."),
    )
}

/// A value that is too long.
pub(crate) fn too_long(name: &str) -> ApiError {
    ApiError::bad_request(
        format!("InvalidParameter.{name}.Length"),
        format!("The parameter - \"{name}\" beyond the length limit."),
    )
}
