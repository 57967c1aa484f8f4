//! Text that lies where it is used, so that all of a request that a decision reads is in one place of memory: fetching
//! scattered pieces takes longer than deciding.

use std::fmt;

/// A text of up to `N` bytes in place; a longer one is kept elsewhere.
#[derive(Clone)]
pub(crate) enum Inline<const N: usize> {
    Here { length: u8, bytes: [u8; N] },
    Elsewhere(Box<str>),
}

impl<const N: usize> Inline<N> {
    #[inline]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Here { length, bytes } => bytes.get(..usize::from(*length)).unwrap_or_default(),
            Self::Elsewhere(text) => text.as_bytes(),
        }
    }

    /// How many bytes it takes elsewhere.
    pub(crate) fn bytes_elsewhere(&self) -> usize {
        match self {
            Self::Here { .. } => 0,
            Self::Elsewhere(text) => text.len(),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            // It was made of a whole text, so it is one.
            Self::Here { .. } => str::from_utf8(self.as_bytes()).unwrap_or_default(),
            Self::Elsewhere(text) => text,
        }
    }
}

impl<const N: usize> From<&str> for Inline<N> {
    fn from(text: &str) -> Self {
        let mut bytes = [0; N];
        match (u8::try_from(text.len()), bytes.get_mut(..text.len())) {
            (Ok(length), Some(start)) => {
                start.copy_from_slice(text.as_bytes());
                Self::Here { length, bytes }
            }
            _ => Self::Elsewhere(text.into()),
        }
    }
}

impl<const N: usize> PartialEq for Inline<N> {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl<const N: usize> Eq for Inline<N> {}

impl<const N: usize> fmt::Debug for Inline<N> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_every_length() {
        for length in [0, 1, 7, 8, 9, 300] {
            let text = "é".repeat(length / 2) + &"a".repeat(length % 2);
            let inline = Inline::<8>::from(&*text);
            assert_eq!((inline.as_str(), inline.as_bytes()), (&*text, text.as_bytes()));
            assert_eq!(matches!(inline, Inline::Here { .. }), length <= 8, "{length}");
            assert_eq!(inline, Inline::from(&*text));
            assert_ne!(inline, Inline::from("other"));
        }
    }
}
