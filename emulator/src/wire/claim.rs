//! What a request says of who signed it. Each form of signature reads its own; how it is checked is the same for all.

use crate::cloud::{Account, Clock};

use super::ApiError;
use crate::signature::Secret;

/// What a request says of its signature, with the words in which its protocol refuses.
pub(crate) trait Claim {
    /// The access key that it was signed with.
    fn key_id(&self) -> &str;

    /// The token of the session that the key belongs to.
    fn token(&self) -> Option<&str>;

    /// The region that it was signed for, in the forms that name one.
    fn region(&self) -> Option<&str> {
        None
    }

    /// Is it of a form that the cloud takes from old accounts only? Whoever signs so is told of. A new account is refused.
    fn is_outdated(&self, _account: Option<&Account>) -> Result<bool, ApiError> {
        Ok(false)
    }

    /// Why the key may not sign.
    fn refuse(&self, problem: KeyProblem) -> ApiError;

    /// Was it signed near enough to now, by the clock of those who sign?
    fn check_time(&self, clock: &Clock) -> Result<(), ApiError>;

    /// Is the signature right?
    fn verify(&self, secret: &Secret) -> Result<(), ApiError>;

    /// What may be used only once, and what is answered the second time.
    fn nonce(&self) -> Option<Nonce<'_>>;
}

/// What may be used only once, and what is answered the second time.
pub(crate) type Nonce<'a> = (&'a str, fn() -> ApiError);

/// Why a key may not sign. Each wire style has its own codes for these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyProblem {
    /// No such key: never made, deleted, or its user or role is gone.
    Unknown,
    /// Disabled.
    Inactive,
    /// Used from where its network policy does not admit it.
    Elsewhere,
    /// A session's key without its token.
    TokenMissing,
    /// No token that was ever given out.
    TokenMalformed,
    /// The token of another key.
    TokenMismatch,
    /// The session is over.
    TokenExpired,
}
