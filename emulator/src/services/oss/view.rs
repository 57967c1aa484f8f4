//! What several answers show alike.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::xml::Node;
use crate::cloud::EntityTag;
use crate::signature::TimeFormat;

/// A time in XML: `2026-01-02T03:04:05.000Z`.
pub(super) fn time(at: Timestamp) -> String {
    TimeFormat::Iso8601Millis.format(at)
}

/// A time in a header.
pub(super) fn http_date(at: Timestamp) -> String {
    TimeFormat::HttpDate.format(at)
}

/// An entity tag with its quotes.
pub(super) fn quoted(etag: EntityTag) -> String {
    let mut quoted = String::with_capacity(40);
    // Writing to a string cannot fail.
    let _ = write!(quoted, "\"{etag}\"");
    quoted
}

/// An owner: its name is its id.
pub(super) fn owner(node: &mut Node<'_>, id: &str) {
    node.text("ID", id);
    node.text("DisplayName", id);
}
