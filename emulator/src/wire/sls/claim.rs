//! The signatures of Log Service: `LOG` (V1) and `SLS4-HMAC-SHA256` (V4), with its own error codes.
//!
//! Log Service has no nonces: a signed request may be sent again for as long as its time is near enough.

use http::{StatusCode, header};

use super::read::check_region;
use super::{invalid, unauthorized};
use crate::cloud::{Clock, WINDOW};
use crate::signature::{ClaimError, Secret, TimeFormat, sls_v1, sls_v4};
use crate::wire::{ApiError, Claim, HttpRequest, KeyProblem, Nonce};

/// What a request says of its signature.
enum Form<'a> {
    V1(sls_v1::Claim<'a>),
    V4(sls_v4::Claim<'a>),
}

/// The claim of a request to Log Service.
pub(crate) struct SlsClaim<'a> {
    form: Form<'a>,
    request: &'a HttpRequest,
}

/// What a request says of its signature; `None` for an unsigned one, where the operation takes those.
pub(crate) fn claim(request: &HttpRequest, takes_unsigned: bool) -> Result<Option<SlsClaim<'_>>, ApiError> {
    let Some(authorization) = request.headers.get(header::AUTHORIZATION) else {
        if takes_unsigned {
            return Ok(None);
        }
        return Err(ApiError::bad_request("MissAccessKeyId", "x-log-accesskeyid does not exist in header."));
    };
    let form = if authorization.as_bytes().starts_with(sls_v4::ALGORITHM.as_bytes()) {
        sls_v4::Claim::parse(&request.headers).map(Form::V4)
    } else {
        sls_v1::Claim::parse(&request.headers).map(Form::V1)
    };
    let form = form.map_err(|error| claim_error(request, &error))?;
    Ok(Some(SlsClaim { form, request }))
}

impl Claim for SlsClaim<'_> {
    fn key_id(&self) -> &str {
        match &self.form {
            Form::V1(claim) => claim.access_key_id,
            Form::V4(claim) => claim.access_key_id,
        }
    }

    fn token(&self) -> Option<&str> {
        match &self.form {
            Form::V1(claim) => claim.security_token,
            Form::V4(claim) => claim.security_token,
        }
    }

    fn region(&self) -> Option<&str> {
        match &self.form {
            Form::V1(_) => None,
            Form::V4(claim) => Some(claim.region),
        }
    }

    fn refuse(&self, problem: KeyProblem) -> ApiError {
        let id = self.key_id();
        match problem {
            // Of a session's key nothing is said without its token, not even whether there is one. INFERRED: from what OSS does.
            KeyProblem::Unknown | KeyProblem::TokenMissing => unauthorized(format!("AccessKeyId not found: {id}")),
            KeyProblem::Inactive | KeyProblem::Elsewhere => unauthorized(format!("AccessKeyId is disabled: {id}")),
            KeyProblem::TokenMalformed | KeyProblem::TokenMismatch => {
                unauthorized("The security token you provided is invalid.".to_owned())
            }
            KeyProblem::TokenExpired => unauthorized("The security token you provided has expired.".to_owned()),
        }
    }

    fn check_time(&self, clock: &Clock) -> Result<(), ApiError> {
        let now = clock.signers_now();
        let (time, written) = match &self.form {
            Form::V1(claim) => (claim.time().map_err(|error| claim_error(self.request, &error))?, claim.date),
            Form::V4(claim) => (claim.time, claim.date),
        };
        if now.duration_since(time).abs() <= WINDOW {
            return Ok(());
        }
        let now = TimeFormat::HttpDate.format(now);
        let message = format!("Request time {written} has been expired while server time is {now}.");
        Err(ApiError::bad_request("RequestTimeExpired", message))
    }

    fn verify(&self, secret: &Secret) -> Result<(), ApiError> {
        let view = self.request.signed_view();
        let (signature, verified) = match &self.form {
            Form::V1(claim) => {
                let method = claim.method().map_err(|error| claim_error(self.request, &error))?;
                (claim.signature, sls_v1::verify(secret, method, &view, claim))
            }
            Form::V4(claim) => {
                check_region(self.request, claim.region)?;
                (claim.signature, sls_v4::verify(secret, &view, claim))
            }
        };
        // INFERRED: the digest of the body is part of what is signed, and no code of its own is published for it.
        verified.map_err(|_| {
            let message = format!("Signature {signature} not matched.");
            ApiError::new(StatusCode::UNAUTHORIZED, "SignatureNotMatch", message)
        })
    }

    fn nonce(&self) -> Option<Nonce<'_>> {
        None
    }
}

fn claim_error(request: &HttpRequest, error: &ClaimError) -> ApiError {
    let sent = |name: &str| request.header(name).unwrap_or_default();
    match error {
        ClaimError::Missing("Date" | "x-log-date") => {
            ApiError::bad_request("MissingDate", "Date does not exist in http header.")
        }
        ClaimError::Malformed(name @ ("Date" | "x-log-date")) => {
            let written = request.header("x-log-date").unwrap_or_else(|| sent(name));
            let message = format!("Request time {written} not follow RFC822 spec.");
            ApiError::bad_request("InvalidRequestTime", message)
        }
        ClaimError::Missing(name @ "x-log-signaturemethod") => {
            ApiError::bad_request("MissingSignatureMethod", format!("{name} does not exist in http header."))
        }
        ClaimError::Unsupported(name @ "x-log-signaturemethod") => {
            let message = format!("signature method {} is unsupported.", sent(name));
            ApiError::bad_request("InvalidSignatureMethod", message)
        }
        ClaimError::Missing("x-log-content-sha256") => invalid("Http extend x-log-content-sha256", ""),
        _ => invalid("Http extend authorization", sent("authorization")),
    }
}
