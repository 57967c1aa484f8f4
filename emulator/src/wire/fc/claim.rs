//! The signature of Function Compute 2.0, with its own error codes.
//!
//! It has no nonces: a signed request may be sent again for as long as its time is near enough.

use http::{StatusCode, header};

use super::errors::missing_header;
use crate::cloud::{Clock, WINDOW};
use crate::signature::{ClaimError, Secret, VerifyError, fc};
use crate::wire::{ApiError, Claim, HttpRequest, KeyProblem, Nonce};

/// The claim of a request to Function Compute.
pub(crate) struct FcClaim<'a> {
    claim: fc::Claim<'a>,
    request: &'a HttpRequest,
}

/// What a request says of its signature; `None` for an unsigned one, where the operation takes those.
pub(crate) fn claim(request: &HttpRequest, takes_unsigned: bool) -> Result<Option<FcClaim<'_>>, ApiError> {
    if takes_unsigned && !request.headers.contains_key(header::AUTHORIZATION) {
        return Ok(None);
    }
    let claim = fc::Claim::parse(&request.headers).map_err(|error| claim_error(&error))?;
    Ok(Some(FcClaim { claim, request }))
}

impl Claim for FcClaim<'_> {
    fn key_id(&self) -> &str {
        self.claim.access_key_id
    }

    fn token(&self) -> Option<&str> {
        self.claim.security_token
    }

    /// One code is published for keys; INFERRED: it is that of their tokens too.
    fn refuse(&self, problem: KeyProblem) -> ApiError {
        let message = match problem {
            KeyProblem::Unknown | KeyProblem::Inactive | KeyProblem::Elsewhere => {
                format!("invalid access key ID '{}'", self.key_id())
            }
            KeyProblem::TokenMissing => return missing_header("X-Fc-Security-Token"),
            KeyProblem::TokenMalformed | KeyProblem::TokenMismatch => "invalid security token".to_owned(),
            KeyProblem::TokenExpired => "the security token is expired".to_owned(),
        };
        forbidden("InvalidAccessKeyID", message)
    }

    /// CHOICE: code and words; that fifteen minutes are allowed is published.
    fn check_time(&self, clock: &Clock) -> Result<(), ApiError> {
        let time = self.claim.time().map_err(|error| claim_error(&error))?;
        if clock.signers_now().duration_since(time).abs() <= WINDOW {
            return Ok(());
        }
        let message = format!("the request time '{}' is too far from the server's", self.claim.date);
        Err(forbidden("AccessDenied", message))
    }

    fn verify(&self, secret: &Secret) -> Result<(), ApiError> {
        fc::verify(secret, &self.request.signed_view(), &self.claim).map_err(|error| match error {
            VerifyError::Body { computed, .. } => {
                let message = format!("Content-MD5 does not match the body, whose digest is '{computed}'");
                ApiError::bad_request("InvalidArgument", message)
            }
            VerifyError::Signature(_) => forbidden(
                "SignatureNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your access key and signing method"
                    .to_owned(),
            ),
        })
    }

    fn nonce(&self) -> Option<Nonce<'_>> {
        None
    }
}

fn forbidden(code: &'static str, message: String) -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, code, message)
}

fn claim_error(error: &ClaimError) -> ApiError {
    match error {
        ClaimError::Missing(name) | ClaimError::Empty(name) => missing_header(name),
        ClaimError::Malformed("Date") => {
            ApiError::bad_request("InvalidArgument", "the date is not in the format of RFC 1123")
        }
        // CHOICE: the words.
        ClaimError::Malformed(_) | ClaimError::Unsupported(_) | ClaimError::NotSigned(_) => {
            ApiError::bad_request("InvalidArgument", "the Authorization header is not in the form 'FC ID:SIGNATURE'")
        }
    }
}
