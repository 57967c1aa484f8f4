//! A file's bytes as text, and a terminal's text without its colours.

use std::borrow::Cow;

/// The text of a file: UTF-8, or UTF-16 with its mark, as PowerShell writes what is sent to a file.
pub(crate) fn decoded(bytes: &[u8]) -> String {
    let wide = |unit: fn([u8; 2]) -> u16| {
        let units = bytes.get(2..).unwrap_or_default().chunks_exact(2);
        let units = units.filter_map(|pair| Some(unit([*pair.first()?, *pair.get(1)?])));
        char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    match bytes {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

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
    use super::{clean, decoded};

    #[test]
    fn what_powershell_writes_is_read() {
        let little: Vec<u8> = "\u{feff}ab 权".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "\u{feff}ab 权".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!((decoded(&little).as_str(), decoded(&big).as_str()), ("ab 权", "ab 权"));
        assert_eq!((decoded("ab 权".as_bytes()).as_str(), decoded(&[0xff, 0xfe]).as_str()), ("ab 权", ""));
    }

    #[test]
    fn colours_go() {
        assert_eq!(clean("\u{feff}a\u{1b}[1;31mb\u{1b}[0m\r\n\u{1b}]0;title\u{7}c\u{1b}"), "ab\nc");
        assert_eq!(clean("plain"), "plain");
    }
}
