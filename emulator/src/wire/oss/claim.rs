//! The signatures of OSS: V1, V2 and V4, each in a header or in a presigned URL.
//!
//! OSS has no nonces: a signed request may be sent again for as long as its time is near enough.

use http::header;
use jiff::{SignedDuration, Timestamp};

use super::claim_errors::{
    expired, foreign_characters, invalid_date, invalid_expires, invalid_region, key_error, mismatch, missing_header,
    too_skewed, two_ways, unknown_version, v1_error, v1_is_over, v1_url_error, v2_error, v4_error,
};
use super::{ObjectAddress, endpoint_region};
use crate::cloud::{Account, Clock, Cloud, OssV1, WINDOW};
use crate::signature::{Secret, oss_v1, oss_v2, oss_v4};
use crate::wire::{ApiError, Claim, HttpRequest, KeyProblem, Nonce};

/// What a request says of its signature.
pub(super) enum Form<'a> {
    V1(oss_v1::Claim<'a>),
    V2(oss_v2::Claim<'a>),
    V4(oss_v4::Claim<'a>),
}

const VERSION: &str = "x-oss-signature-version";

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
    let Some(form) = form(request)? else { return Ok(None) };
    if form.key_id().contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(foreign_characters(request, &form));
    }
    // What is refused from all needs no key that is known.
    if matches!(form, Form::V1(_)) && cloud.oss.v1() == OssV1::Refuse {
        return Err(v1_is_over());
    }
    Ok(Some(OssClaim { form, request, address, cloud }))
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
            Form::V1(_) | Form::V2(_) => None,
            Form::V4(claim) => Some(claim.scope.region),
        }
    }

    fn is_outdated(&self, account: Option<&Account>) -> Result<bool, ApiError> {
        match (&self.form, self.cloud.oss.v1_of(account)) {
            (Form::V1(_), OssV1::Refuse) => Err(v1_is_over()),
            (Form::V1(_), OssV1::Warn) => Ok(true),
            _ => Ok(false),
        }
    }

    fn refuse(&self, problem: KeyProblem) -> ApiError {
        key_error(problem, self.request, &self.form)
    }

    fn check_time(&self, clock: &Clock) -> Result<(), ApiError> {
        match &self.form {
            Form::V1(claim) => check_time(matches!(claim.moment, oss_v1::Moment::Date(_)), claim.time().ok(), clock),
            Form::V2(claim) => check_time(matches!(claim.moment, oss_v2::Moment::Date(_)), claim.time().ok(), clock),
            Form::V4(claim) => check_v4_time(claim, clock),
        }
    }

    fn verify(&self, secret: &Secret) -> Result<(), ApiError> {
        if let Form::V4(claim) = &self.form {
            // Where the endpoint has no region the bucket's counts, which is held against the claim once it is located.
            if endpoint_region(self.request.host()).is_some_and(|region| region != claim.scope.region) {
                return Err(invalid_region(self.request));
            }
            // INFERRED: V2 signs what is there of the headers that it names; V4 wants them all.
            if claim.additional_headers.iter().any(|name| !self.request.headers.contains_key(name)) {
                return Err(missing_header(self.request));
            }
        }
        let (resource, view) = (self.address.signed(), self.request.signed_view());
        let verified = match &self.form {
            Form::V1(claim) => oss_v1::verify(secret, &view, &resource, claim),
            Form::V2(claim) => oss_v2::verify(secret, &view, &resource, claim),
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
    let query = &request.query;
    let in_url = oss_v1::is_presigned(query) || oss_v2::is_presigned(query) || oss_v4::is_presigned(query);
    let Some(authorization) = request.headers.get(header::AUTHORIZATION) else {
        return if in_url { form_in_url(request).map(Some) } else { Ok(None) };
    };
    if in_url {
        return Err(two_ways(request));
    }
    let headers = &request.headers;
    let scheme = authorization.as_bytes().split(|byte| *byte == b' ').next().unwrap_or_default();
    if scheme == oss_v4::ALGORITHM.as_bytes() {
        oss_v4::Claim::from_headers(headers).map(Form::V4).map_err(|error| v4_error(request, &error))
    } else if scheme == oss_v2::ALGORITHM.as_bytes() {
        oss_v2::Claim::from_headers(headers).map(Form::V2).map_err(|error| v2_error(request, &error))
    } else {
        oss_v1::Claim::from_headers(headers).map(Form::V1).map_err(|error| v1_error(request, &error))
    }
    .map(Some)
}

fn form_in_url(request: &HttpRequest) -> Result<Form<'_>, ApiError> {
    let query = &request.query;
    if oss_v2::is_presigned(query) {
        return oss_v2::Claim::from_query(query).map(Form::V2).map_err(|error| v2_error(request, &error));
    }
    if oss_v4::is_presigned(query) {
        if query.get(VERSION).is_some_and(|version| version != oss_v4::ALGORITHM) {
            return Err(unknown_version(request));
        }
        return oss_v4::Claim::from_query(query).map(Form::V4).map_err(|error| v4_error(request, &error));
    }
    oss_v1::Claim::from_query(query).map(Form::V1).map_err(|error| v1_url_error(&error))
}

impl Form<'_> {
    pub(super) fn key_id(&self) -> &str {
        match self {
            Self::V1(claim) => claim.access_key_id,
            Self::V2(claim) => claim.access_key_id,
            Self::V4(claim) => claim.access_key_id,
        }
    }

    pub(super) fn token(&self) -> Option<&str> {
        match self {
            Self::V1(claim) => claim.security_token,
            Self::V2(claim) => claim.security_token,
            Self::V4(claim) => claim.security_token,
        }
    }

    pub(super) fn signature(&self) -> &str {
        match self {
            Self::V1(claim) => claim.signature,
            Self::V2(claim) => claim.signature,
            Self::V4(claim) => claim.signature,
        }
    }
}

/// Of the forms that name the moment of signing in a header, and in a URL the end of what is valid, but not when it was made.
fn check_time(signed: bool, time: Option<Timestamp>, clock: &Clock) -> Result<(), ApiError> {
    let (now, urls_now) = (clock.signers_now(), clock.urls_now(None));
    match (signed, time) {
        (true, None) => Err(invalid_date("0002-00000502")),
        (true, Some(time)) if now.duration_since(time).abs() > WINDOW => Err(too_skewed(time, now)),
        (false, None) => Err(invalid_expires()),
        (false, Some(time)) if urls_now > time => Err(expired(time, urls_now)),
        (_, Some(_)) => Ok(()),
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
