//! What is said of a body that could not be read to its end.

use http::StatusCode;

use super::{ApiError, Wire};

/// Why a body could not be read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyFault {
    /// There is more of it than may be.
    TooLarge,
    /// It did not come, or came too slowly.
    TooSlow,
    /// The client ended the connection, or sent what is no body.
    CutOff,
}

impl BodyFault {
    /// In the words of a protocol; of OSS those of a document, or those of an object's content.
    pub(super) fn error(self, wire: Wire, is_content: bool) -> ApiError {
        match (wire, self) {
            (Wire::Oss, Self::TooLarge) if is_content => {
                ApiError::bad_request("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size.")
            }
            // INFERRED: published for the list of objects to delete; other documents are much shorter.
            (Wire::Oss, Self::TooLarge) => crate::services::oss::malformed_xml(),
            (Wire::Oss, Self::TooSlow) => ApiError::bad_request(
                "RequestTimeout",
                "Your socket connection to the server was not read from or written to within the timeout period. \
                 Idle connections will be closed.",
            ),
            (Wire::Oss, Self::CutOff) => ApiError::bad_request(
                "IncompleteBody",
                "You did not provide the number of bytes specified by the Content-Length HTTP header.",
            ),
            // CHOICE: the gateway publishes no code for any of these.
            (_, Self::TooLarge) => ApiError::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "RequestEntityTooLarge",
                "The request body exceeds the maximum allowed size.",
            ),
            (_, Self::TooSlow) => ApiError::new(
                StatusCode::REQUEST_TIMEOUT,
                "RequestTimeout",
                "The request body was not received within the timeout period.",
            ),
            (_, Self::CutOff) => {
                ApiError::bad_request("IncompleteBody", "The request body ended before it was received in full.")
            }
        }
    }
}
