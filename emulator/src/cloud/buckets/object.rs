//! Objects, and the uploads that make one of parts.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use crc_fast::CrcAlgorithm;
use http::HeaderMap;
use jiff::Timestamp;
use md5::{Digest, Md5};

use super::{Acl, StorageClass};

/// One object. It never changes; a change is another object under the same key.
#[derive(Debug, Clone, Default)]
pub struct Object {
    /// What is in it.
    pub content: Bytes,
    /// Its entity tag, without the quotes: the MD5 of the content in upper-case hexadecimal, for an object of parts with a
    /// dash and their number.
    pub etag: String,
    /// The MD5 of the content in base64; an object of parts has none.
    pub md5: Option<String>,
    /// The CRC-64 of the content (ECMA-182).
    pub crc64: u64,
    /// The headers that it was written with and is read with: `Content-Type`, `x-oss-meta-*` and their like.
    pub headers: HeaderMap,
    /// When it was written, to the second.
    pub modified: Timestamp,
    /// How it is stored.
    pub storage_class: StorageClass,
    /// Its own ACL; without one the bucket's counts.
    pub acl: Option<Acl>,
    /// Its tags.
    pub tags: Vec<(String, String)>,
}

impl Object {
    /// An object of this content, with its digests, and nothing else said of it.
    pub fn of(content: Bytes, at: Timestamp) -> Self {
        let digest = Md5::digest(&content);
        Self {
            etag: upper_hex(&digest),
            md5: Some(BASE64_STANDARD.encode(digest)),
            crc64: crc64(&content),
            content,
            modified: to_the_second(at),
            ..Self::default()
        }
    }

    /// `Normal`, or `Multipart` for an object made of parts.
    pub fn kind(&self) -> &'static str {
        if self.md5.is_some() { "Normal" } else { "Multipart" }
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        u64::try_from(self.content.len()).unwrap_or(u64::MAX)
    }
}

/// One part of an upload.
#[derive(Debug, Clone)]
pub struct Part {
    /// What is in it.
    pub content: Bytes,
    /// Its entity tag, without the quotes.
    pub etag: String,
    /// Its CRC-64.
    pub crc64: u64,
    /// When it came.
    pub modified: Timestamp,
}

impl Part {
    /// A part of this content.
    pub fn of(content: Bytes, at: Timestamp) -> Self {
        let object = Object::of(content, at);
        Self { content: object.content, etag: object.etag, crc64: object.crc64, modified: object.modified }
    }
}

/// A multipart upload under way.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The key that the object will have.
    pub key: String,
    /// When it was begun.
    pub started: Timestamp,
    /// The object as it will be, still without content.
    pub draft: Object,
    /// The parts that came, by number.
    pub parts: BTreeMap<u16, Part>,
}

impl Upload {
    /// The object that these parts make, in this order.
    pub fn join(&self, parts: &[&Part], at: Timestamp) -> Object {
        let mut content = Vec::with_capacity(parts.iter().map(|part| part.content.len()).sum());
        let mut tags = Md5::new();
        for part in parts {
            content.extend_from_slice(&part.content);
            tags.update(part.etag.as_bytes());
        }
        Object {
            crc64: crc64(&content),
            content: content.into(),
            // The documentation calls it a UUID; clients see a digest with the number of parts behind it.
            etag: format!("{}-{}", upper_hex(&tags.finalize()), parts.len()),
            modified: to_the_second(at),
            ..self.draft.clone()
        }
    }
}

fn crc64(bytes: &[u8]) -> u64 {
    crc_fast::checksum(CrcAlgorithm::Crc64Xz, bytes)
}

/// Objects are dated in headers, which have no parts of a second.
fn to_the_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

fn upper_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02X}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_as_the_cloud_gives_them() {
        let object = Object::of(Bytes::from_static(b"123456789"), Timestamp::UNIX_EPOCH);
        assert_eq!(object.etag, "25F9E794323B453885F5181F1B624D0B");
        assert_eq!(object.md5.as_deref(), Some("JfnnlDI7RTiF9RgfG2JNCw=="));
        // The check value of CRC-64/XZ.
        assert_eq!(object.crc64, 0x995D_C9BB_DF19_39FA);
        let empty = Object::of(Bytes::new(), Timestamp::UNIX_EPOCH);
        assert_eq!((empty.etag.as_str(), empty.crc64), ("D41D8CD98F00B204E9800998ECF8427E", 0));
    }
}
