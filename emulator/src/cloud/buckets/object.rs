//! Objects.

use jiff::Timestamp;

use super::{Acl, EntityTag, KeptHeaders, StorageClass};
use crate::cloud::payload::{Payload, Written};

/// What is said of an object before its content has come.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// The headers that it is read with: `Content-Type`, `x-oss-meta-*` and their like.
    pub headers: KeptHeaders,
    /// How it is to be stored.
    pub storage_class: StorageClass,
    /// Its own ACL; without one the bucket's counts.
    pub acl: Option<Acl>,
    /// Its tags.
    pub tags: Vec<(String, String)>,
}

/// One object. It never changes; a change is another object under the same key.
#[derive(Debug, Clone, Default)]
pub struct Object {
    /// What is in it.
    pub content: Payload,
    /// Its entity tag.
    pub etag: EntityTag,
    /// The CRC-64 of the content (ECMA-182).
    pub crc64: u64,
    /// The headers that it was written with and is read with.
    pub headers: KeptHeaders,
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
    /// An object that was written in one piece.
    pub fn new(written: Written, draft: Draft, at: Timestamp) -> Self {
        let Written { content, md5, crc64 } = written;
        Self::with(content, EntityTag::Content(md5), crc64, draft, at)
    }

    pub(super) fn with(content: Payload, etag: EntityTag, crc64: u64, draft: Draft, at: Timestamp) -> Self {
        let Draft { headers, storage_class, acl, tags } = draft;
        Self { content, etag, crc64, headers, modified: to_the_second(at), storage_class, acl, tags }
    }

    /// `Normal`, or `Multipart` for an object made of parts.
    pub fn kind(&self) -> &'static str {
        match self.etag {
            EntityTag::Content(_) => "Normal",
            EntityTag::Parts { .. } => "Multipart",
        }
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.content.size()
    }
}

/// Objects are dated in headers, which have no parts of a second.
pub(super) fn to_the_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}
