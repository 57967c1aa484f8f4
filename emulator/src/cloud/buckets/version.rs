//! The ids of versions, and whether a bucket keeps versions at all.

use std::fmt;
use std::num::NonZeroU64;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// Does a bucket keep the versions of its objects? Once it did, it never goes back to not knowing any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Versioning {
    /// It never did.
    #[default]
    Never,
    /// Every write makes a version of its own.
    Enabled,
    /// Every write takes the place of the version `null`; the others stay.
    Suspended,
}

impl Versioning {
    /// The cloud's spelling; of a bucket that never kept versions nothing is said.
    pub fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Never => None,
            Self::Enabled => Some("Enabled"),
            Self::Suspended => Some("Suspended"),
        }
    }

    /// Reads the cloud's spelling of what can be asked for.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Enabled, Self::Suspended].into_iter().find(|versioning| versioning.as_str() == Some(text))
    }
}

/// Which version of its key a version is: the later, the greater. One that was written while its bucket kept no versions is called
/// `null`; others have a text that nobody can guess and from which the version is found at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct VersionId {
    at: u64,
    salt: Option<NonZeroU64>,
}

/// What every id begins with, in the form that protocol buffers have: a one, a number of the cloud's own, and the field of a long
/// number.
const HEAD: [u8; 5] = [0x08, 0x01, 0x10, 0x26, 0x18];
/// The field of a text of 32 bytes.
const TEXT: [u8; 2] = [0x22, 0x20];
/// How the long number is made, so that it always takes nine bytes.
const HIGH: u64 = 1 << 61;
const SHIFT: u32 = 20;
const NUMBER: usize = 9;

impl VersionId {
    /// The id of what is written as number `at` of its bucket, with a salt, or as `null`.
    pub(super) fn new(at: u64, salt: Option<NonZeroU64>) -> Self {
        Self { at, salt }
    }

    /// The place among all that was written into the bucket.
    pub(super) fn at(self) -> u64 {
        self.at
    }

    /// Is it called `null`?
    pub fn is_null(self) -> bool {
        self.salt.is_none()
    }

    /// Reads an id; `None` for a text that no version can have. Where a version called `null` stands the text does not say.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "null" {
            return Some(Self::default());
        }
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let rest = bytes.strip_prefix(&HEAD)?;
        let (number, rest) = rest.split_at_checked(NUMBER)?;
        let digits = std::str::from_utf8(rest.strip_prefix(&TEXT)?).ok()?;
        let number = number.iter().rev().fold(0_u64, |number, byte| number << 7 | u64::from(byte & 0x7F));
        let salt = NonZeroU64::new(u64::from_str_radix(digits.get(..16)?, 16).ok()?)?;
        let id = Self { at: (number ^ HIGH) >> SHIFT, salt: Some(salt) };
        (id.to_string() == text).then_some(id)
    }
}

/// As clients see it: 64 characters, or `null`.
impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(salt) = self.salt else { return f.write_str("null") };
        let mut bytes = Vec::with_capacity(48);
        bytes.extend_from_slice(&HEAD);
        let number = HIGH | self.at << SHIFT | 1;
        for place in 0..NUMBER {
            let seven = u8::try_from(number >> (7 * place) & 0x7F).unwrap_or_default();
            bytes.push(if place + 1 < NUMBER { seven | 0x80 } else { seven });
        }
        bytes.extend_from_slice(&TEXT);
        let mixed = salt.get() ^ self.at.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        bytes.extend_from_slice(format!("{salt:016x}{mixed:016x}").as_bytes());
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_as_they_are_written() {
        for at in [0, 1, 77, (1 << 40) - 1] {
            let id = VersionId::new(at, NonZeroU64::new(0x0123_4567_89AB_CDEF));
            let text = id.to_string();
            assert_eq!((text.len(), &text[..6]), (64, "CAEQJh"));
            assert_eq!(VersionId::parse(&text), Some(id));
            let other = text.replace(|last: char| last.is_ascii_digit(), "z");
            assert_eq!(VersionId::parse(&other), None, "{other}");
        }
        assert_eq!(VersionId::parse("null"), Some(VersionId::default()));
        for wrong in ["", "234", "IllegalVersion", "NULL", "CAEQJhiBgIDVmYrr1RYiIGE5ZmUx"] {
            assert_eq!(VersionId::parse(wrong), None, "{wrong}");
        }
    }
}
