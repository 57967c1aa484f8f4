//! What can be wrong with a body before anybody has looked at what it says.

use super::{ApiError, Wire, fc, openapi, oss, sls};

/// Why a body could not be read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyFault {
    /// There is more of it than may be.
    TooLarge,
    /// It did not come, or came too slowly.
    TooSlow,
    /// The client ended the connection, or sent what is no body.
    CutOff,
    /// It cannot be kept: there is no room on the disk, say.
    NotKept,
}

impl BodyFault {
    /// The error in the words of a protocol, for the content of an object or for anything else.
    pub(crate) fn error(self, wire: Wire, is_content: bool) -> ApiError {
        match wire {
            Wire::Oss => oss::body_fault(self, is_content),
            Wire::Rpc { .. } | Wire::Roa => openapi::body_fault(self),
            Wire::Sls => sls::body_fault(self),
            Wire::Fc => fc::body_fault(self),
        }
    }
}
