//! Orders, by which services are opened.

use crate::gateway::{ApiError, Call};

/// The id of an order: 15 digits (CHOICE: the length).
pub(crate) fn order_id(call: &Call<'_>) -> String {
    call.cloud().ids.number(15)
}

/// The cloud's own spelling of the code, which tools take for success; the text is ours, none is published.
pub(crate) fn already_open() -> ApiError {
    ApiError::bad_request("ORDER.OPEND", "The service has been opened.")
}
