//! Why a signature is none, or not the right one.

use http::header::InvalidHeaderValue;

/// Why a request's claim to be signed could not be read. The names are those of headers, parameters or parts of
/// `Authorization`, spelled as the cloud's documentation spells them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// The piece is not there, or is empty.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// The piece is there with nothing in it, where that is told apart from its absence.
    #[error("`{0}` is empty")]
    Empty(&'static str),
    /// The piece is there and cannot be read.
    #[error("`{0}` is malformed")]
    Malformed(&'static str),
    /// The piece names an algorithm or version that is not served.
    #[error("`{0}` names something that is not supported")]
    Unsupported(&'static str),
    /// A header that must be signed is on the request but not in its list of signed headers.
    #[error("`{0}` is present but not signed")]
    NotSigned(String),
}

/// The signature is not the one computed. Both texts are public: the cloud shows them in its error message.
#[derive(Debug, Clone, Default, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not match the one computed")]
pub struct Mismatch {
    /// The string to sign that the server computed.
    pub string_to_sign: String,
    /// The canonical request behind it, in the forms that have one.
    pub canonical_request: Option<String>,
}

/// Why a signature that covers a digest of the body was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The header that carries the body's digest does not have this body's digest.
    #[error("`{header}` does not match the body")]
    Body {
        /// The header, `Content-MD5` or `x-acs-content-sha256`.
        header: &'static str,
        /// The digest of the body that came.
        computed: String,
    },
    /// The signature itself.
    #[error(transparent)]
    Signature(#[from] Mismatch),
}

/// Why a client's request could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The form signs a header that the request does not have.
    #[error("`{0}` must be set before signing")]
    Missing(&'static str),
    /// A credential or nonce holds characters that no header can carry.
    #[error(transparent)]
    Header(#[from] InvalidHeaderValue),
}
