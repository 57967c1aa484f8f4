//! Entity tags.

use std::fmt;

use serde::{Deserialize, Serialize};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use md5::{Digest, Md5};

use crate::signature::InPlace;

/// What tells one content of an object from another, as digests of 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EntityTag {
    /// Of an object that was written in one piece, and of a part: the MD5 of the content.
    Content([u8; 16]),
    /// Of an object that was made of parts: a digest of theirs, and how many there were.
    Parts {
        /// The digest.
        digest: [u8; 16],
        /// The number of parts.
        count: u32,
    },
    /// Of an object that was written piece by piece: nothing that could be worked out of the content.
    Opaque([u8; 16]),
}

/// That of nothing.
impl Default for EntityTag {
    fn default() -> Self {
        Self::Content(Md5::digest(b"").into())
    }
}

/// As the cloud writes it, without the quotes: upper-case hexadecimal, behind that of parts a dash and their number.
impl fmt::Display for EntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written())
    }
}

impl EntityTag {
    /// That of an object of parts with these tags, in this order.
    ///
    /// INFERRED: the documentation calls it a UUID; clients see a digest with the number of parts behind it.
    pub fn of_parts(parts: impl IntoIterator<Item = Self>) -> Self {
        let (mut digest, mut count) = (Md5::new(), 0);
        for part in parts {
            digest.update(&*part.written());
            count += 1;
        }
        Self::Parts { digest: digest.finalize().into(), count }
    }

    /// That of an object behind whose content a piece was put.
    pub fn appended(before: Self, piece: [u8; 16]) -> Self {
        let digest = Md5::new().chain_update(before.to_string()).chain_update(piece);
        Self::Opaque(digest.finalize().into())
    }

    /// As the cloud writes it, without the quotes.
    fn written(&self) -> InPlace<64> {
        let (Self::Content(digest) | Self::Opaque(digest) | Self::Parts { digest, .. }) = self;
        let mut text = InPlace::default();
        text.push_hex(digest, b'A');
        if let Self::Parts { count, .. } = self {
            text.push(*b"-");
            text.push_str(&count.to_string());
        }
        text
    }

    /// The same with its quotes.
    pub fn quoted(&self) -> InPlace<64> {
        let mut text = InPlace::default();
        text.push(*b"\"");
        text.push_str(&self.written());
        text.push(*b"\"");
        text
    }

    /// Is it written so? Quotes are of no account.
    pub fn is(&self, written: &str) -> bool {
        written.trim().trim_matches('"').eq_ignore_ascii_case(&self.written())
    }

    /// The MD5 of the content in base64; of an object of parts nobody knows it.
    pub fn content_md5(&self) -> Option<InPlace<24>> {
        let Self::Content(digest) = self else { return None };
        let mut encoded = [0; 24];
        BASE64_STANDARD.encode_slice(digest, &mut encoded).ok()?;
        let mut text = InPlace::default();
        text.push(encoded);
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_as_the_cloud_writes_them() {
        let tag = EntityTag::Content(Md5::digest(b"123456789").into());
        assert_eq!(tag.to_string(), "25F9E794323B453885F5181F1B624D0B");
        assert_eq!(tag.content_md5().as_deref(), Some("JfnnlDI7RTiF9RgfG2JNCw=="));
        assert!(tag.is(" \"25F9E794323B453885F5181F1B624D0B\""));
        assert!(tag.is("25f9e794323b453885f5181f1b624d0b"));
        assert!(!tag.is("25f9e794323b453885f5181f1b624d0c"));
        assert_eq!(EntityTag::default().to_string(), "D41D8CD98F00B204E9800998ECF8427E");
        let two = EntityTag::of_parts([tag, EntityTag::default()]);
        let digest = Md5::digest(b"25F9E794323B453885F5181F1B624D0BD41D8CD98F00B204E9800998ECF8427E");
        assert_eq!(two, EntityTag::Parts { digest: digest.into(), count: 2 });
        assert!(two.to_string().ends_with("-2"));
        assert_eq!(two.content_md5(), None);
    }
}
