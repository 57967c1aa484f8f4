//! What a request that writes an object says of it, and the check of what came.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use super::{acl, error, persistent, tagging};
use crate::cloud::{Acl, Bucket, Draft, EntityTag, KeptHeaders, StorageClass, Written};
use crate::gateway::{ApiError, Call, Reply};

/// What a client may say of an object when it writes it, to be told again when it reads it; and `x-oss-meta-*`.
const KEPT: [&str; 9] = [
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "expires",
    ENCRYPTION,
    KEY_ID,
    DATA_ENCRYPTION,
];
pub(super) const CRC64: HeaderName = HeaderName::from_static("x-oss-hash-crc64ecma");
const CONTENT_MD5: HeaderName = HeaderName::from_static("content-md5");
pub(super) const ENCRYPTION: &str = "x-oss-server-side-encryption";
pub(super) const KEY_ID: &str = "x-oss-server-side-encryption-key-id";
pub(super) const DATA_ENCRYPTION: &str = "x-oss-server-side-data-encryption";
/// The most that the names and values of `x-oss-meta-*` take together.
const META_BYTES: usize = 8 << 10;
pub(super) const META: &str = "x-oss-meta-";
/// In bits a second.
const TRAFFIC: std::ops::RangeInclusive<u64> = 819_200..=838_860_800;
/// Headers that would make a PutObject depend on the object's state, which OSS does not have.
const CONDITIONS: [HeaderName; 4] =
    [header::IF_MATCH, header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE, header::IF_UNMODIFIED_SINCE];

/// Is it a header by which a client says what is kept with an object?
pub(super) fn is_kept(name: &str) -> bool {
    name.starts_with(META) || KEPT.contains(&name)
}

/// Does the request forbid to overwrite an object?
pub(super) fn forbids_overwriting(call: &Call<'_>) -> bool {
    call.http.header("x-oss-forbid-overwrite").is_some_and(|forbid| forbid.eq_ignore_ascii_case("true"))
}

/// The headers that are kept with an object.
fn kept_headers(headers: &HeaderMap) -> Result<Vec<(HeaderName, HeaderValue)>, ApiError> {
    let metas = headers.iter().filter(|(name, _)| name.as_str().starts_with(META));
    if metas.map(|(name, value)| name.as_str().len() - META.len() + value.len()).sum::<usize>() > META_BYTES {
        return Err(ApiError::bad_request("InvalidArgument", "Meta is too large."));
    }
    let further = persistent::read(headers)?;
    // Which key of KMS, and by what it is used, says nothing where KMS encrypts nothing. Tests of the SDKs that ask the cloud have it so.
    let by_kms = headers.get(ENCRYPTION).is_some_and(|algorithm| algorithm == "KMS");
    let counts = |name: &str| is_kept(name) && (by_kms || ![KEY_ID, DATA_ENCRYPTION].contains(&name));
    let kept = headers.iter().filter(|(name, _)| counts(name.as_str())).chain(&further);
    Ok(kept.map(|(name, value)| (name.clone(), value.clone())).collect())
}

/// What the headers of a request say of the object that it writes. What they leave open its bucket says, once it is there to be
/// changed.
pub(super) struct Asked {
    headers: Vec<(HeaderName, HeaderValue)>,
    /// How it is to be stored, if that was said.
    pub(super) storage_class: Option<StorageClass>,
    acl: Option<Acl>,
    tags: Vec<(String, String)>,
}

/// Reads what the headers of a request say of the object that it writes.
pub(super) fn asked(call: &Call<'_>) -> Result<Asked, ApiError> {
    check_traffic_limit(call)?;
    let storage_class = storage_class(call)?;
    check_encryption(call)?;
    super::kms::check_writable(call)?;
    Ok(Asked {
        headers: kept_headers(&call.http.headers)?,
        storage_class,
        acl: acl::of_object_asked_for(call)?,
        tags: tagging::in_header(call)?.unwrap_or_default(),
    })
}

impl Asked {
    /// The object as it will be in this bucket, but for its content.
    pub(super) fn within(self, bucket: &Bucket) -> Draft {
        let Self { mut headers, storage_class, acl, tags } = self;
        let named = |headers: &[(HeaderName, HeaderValue)], name| {
            headers.iter().find(|(own, _)| own.as_str() == name).map(|(_, value)| value.clone())
        };
        if named(&headers, ENCRYPTION).is_none() {
            headers.extend(default_encryption(bucket));
        }
        if named(&headers, ENCRYPTION).is_some_and(|algorithm| algorithm == "KMS") && named(&headers, KEY_ID).is_none()
        {
            let key = format!("{}{}", super::kms::DEFAULT, bucket.owner);
            headers.extend(HeaderValue::try_from(key).ok().map(|key| (HeaderName::from_static(KEY_ID), key)));
        }
        Draft {
            headers: headers.iter().map(|(name, value)| (name, value)).collect(),
            storage_class: storage_class.unwrap_or(bucket.storage_class),
            acl,
            tags: tags.into(),
        }
    }
}

/// The storage class that a request asks for.
pub(super) fn storage_class(call: &Call<'_>) -> Result<Option<StorageClass>, ApiError> {
    match call.http.header("x-oss-storage-class") {
        None => Ok(None),
        Some(text) => StorageClass::parse(text).map(Some).ok_or_else(|| {
            error::invalid_argument("x-oss-storage-class", text, "No such object storage class exists.")
        }),
    }
}

/// The headers of an object that a bucket encrypts by its own rule.
fn default_encryption(bucket: &Bucket) -> Vec<(HeaderName, HeaderValue)> {
    let Some(rule) =
        bucket.settings.get("encryption").and_then(|rule| rule.child("ApplyServerSideEncryptionByDefault"))
    else {
        return Vec::new();
    };
    let parts = [(ENCRYPTION, "SSEAlgorithm"), (KEY_ID, "KMSMasterKeyID"), (DATA_ENCRYPTION, "KMSDataEncryption")];
    let header = |(header, element): (&'static str, &str)| {
        Some((HeaderName::from_static(header), HeaderValue::from_str(rule.filled(element)?).ok()?))
    };
    parts.into_iter().filter_map(header).collect()
}

/// Checks what a request says of encryption.
pub(super) fn check_encryption(call: &Call<'_>) -> Result<(), ApiError> {
    let algorithm = call.http.header(ENCRYPTION);
    if algorithm.is_some_and(|algorithm| !matches!(algorithm, "AES256" | "SM4" | "KMS")) {
        return Err(error::invalid_encryption());
    }
    let data = call.http.header(DATA_ENCRYPTION);
    if data.is_some_and(|data| data != "SM4") {
        return Err(error::invalid_data_encryption());
    }
    Ok(())
}

/// How an object is encrypted is said when its upload begins, and not with what follows.
pub(super) fn check_no_encryption(call: &Call<'_>) -> Result<(), ApiError> {
    let Some(algorithm) = call.http.header(ENCRYPTION) else { return Ok(()) };
    Err(error::invalid_argument(ENCRYPTION, algorithm, "Invalid Argument. Parameter is invalid."))
}

/// What is told of encryption in the answer to a write.
pub(super) fn encrypted(mut reply: Reply, headers: &KeptHeaders) -> Reply {
    let told = [ENCRYPTION, KEY_ID, DATA_ENCRYPTION];
    for (name, value) in headers.iter().filter(|(name, _)| told.contains(&name.as_str())) {
        reply.headers.insert(name, value);
    }
    reply
}

/// `x-oss-traffic-limit`, in a header or in the query.
pub(super) fn check_traffic_limit(call: &Call<'_>) -> Result<(), ApiError> {
    const NAME: &str = "x-oss-traffic-limit";
    const HEADER: HeaderName = HeaderName::from_static(NAME);
    let (limit, value) = match (call.http.header(HEADER), call.arguments.get(NAME)) {
        (Some(_), Some(value)) => {
            let message = "x-oss-traffic-limit should be specified either in query string or header, not both.";
            return Err(error::invalid_argument(NAME, value, message));
        }
        (None, None) => return Ok(()),
        (Some(value), None) | (None, Some(value)) => (value.parse::<u64>().ok(), value),
    };
    if limit.is_some_and(|limit| TRAFFIC.contains(&limit)) {
        return Ok(());
    }
    let message = "x-oss-traffic-limit is invalid, should be specified between 819200(100KB/s) and 838860800(100MB/s).";
    Err(error::invalid_argument(NAME, value, message))
}

/// PutObject has no conditions. Beside other writes they say nothing: Node's client sends those of a copy by both their names.
pub(super) fn check_no_conditions(call: &Call<'_>) -> Result<(), ApiError> {
    match CONDITIONS.into_iter().find(|name| call.http.headers.contains_key(name)) {
        Some(name) => Err(error::implies_more(name.as_str())),
        None => Ok(()),
    }
}

/// The body, which is to be kept.
pub(super) fn written(call: &Call<'_>) -> Result<Written, ApiError> {
    check_length(call)?;
    let written = call.written().map_err(error::of_store)?;
    check_digest(call, written.md5)?;
    check_crc64(call, written.crc64)?;
    Ok(written)
}

/// The MD5 that `Content-MD5` says.
pub(super) fn digest(text: &str) -> Option<[u8; 16]> {
    BASE64_STANDARD.decode(text).ok()?.try_into().ok()
}

/// Checks the MD5 of the body against `Content-MD5`, if the client sent one.
pub(super) fn check_digest(call: &Call<'_>, md5: [u8; 16]) -> Result<(), ApiError> {
    let Some(sent) = call.http.header("content-md5") else { return Ok(()) };
    if digest(sent) == Some(md5) {
        return Ok(());
    }
    // The same words whether it is none or another's.
    Err(ApiError::bad_request("InvalidDigest", "The Content-MD5 you specified was invalid.").with("Content-MD5", sent))
}

/// Checks the CRC-64 of the body, if the client sent one.
fn check_crc64(call: &Call<'_>, crc64: u64) -> Result<(), ApiError> {
    let Some(sent) = call.http.header(CRC64) else { return Ok(()) };
    if sent.trim().parse() == Ok(crc64) {
        return Ok(());
    }
    let message = "The x-oss-hash-crc64ecma you specified does not match what we calculated.";
    Err(ApiError::bad_request("InvalidCRC64", message))
}

/// A body must say how long it is, or come in chunks.
fn check_length(call: &Call<'_>) -> Result<(), ApiError> {
    let said = |name| call.http.headers.contains_key(name);
    if said("content-length") || said("transfer-encoding") || call.source_ip.is_none() {
        return Ok(());
    }
    Err(ApiError::new(
        StatusCode::LENGTH_REQUIRED,
        "MissingContentLength",
        "You must provide the Content-Length HTTP header.",
    ))
}

/// The headers that let a client check what was written.
pub(super) fn digests(reply: Reply, etag: EntityTag, crc64: u64) -> Reply {
    let reply = reply.header(header::ETAG, super::view::quoted(etag)).header(CRC64, crc64);
    match etag.content_md5() {
        Some(md5) => reply.header(CONTENT_MD5, md5),
        None => reply,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_may_have_what_is_kept() {
        let kept = KEPT.iter().copied().chain(["x-oss-meta-a"]);
        assert_eq!(kept.filter(|name| !is_kept(name) || !KeptHeaders::may_have(name)).count(), 0);
    }
}
