//! CopyObject.

use std::sync::Arc;

use http::StatusCode;

use super::conditions::{self, Verdict};
use super::{bucket, error, name, object, view, xml};
use crate::cloud::{Draft, EntityTag, Object, Written};
use crate::gateway::{ApiError, Body, Call, Reply};

/// The object that is copied: bucket and key. It is asked about like any other object.
pub(super) fn source_resource(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    let (bucket, key) = name::copy_source(call)?;
    Ok(vec![format!("{bucket}/{key}")])
}

/// The object that is copied; `None` when a condition says that the client has it already.
pub(super) fn source(call: &Call<'_>) -> Result<Option<Arc<Object>>, ApiError> {
    let (from, key) = name::copy_source(call)?;
    let found = call.cloud().buckets.read(&from, |bucket| (bucket.region.clone(), bucket.objects.get(&key).cloned()));
    let (region, object) = found.ok_or_else(|| error::no_such_bucket(&from))?;
    let object = object.ok_or_else(|| error::no_such_key(&key))?;
    if bucket::read(call, |bucket| bucket.region != region)? {
        return Err(ApiError::forbidden(
            "AccessDenied",
            "Target object does not reside in the same data center as source object.",
        ));
    }
    let verdict = conditions::check(&conditions::OF_A_COPY, call, &object)?;
    Ok((verdict == Verdict::Go).then_some(object))
}

/// Is the directive of this header the one that keeps what the source has?
fn copies(call: &Call<'_>, header: &'static str) -> Result<bool, ApiError> {
    match call.http.header(header) {
        None => Ok(true),
        Some(text) if text.eq_ignore_ascii_case("copy") => Ok(true),
        Some(text) if text.eq_ignore_ascii_case("replace") => Ok(false),
        Some(text) => Err(error::invalid_argument(header, text, "Invalid Argument. Parameter is invalid.")),
    }
}

/// CopyObject
pub(super) fn copy(call: &Call<'_>) -> Result<Reply, ApiError> {
    let Some(source) = source(call)? else {
        return Ok(Reply::with_body(Body::Empty).status(StatusCode::NOT_MODIFIED));
    };
    let draft = object::draft(call)?;
    let headers = copies(call, "x-oss-metadata-directive")?.then(|| source.headers.clone());
    let tags = copies(call, "x-oss-tagging-directive")?.then(|| source.tags.clone());
    let written = match source.etag {
        EntityTag::Content(md5) => Written { content: source.content.clone(), md5, crc64: source.crc64 },
        EntityTag::Parts { .. } => Written::digested(source.content.clone()),
    };
    let copied = object::store(call, written, |bucket| {
        let asked = draft(bucket);
        Draft { headers: headers.unwrap_or(asked.headers), tags: tags.unwrap_or(asked.tags), ..asked }
    })?;
    Ok(object::digests(result("CopyObjectResult", copied.etag, copied.modified), copied.etag, copied.crc64))
}

/// The answer to a copy.
pub(super) fn result(root: &str, etag: EntityTag, modified: jiff::Timestamp) -> Reply {
    xml::reply(root, |node| {
        node.text("ETag", &view::quoted(etag));
        node.text("LastModified", &view::time(modified));
    })
}
