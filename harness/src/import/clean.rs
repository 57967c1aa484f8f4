//! A terminal's text without its colours.

use std::borrow::Cow;

/// Without escape sequences, carriage returns and a mark at the start: what is left is what was read on the screen.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.contains(['\u{1b}', '\r', '\u{a0}']) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '\u{1b}' => skip(&mut rest),
            '\r' => {}
            '\u{a0}' => plain.push(' '),
            other => plain.push(other),
        }
    }
    Cow::Owned(plain)
}

/// What follows an escape: `[…m` and its like, `]…BEL`, or one character.
fn skip(rest: &mut std::str::Chars<'_>) {
    match rest.next() {
        Some('[') => {
            let _ = rest.find(|c| ('@'..='~').contains(c));
        }
        Some(']') => {
            let mut before = ' ';
            let _ = rest.find(|c| {
                let end = *c == '\u{7}' || (before == '\u{1b}' && *c == '\\');
                before = *c;
                end
            });
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn colours_go() {
        assert_eq!(clean("\u{feff}a\u{1b}[1;31mb\u{1b}[0m\r\n\u{1b}]0;title\u{7}c\u{1b}"), "ab\nc");
        assert_eq!(clean("plain"), "plain");
    }
}
