//! Places in a policy text.

use std::borrow::Cow;

use serde::Serialize;

use crate::printable::printable;

/// A half-open range of byte offsets into a document's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset just past the last byte.
    pub end: u32,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Self {
        // Readers refuse texts beyond `u32::MAX` before any span exists.
        let clamp = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { start: clamp(start), end: clamp(end) }
    }

    /// The part of `text` that this span covers; empty when the span is not of this text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// Line and column, both counted from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl Position {
    /// The position of byte `offset` in `text`.
    pub fn of(text: &str, offset: u32) -> Self {
        let mut end = (offset as usize).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = text.get(..end).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self {
            line: count(before.bytes().filter(|&b| b == b'\n').count() + 1),
            column: count(before.get(line_start..).unwrap_or_default().chars().count() + 1),
        }
    }
}

/// Positions one after the other: what lies before the last one is not counted again.
pub(crate) struct Positions<'t> {
    text: &'t str,
    at: usize,
    position: Position,
}

impl<'t> Positions<'t> {
    pub(crate) fn of(text: &'t str) -> Self {
        Self { text, at: 0, position: Position { line: 1, column: 1 } }
    }

    /// The position of byte `offset`, where a character begins.
    pub(crate) fn at(&mut self, offset: u32) -> Position {
        let offset = offset as usize;
        if offset < self.at {
            *self = Self::of(self.text);
        }
        let Some(between) = self.text.get(self.at..offset) else { return self.position };
        let more = Position::of(between, u32::MAX);
        let column = if more.line == 1 { self.position.column - 1 } else { 0 };
        self.position = Position { line: self.position.line + more.line - 1, column: column + more.column };
        self.at = offset;
        self.position
    }
}

/// A value together with the place where it stands in the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: Span,
}

impl<T> Spanned<T> {
    pub(crate) fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// Makes what a user wrote fit for a message: printable, and not too long.
pub(crate) fn shorten(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        None => printable(text),
        Some((at, _)) => Cow::Owned(format!("{}...", printable(text.get(..at).unwrap_or_default()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_one_after_the_other_are_those_from_the_start() {
        let text = "ab\n\u{e9}cd\n\ne";
        let mut positions = Positions::of(text);
        for offset in [0, 1, 3, 5, 6, 7, 8, 9, 5, 9] {
            assert_eq!(positions.at(offset), Position::of(text, offset), "{offset}");
        }
    }
}
