//! Rows of characters: four in a row, by which an index tells relative ids apart.
//!
//! Whatever a pattern says outside of wildcards stands in every relative id that it covers, so each row of the pattern
//! is a row of the id. Rows are taken without letter case, and with marks at both ends, so that the end of `bucket-4`
//! differs from the middle of `bucket-43`.

use crate::hash;

/// Four bytes, hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row(u64);

impl Row {
    /// The key under which an index files it.
    #[inline]
    pub(crate) fn key(self) -> u64 {
        self.0
    }
}

/// The rows of a piece of a relative id, with marks where the id begins and ends.
pub(super) fn of(piece: &[u8], begins: bool, ends: bool) -> impl Iterator<Item = Row> {
    // No character of a relative id: patterns and ARNs with control characters are refused or differ.
    const BEGIN: u8 = 2;
    const END: u8 = 3;
    let begin = begins.then_some(BEGIN);
    let end = ends.then_some(END);
    let marked = begin.into_iter().chain(piece.iter().map(u8::to_ascii_lowercase)).chain(end);
    let last_four = marked.scan(0u32, |four, byte| {
        *four = *four >> 8 | u32::from(byte) << 24;
        Some(*four)
    });
    last_four.skip(3).map(|four| Row(hash::mix(four.into())))
}

/// A summary of a set of rows: a few bits that are set if any of many rows is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Rows(u64);

impl Rows {
    /// The summary of every set.
    pub(crate) const EVERY: Self = Self(u64::MAX);

    /// What both have.
    pub(crate) fn common(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether all rows of this set may be in `other`. Never false if they are.
    #[inline]
    pub(crate) fn may_be_in(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }
}

impl FromIterator<Row> for Rows {
    fn from_iter<I: IntoIterator<Item = Row>>(rows: I) -> Self {
        Self(rows.into_iter().fold(0, |bits, Row(hash)| bits | 1 << (hash >> 58)))
    }
}
