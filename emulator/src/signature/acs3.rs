//! V3, `ACS3-HMAC-SHA256`: the signature of the current SDKs, for RPC and ROA products alike.
//!
//! Source page: "Request syntax and signature method V3".

use http::{HeaderMap, HeaderName};
use jiff::Timestamp;

use super::{
    ClaimError, Credentials, Mismatch, OrderedQuery, Plus, Secret, SignError, SignedView, TimeFormat, VerifyError,
    headers, mac, pe, query::decode, settle,
};

/// The algorithm, first word of `Authorization` and first line of the string to sign.
pub const ALGORITHM: &str = "ACS3-HMAC-SHA256";
const CONTENT_SHA256: &str = "x-acs-content-sha256";

/// What the headers say of who signed, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim<'a> {
    /// `Credential`
    pub access_key_id: &'a str,
    /// `SignedHeaders`, as written.
    pub signed_headers: &'a str,
    /// `Signature`
    pub signature: &'a str,
    /// `x-acs-date`, as written; see [`Claim::time`].
    pub date: &'a str,
    /// `x-acs-signature-nonce`
    pub nonce: &'a str,
    /// `x-acs-content-sha256`, as written; [`verify`] compares it with the body.
    pub content_sha256: &'a str,
    /// `x-acs-security-token`
    pub security_token: Option<&'a str>,
}

impl<'a> Claim<'a> {
    /// Reads `Authorization` and the headers that belong to it. `host` and every `x-acs-*` header of the request must
    /// be among the signed ones.
    pub fn parse(map: &'a HeaderMap) -> Result<Self, ClaimError> {
        const MALFORMED: ClaimError = ClaimError::Malformed("Authorization");
        let authorization = headers::need(map, "Authorization")?;
        let (algorithm, rest) = authorization.split_once(' ').ok_or(MALFORMED)?;
        if algorithm != ALGORITHM {
            return Err(ClaimError::Unsupported("Authorization"));
        }
        let [Some(access_key_id), Some(signed_headers), Some(signature)] =
            headers::authorization_fields(rest, ["Credential", "SignedHeaders", "Signature"]).ok_or(MALFORMED)?
        else {
            return Err(MALFORMED);
        };
        if [access_key_id, signed_headers, signature].contains(&"") {
            return Err(MALFORMED);
        }
        let claim = Claim {
            access_key_id,
            signed_headers,
            signature,
            date: headers::need(map, "x-acs-date")?,
            nonce: headers::need(map, "x-acs-signature-nonce")?,
            content_sha256: headers::need(map, CONTENT_SHA256)?,
            security_token: headers::get(map, "x-acs-security-token"),
        };
        headers::need(map, "host")?;
        match unsigned(map, signed_headers) {
            Some(name) => Err(ClaimError::NotSigned(name.to_owned())),
            None => Ok(claim),
        }
    }

    /// The moment of signing.
    pub fn time(&self) -> Result<Timestamp, ClaimError> {
        TimeFormat::Iso8601.parse(self.date).ok_or(ClaimError::Malformed("x-acs-date"))
    }
}

/// A header that must be signed, is there and is not listed.
fn unsigned<'a>(map: &'a HeaderMap, signed_headers: &str) -> Option<&'a str> {
    map.keys()
        .map(HeaderName::as_str)
        .filter(|name| *name == "host" || name.starts_with("x-acs-"))
        .find(|name| !signed_headers.split(';').any(|listed| listed.trim().eq_ignore_ascii_case(name)))
}

/// The canonical request over exactly the headers that the client lists; listed ones that are not there have no line.
/// `path` is the canonical path.
fn canonical_request_at(path: &str, view: &SignedView<'_>, signed_headers: &str) -> String {
    let names: Vec<_> = signed_headers.split(';').map(|name| name.trim().to_ascii_lowercase()).collect();
    format!(
        "{}\n{path}\n{}\n{}\n{signed_headers}\n{}",
        view.method,
        canonical_query(view.query),
        headers::lines_sorted(view.headers, names.iter().map(String::as_str)),
        mac::hex_sha256(view.body),
    )
}

/// The canonical request: method, path encoded once, sorted query, signed headers, their names, hash of the body.
pub fn canonical_request(view: &SignedView<'_>, signed_headers: &str) -> String {
    canonical_request_at(&encoded_path(view.path), view, signed_headers)
}

/// The algorithm and the hash of the canonical request.
pub fn string_to_sign(canonical_request: &str) -> String {
    format!("{ALGORITHM}\n{}", mac::hex_sha256(canonical_request.as_bytes()))
}

/// The hexadecimal signature of a string to sign; the secret itself is the key.
pub fn signature(secret: &Secret, string_to_sign: &str) -> String {
    mac::hex_hmac_sha256(secret.expose().as_bytes(), string_to_sign)
}

/// Checks the body against its hash header and the claimed signature. The path may have been signed encoded afresh,
/// as documented, or as it stands on the wire, as some SDKs do.
pub fn verify(secret: &Secret, view: &SignedView<'_>, claim: &Claim<'_>) -> Result<(), VerifyError> {
    let computed = mac::hex_sha256(view.body);
    if claim.content_sha256 != computed {
        return Err(VerifyError::Body { header: CONTENT_SHA256, computed });
    }
    let encoded = encoded_path(view.path);
    let raw = (encoded != view.path).then_some(view.path);
    let ways = [Some(encoded.as_str()), raw].into_iter().flatten().map(|path| {
        let request = canonical_request_at(path, view, claim.signed_headers);
        Mismatch { string_to_sign: string_to_sign(&request), canonical_request: Some(request) }
    });
    settle(claim.signature, |text| signature(secret, text), ways).map_err(VerifyError::from)
}

/// The headers that a client adds to its own to sign the request. `host`, `x-acs-action`, `x-acs-version` and
/// `content-type` are the caller's and must be set before.
pub fn sign(view: &SignedView<'_>, who: &Credentials<'_>, at: Timestamp, nonce: &str) -> Result<HeaderMap, SignError> {
    if headers::get(view.headers, "host").is_none() {
        return Err(SignError::Missing("host"));
    }
    let mut added = HeaderMap::new();
    headers::set(&mut added, "x-acs-date", &TimeFormat::Iso8601.format(at))?;
    headers::set(&mut added, "x-acs-signature-nonce", nonce)?;
    headers::set(&mut added, CONTENT_SHA256, &mac::hex_sha256(view.body))?;
    if let Some(token) = who.security_token {
        headers::set(&mut added, "x-acs-accesskey-id", who.access_key_id)?;
        headers::set(&mut added, "x-acs-security-token", token)?;
    }
    let all = headers::merged(view.headers, &added);
    let mut names = headers::with_prefix(&all, "x-acs-");
    names.extend(["content-type", "host"].into_iter().filter(|name| all.contains_key(*name)));
    names.sort_unstable();
    let signed_headers = names.join(";");

    let request = canonical_request(&SignedView { headers: &all, ..*view }, &signed_headers);
    let signature = signature(who.secret, &string_to_sign(&request));
    let authorization =
        format!("{ALGORITHM} Credential={},SignedHeaders={signed_headers},Signature={signature}", who.access_key_id);
    headers::set(&mut added, "authorization", &authorization)?;
    Ok(added)
}

/// Sorted by name, `k=v` each, `k=` for an empty value.
fn canonical_query(query: &OrderedQuery) -> String {
    let mut params: Vec<_> = query.iter().collect();
    params.sort_by(|a, b| a.name.cmp(b.name));
    let pieces: Vec<_> = params.into_iter().map(|param| format!("{}={}", pe(param.name), pe(param.value))).collect();
    pieces.join("&")
}

/// The path, each segment decoded and encoded once; as it is when it cannot be decoded.
fn encoded_path(path: &str) -> String {
    let segments: Result<Vec<_>, _> =
        path.split('/').map(|segment| decode(segment, Plus::Literal).map(|text| pe(&text))).collect();
    segments.map_or_else(|_| path.to_owned(), |segments| segments.join("/"))
}

#[cfg(test)]
mod tests;
