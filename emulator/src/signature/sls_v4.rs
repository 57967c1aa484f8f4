//! SLS V4, `SLS4-HMAC-SHA256`: a derived key, every parameter, and the headers of Log Service with `Host` and `Content-Type`.
//!
//! No page describes it; the official SDKs sign so, and their tests have vectors.

use http::HeaderMap;
use jiff::Timestamp;

use super::{
    ClaimError, Credentials, Mismatch, OrderedQuery, Secret, SignError, SignedView, TimeFormat, VerifyError, headers,
    mac, query::pe, settle, v4, v4::TERMINATOR,
};

/// The algorithm: first word of `Authorization`, first line of the string to sign.
pub const ALGORITHM: &str = "SLS4-HMAC-SHA256";
const PRODUCT: &str = "sls";
const DATE_HEADER: &str = "x-log-date";
const CONTENT_SHA256: &str = "x-log-content-sha256";
/// Headers that are not signed, though they begin like those that are.
const META: &str = "x-log-meta-";

/// What a request says of who signed, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim<'a> {
    /// The access key id of the credential.
    pub access_key_id: &'a str,
    /// The day of the credential, `20260102`.
    pub day: &'a str,
    /// The region id of the credential; whether it is that of the endpoint is the gateway's to say.
    pub region: &'a str,
    /// The signature.
    pub signature: &'a str,
    /// `x-log-date`, as written: `20260102T030405Z`.
    pub date: &'a str,
    /// The moment of signing.
    pub time: Timestamp,
    /// `x-log-content-sha256`
    pub content_sha256: &'a str,
    /// `x-acs-security-token`
    pub security_token: Option<&'a str>,
}

impl<'a> Claim<'a> {
    /// Reads `Authorization: SLS4-HMAC-SHA256 Credential=…,Signature=…` and the headers that belong to it.
    pub fn parse(map: &'a HeaderMap) -> Result<Self, ClaimError> {
        const MALFORMED: ClaimError = ClaimError::Malformed("Authorization");
        let (algorithm, rest) = headers::need(map, "Authorization")?.split_once(' ').ok_or(MALFORMED)?;
        if algorithm != ALGORITHM {
            return Err(ClaimError::Unsupported("Authorization"));
        }
        let [credential, signature] =
            headers::authorization_fields(rest, ["Credential", "Signature"]).ok_or(MALFORMED)?;
        let date = headers::need(map, DATE_HEADER)?;
        let time = TimeFormat::Iso8601Basic.parse(date).ok_or(ClaimError::Malformed(DATE_HEADER))?;
        let (access_key_id, day, region) = credential.and_then(split).ok_or(MALFORMED)?;
        if day != TimeFormat::Day.format(time) {
            return Err(MALFORMED);
        }
        Ok(Claim {
            access_key_id,
            day,
            region,
            signature: signature.filter(|text| !text.is_empty()).ok_or(MALFORMED)?,
            date,
            time,
            content_sha256: headers::need(map, CONTENT_SHA256)?,
            security_token: headers::get(map, "x-acs-security-token"),
        })
    }
}

/// `<id>/<date>/<region>/sls/aliyun_v4_request`
fn split(credential: &str) -> Option<(&str, &str, &str)> {
    let mut parts = credential.split('/');
    let [id, day, region, product, terminator] = [(); 5].map(|()| parts.next());
    let good = parts.next().is_none() && product == Some(PRODUCT) && terminator == Some(TERMINATOR);
    let some = |part: Option<&'_ str>| part.is_some_and(|part| !part.is_empty());
    (good && some(id) && some(region)).then_some((id?, day?, region?))
}

/// Whether a header is signed where it is there.
fn is_signed(name: &str) -> bool {
    let of_sls = name.starts_with("x-acs-") || (name.starts_with("x-log-") && !name.starts_with(META));
    of_sls || name == "host" || name == "content-type"
}

/// Method, path, query, headers, their names, and the digest of the body.
pub fn canonical_request(view: &SignedView<'_>) -> String {
    let mut names: Vec<_> = view.headers.keys().map(http::HeaderName::as_str).filter(|name| is_signed(name)).collect();
    names.sort_unstable();
    let mut text = String::with_capacity(512);
    for line in [view.method, view.path, &canonical_query(view.query)] {
        text.push_str(line);
        text.push('\n');
    }
    headers::lines_into(&mut text, view.headers, names.iter().copied());
    text.push('\n');
    text.push_str(&names.join(";"));
    text.push('\n');
    text.push_str(headers::get(view.headers, CONTENT_SHA256).unwrap_or_default());
    text
}

/// All parameters sorted by name: names as they are, values encoded; one without a value is a bare name.
fn canonical_query(query: &OrderedQuery) -> String {
    let mut parameters: Vec<_> = query.iter().collect();
    parameters.sort_by(|a, b| a.name.cmp(b.name));
    let piece = |name: &str, value: &str| match value {
        "" => name.to_owned(),
        value => format!("{name}={}", pe(value)),
    };
    let pieces: Vec<_> = parameters.iter().map(|parameter| piece(parameter.name, parameter.value)).collect();
    pieces.join("&")
}

/// The algorithm, the moment, the scope and the hash of the canonical request.
pub fn string_to_sign(date: &str, day: &str, region: &str, canonical_request: &str) -> String {
    let hash = mac::hex_sha256(canonical_request.as_bytes());
    [ALGORITHM, "\n", date, "\n", day, "/", region, "/", PRODUCT, "/", TERMINATOR, "\n", &hash].concat()
}

/// The hexadecimal signature of a string to sign, with the key derived from the secret for this day and region.
pub fn signature(secret: &Secret, day: &str, region: &str, string_to_sign: &str) -> String {
    v4::signature(secret, PRODUCT, day, region, string_to_sign)
}

/// Checks `x-log-content-sha256` against the body, and the claimed signature.
pub fn verify(secret: &Secret, view: &SignedView<'_>, claim: &Claim<'_>) -> Result<(), VerifyError> {
    let computed = mac::hex_sha256(view.body);
    if claim.content_sha256 != computed {
        return Err(VerifyError::Body { header: CONTENT_SHA256, computed });
    }
    let request = canonical_request(view);
    let way = Mismatch {
        string_to_sign: string_to_sign(claim.date, claim.day, claim.region, &request),
        canonical_request: Some(request),
    };
    settle(claim.signature, |text| signature(secret, claim.day, claim.region, text), [way]).map_err(VerifyError::from)
}

/// The headers that a client adds to its own (`Host`, `x-log-apiversion`, `x-log-bodyrawsize`, …) to sign the request.
pub fn sign(view: &SignedView<'_>, who: &Credentials<'_>, region: &str, at: Timestamp) -> Result<HeaderMap, SignError> {
    let (date, day) = (TimeFormat::Iso8601Basic.format(at), TimeFormat::Day.format(at));
    let mut added = HeaderMap::new();
    headers::set(&mut added, DATE_HEADER, &date)?;
    headers::set(&mut added, CONTENT_SHA256, &mac::hex_sha256(view.body))?;
    if let Some(token) = who.security_token {
        headers::set(&mut added, "x-acs-security-token", token)?;
    }
    let all = headers::merged(view.headers, &added);
    let request = canonical_request(&SignedView { headers: &all, ..*view });
    let signature = signature(who.secret, &day, region, &string_to_sign(&date, &day, region, &request));
    let authorization = format!(
        "{ALGORITHM} Credential={}/{day}/{region}/{PRODUCT}/{TERMINATOR},Signature={signature}",
        who.access_key_id
    );
    headers::set(&mut added, "authorization", &authorization)?;
    Ok(added)
}

#[cfg(test)]
mod tests;
