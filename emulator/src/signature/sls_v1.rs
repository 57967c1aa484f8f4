//! SLS V1: the signature of Log Service in `Authorization: LOG <id>:<signature>`.
//!
//! Source page: "Request signatures" of Simple Log Service.

use http::HeaderMap;
use jiff::Timestamp;

use super::{
    ClaimError, Credentials, HmacMethod, Mismatch, OrderedQuery, Plus, Secret, SignError, SignedView, TimeFormat,
    VerifyError, headers, mac, query, settle,
};

/// The first word of `Authorization`.
pub const SCHEME: &str = "LOG ";
const METHOD_HEADER: &str = "x-log-signaturemethod";
const DATE_HEADER: &str = "x-log-date";
/// Headers that belong to nobody's protocol, though they begin like those of SLS: some clients sign them, some do not.
const META: &str = "x-log-meta-";

/// What the headers say of who signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim<'a> {
    /// The access key id of `Authorization`.
    pub access_key_id: &'a str,
    /// The signature of `Authorization`.
    pub signature: &'a str,
    /// `x-log-signaturemethod`, as named; see [`Claim::method`].
    pub signature_method: Option<&'a str>,
    /// `x-log-date`, or `Date` without it, as written; see [`Claim::time`].
    pub date: &'a str,
    /// `x-acs-security-token`
    pub security_token: Option<&'a str>,
}

impl<'a> Claim<'a> {
    /// Reads `Authorization: LOG <id>:<signature>` and the headers that belong to it.
    pub fn parse(map: &'a HeaderMap) -> Result<Self, ClaimError> {
        let (access_key_id, signature) = headers::id_and_signature(map, SCHEME)?;
        Ok(Claim {
            access_key_id,
            signature,
            signature_method: headers::get(map, METHOD_HEADER),
            date: headers::get(map, DATE_HEADER).map_or_else(|| headers::need(map, "Date"), Ok)?,
            security_token: headers::get(map, "x-acs-security-token"),
        })
    }

    /// The keyed digest. The page knows `hmac-sha1` alone; the current generation of SDKs signs with `hmac-sha256`.
    pub fn method(&self) -> Result<HmacMethod, ClaimError> {
        match self.signature_method {
            None => Err(ClaimError::Missing(METHOD_HEADER)),
            Some("hmac-sha1") => Ok(HmacMethod::Sha1),
            Some("hmac-sha256") => Ok(HmacMethod::Sha256),
            Some(_) => Err(ClaimError::Unsupported(METHOD_HEADER)),
        }
    }

    /// The moment of signing.
    pub fn time(&self) -> Result<Timestamp, ClaimError> {
        TimeFormat::HttpDate.parse(self.date).ok_or(ClaimError::Malformed("Date"))
    }
}

/// Where clients differ in what they sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a way of its own to sign")]
struct Way {
    /// Is `x-log-date` among the headers? It stands in for the date in any case.
    dated: bool,
    /// Are headers that begin with `x-log-meta-`?
    meta: bool,
    /// Is the path as on the wire, or decoded?
    decoded: bool,
    /// Has a parameter without a value a `=` in any case, or only where it was sent with one?
    equals: bool,
}

impl Way {
    /// As the page has it: the date header stands in for `Date` and is not itself signed.
    const PLAIN: Self = Self { dated: false, meta: true, decoded: false, equals: true };
}

/// Method, digest and type of the body, date, the `x-log-*` and `x-acs-*` headers a line each, and the path with its sorted,
/// unencoded query.
pub fn string_to_sign(view: &SignedView<'_>, date: &str) -> String {
    string_in(view, date, Way::PLAIN)
}

fn string_in(view: &SignedView<'_>, date: &str, way: Way) -> String {
    let map = view.headers;
    let mut text = format!("{}\n", view.method);
    for name in ["content-md5", "content-type"] {
        headers::joined_into(&mut text, map, name);
        text.push('\n');
    }
    text.push_str(date);
    text.push('\n');
    let mut names = headers::with_prefix(map, "x-acs-");
    names.extend(headers::with_prefix(map, "x-log-"));
    names.retain(|name| (way.dated || *name != DATE_HEADER) && (way.meta || !name.starts_with(META)));
    headers::lines_into(&mut text, map, names);
    match query::decode(view.path, Plus::Literal) {
        Ok(path) if way.decoded => text.push_str(&path),
        _ => text.push_str(view.path),
    }
    parameters(&mut text, view.query, way.equals);
    text
}

fn parameters(text: &mut String, query: &OrderedQuery, equals: bool) {
    let mut parameters: Vec<_> = query.iter().collect();
    parameters.sort_by(|a, b| a.name.cmp(b.name));
    for (index, parameter) in parameters.into_iter().enumerate() {
        text.push(if index == 0 { '?' } else { '&' });
        text.push_str(parameter.name);
        if equals || parameter.has_equals {
            text.push('=');
            text.push_str(parameter.value);
        }
    }
}

/// The base64 signature of a string to sign.
pub fn signature(secret: &Secret, method: HmacMethod, string_to_sign: &str) -> String {
    method.base64(secret.expose().as_bytes(), string_to_sign)
}

/// Checks `Content-MD5`, when it is there, against the body, and the claimed signature in every way in which clients write it.
pub fn verify(
    secret: &Secret,
    method: HmacMethod,
    view: &SignedView<'_>,
    claim: &Claim<'_>,
) -> Result<(), VerifyError> {
    if let Some(received) = headers::get(view.headers, "content-md5") {
        let computed = mac::hex_md5(view.body);
        if received != computed {
            return Err(VerifyError::Body { header: "Content-MD5", computed });
        }
    }
    let ways =
        ways(view).map(|way| Mismatch { string_to_sign: string_in(view, claim.date, way), canonical_request: None });
    settle(claim.signature, |text| signature(secret, method, text), ways).map_err(VerifyError::from)
}

/// The ways that make a difference to a request, the plain one first.
fn ways(view: &SignedView<'_>) -> impl Iterator<Item = Way> {
    let both = |differs: bool, plain: bool| {
        let other = differs.then_some(!plain);
        std::iter::once(plain).chain(other)
    };
    let dated = view.headers.contains_key(DATE_HEADER);
    let meta = view.headers.keys().any(|name| name.as_str().starts_with(META));
    let decoded = view.path.contains('%');
    let bare = view.query.iter().any(|parameter| !parameter.has_equals);
    both(dated, Way::PLAIN.dated).flat_map(move |dated| {
        both(meta, Way::PLAIN.meta).flat_map(move |meta| {
            both(decoded, Way::PLAIN.decoded).flat_map(move |decoded| {
                both(bare, Way::PLAIN.equals).map(move |equals| Way { dated, meta, decoded, equals })
            })
        })
    })
}

/// The headers that a client adds to its own (`x-log-apiversion`, `x-log-bodyrawsize`, `Content-Type`, …) to sign the request.
pub fn sign(
    view: &SignedView<'_>,
    who: &Credentials<'_>,
    method: HmacMethod,
    at: Timestamp,
) -> Result<HeaderMap, SignError> {
    let date = TimeFormat::HttpDate.format(at);
    let mut added = HeaderMap::new();
    headers::set(&mut added, "date", &date)?;
    headers::set(&mut added, METHOD_HEADER, &method.name().to_ascii_lowercase())?;
    if let Some(token) = who.security_token {
        headers::set(&mut added, "x-acs-security-token", token)?;
    }
    if !view.body.is_empty() {
        headers::set(&mut added, "content-md5", &mac::hex_md5(view.body))?;
    }
    let all = headers::merged(view.headers, &added);
    let text = string_to_sign(&SignedView { headers: &all, ..*view }, &date);
    let authorization = format!("{SCHEME}{}:{}", who.access_key_id, signature(who.secret, method, &text));
    headers::set(&mut added, "authorization", &authorization)?;
    Ok(added)
}

#[cfg(test)]
mod tests;
