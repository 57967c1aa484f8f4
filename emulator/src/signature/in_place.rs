//! Short texts that take no allocation: every answer has several.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use http::HeaderValue;
use http::header::InvalidHeaderValue;

/// A text of up to `N` bytes, in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InPlace<const N: usize> {
    text: [u8; N],
    length: usize,
}

impl<const N: usize> Default for InPlace<N> {
    fn default() -> Self {
        Self { text: [0; N], length: 0 }
    }
}

impl<const N: usize> InPlace<N> {
    /// Appends a text. One for which there is no room is left out, whole: whoever makes one knows how long it can get.
    #[inline]
    pub(crate) fn push_str(&mut self, part: &str) {
        if let Some(place) = self.text.get_mut(self.length..self.length + part.len()) {
            place.copy_from_slice(part.as_bytes());
            self.length += part.len();
        }
    }

    /// Appends characters of ASCII.
    #[inline]
    pub(crate) fn push<const M: usize>(&mut self, part: [u8; M]) {
        debug_assert!(part.is_ascii());
        if let Some(place) = self.text.get_mut(self.length..self.length + M) {
            place.copy_from_slice(&part);
            self.length += M;
        }
    }

    /// Appends bytes in hexadecimal, with letters from this one on; all of them or none.
    #[inline]
    pub(crate) fn push_hex(&mut self, bytes: &[u8], a: u8) {
        let digit = |value: u8| if value < 10 { b'0' + value } else { a + (value - 10) };
        let Some(place) = self.text.get_mut(self.length..self.length + 2 * bytes.len()) else { return };
        for (pair, byte) in place.as_chunks_mut::<2>().0.iter_mut().zip(bytes) {
            *pair = [digit(byte >> 4), digit(byte & 0xF)];
        }
        self.length += 2 * bytes.len();
    }
}

impl<const N: usize> Deref for InPlace<N> {
    type Target = str;

    fn deref(&self) -> &str {
        // Only whole texts are appended.
        self.text.get(..self.length).and_then(|text| str::from_utf8(text).ok()).unwrap_or_default()
    }
}

impl<const N: usize> fmt::Display for InPlace<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl<const N: usize> From<InPlace<N>> for Arc<str> {
    fn from(text: InPlace<N>) -> Self {
        Self::from(&*text)
    }
}

impl<const N: usize> TryFrom<InPlace<N>> for HeaderValue {
    type Error = InvalidHeaderValue;

    fn try_from(text: InPlace<N>) -> Result<Self, Self::Error> {
        Self::from_bytes(text.text.get(..text.length).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_left_out_whole() {
        let mut text = InPlace::<8>::default();
        assert_eq!(&*text, "");
        text.push_str("a\u{6d4b}");
        text.push(*b"12");
        text.push_str("345");
        text.push_hex(&[0x01, 0x02], b'A');
        text.push_hex(&[0xaf], b'A');
        assert_eq!(&*text, "a\u{6d4b}12AF");
        assert_eq!(HeaderValue::try_from(text).unwrap().as_bytes(), text.as_bytes());
    }
}
