//! `If-Match` and its like.

use http::{HeaderName, header};
use jiff::Timestamp;

use super::error;
use crate::cloud::EntityTag;
use crate::gateway::{ApiError, Call};
use crate::signature::TimeFormat;

/// The headers that make a call depend on the object's state.
pub(super) struct Conditions {
    matches: (HeaderName, &'static str),
    none_match: HeaderName,
    modified_since: HeaderName,
    unmodified_since: (HeaderName, &'static str),
}

/// Those of GetObject and HeadObject.
pub(super) static OF_A_READ: Conditions = Conditions {
    matches: (header::IF_MATCH, "If-Match"),
    none_match: header::IF_NONE_MATCH,
    modified_since: header::IF_MODIFIED_SINCE,
    unmodified_since: (header::IF_UNMODIFIED_SINCE, "If-Unmodified-Since"),
};

/// Those of CopyObject and UploadPartCopy, of the object that is copied.
pub(super) static OF_A_COPY: Conditions = Conditions {
    matches: (HeaderName::from_static("x-oss-copy-source-if-match"), "If-Match"),
    none_match: HeaderName::from_static("x-oss-copy-source-if-none-match"),
    modified_since: HeaderName::from_static("x-oss-copy-source-if-modified-since"),
    unmodified_since: (HeaderName::from_static("x-oss-copy-source-if-unmodified-since"), "If-Unmodified-Since"),
};

/// What the conditions come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The call is to be performed.
    Go,
    /// The client has the object as it is already.
    NotModified,
}

/// Checks the conditions of a request. A date that is none is as if it were not sent.
pub(super) fn check(
    conditions: &Conditions,
    call: &Call<'_>,
    etag: EntityTag,
    modified: Timestamp,
) -> Result<Verdict, ApiError> {
    let same = |header: &HeaderName| call.http.header(header).map(|tag: &str| tag.trim() == "*" || etag.is(tag));
    let date = |header: &HeaderName| -> Option<Timestamp> { TimeFormat::HttpDate.parse(call.http.header(header)?) };
    if same(&conditions.matches.0) == Some(false) {
        return Err(error::precondition_failed(conditions.matches.1));
    }
    if date(&conditions.unmodified_since.0).is_some_and(|date| modified > date) {
        return Err(error::precondition_failed(conditions.unmodified_since.1));
    }
    let unchanged = same(&conditions.none_match) == Some(true)
        || date(&conditions.modified_since).is_some_and(|date| modified <= date);
    Ok(if unchanged { Verdict::NotModified } else { Verdict::Go })
}
