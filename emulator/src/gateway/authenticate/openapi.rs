//! The signatures of the OpenAPI gateway: RPC 1.0, ROA 1.0 and V3 (`ACS3-HMAC-SHA256`), with the gateway's error codes.

use std::net::IpAddr;

use http::StatusCode;
use jiff::Timestamp;

use super::{ApiError, Credential, HttpRequest, KeyProblem, Routed, Wire, resolve};
use crate::cloud::{Cloud, WINDOW};
use crate::signature::{ClaimError, Mismatch, Secret, VerifyError, acs3, roa, rpc};

/// A form's check of the signature itself.
type Check<'a> = Box<dyn Fn(&Secret) -> Result<(), ApiError> + 'a>;

/// What all three forms say of a signature.
struct Claimed<'a> {
    key_id: &'a str,
    token: Option<&'a str>,
    /// `None` where the client sent none and the form can do without: the time alone then limits how long it counts.
    nonce: Option<&'a str>,
    time: Result<Timestamp, ClaimError>,
    verify: Check<'a>,
}

/// The credential behind the signature; `None` for a request without one, to an operation that takes those.
pub(super) fn authenticate(
    cloud: &Cloud,
    request: &HttpRequest,
    routed: &Routed,
    now: Timestamp,
) -> Result<Option<Credential>, ApiError> {
    let authorization = request.header("authorization");
    let pairs: Vec<_> = routed.arguments.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let in_parameters = pairs.iter().any(|(name, _)| name == "AccessKeyId" || name == "Signature");
    let v3 = request.headers.contains_key("x-acs-action");
    let claimed = match authorization {
        None if !in_parameters && routed.operation.access.takes_unsigned() => return Ok(None),
        Some(text) if text.starts_with("acs ") => by_roa(request)?,
        Some(_) => by_v3(request)?,
        None if routed.wire == Wire::Roa || (v3 && !in_parameters) => return Err(incomplete()),
        None => by_rpc(request, &pairs)?,
    };
    check(cloud, &claimed, request.peer, now).map(Some)
}

fn check(cloud: &Cloud, claimed: &Claimed<'_>, from: IpAddr, now: Timestamp) -> Result<Credential, ApiError> {
    let credential = resolve(cloud, claimed.key_id, claimed.token, from, now).map_err(key_error)?;
    let time = claimed.time.clone().map_err(|error| claim_error(&error))?;
    let signers_now = cloud.clock.signers_now();
    if signers_now.duration_since(time).abs() > WINDOW {
        return Err(ApiError::bad_request(
            "InvalidTimeStamp.Expired",
            "Specified time stamp or date value is expired.",
        ));
    }
    (claimed.verify)(&credential.secret)?;
    // Only a request that was signed right uses its nonce up.
    if claimed.nonce.is_some_and(|nonce| !cloud.nonces.use_once(claimed.key_id, nonce, signers_now)) {
        return Err(ApiError::bad_request("SignatureNonceUsed", "Specified signature nonce was used already."));
    }
    Ok(credential)
}

fn by_rpc<'a>(request: &'a HttpRequest, pairs: &'a [(String, String)]) -> Result<Claimed<'a>, ApiError> {
    let claim = rpc::Claim::parse(pairs).map_err(|error| claim_error(&error))?;
    Ok(Claimed {
        key_id: claim.access_key_id,
        token: claim.security_token,
        nonce: Some(claim.nonce),
        time: claim.time(),
        verify: Box::new(move |secret| {
            let method = claim.method().map_err(|error| claim_error(&error))?;
            rpc::verify(secret, method, request.method.as_str(), pairs, &claim).map_err(|way| mismatch(&way))
        }),
    })
}

fn by_roa(request: &HttpRequest) -> Result<Claimed<'_>, ApiError> {
    let claim = roa::Claim::parse(&request.headers).map_err(|error| claim_error(&error))?;
    Ok(Claimed {
        key_id: claim.access_key_id,
        token: claim.security_token,
        // The `aliyun` CLI signs its calls to ROA products without.
        nonce: claim.nonce,
        time: claim.time(),
        verify: Box::new(move |secret| {
            let method = claim.method().map_err(|error| claim_error(&error))?;
            roa::verify(secret, method, &request.signed_view(), &claim).map_err(|error| match error {
                VerifyError::Body { .. } => ApiError::bad_request(
                    "ContentMD5NotMatched",
                    "The Content-MD5 you specified did not match what we received.",
                ),
                VerifyError::Signature(way) => mismatch(&way),
            })
        }),
    })
}

fn by_v3(request: &HttpRequest) -> Result<Claimed<'_>, ApiError> {
    let claim = acs3::Claim::parse(&request.headers).map_err(|error| claim_error(&error))?;
    Ok(Claimed {
        key_id: claim.access_key_id,
        token: claim.security_token,
        nonce: Some(claim.nonce),
        time: claim.time(),
        verify: Box::new(move |secret| {
            acs3::verify(secret, &request.signed_view(), &claim).map_err(|error| match error {
                // The published codes name no better one for a body that was changed after its hash was signed.
                VerifyError::Body { header, computed } => ApiError::bad_request(
                    "InvalidContentSHA256",
                    format!("Specified {header} is not matched with our calculation: {computed}"),
                ),
                VerifyError::Signature(way) => v3_mismatch(&way),
            })
        }),
    })
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
        ClaimError::Missing(name) => ApiError::missing(name),
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
        // That a key used from elsewhere is answered like a disabled one is published for OSS, and inferred here.
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
