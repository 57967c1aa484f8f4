//! Rows of characters: four in a row, by which an index tells relative ids apart.
//!
//! Whatever a pattern says outside of wildcards stands in every relative id that it covers, so each row of the pattern
//! is a row of the id. Rows are taken without letter case, and with marks at both ends, so that the end of `bucket-4`
//! differs from the middle of `bucket-43`.

use crate::hash;

/// Four bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row(u32);

impl Row {
    /// Its bit in a summary.
    #[inline]
    fn bit(self) -> u64 {
        1 << (u64::from(self.0).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58)
    }

    /// The key under which an index files it.
    #[inline]
    pub(crate) fn key(self) -> u64 {
        hash::mix(self.0.into())
    }
}

/// Marks where a relative id begins and ends. No characters of one: patterns and ARNs with control characters are refused
/// or differ.
const BEGIN: u8 = 2;
const END: u8 = 3;

/// The rows of a piece of a relative id, with marks where the id begins and ends.
pub(super) fn of(piece: &[u8], begins: bool, ends: bool) -> impl Iterator<Item = Row> {
    let begin = begins.then_some(BEGIN);
    let end = ends.then_some(END);
    let marked = begin.into_iter().chain(piece.iter().map(u8::to_ascii_lowercase)).chain(end);
    let last_four = marked.scan(0u32, |four, byte| {
        *four = *four >> 8 | u32::from(byte) << 24;
        Some(*four)
    });
    last_four.skip(3).map(Row)
}

/// A summary of a set of rows: a few bits that are set if any of many rows is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Rows(u64);

impl Rows {
    /// The summary of every set.
    pub(crate) const EVERY: Self = Self(u64::MAX);

    /// The summary of the rows of a whole relative id: as that of [`of`], in one pass.
    pub(super) fn of_whole(relative: &[u8]) -> Self {
        let next = |four: u32, byte: u8| four >> 8 | u32::from(byte.to_ascii_lowercase()) << 24;
        // The mark and two characters are one less than a row.
        let (first, rest) = relative.split_at(relative.len().min(2));
        let mut four = first.iter().fold(u32::from(BEGIN) << 24, |four, &byte| next(four, byte));
        let mut bits = 0;
        for &byte in rest {
            four = next(four, byte);
            bits |= Row(four).bit();
        }
        if relative.len() > 1 {
            bits |= Row(next(four, END)).bit();
        }
        Self(bits)
    }

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
        Self(rows.into_iter().fold(0, |bits, row| bits | row.bit()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_in_one_pass_is_that_of_the_rows() {
        for relative in ["", "a", "ab", "abc", "Bucket-4/*/img?.jpg", "\u{e9}", "x".repeat(300).as_str()] {
            let one_by_one: Rows = of(relative.as_bytes(), true, true).collect();
            assert_eq!(Rows::of_whole(relative.as_bytes()), one_by_one, "{relative}");
        }
    }
}
