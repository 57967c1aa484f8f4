//! Pieces of a policy text with one place marked.

use std::fmt;

use super::Place;
use super::lines::Lines;
use crate::text::Span;

/// How many characters of a line are shown.
const WIDTH: usize = 100;
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
    for number in from..=to {
        let Some((start, line)) = lines.line(number) else { break };
        if number == here {
            write_marked(f, number, start, line, marked.span, note)?;
        } else {
            writeln!(f, "      {number:>4} | {}", cut(line, 0).1)?;
        }
    }
    Ok(())
}

fn write_marked(
    f: &mut fmt::Formatter<'_>,
    number: u32,
    start: usize,
    line: &str,
    span: Span,
    note: &str,
) -> fmt::Result {
    let characters = |bytes: usize| line.get(..bytes.min(line.len())).map_or(0, |part| part.chars().count());
    let from = characters((span.start as usize).saturating_sub(start));
    let to = characters((span.end as usize).saturating_sub(start)).max(from + 1);
    let (skipped, shown) = cut(line, from);
    let column = from - skipped + if skipped > 0 { 3 } else { 0 };
    let width = (to - from).min(WIDTH.saturating_sub(column).max(1));
    writeln!(f, "    > {number:>4} | {shown}")?;
    writeln!(f, "           | {:column$}{:^<width$} {note}", "", "")
}

/// At most [`WIDTH`] characters of a line, so chosen that the character at `wanted` is among them.
/// Gives how many characters were left out at the start.
fn cut(line: &str, wanted: usize) -> (usize, String) {
    let length = line.chars().count();
    if length <= WIDTH {
        return (0, line.to_owned());
    }
    let skipped = if wanted < WIDTH / 2 { 0 } else { (wanted - WIDTH / 4).min(length - WIDTH / 2) };
    let mut shown = String::new();
    if skipped > 0 {
        shown.push_str("...");
    }
    shown.extend(line.chars().skip(skipped).take(WIDTH));
    if skipped + WIDTH < length {
        shown.push_str("...");
    }
    (skipped, shown)
}
