//! Objects.

use std::io;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Acl, EntityTag, KeptHeaders, Restore, Retention, StorageClass, VersionId};
use crate::cloud::payload::{Payload, Store, Written};

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
    pub tags: Box<[(String, String)]>,
}

/// How an object came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ObjectKind {
    /// Written in one piece.
    #[default]
    Normal,
    /// Made of parts.
    Multipart,
    /// Written piece by piece, at its end.
    Appendable,
    /// A name for another object.
    Symlink,
}

impl ObjectKind {
    /// The cloud's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Multipart => "Multipart",
            Self::Appendable => "Appendable",
            Self::Symlink => "Symlink",
        }
    }
}

/// What few objects have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rare {
    /// The key that a symlink stands for.
    pub target: Option<String>,
    /// Since when nothing may be appended any more.
    pub sealed: Option<Timestamp>,
    /// A copy that can be read, of an object that cannot.
    pub restore: Option<Restore>,
    /// Until when it may not be deleted.
    pub retention: Option<Retention>,
    /// May it not be deleted until somebody says so?
    pub held: bool,
    /// When its storage class was changed by a rule.
    pub transition: Option<Timestamp>,
    /// Is the MD5 of its content told although it is made of parts?
    pub md5: Option<[u8; 16]>,
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
    /// Which version of its key it is.
    pub version: VersionId,
    /// Its tags.
    pub tags: Box<[(String, String)]>,
    /// What few objects have.
    pub rare: Option<Box<Rare>>,
    /// How it is stored.
    pub storage_class: StorageClass,
    /// Its own ACL; without one the bucket's counts.
    pub acl: Option<Acl>,
    /// How it came to be.
    pub kind: ObjectKind,
    /// The second at which it was last read or given another ACL, where its bucket is to know: small, as every object has it. 0: never.
    pub accessed: u32,
}

/// The content of an object with another piece behind it, and what it was made of.
#[derive(Debug)]
pub struct Longer {
    of: (u64, EntityTag, u64),
    content: Payload,
    etag: EntityTag,
    crc64: u64,
}

impl Object {
    /// An object that was written in one piece.
    pub fn new(written: Written, draft: Draft, at: Timestamp) -> Self {
        let Written { content, md5, crc64 } = written;
        Self::with(ObjectKind::Normal, content, EntityTag::Content(md5), crc64, draft, at)
    }

    /// A name for another object.
    pub fn symlink(target: String, draft: Draft, at: Timestamp) -> Self {
        let mut link = Self::new(Written::copy_of(b""), draft, at);
        link.kind = ObjectKind::Symlink;
        link.rare_mut().target = Some(target);
        link
    }

    pub(super) fn with(
        kind: ObjectKind,
        content: Payload,
        etag: EntityTag,
        crc64: u64,
        draft: Draft,
        at: Timestamp,
    ) -> Self {
        let Draft { headers, storage_class, acl, tags } = draft;
        let modified = to_the_second(at);
        let version = VersionId::default();
        Self {
            content,
            etag,
            crc64,
            headers,
            modified,
            version,
            tags,
            rare: None,
            storage_class,
            acl,
            kind,
            accessed: 0,
        }
    }

    /// The first piece of an object that others are appended to.
    pub fn appendable(written: Written, draft: Draft, at: Timestamp) -> Self {
        let Written { content, md5, crc64 } = written;
        Self::with(ObjectKind::Appendable, content, EntityTag::Opaque(md5), crc64, draft, at)
    }

    /// Its content with another piece behind it: what may take its time of appending.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub fn longer(&self, piece: &Written, store: Option<&Arc<dyn Store>>) -> io::Result<Longer> {
        let crc64 =
            crc_fast::checksum_combine(crc_fast::CrcAlgorithm::Crc64Xz, self.crc64, piece.crc64, piece.content.size());
        let etag = EntityTag::appended(self.etag, piece.md5);
        let content = self.content.append(&piece.content, store)?;
        Ok(Longer { of: self.contained(), content, etag, crc64 })
    }

    /// The object with a longer content, unless that was made of another content than it has.
    pub fn lengthened(&self, longer: &Longer, at: Timestamp) -> Option<Self> {
        let Longer { of, content, etag, crc64 } = longer;
        let lengthened = || Self {
            content: content.clone(),
            etag: *etag,
            crc64: *crc64,
            modified: to_the_second(at),
            ..self.clone()
        };
        (self.contained() == *of).then(lengthened)
    }

    /// What tells one content from another.
    fn contained(&self) -> (u64, EntityTag, u64) {
        (self.size(), self.etag, self.crc64)
    }

    /// What few objects have, to be changed.
    pub fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// The same object, read at this time.
    #[must_use]
    pub fn accessed_at(self, at: Timestamp) -> Self {
        Self { accessed: at.as_second().try_into().unwrap_or(u32::MAX), ..self }
    }

    /// The key that it stands for, if it is a symlink.
    pub fn target(&self) -> Option<&str> {
        self.rare.as_ref().and_then(|rare| rare.target.as_deref())
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.content.size()
    }

    /// May it not be deleted or overwritten at this time, for what was set on itself?
    pub fn is_locked(&self, now: Timestamp) -> bool {
        self.rare
            .as_ref()
            .is_some_and(|rare| rare.held || rare.retention.is_some_and(|retention| now < retention.until))
    }
}

/// Objects are dated in headers, which have no parts of a second.
pub(super) fn to_the_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}
