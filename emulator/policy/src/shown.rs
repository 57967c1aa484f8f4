//! Text as it may be shown: no line without end, no character that a terminal obeys.

use std::borrow::Cow;
use std::ops::Range;

use crate::printable::{printable, push};
use crate::text::Span;

/// How many characters of a line are shown.
const WIDTH: usize = 120;
/// How many of them stand before a marked place, at most.
const BEFORE: usize = 30;
/// Stands for what is left out.
const CUT: char = '…';

/// A text for people, line by line the same as the original, with some places marked. Of a line that is too long only
/// what is around the marked places is there, with `…` for the rest; a tab is four blanks, and whatever else is nothing
/// to look at is escaped as in JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    text: String,
    places: Vec<Range<usize>>,
}

impl Shown {
    /// Makes a text fit to be shown. `marked` are places in it, in any order.
    pub fn of(text: &str, marked: &[Span]) -> Self {
        let ranges: Vec<Range<usize>> = marked.iter().map(|span| span.start as usize..span.end as usize).collect();
        let mut writer = Writer::new(&ranges);
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            writer.line(start, line, &ranges);
            start += line.len();
        }
        writer.reach(usize::MAX);
        let places = ranges.iter().map(|range| writer.place(range.start)..writer.place(range.end)).collect();
        Self { text: writer.shown, places }
    }

    /// The text to be shown.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the marked places are in it, in bytes, in the order in which they were given.
    pub fn places(&self) -> &[Range<usize>] {
        &self.places
    }
}

struct Writer {
    shown: String,
    /// The offsets asked for, ascending, with those in the shown text; the first `known` of them are found.
    places: Vec<(usize, usize)>,
    known: usize,
}

impl Writer {
    fn new(ranges: &[Range<usize>]) -> Self {
        let mut places: Vec<_> = ranges.iter().flat_map(|range| [(range.start, 0), (range.end, 0)]).collect();
        places.sort_unstable();
        places.dedup();
        Self { shown: String::new(), places, known: 0 }
    }

    /// Offsets up to this one that are not found yet came to stand here.
    fn reach(&mut self, offset: usize) {
        while let Some(place) = self.places.get_mut(self.known).filter(|place| place.0 <= offset) {
            place.1 = self.shown.len();
            self.known += 1;
        }
    }

    fn place(&self, offset: usize) -> usize {
        let at = self.places.binary_search_by_key(&offset, |place| place.0).ok();
        at.and_then(|at| self.places.get(at)).map_or(0, |place| place.1)
    }

    /// Writes a line, which may have its end, that begins at this offset.
    fn line(&mut self, start: usize, line: &str, ranges: &[Range<usize>]) {
        let content = line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
        let mut written = 0;
        for piece in pieces(start, content, ranges) {
            if piece.start > written {
                self.reach(start + piece.start - 1);
                self.shown.push(CUT);
            }
            for (at, c) in content.get(piece.clone()).unwrap_or_default().char_indices() {
                self.reach(start + piece.start + at);
                match c {
                    '\t' => self.shown.push_str("    "),
                    c => push(&mut self.shown, c),
                }
            }
            written = piece.end;
        }
        if written < content.len() {
            self.reach(start + content.len() - 1);
            self.shown.push(CUT);
        }
        self.reach(start + content.len());
        if line.ends_with('\n') {
            self.shown.push('\n');
        }
    }
}

/// What is shown of a line: all of it, or what is around the places marked in it, or its beginning.
fn pieces(start: usize, line: &str, ranges: &[Range<usize>]) -> Vec<Range<usize>> {
    let after = |from: usize, characters: usize| {
        let rest = line.get(from..).unwrap_or_default();
        rest.char_indices().nth(characters).map_or(line.len(), |(at, _)| from + at)
    };
    let beginning = 0..after(0, WIDTH);
    if beginning.end == line.len() {
        return Vec::from([beginning]);
    }
    let within = |range: &&Range<usize>| range.start <= start + line.len() && start <= range.end;
    let window = |range: &Range<usize>| {
        let mut at = range.start.saturating_sub(start);
        while !line.is_char_boundary(at) {
            at -= 1;
        }
        let before = line.get(..at).unwrap_or_default();
        let from = before.char_indices().rev().nth(BEFORE - 1).map_or(0, |(at, _)| at);
        from..after(from, WIDTH)
    };
    let mut windows: Vec<Range<usize>> = ranges.iter().filter(within).map(window).collect();
    windows.sort_unstable_by_key(|window| window.start);
    let mut pieces: Vec<Range<usize>> = Vec::new();
    for window in windows {
        match pieces.last_mut() {
            Some(last) if window.start <= last.end => last.end = last.end.max(window.end),
            _ => pieces.push(window),
        }
    }
    if pieces.is_empty() {
        pieces.push(beginning);
    }
    pieces
}

/// What is quoted among other words, printable: of a long text the beginning.
pub(crate) fn quotable(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 300;
    match text.char_indices().nth(LONGEST) {
        None => printable(text),
        Some((at, _)) => Cow::Owned(format!("{}{CUT}", printable(text.get(..at).unwrap_or_default()))),
    }
}

/// A message with quotes of a policy between backticks, made printable; long quotes are cut.
pub(crate) fn message(text: &str) -> String {
    text.split('`').map(quotable).collect::<Vec<_>>().join("`")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is shown, with the marked places in brackets.
    fn shown(text: &str, marked: &[(usize, usize)]) -> String {
        let spans: Vec<Span> = marked.iter().map(|&(start, end)| Span::new(start, end)).collect();
        let shown = Shown::of(text, &spans);
        let mut text = shown.text().to_owned();
        let mut places: Vec<_> = shown.places().to_vec();
        places.sort_by_key(|place| std::cmp::Reverse(place.start));
        for place in places {
            text.insert(place.end, ']');
            text.insert(place.start, '[');
        }
        text
    }

    #[test]
    fn what_is_short_and_plain_is_shown_as_it_is() {
        for text in ["", "a", "a\n", "a\n\nb", "é\u{4e2d}\n\n"] {
            assert_eq!(Shown::of(text, &[]).text(), text);
        }
        assert_eq!(shown("ab\ncd\n", &[(3, 4), (0, 1)]), "[a]b\n[c]d\n");
        assert_eq!(shown("ab\r\ncd", &[(2, 4), (6, 6)]), "ab[\n]cd[]");
        assert_eq!(shown("ab", &[(1, 99)]), "a[b]");
    }

    #[test]
    fn what_a_terminal_obeys_is_escaped() {
        assert_eq!(shown("a\u{1b}[31m\0\tb\rc", &[(1, 2), (8, 9)]), "a[\\u001b][31m\\u0000    [b]\\rc");
        assert_eq!(printable("plain"), "plain");
        let long = "x".repeat(301);
        assert_eq!(message(&format!("a `{long}` b `\u{1b}`")), format!("a `{}…` b `\\u001b`", &long[1..]));
        assert_eq!(printable("a\n\r\t\u{7f}\u{9b}\u{202e}é"), "a\\n\\r\\t\\u007f\\u009b\\u202eé");
    }

    #[test]
    fn of_a_long_line_what_is_around_the_marks_is_shown() {
        let window = |from: usize, to: usize| (from..to).map(|n| format!("{n:04} ")).collect::<Vec<_>>().concat();
        let line = window(0, 200);
        // 30 characters before the mark, 120 in all.
        let one = shown(&line, &[(500, 504)]);
        assert_eq!(one, format!("…{}[0100] {}…", window(94, 100), window(101, 118)));
        // Near the beginning nothing is left out before it; near the end nothing after it.
        assert_eq!(shown(&line, &[(10, 14)]), format!("{}[0002] {}…", window(0, 2), window(3, 24)));
        assert_eq!(shown(&line, &[(995, 1000)]), format!("…{}[0199 ]", window(193, 199)));
        // Two windows, in one line; two that meet are one.
        let two = shown(&line, &[(900, 904), (300, 304)]);
        assert_eq!(two.matches('…').count(), 3);
        assert!(two.contains("[0060]") && two.contains("[0180]"), "{two}");
        assert_eq!(shown(&line, &[(500, 504), (510, 514)]).matches('…').count(), 2);
        // A mark that is longer than its window ends with it.
        let long = shown(&line, &[(100, 900)]);
        assert!(long.contains("[0020 ") && long.ends_with("0037 ]…"), "{long}");
        // Other lines show their beginning, whatever is marked elsewhere.
        let below = format!("{line}\nx\n{line}");
        let parts: Vec<String> = shown(&below, &[(1001, 1002)]).lines().map(str::to_owned).collect();
        assert_eq!(parts, [format!("{}…", window(0, 24)), "[x]".to_owned(), format!("{}…", window(0, 24))]);
        let wide = "é".repeat(1000);
        assert_eq!(Shown::of(&wide, &[Span::new(1000, 1002)]).text(), format!("…{}…", "é".repeat(120)));
        // Off a boundary, beyond the end, the wrong way round: nothing breaks.
        for (start, end) in [(1001, 1003), (5000, 5001), (900, 3), (0, 0)] {
            let shown = Shown::of(&wide, &[Span::new(start, end)]);
            assert!(shown.text().chars().count() <= 122);
        }
    }
}
