//! The signatures of the OpenAPI gateway: RPC 1.0, ROA 1.0 and V3 (`ACS3-HMAC-SHA256`), with the gateway's error codes.

use http::StatusCode;

use crate::cloud::{Clock, WINDOW};
use crate::signature::{ClaimError, Mismatch, OrderedQuery, Secret, VerifyError, acs3, roa, rpc};
use crate::wire::{ApiError, Arguments, Claim, HttpRequest, KeyProblem, Nonce, Wire};

/// What one of the three forms says of a signature.
enum Form<'a> {
    Rpc(rpc::Claim<'a>, &'a OrderedQuery, &'a HttpRequest),
    Roa(roa::Claim<'a>, &'a HttpRequest),
    V3(acs3::Claim<'a>, &'a HttpRequest),
}

/// The claim of a request to the OpenAPI gateway.
pub(crate) struct OpenApiClaim<'a>(Form<'a>);

/// What a request says of its signature; `None` for a request without one, to an operation that takes those.
pub(crate) fn claim<'a>(
    request: &'a HttpRequest,
    wire: Wire,
    arguments: &'a Arguments,
    takes_unsigned: bool,
) -> Result<Option<OpenApiClaim<'a>>, ApiError> {
    let authorization = request.header("authorization");
    let parameters = arguments.parameters();
    let in_parameters = ["AccessKeyId", "Signature"].into_iter().any(|name| parameters.contains(name));
    let v3 = request.headers.contains_key("x-acs-action");
    let form = match authorization {
        None if !in_parameters && takes_unsigned => return Ok(None),
        Some(text) if text.starts_with("acs ") => {
            Form::Roa(roa::Claim::parse(&request.headers).map_err(|error| claim_error(&error))?, request)
        }
        Some(_) => Form::V3(acs3::Claim::parse(&request.headers).map_err(|error| claim_error(&error))?, request),
        None if wire == Wire::Roa || (v3 && !in_parameters) => return Err(incomplete()),
        None => Form::Rpc(rpc::Claim::parse(parameters).map_err(|error| claim_error(&error))?, parameters, request),
    };
    Ok(Some(OpenApiClaim(form)))
}

impl Claim for OpenApiClaim<'_> {
    fn key_id(&self) -> &str {
        match &self.0 {
            Form::Rpc(claim, ..) => claim.access_key_id,
            Form::Roa(claim, _) => claim.access_key_id,
            Form::V3(claim, _) => claim.access_key_id,
        }
    }

    fn token(&self) -> Option<&str> {
        match &self.0 {
            Form::Rpc(claim, ..) => claim.security_token,
            Form::Roa(claim, _) => claim.security_token,
            Form::V3(claim, _) => claim.security_token,
        }
    }

    fn refuse(&self, problem: KeyProblem) -> ApiError {
        key_error(problem)
    }

    fn check_time(&self, clock: &Clock) -> Result<(), ApiError> {
        // A way of signing that is none is told before the time (INFERRED: openapi-gateway.md, order of the checks).
        let time = match &self.0 {
            Form::Rpc(claim, ..) => claim.method().and_then(|_| claim.time()),
            Form::Roa(claim, _) => claim.method().and_then(|_| claim.time()),
            Form::V3(claim, _) => claim.time(),
        };
        let time = time.map_err(|error| claim_error(&error))?;
        if clock.signers_now().duration_since(time).abs() > WINDOW {
            return Err(ApiError::bad_request(
                "InvalidTimeStamp.Expired",
                "Specified time stamp or date value is expired.",
            ));
        }
        Ok(())
    }

    fn verify(&self, secret: &Secret) -> Result<(), ApiError> {
        match &self.0 {
            Form::Rpc(claim, parameters, request) => {
                let method = claim.method().map_err(|error| claim_error(&error))?;
                rpc::verify(secret, method, request.method.as_str(), parameters, claim).map_err(|way| mismatch(&way))
            }
            Form::Roa(claim, request) => {
                let method = claim.method().map_err(|error| claim_error(&error))?;
                roa::verify(secret, method, &request.signed_view(), claim).map_err(|error| match error {
                    VerifyError::Body { .. } => ApiError::bad_request(
                        "ContentMD5NotMatched",
                        "The Content-MD5 you specified did not match what we received.",
                    ),
                    VerifyError::Signature(way) => mismatch(&way),
                })
            }
            Form::V3(claim, request) => {
                acs3::verify(secret, &request.signed_view(), claim).map_err(|error| match error {
                    // The published codes name no better one for a body that was changed after its hash was signed.
                    VerifyError::Body { header, computed } => ApiError::bad_request(
                        "InvalidContentSHA256",
                        format!("Specified {header} is not matched with our calculation: {computed}"),
                    ),
                    VerifyError::Signature(way) => v3_mismatch(&way),
                })
            }
        }
    }

    fn nonce(&self) -> Option<Nonce<'_>> {
        let nonce = match &self.0 {
            Form::Rpc(claim, ..) => Some(claim.nonce),
            Form::Roa(claim, _) => claim.nonce,
            Form::V3(claim, _) => Some(claim.nonce),
        };
        nonce.map(|nonce| (nonce, used as fn() -> ApiError))
    }
}

fn used() -> ApiError {
    ApiError::bad_request("SignatureNonceUsed", "Specified signature nonce was used already.")
}

/// Clients compare the text after the colon with their own string to sign; there is no blank between.
fn mismatch(way: &Mismatch) -> ApiError {
    ApiError::bad_request(
        "SignatureDoesNotMatch",
        format!(
            "Specified signature is not matched with our calculation. server string to sign is:{}",
            way.string_to_sign
        ),
    )
}

fn v3_mismatch(way: &Mismatch) -> ApiError {
    ApiError::bad_request(
        "SignatureDoesNotMatch",
        format!(
            "Specified signature does not match our calculation. server StringToSign is [{}] server CanonicalRequest is [{}]",
            way.string_to_sign,
            way.canonical_request.as_deref().unwrap_or_default()
        ),
    )
}

fn incomplete() -> ApiError {
    ApiError::bad_request("IncompleteSignature", "The request signature does not conform to Aliyun standards.")
}

fn claim_error(error: &ClaimError) -> ApiError {
    match error {
        ClaimError::Malformed("Timestamp" | "Date" | "x-acs-date") => ApiError::bad_request(
            "InvalidTimeStamp.Format",
            "Specified time stamp or date value is not well formatted.",
        ),
        ClaimError::Missing("x-acs-date") => ApiError::missing("Timestamp"),
        ClaimError::Missing("x-acs-signature-nonce") => ApiError::missing("SignatureNonce"),
        ClaimError::Missing(name) if name.starts_with("x-acs-") || matches!(*name, "Authorization" | "host") => {
            incomplete()
        }
        ClaimError::Missing(name) | ClaimError::Empty(name) => ApiError::missing(name),
        ClaimError::Unsupported("SignatureVersion" | "x-acs-signature-version") => {
            ApiError::bad_request("InvalidSignatureVersion", "Specified signature version is not valid.")
        }
        ClaimError::Unsupported(_) => {
            ApiError::bad_request("InvalidSignatureMethod", "Specified signature method is not valid.")
        }
        ClaimError::Malformed(_) | ClaimError::NotSigned(_) => incomplete(),
    }
}

fn key_error(problem: KeyProblem) -> ApiError {
    let (status, code, message) = match problem {
        KeyProblem::Unknown => {
            (StatusCode::NOT_FOUND, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
        }
        // That a key used from elsewhere is answered like a disabled one is published for OSS (INFERRED: here too).
        KeyProblem::Inactive | KeyProblem::Elsewhere => {
            (StatusCode::BAD_REQUEST, "InvalidAccessKeyId.Inactive", "Specified access key is disabled.")
        }
        KeyProblem::TokenMissing => return ApiError::missing("SecurityToken"),
        KeyProblem::TokenMalformed => {
            (StatusCode::BAD_REQUEST, "InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.")
        }
        KeyProblem::TokenMismatch => (
            StatusCode::BAD_REQUEST,
            "InvalidSecurityToken.MismatchWithAccessKey",
            "Specified SecurityToken mismatch with the AccessKey.",
        ),
        KeyProblem::TokenExpired => {
            (StatusCode::BAD_REQUEST, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.")
        }
    };
    ApiError::new(status, code, message)
}
