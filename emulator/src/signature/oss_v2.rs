//! OSS V2, `OSS2`: HMAC-SHA256 over the `x-oss-*` headers, those that are named besides, and every parameter, in a header or in a
//! presigned URL.
//!
//! Source pages: "Add a V2 signature to the header", "Add a V2 signature to a URL".

use http::HeaderMap;
use jiff::Timestamp;

use super::{
    ClaimError, Credentials, HmacMethod, Mismatch, OrderedQuery, OssResource, Secret, SignError, SignedView,
    TimeFormat, headers,
    query::{pe_into, pe_key},
    settle,
};

/// The scheme: first word of `Authorization`, value of `x-oss-signature-version`.
pub const ALGORITHM: &str = "OSS2";

/// The time that a V2 signature covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment<'a> {
    /// In a header: when it was signed, `x-oss-date` or else `Date`, as written.
    Date(&'a str),
    /// In a URL: when it stops being valid, `x-oss-expires`, in seconds of Unix time.
    Expires(i64),
}

/// What a request says of who signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim<'a> {
    /// The access key id.
    pub access_key_id: &'a str,
    /// The signature.
    pub signature: &'a str,
    /// When it was signed, or until when it holds.
    pub moment: Moment<'a>,
    /// Headers signed besides those that always are: lower case, sorted, no repetitions.
    pub additional_headers: Vec<String>,
    /// `x-oss-security-token`, header or parameter.
    pub security_token: Option<&'a str>,
}

impl<'a> Claim<'a> {
    /// Reads `Authorization: OSS2 AccessKeyId:…,AdditionalHeaders:…,Signature:…` and the headers that belong to it.
    pub fn from_headers(map: &'a HeaderMap) -> Result<Self, ClaimError> {
        const MALFORMED: ClaimError = ClaimError::Malformed("Authorization");
        let rest = headers::need(map, "Authorization")?.strip_prefix(ALGORITHM).ok_or(MALFORMED)?;
        let (mut access_key_id, mut additional, mut signature) = (None, None, None);
        for piece in rest.split(',') {
            let (name, value) = piece.trim().split_once(':').ok_or(MALFORMED)?;
            let field = match name {
                "AccessKeyId" => &mut access_key_id,
                "AdditionalHeaders" => &mut additional,
                "Signature" => &mut signature,
                _ => return Err(MALFORMED),
            };
            if field.replace(value).is_some() {
                return Err(MALFORMED);
            }
        }
        let filled =
            |value: Option<&'a str>, name| value.filter(|text| !text.is_empty()).ok_or(ClaimError::Missing(name));
        let date = headers::get(map, "x-oss-date").map_or_else(|| headers::need(map, "Date"), Ok);
        Ok(Claim {
            access_key_id: filled(access_key_id, "AccessKeyId")?,
            signature: filled(signature, "Signature")?,
            additional_headers: additional_headers(additional, "AdditionalHeaders")?,
            moment: Moment::Date(date?),
            security_token: headers::get(map, "x-oss-security-token"),
        })
    }

    /// Reads the `x-oss-*` parameters of a presigned URL.
    pub fn from_query(query: &'a OrderedQuery) -> Result<Self, ClaimError> {
        let need = |name| match query.get(name) {
            None => Err(ClaimError::Missing(name)),
            Some("") => Err(ClaimError::Empty(name)),
            Some(value) => Ok(value),
        };
        let expires = need("x-oss-expires")?;
        Ok(Claim {
            access_key_id: need("x-oss-access-key-id")?,
            signature: need("x-oss-signature")?,
            moment: Moment::Expires(expires.parse().map_err(|_| ClaimError::Malformed("x-oss-expires"))?),
            additional_headers: additional_headers(query.get("x-oss-additional-headers"), "x-oss-additional-headers")?,
            security_token: query.get("x-oss-security-token").filter(|token| !token.is_empty()),
        })
    }

    /// When it was signed, or when it stops being valid.
    pub fn time(&self) -> Result<Timestamp, ClaimError> {
        match self.moment {
            Moment::Date(text) => TimeFormat::parse_any(&[TimeFormat::HttpDate, TimeFormat::Iso8601Basic], text)
                .ok_or(ClaimError::Malformed("Date")),
            Moment::Expires(second) => {
                Timestamp::from_second(second).map_err(|_| ClaimError::Malformed("x-oss-expires"))
            }
        }
    }
}

/// Whether a query claims to be a V2 presigned URL.
pub fn is_presigned(query: &OrderedQuery) -> bool {
    query.get("x-oss-signature-version") == Some(ALGORITHM)
}

/// The list, when it is there; an empty one is an error of its own in the cloud (error 0002-00000076).
fn additional_headers(text: Option<&str>, label: &'static str) -> Result<Vec<String>, ClaimError> {
    let Some(text) = text else { return Ok(Vec::new()) };
    let mut names: Vec<_> = text.split(';').map(|name| name.trim().to_ascii_lowercase()).collect();
    if names.iter().any(String::is_empty) {
        return Err(ClaimError::Empty(label));
    }
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

/// The resource and all parameters but the signature, encoded, sorted as encoded; one without a value is a bare name.
fn canonicalized_resource(resource: &OssResource<'_>, query: &OrderedQuery) -> String {
    let encoded = |text: &str| {
        let mut out = String::with_capacity(text.len());
        pe_into(&mut out, text);
        out
    };
    let mut text = pe_key(&resource.path());
    let signed = query.iter().filter(|param| param.name != "x-oss-signature");
    let mut params: Vec<_> = signed.map(|param| (encoded(param.name), encoded(param.value))).collect();
    params.sort_unstable();
    for (index, (name, value)) in params.into_iter().enumerate() {
        text.push(if index == 0 { '?' } else { '&' });
        text.push_str(&name);
        if !value.is_empty() {
            text.push('=');
            text.push_str(&value);
        }
    }
    text
}

/// Method, `Content-MD5`, `Content-Type`, the date (or expiry), the headers, the names of the additional ones, the resource.
pub fn string_to_sign(
    view: &SignedView<'_>,
    resource: &OssResource<'_>,
    moment: &str,
    additional: &[String],
) -> String {
    let map = view.headers;
    let mut names: Vec<_> = map.keys().map(http::HeaderName::as_str).collect();
    names.retain(|name| name.starts_with("x-oss-") || additional.iter().any(|listed| listed == name));
    names.sort_unstable();
    let mut text = String::with_capacity(512);
    text.push_str(view.method);
    text.push('\n');
    for name in ["content-md5", "content-type"] {
        headers::joined_into(&mut text, map, name);
        text.push('\n');
    }
    text.push_str(moment);
    text.push('\n');
    headers::lines_into(&mut text, map, names);
    text.push_str(&additional.join(";"));
    text.push('\n');
    text.push_str(&canonicalized_resource(resource, view.query));
    text
}

/// The base64 signature of a string to sign.
pub fn signature(secret: &Secret, string_to_sign: &str) -> String {
    HmacMethod::Sha256.base64(secret.expose().as_bytes(), string_to_sign)
}

/// Checks the claimed signature. Of a request with both `x-oss-date` and `Date` either may stand as the date.
pub fn verify(
    secret: &Secret,
    view: &SignedView<'_>,
    resource: &OssResource<'_>,
    claim: &Claim<'_>,
) -> Result<(), Mismatch> {
    let moments = match claim.moment {
        Moment::Expires(second) => vec![second.to_string()],
        Moment::Date(date) => {
            let other = headers::get(view.headers, "date").filter(|other| *other != date);
            [Some(date), other].into_iter().flatten().map(str::to_owned).collect()
        }
    };
    let ways = moments.iter().map(|moment| Mismatch {
        string_to_sign: string_to_sign(view, resource, moment, &claim.additional_headers),
        canonical_request: None,
    });
    settle(claim.signature, |text| signature(secret, text), ways)
}

/// The headers that a client adds to its own to sign the request; those of `additional` that it has are signed, too.
pub fn sign(
    view: &SignedView<'_>,
    resource: &OssResource<'_>,
    who: &Credentials<'_>,
    at: Timestamp,
    additional: &[&str],
) -> Result<HeaderMap, SignError> {
    let date = TimeFormat::HttpDate.format(at);
    let mut added = HeaderMap::new();
    headers::set(&mut added, "date", &date)?;
    if let Some(token) = who.security_token {
        headers::set(&mut added, "x-oss-security-token", token)?;
    }
    let all = headers::merged(view.headers, &added);
    let additional = listed(&all, additional);
    let text = string_to_sign(&SignedView { headers: &all, ..*view }, resource, &date, &additional);
    let names =
        if additional.is_empty() { String::new() } else { format!("AdditionalHeaders:{},", additional.join(";")) };
    let signature = signature(who.secret, &text);
    let authorization = format!("{ALGORITHM} AccessKeyId:{},{names}Signature:{signature}", who.access_key_id);
    headers::set(&mut added, "authorization", &authorization)?;
    Ok(added)
}

/// The query of a URL that anyone may use until `expires`: the request's own and the signature's parameters.
pub fn presign(
    view: &SignedView<'_>,
    resource: &OssResource<'_>,
    who: &Credentials<'_>,
    expires: Timestamp,
    additional: &[&str],
) -> OrderedQuery {
    let second = expires.as_second().to_string();
    let additional = listed(view.headers, additional);
    let mut query = view.query.clone();
    query.push("x-oss-signature-version", ALGORITHM);
    query.push("x-oss-expires", second.clone());
    query.push("x-oss-access-key-id", who.access_key_id);
    if let Some(token) = who.security_token {
        query.push("x-oss-security-token", token);
    }
    if !additional.is_empty() {
        query.push("x-oss-additional-headers", additional.join(";"));
    }
    let text = string_to_sign(&SignedView { query: &query, ..*view }, resource, &second, &additional);
    query.push("x-oss-signature", signature(who.secret, &text));
    query
}

fn listed(map: &HeaderMap, names: &[&str]) -> Vec<String> {
    let mut names: Vec<_> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    names.retain(|name| map.contains_key(name));
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests;
