//! OSS.

use acslab_policy::Decision;

use crate::gateway::{ApiError, Call, Operation};

/// The operations of OSS.
pub static TABLE: &[Operation] = &[];

/// A refusal in OSS's own words.
pub(crate) fn refusal(_: &Call<'_>, _: &Decision) -> ApiError {
    ApiError::forbidden("AccessDenied", "You have no right to access this object because of bucket acl.")
}

/// What OSS answers for what it does not have.
pub(crate) fn not_implemented() -> ApiError {
    ApiError::new(
        http::StatusCode::NOT_IMPLEMENTED,
        "NotImplemented",
        "A header you provided implies functionality that is not implemented.",
    )
}
