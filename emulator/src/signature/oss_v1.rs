//! OSS V1: HMAC-SHA1 over a few headers, the `x-oss-*` headers and the resource, in a header or in a presigned URL.
//!
//! Source pages: "Add a signature to the header", "Add signatures to a URL".

use std::borrow::Cow;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName};
use jiff::Timestamp;
use smallvec::SmallVec;

use super::{
    ClaimError, Credentials, EmptyValue, HmacMethod, Mismatch, OrderedQuery, OssResource, Secret, SignError,
    SignedView, TimeFormat, empty_value_ways, headers, key, settle,
};

const SCHEME: &str = "OSS ";
const CONTENT_MD5: HeaderName = HeaderName::from_static("content-md5");

/// Query parameters that are part of the resource, sorted, besides those that start with `x-oss-`. The union of what
/// the documentation and the official SDKs (Java 3.18, Python 2.19 and v2 1.4, Go 3.0 and v2 1.5) sign.
const SUB_RESOURCES: &[&str] = &[
    "accessPoint",
    "accessPointConfigForObjectProcess",
    "accessPointForObjectProcess",
    "accessPointPolicy",
    "accessPointPolicyForObjectProcess",
    "acl",
    "append",
    "asyncFetch",
    "bucketArchiveDirectRead",
    "bucketInfo",
    "callback",
    "callback-var",
    "cleanRestoredObject",
    "cloudboxes",
    "cname",
    "comp",
    "continuation-token",
    "cors",
    "delete",
    "encryption",
    "endTime",
    "group",
    "httpsConfig",
    "img",
    "inventory",
    "inventoryId",
    "legalHold",
    "lifecycle",
    "link",
    "live",
    "location",
    "logging",
    "metaQuery",
    "objectInfo",
    "objectMeta",
    "objectWorm",
    "overwriteConfig",
    "partNumber",
    "policy",
    "policyStatus",
    "position",
    "processConfiguration",
    "publicAccessBlock",
    "qos",
    "qosInfo",
    "qosRequester",
    "redundancyTransition",
    "referer",
    "regionList",
    "regions",
    "replication",
    "replicationLocation",
    "replicationProgress",
    "requestPayment",
    "requesterQosInfo",
    "resourceGroup",
    "resourcePool",
    "resourcePoolBuckets",
    "resourcePoolInfo",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "responseHeader",
    "restore",
    "retention",
    "rtc",
    "seal",
    "security-token",
    "sequential",
    "startTime",
    "stat",
    "status",
    "style",
    "styleName",
    "symlink",
    "tagging",
    "transferAcceleration",
    "udf",
    "udfApplication",
    "udfApplicationLog",
    "udfId",
    "udfImage",
    "udfImageDesc",
    "udfName",
    "uploadId",
    "uploads",
    "userDefinedLogFieldsConfig",
    "versionId",
    "versioning",
    "versions",
    "vip",
    "vod",
    "vpcip",
    "website",
    "withHashContext",
    "worm",
    "wormExtend",
    "wormId",
];

/// Whether a query parameter is part of the canonicalized resource.
pub fn is_sub_resource(name: &str) -> bool {
    // What all of them begin with is told at a glance; the parameters of the signature itself do not.
    name.starts_with("x-oss-")
        || (name.starts_with(|first: char| first.is_ascii_lowercase()) && SUB_RESOURCES.binary_search(&name).is_ok())
}

/// Whether a query claims to be a presigned URL: it has one of the three parameters, though perhaps not all.
pub fn is_presigned(query: &OrderedQuery) -> bool {
    ["OSSAccessKeyId", "Signature", "Expires"].into_iter().any(|name| query.contains(name))
}

/// The time that a V1 signature covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment<'a> {
    /// In a header: when it was signed, `x-oss-date` or else `Date`, as written.
    Date(&'a str),
    /// In a URL: when it stops being valid, `Expires`, in seconds of Unix time.
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
    /// `x-oss-security-token` in the header form, `security-token` in the URL form.
    pub security_token: Option<&'a str>,
}

impl<'a> Claim<'a> {
    /// Reads `Authorization: OSS <id>:<signature>` and the headers that belong to it.
    pub fn from_headers(map: &'a HeaderMap) -> Result<Self, ClaimError> {
        let (access_key_id, signature) = headers::id_and_signature(map, SCHEME)?;
        let date = headers::get(map, "x-oss-date").map_or_else(|| headers::need(map, "Date"), Ok)?;
        Ok(Claim {
            access_key_id,
            signature,
            moment: Moment::Date(date),
            security_token: headers::get(map, "x-oss-security-token"),
        })
    }

    /// Reads `OSSAccessKeyId`, `Expires` and `Signature`; of a repeated parameter the first counts.
    pub fn from_query(query: &'a OrderedQuery) -> Result<Self, ClaimError> {
        let need = |name| query.get(name).filter(|value| !value.is_empty()).ok_or(ClaimError::Missing(name));
        Ok(Claim {
            access_key_id: need("OSSAccessKeyId")?,
            signature: need("Signature")?,
            moment: Moment::Expires(need("Expires")?.parse().map_err(|_| ClaimError::Malformed("Expires"))?),
            security_token: query.get("security-token").filter(|token| !token.is_empty()),
        })
    }

    /// When it was signed, or when it stops being valid. `x-oss-date` may be an HTTP date or `20260102T030405Z`.
    pub fn time(&self) -> Result<Timestamp, ClaimError> {
        match self.moment {
            Moment::Date(text) => TimeFormat::parse_any(&[TimeFormat::HttpDate, TimeFormat::Iso8601Basic], text)
                .ok_or(ClaimError::Malformed("Date")),
            Moment::Expires(second) => Timestamp::from_second(second).map_err(|_| ClaimError::Malformed("Expires")),
        }
    }
}

/// The resource and its sub-resources, sorted, decoded. Clients disagree on one without a value when the wire has
/// `k=`, hence `empty`.
pub fn canonicalized_resource(resource: &OssResource<'_>, query: &OrderedQuery, empty: EmptyValue) -> String {
    let mut text = String::new();
    canonicalized_resource_into(&mut text, resource, query, empty);
    text
}

/// Appends [`canonicalized_resource`].
fn canonicalized_resource_into(text: &mut String, resource: &OssResource<'_>, query: &OrderedQuery, empty: EmptyValue) {
    resource.path_into(text);
    let behind = text.len();
    let mut params: SmallVec<[_; 8]> = query.iter().filter(|param| is_sub_resource(param.name)).collect();
    params.sort_by(|a, b| (a.name, a.value).cmp(&(b.name, b.value)));
    for (index, param) in params.into_iter().enumerate() {
        text.push(if index == 0 { '?' } else { '&' });
        empty.write(text, param.name, param.value);
    }
    key::settle_text(text, behind);
}

/// Method, `Content-MD5`, `Content-Type`, the date (or expiry), the `x-oss-*` headers, the resource. As a whole it has the form of a
/// [key](super::key): what is signed are the bytes that it stands for.
pub fn string_to_sign(view: &SignedView<'_>, resource: &OssResource<'_>, moment: &str, empty: EmptyValue) -> String {
    let map = view.headers;
    let mut text = String::with_capacity(256);
    text.push_str(view.method);
    text.push('\n');
    for name in [CONTENT_MD5, CONTENT_TYPE] {
        headers::joined_into(&mut text, map, name);
        text.push('\n');
    }
    text.push_str(moment);
    text.push('\n');
    headers::lines_into(&mut text, map, headers::with_prefix(map, "x-oss-"));
    key::settle_text(&mut text, 0);
    canonicalized_resource_into(&mut text, resource, view.query, empty);
    text
}

/// The base64 signature of a [string to sign](string_to_sign).
pub fn signature(secret: &Secret, string_to_sign: &str) -> String {
    HmacMethod::Sha1.base64(secret.expose().as_bytes(), key::bytes(string_to_sign))
}

/// A sub-resource that some official clients sign and others (Python's, and Go's of version 1) do not.
const SIGNED_OR_NOT: &str = "regions";

/// Checks the claimed signature. Accepted besides the plain way: an empty sub-resource written `k=`, `regions` left out, and, of a
/// request with both `x-oss-date` and `Date`, the latter as the date (`x-oss-date` is signed as a header then).
pub fn verify(
    secret: &Secret,
    view: &SignedView<'_>,
    resource: &OssResource<'_>,
    claim: &Claim<'_>,
) -> Result<(), Mismatch> {
    let (first, second) = match claim.moment {
        Moment::Expires(second) => (Cow::Owned(second.to_string()), None),
        Moment::Date(date) => {
            (Cow::Borrowed(date), headers::get(view.headers, "date").filter(|other| *other != date).map(Cow::Borrowed))
        }
    };
    let signed = view.query.iter().filter(|param| param.has_equals && is_sub_resource(param.name));
    let empties = empty_value_ways(signed.map(|param| param.value));
    let moments = [Some(first), second];
    let rest: Option<OrderedQuery> = view.query.contains(SIGNED_OR_NOT).then(|| {
        let rest = view.query.iter().filter(|param| param.name != SIGNED_OR_NOT);
        rest.map(|param| (param.name, param.value)).collect()
    });
    let views = [Some(*view), rest.as_ref().map(|query| SignedView { query, ..*view })];
    let (moments, empties) = (&moments, &empties);
    let ways = views.iter().flatten().flat_map(|view| {
        moments.iter().flatten().flat_map(move |moment| {
            empties.iter().map(move |&empty| Mismatch {
                string_to_sign: string_to_sign(view, resource, moment, empty),
                canonical_request: None,
            })
        })
    });
    settle(claim.signature, |text| signature(secret, text), ways)
}

/// The headers that a client adds to its own to sign the request.
pub fn sign(
    view: &SignedView<'_>,
    resource: &OssResource<'_>,
    who: &Credentials<'_>,
    at: Timestamp,
) -> Result<HeaderMap, SignError> {
    let date = TimeFormat::HttpDate.format(at);
    let mut added = HeaderMap::new();
    headers::set(&mut added, "date", &date)?;
    if let Some(token) = who.security_token {
        headers::set(&mut added, "x-oss-security-token", token)?;
    }
    let all = headers::merged(view.headers, &added);
    let text = string_to_sign(&SignedView { headers: &all, ..*view }, resource, &date, EmptyValue::Bare);
    let authorization = format!("{SCHEME}{}:{}", who.access_key_id, signature(who.secret, &text));
    headers::set(&mut added, "authorization", &authorization)?;
    Ok(added)
}

/// The query of a URL that anyone may use until `expires`: the request's own and the signature's parameters.
pub fn presign(
    view: &SignedView<'_>,
    resource: &OssResource<'_>,
    who: &Credentials<'_>,
    expires: Timestamp,
) -> OrderedQuery {
    let second = expires.as_second().to_string();
    let mut query = view.query.clone();
    if let Some(token) = who.security_token {
        query.push("security-token", token);
    }
    let text = string_to_sign(&SignedView { query: &query, ..*view }, resource, &second, EmptyValue::Bare);
    query.push("OSSAccessKeyId", who.access_key_id);
    query.push("Expires", second);
    query.push("Signature", signature(who.secret, &text));
    query
}

#[cfg(test)]
mod tests;
