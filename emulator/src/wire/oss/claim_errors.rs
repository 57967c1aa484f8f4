//! Why a signature does not count, in OSS's own codes.
//!
//! Source pages: "HTTP 403 status code", "HTTP 400 status code", and those of the detail codes 0002-000000xx to 0002-000009xx.

use http::StatusCode;
use jiff::Timestamp;

use super::claim::Form;
use super::errors::invalid_argument;
use crate::cloud::WINDOW;
use crate::signature::{ClaimError, Mismatch, TimeFormat};
use crate::wire::{ApiError, HttpRequest, KeyProblem};

pub(super) fn invalid_region(request: &HttpRequest) -> ApiError {
    ApiError::bad_request("InvalidArgument", "Invalid signing region in Authorization header.")
        .with("Authorization", request.header("authorization").unwrap_or_default())
        .with("EC", "0002-00000226")
}

fn denied(message: &'static str) -> ApiError {
    ApiError::forbidden("AccessDenied", message)
}

pub(super) fn invalid_date(detail: &'static str) -> ApiError {
    denied("OSS authentication requires a valid Date.").with("EC", detail)
}

pub(super) fn invalid_expires() -> ApiError {
    denied("Invalid date (should be seconds since epoch).").with("EC", "0002-00000070")
}

/// The time in an OSS error.
fn shown(time: Timestamp) -> String {
    TimeFormat::Iso8601Millis.format(time)
}

pub(super) fn expired(end: Timestamp, now: Timestamp) -> ApiError {
    denied("Request has expired.")
        .with("Expires", shown(end))
        .with("ServerTime", shown(now))
        .with("EC", "0002-00000069")
}

pub(super) fn too_skewed(time: Timestamp, now: Timestamp) -> ApiError {
    ApiError::forbidden(
        "RequestTimeTooSkewed",
        "The difference between the request time and the current time is too large.",
    )
    .with("MaxAllowedSkewMilliseconds", WINDOW.as_millis().to_string())
    .with("RequestTime", shown(time))
    .with("ServerTime", shown(now))
    .with("EC", "0002-00000504")
}

/// The elements and their order are those of the published samples.
pub(super) fn mismatch(claim: &Form<'_>, way: &Mismatch) -> ApiError {
    let error = ApiError::forbidden(
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    )
    .with("OSSAccessKeyId", claim.key_id())
    .with("SignatureProvided", claim.signature())
    .with("StringToSign", way.string_to_sign.as_str())
    .with("StringToSignBytes", bytes(&way.string_to_sign));
    match &way.canonical_request {
        // CHOICE: the code of V1 for V2 as well; none is published.
        None => error.with("EC", "0002-00000040"),
        Some(canonical) => error.with("CanonicalRequest", canonical.as_str()).with("EC", "0002-00000201"),
    }
}

/// Bytes as OSS prints them: `47 45 54 0A `, a blank behind each.
fn bytes(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::with_capacity(text.len() * 3), |mut shown, byte| {
        // Writing to a string cannot fail.
        let _ = write!(shown, "{byte:02X} ");
        shown
    })
}

pub(super) fn key_error(problem: KeyProblem, request: &HttpRequest, claim: &Form<'_>) -> ApiError {
    if problem == KeyProblem::TokenMissing && token_is_misplaced(request) {
        return ApiError::bad_request("InvalidRequest", "Security-token must be provided by query string parameter.");
    }
    key_problem(problem, claim.key_id(), claim.token())
}

/// Why a key may not sign, wherever its signature stands.
pub(crate) fn key_problem(problem: KeyProblem, key: &str, token: Option<&str>) -> ApiError {
    let unknown = "The OSS Access Key Id you provided does not exist in our records.";
    let temporary = key.starts_with("STS.");
    let (code, message, detail) = match problem {
        // Whoever sends a token claims to have a session; a key that is none of a session's does not exist among those.
        KeyProblem::Unknown if token.is_some() => ("InvalidAccessKeyId", unknown, "0002-00000002"),
        KeyProblem::TokenMismatch if !temporary => ("InvalidAccessKeyId", unknown, "0002-00000002"),
        // Of a temporary key OSS says nothing without its token, not even whether there is a session of it.
        KeyProblem::Unknown | KeyProblem::TokenMissing if temporary => (
            "InvalidAccessKeyId",
            "The OSS Access Key Id you provided does not exist in our records. The Security Token may be lost to specify that it is a STS Access Id.",
            "0002-00000003",
        ),
        // CHOICE: the end of the sentence; where it was seen it is cut off.
        KeyProblem::Unknown if has_foreign_characters(key) => {
            ("InvalidAccessKeyId", "The OSS Access Key Id contains non-acceptable characters.", "0002-00000901")
        }
        KeyProblem::Unknown | KeyProblem::TokenMissing => ("InvalidAccessKeyId", unknown, "0002-00000902"),
        // A key that is restricted to other addresses is as good as disabled (OSS: 0002-00000904).
        KeyProblem::Inactive | KeyProblem::Elsewhere => {
            ("InvalidAccessKeyId", "The OSS Access Key Id you provided is disabled.", "0002-00000904")
        }
        KeyProblem::TokenMismatch => (
            "AccessKeyIdAndSecurityTokenNotMatch",
            "The OSS access key id and security token you provided does not match.",
            "0002-00000004",
        ),
        KeyProblem::TokenMalformed => {
            ("InvalidSecurityToken", "The security token you provided is invalid.", "0002-00000006")
        }
        KeyProblem::TokenExpired => {
            ("SecurityTokenExpired", "The security token you provided has expired.", "0002-00000007")
        }
    };
    let error = ApiError::new(StatusCode::FORBIDDEN, code, message);
    let error = if code == "InvalidAccessKeyId" { error.with("OSSAccessKeyId", key) } else { error };
    error.with("EC", detail)
}

/// Is the token of a presigned URL in a header, where it does not count?
fn token_is_misplaced(request: &HttpRequest) -> bool {
    !request.headers.contains_key("authorization") && request.headers.contains_key("x-oss-security-token")
}

fn invalid_authorization(request: &HttpRequest, message: &'static str) -> ApiError {
    invalid_argument("Authorization", request.header("authorization").unwrap_or_default(), message)
}

/// A key id is of letters and digits; that of a session has a point besides.
fn has_foreign_characters(key_id: &str) -> bool {
    !key_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
}

const HEADER_IS_INVALID: &str = "Authorization header is invalid.";

/// A key id with a blank in it, or another character that nobody sees.
pub(super) fn foreign_characters(request: &HttpRequest, form: &Form<'_>) -> ApiError {
    let in_url = !request.headers.contains_key("authorization");
    let (parameter, detail) = match (form, in_url) {
        (Form::V1(_), true) => ("OSSAccessKeyId", "0002-00000073"),
        (Form::V2(_), true) => ("x-oss-access-key-id", "0002-00000116"),
        (Form::V4(_), true) => ("x-oss-credential", "0002-00000222"),
        (Form::V1(_), false) => ("", "0002-00000064"),
        (Form::V2(_), false) => ("", "0002-00000107"),
        (Form::V4(_), false) => ("", "0002-00000206"),
    };
    if in_url {
        let value = request.query.get(parameter).unwrap_or_default();
        return invalid_argument(parameter, value, "The access key id is invalid.").with("EC", detail);
    }
    invalid_authorization(request, HEADER_IS_INVALID).with("EC", detail)
}

/// A header and a URL that are both signed. The code is published, the words are those of the protocol's model.
pub(super) fn two_ways(request: &HttpRequest) -> ApiError {
    invalid_authorization(
        request,
        "Only one auth mechanism allowed; only the Signature query string parameter or the Authorization header should be specified.",
    )
}

/// A version of signatures that there is not. CHOICE: the words.
pub(super) fn unknown_version(request: &HttpRequest) -> ApiError {
    let version = request.query.get("x-oss-signature-version").unwrap_or_default();
    invalid_argument("x-oss-signature-version", version, "The signature version is invalid.")
        .with("EC", "0002-00000066")
}

/// A signature of V1 from an account that is too new for it. The text is what programs report; CHOICE: the code.
pub(crate) fn v1_is_over() -> ApiError {
    denied("V1 signature is forbidden.").with("EC", "0002-00000080")
}

/// A header that is named as signed and not there.
pub(super) fn missing_header(request: &HttpRequest) -> ApiError {
    let in_url = !request.headers.contains_key("authorization");
    let message = "Invalid AdditionalHeaders in Authorization header.";
    if in_url {
        let value = request.query.get("x-oss-additional-headers").unwrap_or_default();
        return invalid_argument("x-oss-additional-headers", value, message).with("EC", "0002-00000209");
    }
    invalid_authorization(request, message).with("EC", "0002-00000209")
}

pub(super) fn v1_error(request: &HttpRequest, error: &ClaimError) -> ApiError {
    let text = request.header("authorization").unwrap_or_default();
    match error {
        ClaimError::Missing("Date") => invalid_date("0002-00000503"),
        ClaimError::Malformed("Date") => invalid_date("0002-00000502"),
        _ if text.trim().is_empty() => {
            invalid_authorization(request, "Authorization header value is empty.").with("EC", "0002-00000061")
        }
        _ => match text.strip_prefix("OSS ").map(|rest| rest.trim().split_once(':')) {
            None => invalid_authorization(request, HEADER_IS_INVALID).with("EC", "0002-00000061"),
            Some(None) => {
                let message = "AccessKeyId or Signature is missing in Authorization header value.";
                invalid_authorization(request, message).with("EC", "0002-00000062")
            }
            Some(Some(("", _))) => invalid_authorization(request, HEADER_IS_INVALID).with("EC", "0002-00000063"),
            Some(Some(_)) => {
                invalid_authorization(request, "AccessKeyId or Signature is missing in Authorization header value.")
            }
        },
    }
}

pub(super) fn v1_url_error(error: &ClaimError) -> ApiError {
    match error {
        ClaimError::Malformed("Expires") => invalid_expires(),
        _ => denied("Query-string authentication requires the Signature, Expires and OSSAccessKeyId parameters"),
    }
}

/// The codes are published for each part, the words are not.
pub(super) fn v2_error(request: &HttpRequest, error: &ClaimError) -> ApiError {
    let missing = matches!(error, ClaimError::Missing(_));
    let (ClaimError::Missing(part)
    | ClaimError::Empty(part)
    | ClaimError::Malformed(part)
    | ClaimError::Unsupported(part)) = error
    else {
        return invalid_authorization(request, HEADER_IS_INVALID);
    };
    let in_url = |detail| {
        let value = request.query.get(part).unwrap_or_default();
        invalid_argument(part, value, format!("The parameter {part} is invalid.")).with("EC", detail)
    };
    match *part {
        "Date" => invalid_date(if missing { "0002-00000503" } else { "0002-00000502" }),
        "x-oss-expires" if matches!(error, ClaimError::Malformed(_)) => invalid_expires(),
        "x-oss-expires" => in_url(if missing { "0002-00000113" } else { "0002-00000114" }),
        // INFERRED: the numbers between those of the expiry and those of the signature.
        "x-oss-access-key-id" => in_url(if missing { "0002-00000115" } else { "0002-00000116" }),
        "x-oss-signature" => in_url(if missing { "0002-00000117" } else { "0002-00000118" }),
        "x-oss-additional-headers" => in_url("0002-00000076"),
        "AdditionalHeaders" => invalid_authorization(request, "Invalid AdditionalHeaders in Authorization header.")
            .with("EC", "0002-00000076"),
        "AccessKeyId" if names(request, "AccessKeyId:") => {
            invalid_authorization(request, HEADER_IS_INVALID).with("EC", "0002-00000106")
        }
        "Authorization" if has_unknown_field(request) => {
            invalid_authorization(request, "Unknown parameter in Authorization header.").with("EC", "0002-00000104")
        }
        _ => invalid_authorization(request, "bad num of Items in Authorization header.").with("EC", "0002-00000102"),
    }
}

fn names(request: &HttpRequest, field: &str) -> bool {
    request.header("authorization").is_some_and(|text| text.contains(field))
}

/// Is there a field that V2 has not, among such as are fields?
fn has_unknown_field(request: &HttpRequest) -> bool {
    let text = request.header("authorization").and_then(|text| text.strip_prefix("OSS2")).unwrap_or_default();
    let mut fields = text.split(',').filter_map(|piece| piece.trim().split_once(':'));
    fields.any(|(name, _)| !["AccessKeyId", "AdditionalHeaders", "Signature"].contains(&name))
}

/// The codes are published for each part; most of the words are not, and follow `Authorization header is invalid.`
pub(super) fn v4_error(request: &HttpRequest, error: &ClaimError) -> ApiError {
    let (ClaimError::Missing(part) | ClaimError::Malformed(part) | ClaimError::Unsupported(part)) = error else {
        return invalid_authorization(request, "Authorization header is invalid.");
    };
    let in_url = !request.headers.contains_key("authorization");
    let (message, detail) = match *part {
        "Date" | "x-oss-date" => {
            let missing = matches!(error, ClaimError::Missing(_));
            return invalid_date(if missing { "0002-00000503" } else { "0002-00000502" });
        }
        "Credential date" if in_url => ("Invalid sign date in x-oss-credential.", Some("0002-00000223")),
        "Credential date" => ("Invalid sign date in Authorization header.", Some("0002-00000212")),
        "Credential region" if in_url => ("The signing region in credential is invalid.", None),
        "Credential region" => return invalid_region(request),
        "Credential product" => ("Invalid signing product in Authorization header.", Some("0002-00000227")),
        "x-oss-expires" if in_url => ("Invalid x-oss-expires.", Some("0002-00000215")),
        "x-oss-credential" if in_url => ("Invalid x-oss-credential.", Some("0002-00000217")),
        "Credential" | "Credential terminator" => {
            ("Invalid Credential in Authorization header.", Some("0002-00000213"))
        }
        "x-oss-content-sha256" => {
            ("Invalid x-oss-content-sha256 header, it must be UNSIGNED-PAYLOAD.", Some("0002-00000214"))
        }
        "AdditionalHeaders" | "x-oss-additional-headers" => {
            ("Invalid AdditionalHeaders in Authorization header.", Some("0002-00000209"))
        }
        _ => ("Authorization header is invalid.", None),
    };
    let error = if in_url {
        invalid_argument(part, request.query.get(part).unwrap_or_default(), message)
    } else {
        invalid_authorization(request, message)
    };
    match detail {
        Some(detail) => error.with("EC", detail),
        None => error,
    }
}
