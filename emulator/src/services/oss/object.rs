//! Objects: written, read, deleted.

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use super::conditions::{self, Verdict};
use super::range::Wanted;
use super::{acl, bucket, error, tagging, view};
use crate::cloud::{Bucket, Draft, EntityTag, KeptHeaders, Object, StorageClass, Written};
use crate::gateway::{ApiError, Body, Call, Caller, Reply};

/// What a client may say of an object when it writes it, to be told again when it reads it; and `x-oss-meta-*`.
const KEPT: [&str; 7] = [
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "expires",
    ENCRYPTION,
];
const CRC64: HeaderName = HeaderName::from_static("x-oss-hash-crc64ecma");
const CONTENT_MD5: HeaderName = HeaderName::from_static("content-md5");
const OBJECT_TYPE: HeaderName = HeaderName::from_static("x-oss-object-type");
const STORAGE_CLASS: HeaderName = HeaderName::from_static("x-oss-storage-class");
const RANGE_BEHAVIOR: HeaderName = HeaderName::from_static("x-oss-range-behavior");
const ENCRYPTION: &str = "x-oss-server-side-encryption";
const DEFAULT_CONTENT_TYPE: &str = "application/octet-stream";

/// The key of the object that the request addresses.
pub(super) fn key<'a>(call: &'a Call<'_>) -> &'a str {
    call.address.object.as_deref().unwrap_or_default()
}

/// The object that the request addresses.
pub(super) fn find(call: &Call<'_>) -> Result<Arc<Object>, ApiError> {
    bucket::read(call, |bucket| bucket.objects.get(key(call)).cloned())?.ok_or_else(|| error::no_such_key(key(call)))
}

/// Puts another object in the place of the one that the request addresses.
pub(super) fn replace(call: &Call<'_>, change: impl FnOnce(&Object) -> Arc<Object>) -> Result<(), ApiError> {
    let replaced = bucket::change(call, |bucket| {
        bucket.objects.get_mut(key(call)).map(|object| *object = change(object)).is_some()
    })?;
    if replaced { Ok(()) } else { Err(error::no_such_key(key(call))) }
}

/// The headers that are kept with an object.
fn kept_headers(headers: &HeaderMap) -> KeptHeaders {
    let own = |name: &str| name.starts_with("x-oss-meta-") || KEPT.contains(&name);
    headers.iter().filter(|(name, _)| own(name.as_str())).collect()
}

/// What the headers of a request say of the object that it writes, without its content. What they leave open the bucket says, once it
/// is there to be changed.
pub(super) fn draft(call: &Call<'_>) -> Result<impl FnOnce(&Bucket) -> Draft, ApiError> {
    let headers = &call.http.headers;
    // Encrypted by OSS's own keys an object reads like any other; by keys of KMS it is another permission.
    let by_other_keys = call.http.header(ENCRYPTION).is_some_and(|algorithm| algorithm != "AES256");
    if by_other_keys || headers.contains_key("x-oss-callback") {
        return Err(error::not_implemented());
    }
    let own = match call.http.header("x-oss-storage-class") {
        None => None,
        Some(text) => Some(StorageClass::parse(text).ok_or_else(|| {
            error::invalid_argument("x-oss-storage-class", text, "No such object storage class exists.")
        })?),
    };
    let headers = kept_headers(headers);
    let acl = acl::of_object_asked_for(call)?;
    let tags = tagging::in_header(call)?.unwrap_or_default();
    Ok(move |bucket: &Bucket| Draft { headers, storage_class: own.unwrap_or(bucket.storage_class), acl, tags })
}

/// Puts the object of a draft into the bucket, unless the request forbids to overwrite one.
pub(super) fn store(
    call: &Call<'_>,
    written: Written,
    draft: impl FnOnce(&Bucket) -> Draft,
) -> Result<Arc<Object>, ApiError> {
    let forbidden = call.http.header("x-oss-forbid-overwrite") == Some("true");
    // What was there before may be gigabytes: it is let go behind the bucket's lock.
    let (object, _before) = bucket::change(call, |bucket| {
        let object = Arc::new(Object::new(written, draft(bucket), call.now));
        put_into(bucket, key(call), &object, forbidden).map(|before| (object, before))
    })??;
    Ok(object)
}

/// Puts an object into a bucket that is being changed, and gives back the one that was there.
pub(super) fn put_into(
    bucket: &mut Bucket,
    key: &str,
    object: &Arc<Object>,
    forbidden: bool,
) -> Result<Option<Arc<Object>>, ApiError> {
    if forbidden && bucket.objects.contains_key(key) {
        return Err(error::file_already_exists());
    }
    Ok(bucket.objects.insert(key.to_owned(), Arc::clone(object)))
}

/// The body, which is to be kept.
pub(super) fn written(call: &Call<'_>) -> Result<Written, ApiError> {
    check_length(call)?;
    let written = call.written();
    check_digest(call, written.md5)?;
    Ok(written)
}

/// Checks the MD5 of the body against `Content-MD5`, if the client sent one.
pub(super) fn check_digest(call: &Call<'_>, md5: [u8; 16]) -> Result<(), ApiError> {
    let Some(sent) = call.http.header("content-md5") else { return Ok(()) };
    let invalid = |message| ApiError::bad_request("InvalidDigest", message).with("Content-MD5", sent);
    let digest = BASE64_STANDARD.decode(sent).ok().filter(|digest| digest.len() == 16);
    let digest = digest.ok_or_else(|| invalid("The Content-MD5 you specified was invalid."))?;
    if digest == md5 {
        return Ok(());
    }
    Err(invalid("The Content-MD5 you specified did not match what we received."))
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

/// PutObject
pub(super) fn put(call: &Call<'_>) -> Result<Reply, ApiError> {
    let written = written(call)?;
    let object = store(call, written, draft(call)?)?;
    let reply = digests(Reply::with_body(Body::Empty), object.etag, object.crc64);
    Ok(match call.http.header(ENCRYPTION) {
        Some(algorithm) => reply.header(ENCRYPTION, algorithm),
        None => reply,
    })
}

/// The headers that let a client check what was written.
pub(super) fn digests(reply: Reply, etag: EntityTag, crc64: u64) -> Reply {
    let reply = reply.header(header::ETAG, view::quoted(etag)).header(CRC64, crc64);
    match etag.content_md5() {
        Some(md5) => reply.header(CONTENT_MD5, md5),
        None => reply,
    }
}

/// The headers of an object that is read.
fn described(mut reply: Reply, object: &Object) -> Reply {
    // Room for all that follows, and for what every answer has, at once.
    reply.headers.reserve(12);
    reply = digests(reply, object.etag, object.crc64)
        .header(header::LAST_MODIFIED, view::http_date(object.modified))
        .header(header::ACCEPT_RANGES, const { HeaderValue::from_static("bytes") })
        .header(OBJECT_TYPE, HeaderValue::from_static(object.kind()))
        .header(STORAGE_CLASS, HeaderValue::from_static(object.storage_class.as_str()));
    if !object.tags.is_empty() {
        reply = reply.header("x-oss-tagging-count", object.tags.len());
    }
    for (name, value) in object.headers.iter() {
        reply.headers.append(name, value);
    }
    reply.headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static(DEFAULT_CONTENT_TYPE));
    reply
}

/// The answer to somebody who has the object as it is already.
fn not_modified(object: &Object) -> Reply {
    Reply::with_body(Body::Empty)
        .status(StatusCode::NOT_MODIFIED)
        .header(header::ETAG, view::quoted(object.etag))
        .header(header::LAST_MODIFIED, view::http_date(object.modified))
}

/// The headers that a client wants in the answer: `response-content-type` and its like.
const OVERRIDES: [(&str, &str); 6] = [
    ("response-cache-control", "cache-control"),
    ("response-content-disposition", "content-disposition"),
    ("response-content-encoding", "content-encoding"),
    ("response-content-language", "content-language"),
    ("response-content-type", "content-type"),
    ("response-expires", "expires"),
];

fn overridden(call: &Call<'_>, mut reply: Reply) -> Result<Reply, ApiError> {
    for (parameter, header) in OVERRIDES {
        let Some(value) = call.arguments.get(parameter) else { continue };
        if matches!(call.caller, Caller::Anonymous) {
            return Err(ApiError::bad_request(
                "InvalidRequest",
                "Request specific response headers cannot be used for anonymous GET requests.",
            ));
        }
        reply = reply.header(header, value);
    }
    Ok(reply)
}

/// GetObject
pub(super) fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let object = find(call)?;
    if conditions::check(&conditions::OF_A_READ, call, &object)? == Verdict::NotModified {
        return Ok(not_modified(&object));
    }
    let strict = call.http.header(RANGE_BEHAVIOR) == Some("standard");
    let (range, status) = match Wanted::of(call.http.header(header::RANGE), object.size(), strict) {
        Wanted::Whole => (0..object.size(), StatusCode::OK),
        Wanted::Part(range) => (range, StatusCode::PARTIAL_CONTENT),
        Wanted::Unsatisfiable => return Err(unsatisfiable(call, &object)),
    };
    let mut reply = Reply::with_body(Body::Payload(DEFAULT_CONTENT_TYPE, object.content.slice(range.clone())));
    reply = described(reply, &object);
    if status == StatusCode::PARTIAL_CONTENT {
        let last = range.end.saturating_sub(1);
        reply = reply.header(header::CONTENT_RANGE, format!("bytes {}-{last}/{}", range.start, object.size()));
        // The digest is that of the whole.
        reply.headers.remove("content-md5");
    }
    overridden(call, reply.status(status))
}

fn unsatisfiable(call: &Call<'_>, object: &Object) -> ApiError {
    ApiError::new(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange", "The requested range cannot be satisfied.")
        .with("ActualObjectSize", object.size().to_string())
        .with("RangeRequested", call.http.header("range").unwrap_or_default())
}

/// HeadObject
pub(super) fn head(call: &Call<'_>) -> Result<Reply, ApiError> {
    let object = find(call)?;
    if conditions::check(&conditions::OF_A_READ, call, &object)? == Verdict::NotModified {
        return Ok(not_modified(&object));
    }
    Ok(described(Reply::with_body(Body::Head(object.size())), &object))
}

/// GetObjectMeta
pub(super) fn meta(call: &Call<'_>) -> Result<Reply, ApiError> {
    let object = find(call)?;
    Ok(digests(Reply::with_body(Body::Head(object.size())), object.etag, object.crc64)
        .header(header::LAST_MODIFIED, view::http_date(object.modified)))
}

/// DeleteObject: an object that is not there is as good as deleted.
pub(super) fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    bucket::change(call, |bucket| bucket.objects.remove(key(call)))?;
    Ok(Reply::with_body(Body::Empty).status(StatusCode::NO_CONTENT))
}
