//! Characters that may be shown.

use std::borrow::Cow;
use std::fmt::Write as _;

/// A text in one line, without characters that a terminal obeys: they are escaped as in JSON.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unprintable) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    text.chars().for_each(|c| push(&mut shown, c));
    Cow::Owned(shown)
}

/// Appends a character, escaped where it must be.
pub(crate) fn push(shown: &mut String, c: char) {
    match c {
        '\n' => shown.push_str("\\n"),
        '\r' => shown.push_str("\\r"),
        '\t' => shown.push_str("\\t"),
        c if is_unprintable(c) => {
            // Writing into a text cannot fail.
            let _ = write!(shown, "\\u{:04x}", u32::from(c));
        }
        c => shown.push(c),
    }
}

/// Control characters, and those that have no width or turn the direction of what follows.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
