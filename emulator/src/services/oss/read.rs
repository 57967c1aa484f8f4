//! Objects as they are read.

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderName, HeaderValue, StatusCode, header};
use jiff::Timestamp;

use super::conditions::{self, Verdict};
use super::draft::{self, digests};
use super::object::{Seen, find, key};
use super::range::Wanted;
use super::{bucket, describe, gzip, kms, locate, object, process, restore, symlink, versions, view, website};
use crate::cloud::{Object, ObjectKind, StorageClass};
use crate::gateway::{ApiError, Body, Call, Caller, Reply, Sought};

const OBJECT_TYPE: HeaderName = HeaderName::from_static("x-oss-object-type");
const STORAGE_CLASS: HeaderName = HeaderName::from_static("x-oss-storage-class");
const LAST_ACCESS: HeaderName = HeaderName::from_static("x-oss-last-access-time");
const RANGE_BEHAVIOR: HeaderName = HeaderName::from_static("x-oss-range-behavior");
const DEFAULT_CONTENT_TYPE: &str = "application/octet-stream";

/// An object with the content that it is read with: of a symlink, that of what it stands for.
struct Readable {
    seen: Seen,
    /// What it stands for.
    target: Option<Arc<Object>>,
}

impl Readable {
    fn of(call: &Call<'_>, seen: Seen) -> Result<Self, ApiError> {
        let target = seen.target().map(|target| symlink::follow(call, target)).transpose()?;
        Ok(Self { seen, target })
    }

    /// Whose content it is.
    fn content(&self) -> &Object {
        self.target.as_deref().unwrap_or(&self.seen.object)
    }

    /// As conditions look at it.
    fn modified(&self) -> Timestamp {
        self.seen.modified.max(self.content().modified)
    }

    fn condition(&self, call: &Call<'_>) -> Result<Verdict, ApiError> {
        conditions::check(&conditions::OF_A_READ, call, self.content().etag, self.modified())
    }

    /// The headers of an object that is read.
    fn described(&self, call: &Call<'_>, mut reply: Reply) -> Reply {
        let (object, content) = (&self.seen.object, self.content());
        // Room for all that follows, and for what every answer has, at once.
        reply.headers.reserve(24);
        reply = digests(reply, content.etag, content.crc64)
            .header(header::LAST_MODIFIED, view::http_date(self.modified()))
            .header(header::ACCEPT_RANGES, const { HeaderValue::from_static("bytes") })
            .header(OBJECT_TYPE, HeaderValue::from_static(object.kind.as_str()))
            .header(STORAGE_CLASS, HeaderValue::from_static(object.storage_class.as_str()));
        if object.kind == ObjectKind::Appendable {
            reply = reply.header("x-oss-next-append-position", object.size());
        }
        if !object.tags.is_empty() && may_read_tags(call) {
            reply = reply.header("x-oss-tagging-count", object.tags.len());
        }
        if let Some(rare) = &object.rare {
            if let Some(sealed) = rare.sealed {
                reply = reply.header("x-oss-sealed-time", view::http_date(sealed));
            }
            if let Some(restore) = rare.restore.and_then(|restore| restore::shown(restore, call.now)) {
                reply = reply.header("x-oss-restore", restore);
            }
            if let Some(at) = rare.transition {
                reply = reply.header("x-oss-transition-time", view::http_date(at));
            }
            if let Some(md5) = rare.md5 {
                reply = reply.header("content-md5", BASE64_STANDARD.encode(md5));
            }
        }
        if let Some(at) = self.seen.accessed {
            reply = reply.header(LAST_ACCESS, view::http_date(at));
        }
        if let Some((at, rule)) = &self.seen.expiry {
            let text = format!("expiry-date=\"{}\", rule-id=\"{rule}\"", view::http_date(*at));
            reply = reply.header("x-oss-expiration", text);
        }
        for (name, value) in object.headers.iter() {
            reply.headers.append(name, value);
        }
        reply.headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static(DEFAULT_CONTENT_TYPE));
        self.seen.said(reply)
    }

    /// Is there something to note? Times are told to the second, and what changes nothing is to keep nobody waiting.
    fn is_news(&self, now: Timestamp) -> bool {
        let is_news = |object: &Object| {
            i64::from(object.accessed) < now.as_second()
                || object.rare.as_ref().is_some_and(|rare| rare.transition.is_some())
        };
        let mut read = [Some(&*self.seen.object), self.target.as_deref()].into_iter().flatten();
        self.seen.accessed.is_some() && read.any(is_news)
    }

    /// Notes that it was read, a link and what it stands for, in a bucket that is to know. What a rule has stored colder until it is read is
    /// stored as before. CHOICE: every time and at once; the cloud does it within a day.
    fn note(&self, call: &Call<'_>) -> Result<(), ApiError> {
        let links = self.seen.target().map(|target| (target, None));
        let read = [(key(call), Some(self.seen.version))].into_iter().chain(links);
        bucket::change(call, |bucket| {
            for (key, version) in read {
                let returns =
                    |object: &Object| bucket.settings.lifecycle().is_some_and(|rules| rules.returns(key, object));
                let change = |object: &Object| {
                    let mut read = object.clone().accessed_at(call.now);
                    if returns(object) {
                        read.storage_class = StorageClass::Standard;
                        read.rare_mut().transition = None;
                    }
                    Ok::<_, std::convert::Infallible>(read)
                };
                let _noted = bucket.objects.replace(key, version, change);
            }
        })
    }

    /// The answer to somebody who has the object as it is already.
    fn not_modified(&self) -> Reply {
        let reply = Reply::with_body(Body::Empty)
            .status(StatusCode::NOT_MODIFIED)
            .header(header::ETAG, view::quoted(self.content().etag))
            .header(header::LAST_MODIFIED, view::http_date(self.modified()));
        self.seen.said(reply)
    }
}

/// How many tags there are is told to those alone who may read them (GetObject).
fn may_read_tags(call: &Call<'_>) -> bool {
    let action = match call.arguments.filled("versionId") {
        Some(_) => "oss:GetObjectVersionTagging",
        None => "oss:GetObjectTagging",
    };
    let id = versions::about(call, "");
    let facts = locate::locate(&Sought { cloud: call.cloud(), caller: &call.caller, region: &call.region, id: &id });
    let (region, owner) = (facts.region.as_deref().unwrap_or("*"), facts.owner.as_deref().unwrap_or("*"));
    let asked = call.ask(action, &format!("acs:oss:{region}:{owner}:{}/{}", bucket::name(call), key(call)));
    let asked = asked.and_then(|mut need| {
        need.know(&facts);
        describe::bucket(call, &facts, &mut need).map(|()| need)
    });
    asked.is_ok_and(|need| call.may(need))
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
    draft::check_traffic_limit(call)?;
    process::refuse(call)?;
    match find(call) {
        Err(error) if error.code() == "NoSuchKey" => website::instead(call, error),
        found => serve(call, found?),
    }
}

/// The content of an object, as the request wants it.
pub(super) fn serve(call: &Call<'_>, seen: Seen) -> Result<Reply, ApiError> {
    let readable = Readable::of(call, seen)?;
    if readable.condition(call)? == Verdict::NotModified {
        return Ok(readable.not_modified());
    }
    restore::check_readable(call, readable.content())?;
    kms::check_readable(call, bucket::name(call), readable.content())?;
    let size = readable.content().size();
    let strict = call.http.header(RANGE_BEHAVIOR) == Some("standard");
    let (range, status) = match Wanted::of(call.http.header(header::RANGE), size, strict) {
        Wanted::Whole => (0..size, StatusCode::OK),
        Wanted::Part(range) => (range, StatusCode::PARTIAL_CONTENT),
        Wanted::Unsatisfiable => return Err(unsatisfiable(call, size)),
    };
    let content = readable.content().content.slice(range.clone());
    let mut reply = readable.described(call, Reply::with_body(Body::Payload(DEFAULT_CONTENT_TYPE, content)));
    if status == StatusCode::PARTIAL_CONTENT {
        let last = range.end.saturating_sub(1);
        reply = reply.header(header::CONTENT_RANGE, format!("bytes {}-{last}/{size}", range.start));
        // The digest is that of the whole.
        reply.headers.remove("content-md5");
    }
    let reply = overridden(call, reply.status(status)).map(|reply| gzip::packed(call, reply))?;
    if readable.is_news(call.now) {
        readable.note(call)?;
    }
    Ok(reply)
}

fn unsatisfiable(call: &Call<'_>, size: u64) -> ApiError {
    ApiError::new(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange", "The requested range cannot be satisfied")
        .with("ActualObjectSize", size.to_string())
        .with("RangeRequested", call.http.header("range").unwrap_or_default())
}

/// HeadObject
pub(super) fn head(call: &Call<'_>) -> Result<Reply, ApiError> {
    let readable = Readable::of(call, find(call)?)?;
    if readable.condition(call)? == Verdict::NotModified {
        return Ok(readable.not_modified());
    }
    Ok(readable.described(call, Reply::with_body(Body::Head(readable.content().size()))))
}

/// GetObjectMeta: of a symlink, itself.
pub(super) fn meta(call: &Call<'_>) -> Result<Reply, ApiError> {
    let seen = find(call)?;
    let body = Body::Head(seen.size());
    Ok(metadata(&seen, body))
}

/// The same by GET, as older SDKs ask. CHOICE: the content goes along. Its length is told, so that something of that length must
/// follow; who asks may read it, and those SDKs hang up before it comes. Of what must be restored first nothing follows, and nothing of
/// what takes a key of KMS to read, which nobody is asked for who only wants to know what is said of it.
pub(super) fn meta_and_content(call: &Call<'_>) -> Result<Reply, ApiError> {
    let seen = find(call)?;
    let body = match restore::check_readable(call, &seen) {
        Ok(()) if kms::of_object(&seen).is_none() => Body::Payload(DEFAULT_CONTENT_TYPE, seen.content.clone()),
        _ => Body::Empty,
    };
    Ok(metadata(&seen, body))
}

fn metadata(seen: &Seen, body: Body) -> Reply {
    let reply = digests(Reply::with_body(body), seen.etag, seen.crc64)
        .header(header::LAST_MODIFIED, view::http_date(seen.modified));
    let reply = match seen.accessed {
        Some(at) => reply.header(LAST_ACCESS, view::http_date(at)),
        None => reply,
    };
    seen.said(reply)
}

/// PutObject
pub(super) fn put(call: &Call<'_>) -> Result<Reply, ApiError> {
    let callback = super::callback::asked(call)?;
    let written = draft::written(call)?;
    draft::check_no_conditions(call)?;
    let asked = draft::asked(call)?;
    let seen = object::store(call, |bucket| Object::new(written, asked.within(bucket), call.now))?;
    let reply = digests(Reply::with_body(Body::Empty), seen.etag, seen.crc64);
    let reply = draft::encrypted(reply, &seen.headers);
    super::callback::answered(call, callback, &seen, seen.written(reply))
}
