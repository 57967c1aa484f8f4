//! The signatures of OSS: V1 and V4, each in a header or in a presigned URL, with OSS's own error codes.
//!
//! OSS has no nonces: a signed request may be sent again for as long as its time is near enough.

use http::{StatusCode, header};
use jiff::{SignedDuration, Timestamp};

use super::errors::invalid_argument;
use super::{ObjectAddress, endpoint_region};
use crate::cloud::{Clock, Cloud, WINDOW};
use crate::signature::{ClaimError, Mismatch, OssResource, Secret, TimeFormat, oss_v1, oss_v4};
use crate::wire::{ApiError, Claim, HttpRequest, KeyProblem, Nonce};

/// What a request says of its signature.
enum Form<'a> {
    V1(oss_v1::Claim<'a>),
    V4(oss_v4::Claim<'a>),
}

/// The claim of a request to OSS, with what it addresses.
pub(crate) struct OssClaim<'a> {
    form: Form<'a>,
    request: &'a HttpRequest,
    address: &'a ObjectAddress,
    cloud: &'a Cloud,
}

/// What a request says of its signature; `None` for an anonymous one.
pub(crate) fn claim<'a>(
    cloud: &'a Cloud,
    request: &'a HttpRequest,
    address: &'a ObjectAddress,
) -> Result<Option<OssClaim<'a>>, ApiError> {
    Ok(form(request)?.map(|form| OssClaim { form, request, address, cloud }))
}

impl Claim for OssClaim<'_> {
    fn key_id(&self) -> &str {
        self.form.key_id()
    }

    fn token(&self) -> Option<&str> {
        self.form.token()
    }

    fn region(&self) -> Option<&str> {
        match &self.form {
            Form::V1(_) => None,
            Form::V4(claim) => Some(claim.scope.region),
        }
    }

    fn refuse(&self, problem: KeyProblem) -> ApiError {
        key_error(problem, self.request, &self.form)
    }

    fn check_time(&self, clock: &Clock) -> Result<(), ApiError> {
        match &self.form {
            Form::V1(claim) => check_v1_time(claim, clock),
            Form::V4(claim) => check_v4_time(claim, clock),
        }
    }

    fn verify(&self, secret: &Secret) -> Result<(), ApiError> {
        if let Form::V4(claim) = &self.form {
            // Where the endpoint has no region the bucket's counts, which is held against the claim once it is located.
            if endpoint_region(self.request.host()).is_some_and(|region| region != claim.scope.region) {
                return Err(invalid_region(self.request));
            }
        }
        let resource = OssResource {
            bucket: self.address.bucket.as_deref(),
            key: self.address.object.as_deref().unwrap_or_default(),
        };
        let view = self.request.signed_view();
        let verified = match &self.form {
            Form::V1(claim) => oss_v1::verify(secret, &view, &resource, claim),
            Form::V4(claim) => oss_v4::verify(secret, &view, &resource, claim),
        };
        verified.map_err(|way| self.wrong_region().unwrap_or_else(|| mismatch(&self.form, &way)))
    }

    fn nonce(&self) -> Option<Nonce<'_>> {
        None
    }
}

impl OssClaim<'_> {
    /// A signature that is wrong for another region than the bucket's is told so.
    fn wrong_region(&self) -> Option<ApiError> {
        let region = self.cloud.buckets.read(self.address.bucket.as_deref()?, |bucket| bucket.region.clone())?;
        check_region(self.request, self.region(), &region).err()
    }
}

/// The region that a request was signed for, if it says one, must be that of its bucket, or where it is about none, the one that it
/// addresses.
pub(crate) fn check_region(request: &HttpRequest, signed_for: Option<&str>, region: &str) -> Result<(), ApiError> {
    if signed_for.is_some_and(|signed_for| signed_for != region) { Err(invalid_region(request)) } else { Ok(()) }
}

/// What the request says of its signature. Whatever looks like one and cannot be read is an error, never an anonymous request.
fn form(request: &HttpRequest) -> Result<Option<Form<'_>>, ApiError> {
    let in_v1_url = oss_v1::is_presigned(&request.query);
    let in_v4_url = oss_v4::is_presigned(&request.query);
    let Some(authorization) = request.headers.get(header::AUTHORIZATION) else {
        return if in_v4_url {
            oss_v4::Claim::from_query(&request.query).map(Form::V4).map(Some).map_err(|error| v4_error(request, &error))
        } else if in_v1_url {
            oss_v1::Claim::from_query(&request.query).map(Form::V1).map(Some).map_err(|error| v1_url_error(&error))
        } else {
            Ok(None)
        };
    };
    if in_v1_url || in_v4_url {
        // The code is published, the words are those of the protocol's model.
        return Err(invalid_authorization(
            request,
            "Only one auth mechanism allowed; only the Signature query string parameter or the Authorization header should be specified.",
        ));
    }
    if authorization.as_bytes().starts_with(oss_v4::ALGORITHM.as_bytes()) {
        oss_v4::Claim::from_headers(&request.headers).map(Form::V4).map_err(|error| v4_error(request, &error))
    } else {
        oss_v1::Claim::from_headers(&request.headers).map(Form::V1).map_err(|error| v1_error(request, &error))
    }
    .map(Some)
}

impl Form<'_> {
    fn key_id(&self) -> &str {
        match self {
            Self::V1(claim) => claim.access_key_id,
            Self::V4(claim) => claim.access_key_id,
        }
    }

    fn token(&self) -> Option<&str> {
        match self {
            Self::V1(claim) => claim.security_token,
            Self::V4(claim) => claim.security_token,
        }
    }

    fn signature(&self) -> &str {
        match self {
            Self::V1(claim) => claim.signature,
            Self::V4(claim) => claim.signature,
        }
    }
}

fn check_v1_time(claim: &oss_v1::Claim<'_>, clock: &Clock) -> Result<(), ApiError> {
    let (time, now) = (claim.time(), clock.signers_now());
    match claim.moment {
        oss_v1::Moment::Date(_) => {
            let time = time.map_err(|_| invalid_date("0002-00000502"))?;
            if now.duration_since(time).abs() > WINDOW { Err(too_skewed(time, now)) } else { Ok(()) }
        }
        oss_v1::Moment::Expires(_) => {
            let time = time.map_err(|_| invalid_expires())?;
            let now = clock.urls_now(None);
            if now > time { Err(expired(time, now)) } else { Ok(()) }
        }
    }
}

fn check_v4_time(claim: &oss_v4::Claim<'_>, clock: &Clock) -> Result<(), ApiError> {
    let now = clock.signers_now();
    let age = now.duration_since(claim.time);
    match claim.expires {
        None if age.abs() > WINDOW => Err(too_skewed(claim.time, now)),
        // Of one that is not valid yet nothing is published; it is as skewed as a signature in a header would be.
        Some(_) if age < -WINDOW => Err(too_skewed(claim.time, now)),
        Some(seconds) => {
            let end = claim.time.saturating_add(SignedDuration::from_secs(i64::from(seconds))).unwrap_or(claim.time);
            let now = clock.urls_now(Some(claim.time));
            if now > end { Err(expired(end, now)) } else { Ok(()) }
        }
        None => Ok(()),
    }
}

fn invalid_region(request: &HttpRequest) -> ApiError {
    ApiError::bad_request("InvalidArgument", "Invalid signing region in Authorization header.")
        .with("Authorization", request.header("authorization").unwrap_or_default())
        .with("EC", "0002-00000226")
}

fn denied(message: &'static str) -> ApiError {
    ApiError::forbidden("AccessDenied", message)
}

fn invalid_date(detail: &'static str) -> ApiError {
    denied("OSS authentication requires a valid Date.").with("EC", detail)
}

fn invalid_expires() -> ApiError {
    denied("Invalid date (should be seconds since epoch).")
}

/// The time in an OSS error.
fn shown(time: Timestamp) -> String {
    TimeFormat::Iso8601Millis.format(time)
}

fn expired(end: Timestamp, now: Timestamp) -> ApiError {
    denied("Request has expired.")
        .with("Expires", shown(end))
        .with("ServerTime", shown(now))
        .with("EC", "0002-00000069")
}

fn too_skewed(time: Timestamp, now: Timestamp) -> ApiError {
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
fn mismatch(claim: &Form<'_>, way: &Mismatch) -> ApiError {
    let error = ApiError::forbidden(
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    )
    .with("OSSAccessKeyId", claim.key_id())
    .with("SignatureProvided", claim.signature())
    .with("StringToSign", way.string_to_sign.as_str())
    .with("StringToSignBytes", bytes(&way.string_to_sign));
    match &way.canonical_request {
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

fn key_error(problem: KeyProblem, request: &HttpRequest, claim: &Form<'_>) -> ApiError {
    let unknown = "The OSS Access Key Id you provided does not exist in our records.";
    let temporary = claim.key_id().starts_with("STS.");
    let (code, message, detail) = match problem {
        // Whoever sends a token claims to have a session; a key that is none of a session's does not exist among those.
        KeyProblem::Unknown if claim.token().is_some() => ("InvalidAccessKeyId", unknown, "0002-00000002"),
        KeyProblem::TokenMismatch if !temporary => ("InvalidAccessKeyId", unknown, "0002-00000002"),
        KeyProblem::TokenMissing if token_is_misplaced(request) => {
            return ApiError::bad_request(
                "InvalidRequest",
                "Security-token must be provided by query string parameter.",
            );
        }
        // Of a temporary key OSS says nothing without its token, not even whether there is a session of it.
        KeyProblem::Unknown | KeyProblem::TokenMissing if temporary => (
            "InvalidAccessKeyId",
            "The OSS Access Key Id you provided does not exist in our records. The Security Token may be lost to specify that it is a STS Access Id.",
            "0002-00000003",
        ),
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
    let error = if code == "InvalidAccessKeyId" { error.with("OSSAccessKeyId", claim.key_id()) } else { error };
    error.with("EC", detail)
}

/// Is the token of a presigned URL in a header, where it does not count?
fn token_is_misplaced(request: &HttpRequest) -> bool {
    !request.headers.contains_key("authorization") && request.headers.contains_key("x-oss-security-token")
}

fn invalid_authorization(request: &HttpRequest, message: &'static str) -> ApiError {
    invalid_argument("Authorization", request.header("authorization").unwrap_or_default(), message)
}

fn v1_error(request: &HttpRequest, error: &ClaimError) -> ApiError {
    match error {
        ClaimError::Missing("Date") => invalid_date("0002-00000503"),
        ClaimError::Malformed("Date") => invalid_date("0002-00000502"),
        _ if request.header("authorization").is_some_and(|text| text.starts_with("OSS ")) => {
            invalid_authorization(request, "AccessKeyId or Signature is missing in Authorization header value.")
        }
        _ => invalid_authorization(request, "Authorization header is invalid.").with("EC", "0002-00000061"),
    }
}

fn v1_url_error(error: &ClaimError) -> ApiError {
    match error {
        ClaimError::Malformed("Expires") => invalid_expires(),
        _ => denied("Query-string authentication requires the Signature, Expires and OSSAccessKeyId parameters."),
    }
}

/// The codes are published for each part; most of the words are not, and follow `Authorization header is invalid.`
fn v4_error(request: &HttpRequest, error: &ClaimError) -> ApiError {
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
        "Credential region" => return invalid_region(request),
        "Credential" | "Credential product" | "Credential terminator" => {
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
