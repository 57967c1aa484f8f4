//! What several answers show alike.

use jiff::Timestamp;

use super::xml::Node;
use crate::cloud::EntityTag;
use crate::signature::{InPlace, TimeFormat};

/// A time in XML: `2026-01-02T03:04:05.000Z`.
pub(super) fn time(at: Timestamp) -> String {
    TimeFormat::Iso8601Millis.format(at)
}

/// A time in a header.
pub(super) fn http_date(at: Timestamp) -> InPlace<32> {
    TimeFormat::HttpDate.write(at)
}

/// An entity tag with its quotes.
pub(super) fn quoted(etag: EntityTag) -> InPlace<64> {
    etag.quoted()
}

/// An owner: its name is its id.
pub(super) fn owner(node: &mut Node<'_>, id: &str) {
    node.text("ID", id);
    node.text("DisplayName", id);
}
