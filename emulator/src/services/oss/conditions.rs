//! `If-Match` and its like.

use jiff::Timestamp;

use super::error;
use crate::cloud::Object;
use crate::gateway::{ApiError, Call};
use crate::signature::TimeFormat;

/// The headers that make a call depend on the object's state.
pub(super) struct Conditions {
    matches: (&'static str, &'static str),
    none_match: &'static str,
    modified_since: &'static str,
    unmodified_since: (&'static str, &'static str),
}

/// Those of GetObject and HeadObject.
pub(super) static OF_A_READ: Conditions = Conditions {
    matches: ("if-match", "If-Match"),
    none_match: "if-none-match",
    modified_since: "if-modified-since",
    unmodified_since: ("if-unmodified-since", "If-Unmodified-Since"),
};

/// Those of CopyObject and UploadPartCopy, of the object that is copied.
pub(super) static OF_A_COPY: Conditions = Conditions {
    matches: ("x-oss-copy-source-if-match", "x-oss-copy-source-if-match"),
    none_match: "x-oss-copy-source-if-none-match",
    modified_since: "x-oss-copy-source-if-modified-since",
    unmodified_since: ("x-oss-copy-source-if-unmodified-since", "x-oss-copy-source-if-unmodified-since"),
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
pub(super) fn check(conditions: &Conditions, call: &Call<'_>, object: &Object) -> Result<Verdict, ApiError> {
    let same = |header| call.http.header(header).map(|tag: &str| object.etag.is(tag));
    let date = |header| -> Option<Timestamp> { TimeFormat::HttpDate.parse(call.http.header(header)?) };
    if same(conditions.matches.0) == Some(false) {
        return Err(error::precondition_failed(conditions.matches.1));
    }
    if date(conditions.unmodified_since.0).is_some_and(|date| object.modified > date) {
        return Err(error::precondition_failed(conditions.unmodified_since.1));
    }
    let unchanged = same(conditions.none_match) == Some(true)
        || date(conditions.modified_since).is_some_and(|date| object.modified <= date);
    Ok(if unchanged { Verdict::NotModified } else { Verdict::Go })
}
