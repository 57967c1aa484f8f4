//! Pieces of a policy text with one place marked.

use std::fmt;

use super::Place;
use super::lines::Lines;
use crate::shown::Shown;
use crate::text::Span;

/// How many lines of a statement are shown.
const LINES: u32 = 24;

/// Writes the lines of `statement`, marking the line of `marked` and what of it is meant.
pub(super) fn write(f: &mut fmt::Formatter<'_>, text: &str, statement: Span, marked: Place, note: &str) -> fmt::Result {
    let lines = Lines::of(text);
    let first = lines.place(statement).position.line;
    let last = lines.place(Span { start: statement.end.saturating_sub(1), end: statement.end }).position.line;
    let here = marked.position.line;
    let (from, to) = if last - first < LINES {
        (first, last)
    } else {
        (here.saturating_sub(LINES / 2).max(first), (here + LINES / 2).min(last))
    };
    let shown = Shown::of(text, &[marked.span]);
    let mut start = 0;
    for (number, line) in (1u32..=to).zip(shown.text().split('\n')) {
        if number == here {
            writeln!(f, "    > {number:>4} | {line}")?;
            let within = |at: usize| line.get(..at.saturating_sub(start)).unwrap_or(line).chars().count();
            let (column, end) = shown.places().first().map_or((0, 0), |place| (within(place.start), within(place.end)));
            let width = end.saturating_sub(column).max(1);
            writeln!(f, "           | {:column$}{:^<width$} {note}", "", "")?;
        } else if number >= from {
            writeln!(f, "      {number:>4} | {line}")?;
        }
        start += line.len() + 1;
    }
    Ok(())
}
