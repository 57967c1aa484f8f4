//! OSS V4, `OSS4-HMAC-SHA256`: a derived key, every parameter and every `x-oss-*` header, in a header or in a
//! presigned URL.
//!
//! Source pages: "Include a V4 signature in the header", "Include a V4 signature in a URL".

use std::fmt;

use http::HeaderMap;
use jiff::Timestamp;
use smallvec::SmallVec;

use super::{
    ClaimError, Credentials, Mismatch, OrderedQuery, OssResource, Secret, SignError, SignedView, TimeFormat, headers,
    mac, query::pe_into, settle, v4, v4::TERMINATOR,
};

/// The algorithm: first word of `Authorization`, value of `x-oss-signature-version`, first line of the string to sign.
pub const ALGORITHM: &str = "OSS4-HMAC-SHA256";
/// The only value of `x-oss-content-sha256`.
pub const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";
/// The longest validity of a presigned URL in seconds, seven days.
pub const MAX_EXPIRES: u32 = 604_800;
const PRODUCT: &str = "oss";
const CONTENT_SHA256: &str = "x-oss-content-sha256";

/// What a signing key is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope<'a> {
    /// The day of signing, `20260102`.
    pub date: &'a str,
    /// The region id, `cn-hangzhou`; whether it is the bucket's is the gateway's to say.
    pub region: &'a str,
}

impl fmt::Display for Scope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{PRODUCT}/{TERMINATOR}", self.date, self.region)
    }
}

/// What a request says of who signed, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim<'a> {
    /// The access key id of the credential.
    pub access_key_id: &'a str,
    /// The rest of the credential.
    pub scope: Scope<'a>,
    /// The signature.
    pub signature: &'a str,
    /// The moment of signing as written: `x-oss-date`, or `Date` in a header-signed request without it.
    pub date: &'a str,
    /// The moment of signing.
    pub time: Timestamp,
    /// Headers signed besides those that always are: lower case, sorted, no repetitions.
    pub additional_headers: Vec<String>,
    /// In a URL, for how many seconds after `time` it is valid.
    pub expires: Option<u32>,
    /// `x-oss-security-token`, header or parameter.
    pub security_token: Option<&'a str>,
}

impl<'a> Claim<'a> {
    /// Reads `Authorization: OSS4-HMAC-SHA256 Credential=…,AdditionalHeaders=…,Signature=…` (fields in any order) and
    /// the headers that belong to it. Parts of the credential are named `Credential …` in errors.
    pub fn from_headers(map: &'a HeaderMap) -> Result<Self, ClaimError> {
        const MALFORMED: ClaimError = ClaimError::Malformed("Authorization");
        let (algorithm, rest) = headers::need(map, "Authorization")?.split_once(' ').ok_or(MALFORMED)?;
        if algorithm != ALGORITHM {
            return Err(ClaimError::Unsupported("Authorization"));
        }
        let [credential, additional, signature] =
            headers::authorization_fields(rest, ["Credential", "AdditionalHeaders", "Signature"]).ok_or(MALFORMED)?;
        let credential = credential.ok_or(ClaimError::Missing("Credential"))?;
        let signature = signature.filter(|text| !text.is_empty()).ok_or(ClaimError::Missing("Signature"))?;
        let additional_headers = additional_headers(additional, "AdditionalHeaders")?;

        let (date, time) = signing_moment(map)?;
        if headers::need(map, CONTENT_SHA256)? != UNSIGNED_PAYLOAD {
            return Err(ClaimError::Malformed(CONTENT_SHA256));
        }
        let (access_key_id, scope) = split_credential(credential, time)?;
        Ok(Claim {
            access_key_id,
            scope,
            signature,
            date,
            time,
            additional_headers,
            expires: None,
            security_token: headers::get(map, "x-oss-security-token"),
        })
    }

    /// Reads the `x-oss-*` parameters of a presigned URL.
    pub fn from_query(query: &'a OrderedQuery) -> Result<Self, ClaimError> {
        let need = |name| query.get(name).filter(|value| !value.is_empty()).ok_or(ClaimError::Missing(name));
        if need("x-oss-signature-version")? != ALGORITHM {
            return Err(ClaimError::Unsupported("x-oss-signature-version"));
        }
        let credential = need("x-oss-credential")?;
        let date = need("x-oss-date")?;
        let time = TimeFormat::Iso8601Basic.parse(date).ok_or(ClaimError::Malformed("x-oss-date"))?;
        let expires = need("x-oss-expires")?
            .parse()
            .ok()
            .filter(|seconds| (1..=MAX_EXPIRES).contains(seconds))
            .ok_or(ClaimError::Malformed("x-oss-expires"))?;
        let signature = need("x-oss-signature")?;
        let additional_headers = additional_headers(query.get("x-oss-additional-headers"), "x-oss-additional-headers")?;
        let (access_key_id, scope) = split_credential(credential, time)?;
        Ok(Claim {
            access_key_id,
            scope,
            signature,
            date,
            time,
            additional_headers,
            expires: Some(expires),
            security_token: query.get("x-oss-security-token").filter(|token| !token.is_empty()),
        })
    }
}

/// `x-oss-date`, or `Date` without it, as written and as meant.
fn signing_moment(map: &HeaderMap) -> Result<(&str, Timestamp), ClaimError> {
    let (date, format, label) = match headers::get(map, "x-oss-date") {
        Some(date) => (date, TimeFormat::Iso8601Basic, "x-oss-date"),
        None => (headers::need(map, "Date")?, TimeFormat::HttpDate, "Date"),
    };
    let time = format.parse(date).ok_or(ClaimError::Malformed(label))?;
    Ok((date, time))
}

/// Whether a query claims to be a V4 presigned URL.
pub fn is_presigned(query: &OrderedQuery) -> bool {
    ["x-oss-signature-version", "x-oss-signature", "x-oss-credential"].into_iter().any(|name| query.contains(name))
}

/// `<id>/<date>/<region>/oss/aliyun_v4_request`, of the day of `time`.
fn split_credential(text: &str, time: Timestamp) -> Result<(&str, Scope<'_>), ClaimError> {
    let mut parts = text.split('/');
    let mut next = || parts.next().ok_or(ClaimError::Malformed("Credential"));
    let (access_key_id, date, region, product, terminator) = (next()?, next()?, next()?, next()?, next()?);
    if parts.next().is_some() {
        return Err(ClaimError::Malformed("Credential"));
    }
    let today = TimeFormat::Day.format(time);
    for (good, part) in [
        (!access_key_id.is_empty(), "Credential"),
        (date == today, "Credential date"),
        (!region.is_empty(), "Credential region"),
        (product == PRODUCT, "Credential product"),
        (terminator == TERMINATOR, "Credential terminator"),
    ] {
        if !good {
            return Err(ClaimError::Malformed(part));
        }
    }
    Ok((access_key_id, Scope { date, region }))
}

/// The list, when it is there; an empty one is an error of its own in the cloud (error 0002-00000209).
fn additional_headers(text: Option<&str>, label: &'static str) -> Result<Vec<String>, ClaimError> {
    let Some(text) = text else {
        return Ok(Vec::new());
    };
    let names: Vec<_> = text.split(';').map(|name| name.trim().to_ascii_lowercase()).collect();
    if names.iter().any(String::is_empty) {
        return Err(ClaimError::Malformed(label));
    }
    Ok(arranged(names))
}

fn arranged(mut names: Vec<String>) -> Vec<String> {
    names.sort_unstable();
    names.dedup();
    names
}

/// Whether a header is signed without being listed.
fn always_signed(name: &str) -> bool {
    name.starts_with("x-oss-") || name == "content-type" || name == "content-md5"
}

/// Method, resource, query, headers, names of the additional headers, and the payload's stand-in.
/// `additional` must be sorted; a listed header that is not there has no line.
pub fn canonical_request(view: &SignedView<'_>, resource: &OssResource<'_>, additional: &[String]) -> String {
    let map = view.headers;
    let names = headers::named(map, |name| always_signed(name) || additional.iter().any(|listed| listed == name));
    let mut text = String::with_capacity(512);
    text.push_str(view.method);
    text.push('\n');
    resource.encoded_path_into(&mut text);
    text.push('\n');
    canonical_query_into(&mut text, view.query);
    text.push('\n');
    headers::lines_into(&mut text, map, names);
    text.push('\n');
    for (at, name) in additional.iter().enumerate() {
        if at > 0 {
            text.push(';');
        }
        text.push_str(name);
    }
    text.push('\n');
    text.push_str(headers::get(map, CONTENT_SHA256).unwrap_or(UNSIGNED_PAYLOAD));
    text
}

/// Appends all parameters but the signature itself, encoded, sorted as encoded; one without a value is a bare name.
fn canonical_query_into(text: &mut String, query: &OrderedQuery) {
    // All of it lies in one text; a piece is where it is in there: the name up to the middle, the value from there.
    let mut encoded = String::with_capacity(512);
    let mut pieces: SmallVec<[_; 16]> = query
        .iter()
        .filter(|param| param.name != "x-oss-signature")
        .map(|param| {
            let start = encoded.len();
            pe_into(&mut encoded, param.name);
            let middle = encoded.len();
            pe_into(&mut encoded, param.value);
            (start, middle, encoded.len())
        })
        .collect();
    let part = |start: usize, end: usize| encoded.get(start..end).unwrap_or_default();
    pieces.sort_unstable_by(|&(a, in_a, end_a), &(b, in_b, end_b)| {
        part(a, in_a).cmp(part(b, in_b)).then_with(|| part(in_a, end_a).cmp(part(in_b, end_b)))
    });
    for (at, (start, middle, end)) in pieces.into_iter().enumerate() {
        if at > 0 {
            text.push('&');
        }
        text.push_str(part(start, middle));
        if middle < end {
            text.push('=');
            text.push_str(part(middle, end));
        }
    }
}

/// The algorithm, the moment, the scope and the hash of the canonical request.
pub fn string_to_sign(date: &str, scope: &Scope<'_>, canonical_request: &str) -> String {
    let Scope { date: day, region } = scope;
    let hash = mac::hex_sha256(canonical_request.as_bytes());
    let mut text = String::with_capacity(192);
    for part in [ALGORITHM, "\n", date, "\n", day, "/", region, "/", PRODUCT, "/", TERMINATOR, "\n", &hash] {
        text.push_str(part);
    }
    text
}

/// The hexadecimal signature of a string to sign, with the key derived from the secret for this scope.
pub fn signature(secret: &Secret, scope: &Scope<'_>, string_to_sign: &str) -> String {
    v4::signature(secret, PRODUCT, scope.date, scope.region, string_to_sign)
}

/// Checks the claimed signature. A moment taken from `Date` may stand in the string to sign as written (the Go SDK
/// 3.0 sends no `x-oss-date`) or in the documented format.
pub fn verify(
    secret: &Secret,
    view: &SignedView<'_>,
    resource: &OssResource<'_>,
    claim: &Claim<'_>,
) -> Result<(), Mismatch> {
    let request = canonical_request(view, resource, &claim.additional_headers);
    let documented = TimeFormat::Iso8601Basic.format(claim.time);
    let written = (claim.date != documented).then_some(claim.date);
    let ways = [Some(documented.as_str()), written].into_iter().flatten().map(|date| Mismatch {
        string_to_sign: string_to_sign(date, &claim.scope, &request),
        canonical_request: Some(request.clone()),
    });
    settle(claim.signature, |text| signature(secret, &claim.scope, text), ways)
}

/// When, where and over what a client signs.
#[derive(Debug, Clone, Copy)]
pub struct Signing<'a> {
    /// The region id.
    pub region: &'a str,
    /// The moment of signing.
    pub at: Timestamp,
    /// Headers to sign besides those that always are; ones that are absent or always signed are left out.
    pub additional_headers: &'a [&'a str],
}

impl Signing<'_> {
    fn listed(&self, map: &HeaderMap) -> Vec<String> {
        let names = self.additional_headers.iter().map(|name| name.to_ascii_lowercase());
        arranged(names.filter(|name| !always_signed(name) && map.contains_key(name)).collect())
    }
}

/// The headers that a client adds to its own to sign the request.
pub fn sign(
    view: &SignedView<'_>,
    resource: &OssResource<'_>,
    who: &Credentials<'_>,
    signing: &Signing<'_>,
) -> Result<HeaderMap, SignError> {
    let date = TimeFormat::Iso8601Basic.format(signing.at);
    let mut added = HeaderMap::new();
    headers::set(&mut added, "x-oss-date", &date)?;
    headers::set(&mut added, "date", &TimeFormat::HttpDate.format(signing.at))?;
    headers::set(&mut added, CONTENT_SHA256, UNSIGNED_PAYLOAD)?;
    if let Some(token) = who.security_token {
        headers::set(&mut added, "x-oss-security-token", token)?;
    }
    let all = headers::merged(view.headers, &added);
    let additional = signing.listed(&all);
    let day = TimeFormat::Day.format(signing.at);
    let scope = Scope { date: &day, region: signing.region };
    let request = canonical_request(&SignedView { headers: &all, ..*view }, resource, &additional);
    let signature = signature(who.secret, &scope, &string_to_sign(&date, &scope, &request));
    let listed =
        if additional.is_empty() { String::new() } else { format!(",AdditionalHeaders={}", additional.join(";")) };
    let authorization = format!("{ALGORITHM} Credential={}/{scope}{listed},Signature={signature}", who.access_key_id);
    headers::set(&mut added, "authorization", &authorization)?;
    Ok(added)
}

/// The query of a URL that anyone may use for `expires` seconds: the request's own and the signature's parameters.
pub fn presign(
    view: &SignedView<'_>,
    resource: &OssResource<'_>,
    who: &Credentials<'_>,
    signing: &Signing<'_>,
    expires: u32,
) -> OrderedQuery {
    let date = TimeFormat::Iso8601Basic.format(signing.at);
    let additional = signing.listed(view.headers);
    let day = TimeFormat::Day.format(signing.at);
    let scope = Scope { date: &day, region: signing.region };
    let mut query = view.query.clone();
    query.push("x-oss-signature-version", ALGORITHM);
    query.push("x-oss-date", date.clone());
    query.push("x-oss-expires", expires.to_string());
    query.push("x-oss-credential", format!("{}/{scope}", who.access_key_id));
    if let Some(token) = who.security_token {
        query.push("x-oss-security-token", token);
    }
    if !additional.is_empty() {
        query.push("x-oss-additional-headers", additional.join(";"));
    }
    let request = canonical_request(&SignedView { query: &query, ..*view }, resource, &additional);
    query.push("x-oss-signature", signature(who.secret, &scope, &string_to_sign(&date, &scope, &request)));
    query
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;
