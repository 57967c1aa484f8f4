//! The readers of what clients send, as the fuzz targets drive them: whatever comes, they read it or refuse it, and what they read holds.

use super::range::Wanted;
use super::{callback, post, select, xml};

/// A document: what was read of it is read again as it is written.
pub(crate) fn document(body: &[u8]) -> bool {
    let Some(tree) = xml::parse(body) else { return false };
    let crate::gateway::Body::Bytes(_, written) = xml::shown(&tree).body else { return false };
    let again = xml::parse(&written);
    assert_eq!(again.as_ref(), Some(&tree), "written and read again");
    true
}

/// A range of an object of a size: what is given lies within it.
pub(crate) fn one_range(text: &str, size: u64, strict: bool) -> bool {
    match Wanted::of(Some(text), size, strict) {
        Wanted::Part(range) => {
            assert!(range.start < range.end && range.end <= size, "{range:?} of {size}");
            true
        }
        Wanted::Whole | Wanted::Unsatisfiable => false,
    }
}

/// A form with its boundary, its policy and its callback.
pub(crate) fn posted(kind: &str, body: &[u8]) -> bool {
    let _ = callback::Configuration::read(kind, Vec::new());
    post::fuzzed(kind, body)
}

/// A question in SQL, with how an object is written, and the object.
pub(crate) fn question(body: &[u8], object: &str, json: bool) -> bool {
    select::fuzzed(body, object, json).is_ok()
}
