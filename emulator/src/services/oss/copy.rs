//! CopyObject.

use http::StatusCode;

use super::conditions::{self, Verdict};
use super::draft::digests;
use super::object::{self, Seen};
use super::{acl, bucket, draft, error, name, restore, view, xml};
use crate::cloud::{EntityTag, Object, ObjectKind, Versioning, Written};
use crate::gateway::{ApiError, Body, Call, Facts, Reply};

/// The most that is copied at once: 5 GB.
const LARGEST: u64 = 5 << 30;

/// The object that is copied: bucket and key. It is asked about like any other object.
pub(super) fn source_resource(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    let source = name::copy_source(call)?;
    Ok(if source.version.is_none() { vec![source.resource()] } else { Vec::new() })
}

/// The same, where a version is copied.
pub(super) fn source_version_resource(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    let source = name::copy_source(call)?;
    Ok(if source.version.is_some() { vec![source.resource()] } else { Vec::new() })
}

/// The object that is copied, where its tags go along with it.
///
/// INFERRED: of an object without tags none are copied, so nothing is asked.
pub(super) fn tags_go_along(call: &Call<'_>, facts: &Facts) -> Option<String> {
    let tagged = facts.keys.iter().any(|(key, _)| key.starts_with("oss:ExistingObjectTag/"));
    let copied = tagged && copies(call, TAGGING_DIRECTIVE).unwrap_or_default();
    let source = name::copy_source(call).ok().filter(|_| copied)?;
    Some(source.resource())
}

/// The same, where no version is named.
pub(super) fn plain_tags(call: &Call<'_>, facts: &Facts) -> Option<String> {
    let plain = name::copy_source(call).is_ok_and(|source| source.version.is_none());
    tags_go_along(call, facts).filter(|_| plain)
}

/// The same, where a version is named.
pub(super) fn tags_of_version(call: &Call<'_>, facts: &Facts) -> Option<String> {
    let named = name::copy_source(call).is_ok_and(|source| source.version.is_some());
    tags_go_along(call, facts).filter(|_| named)
}

/// What is located of what is copied.
pub(super) fn about(call: &Call<'_>, each: &str) -> String {
    name::copy_source(call).map_or_else(|_| each.to_owned(), |source| source.about())
}

/// The object that is copied; `None` when a condition says that the client has it already.
pub(super) fn source(call: &Call<'_>) -> Result<Option<Seen>, ApiError> {
    let asked = name::copy_source(call)?;
    let version = asked.version.as_deref().map(super::versions::read).transpose()?;
    let found = call.cloud().buckets.read(&asked.bucket, |bucket| {
        (bucket.region.clone(), bucket.objects.find(&asked.key, version), bucket.versioning)
    });
    let (region, found, versioning) = found.ok_or_else(|| error::no_such_bucket(&asked.bucket))?;
    let seen = object::seen(found, versioning, &asked.key, version, &call.http.method)?;
    if bucket::read(call, |bucket| bucket.region != region)? {
        return Err(ApiError::forbidden(
            "AccessDenied",
            "Target object does not reside in the same data center as source object.",
        ));
    }
    let verdict = conditions::check(&conditions::OF_A_COPY, call, seen.etag, seen.modified)?;
    if verdict == Verdict::NotModified {
        return Ok(None);
    }
    restore::check_copyable(call, &seen)?;
    super::kms::check_readable(call, &asked.bucket, &seen)?;
    Ok(Some(seen))
}

/// Is the directive of this header the one that keeps what the source has?
///
/// Letter case counts in `REPLACE` for what is kept with an object: a client's test has it so.
fn copies(call: &Call<'_>, header: &'static str) -> Result<bool, ApiError> {
    match call.http.header(header) {
        None => Ok(true),
        Some(text) if text.eq_ignore_ascii_case("copy") => Ok(true),
        Some(text) if text.eq_ignore_ascii_case("replace") => Ok(false),
        Some(text) => Err(error::invalid_argument(header, text, "Invalid Argument. Parameter is invalid.")),
    }
}

const TAGGING_DIRECTIVE: &str = "x-oss-tagging-directive";
const DIRECTIVE: &str = "x-oss-metadata-directive";

/// CopyObject
pub(super) fn copy(call: &Call<'_>) -> Result<Reply, ApiError> {
    let Some(source) = source(call)? else {
        return Ok(Reply::with_body(Body::Empty).status(StatusCode::NOT_MODIFIED));
    };
    if source.size() > LARGEST {
        let message = "Source object Length exceeds the maximum allowed size";
        return Err(ApiError::bad_request("EntityTooLarge", message));
    }
    let asked = name::copy_source(call)?;
    let onto_itself = asked.bucket == bucket::name(call) && asked.key == object::key(call);
    let asked = draft::asked(call)?;
    let replaces = !copies(call, DIRECTIVE)?;
    let keeps_tags = copies(call, TAGGING_DIRECTIVE)?;
    let content = if source.target().is_none() { Some(content(&source)?) } else { None };
    let copied = object::store(call, |bucket| {
        let mut draft = asked.within(bucket);
        draft.headers = match (replaces, call.http.header(DIRECTIVE)) {
            (true, Some("REPLACE")) => draft.headers.or(&source.headers, |name| name == "content-type"),
            // Onto itself what the request says counts, whatever the directive; so it does with one in other letters.
            (true, _) => draft.headers.or(&source.headers, |_| true),
            (false, _) if onto_itself && draft.headers.iter().next().is_some() => {
                draft.headers.or(&source.headers, |name| name == "content-type")
            }
            (false, _) => source.headers.but(&draft.headers, |name| name.starts_with("x-oss-server-side-")),
        };
        if keeps_tags {
            draft.tags.clone_from(&source.tags);
        }
        // Copied onto itself it keeps its ACL; else it has none of its own.
        if onto_itself && !acl::is_said_of_object(call) {
            draft.acl = source.acl;
        }
        match content {
            Some(content) => Object::new(content, draft, call.now),
            None => Object::symlink(source.target().unwrap_or_default().to_owned(), draft, call.now),
        }
    })?;
    let reply = digests(result("CopyObjectResult", copied.etag, copied.modified), copied.etag, copied.crc64);
    let reply = draft::encrypted(reply, &copied.headers);
    Ok(copied.written(of_version(reply, &source)))
}

/// The content of an object, digested as it is written.
fn content(source: &Seen) -> Result<Written, ApiError> {
    Ok(match (source.etag, source.kind) {
        (_, ObjectKind::Appendable) if source.versioning != Versioning::Never => {
            let message = "The operation is not supported for this resource";
            return Err(ApiError::bad_request("OperationNotSupported", message));
        }
        (EntityTag::Content(md5), _) => Written { content: source.content.clone(), md5, crc64: source.crc64 },
        (EntityTag::Parts { .. } | EntityTag::Opaque(_), _) => {
            Written::digested(source.content.clone()).map_err(error::of_store)?
        }
    })
}

/// An answer that says which version was copied.
pub(super) fn of_version(reply: Reply, source: &Seen) -> Reply {
    if source.versioning == Versioning::Never {
        return reply;
    }
    reply.header("x-oss-copy-source-version-id", source.version.to_string())
}

/// The answer to a copy.
pub(super) fn result(root: &str, etag: EntityTag, modified: jiff::Timestamp) -> Reply {
    xml::reply(root, |node| {
        node.text("ETag", &view::quoted(etag));
        node.text("LastModified", &view::time(modified));
    })
}
