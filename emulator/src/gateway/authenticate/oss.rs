//! The signatures of OSS.

use jiff::Timestamp;

use super::{ApiError, Credential, HttpRequest, Routed};
use crate::cloud::Cloud;

/// The credential behind the signature; `None` for an anonymous request.
pub(super) fn authenticate(
    _: &Cloud,
    _: &HttpRequest,
    _: &Routed,
    _: Timestamp,
) -> Result<Option<Credential>, ApiError> {
    Err(ApiError::internal())
}
