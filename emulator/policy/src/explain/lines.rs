//! Lines and columns of many places in one text.

use super::Place;
use crate::text::{Position, Span};

/// The line starts of a text, found once.
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
    ascii: bool,
}

impl<'t> Lines<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let ends = text.bytes().enumerate().filter(|&(_, b)| b == b'\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(ends).collect(), ascii: text.is_ascii() }
    }

    pub(super) fn place(&self, span: Span) -> Place {
        let offset = span.start as usize;
        let line = self.starts.partition_point(|&start| start <= offset);
        let start = line.checked_sub(1).and_then(|line| self.starts.get(line)).copied().unwrap_or_default();
        let column = if self.ascii {
            offset - start
        } else {
            self.text.get(start..offset).map_or(0, |before| before.chars().count())
        };
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Place { span, position: Position { line: count(line), column: count(column + 1) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_agree_with_the_plain_count() {
        for text in ["", "a", "a\nbc\n\nd", "é\r\nüü x\n"] {
            let lines = Lines::of(text);
            for (at, _) in text.char_indices() {
                let place = lines.place(Span::new(at, at));
                assert_eq!(place.position, Position::of(text, place.span.start), "{text:?} at {at}");
            }
        }
    }
}
