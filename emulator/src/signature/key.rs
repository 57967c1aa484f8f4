//! The keys of objects. They are bytes and nearly always text, so that they are kept as text: a byte that is none stands as a character
//! of its own, from the end of the last private plane, and such a character itself as the bytes that it is made of. Every key has one
//! form, and every form one key.
//!
//! What a request says of keys in its parameters, headers and documents is text, no form: [`of_text`] makes one of it. Where an answer of
//! OSS shows a key and does not encode it, it shows the bytes. INFERRED: the pages ask for `encoding-type` where XML cannot hold a key.

use std::borrow::Cow;

use memchr::memchr;

/// What stands for the byte 0; those for the others follow.
const FIRST: u32 = 0x10_FF00;
/// What all of them begin with in UTF-8, and few other characters.
const LEAD: u8 = 0xF4;

fn stand_in(byte: u8) -> char {
    char::from_u32(FIRST + u32::from(byte)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The byte that a character stands for.
fn stood_for(character: char) -> Option<u8> {
    u32::from(character).checked_sub(FIRST).and_then(|byte| u8::try_from(byte).ok())
}

/// The form of a key.
pub fn text(bytes: &[u8]) -> String {
    if let (Ok(text), None) = (str::from_utf8(bytes), memchr(LEAD, bytes)) {
        return text.to_owned();
    }
    let mut form = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match stood_for(character) {
                None => form.push(character),
                Some(_) => form.extend(character.encode_utf8(&mut [0; 4]).bytes().map(stand_in)),
            }
        }
        form.extend(chunk.invalid().iter().copied().map(stand_in));
    }
    form
}

/// The form of a key that came as text.
pub fn of_text(key: &str) -> Cow<'_, str> {
    if memchr(LEAD, key.as_bytes()).is_none() { Cow::Borrowed(key) } else { Cow::Owned(text(key.as_bytes())) }
}

/// Puts what stands in a text from here on, which is no key, into the form of one: of all that the text then stands for there is one
/// reading.
pub(super) fn settle_text(whole: &mut String, from: usize) {
    if let Some(tail) = whole.get(from..)
        && let Cow::Owned(form) = of_text(tail)
    {
        whole.truncate(from);
        whole.push_str(&form);
    }
}

/// The key of a form.
pub fn bytes(form: &str) -> Cow<'_, [u8]> {
    if memchr(LEAD, form.as_bytes()).is_none() {
        return Cow::Borrowed(form.as_bytes());
    }
    let mut key = Vec::with_capacity(form.len());
    for character in form.chars() {
        match stood_for(character) {
            None => key.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
            Some(byte) => key.push(byte),
        }
    }
    Cow::Owned(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_one_form_and_a_form_one_key() {
        let private = "\u{10FF41}\u{10FFFF}\u{10FEFF}".as_bytes();
        for key in [&b""[..], b"a/b", "测试".as_bytes(), b"\xC0\xAE/etc", b"a\xFFb", b"\xE6\xB5", private] {
            assert_eq!(&*bytes(&text(key)), key, "{key:?}");
        }
        assert_eq!(text("测试".as_bytes()), "测试");
        assert_eq!(text(b"a\xFF"), "a\u{10FFFF}");
        assert_ne!(text("\u{10FFFF}".as_bytes()), text(b"\xFF"));
        assert_eq!((&*of_text("a/b"), &*bytes(&of_text("\u{10FFFF}"))), ("a/b", "\u{10FFFF}".as_bytes()));
        let mut whole = "\u{10FFFF}\u{10FFFF}".to_owned();
        settle_text(&mut whole, 4);
        assert_eq!(&*bytes(&whole), b"\xFF\xF4\x8F\xBF\xBF");
    }
}
