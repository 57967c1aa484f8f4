//! The uploads that make an object of parts.

use std::collections::BTreeMap;
use std::io;

use crc_fast::CrcAlgorithm;
use jiff::Timestamp;
use md5::{Digest, Md5};
use parking_lot::Mutex;

use super::object::to_the_second;
use super::{Draft, EntityTag, Object, ObjectKind};
use crate::cloud::lock::Rank;
use crate::cloud::payload::{Payload, Written};

/// One part of an upload.
#[derive(Debug, Clone)]
pub struct Part {
    /// What is in it.
    pub content: Payload,
    /// Its entity tag.
    pub etag: EntityTag,
    /// Its CRC-64.
    pub crc64: u64,
    /// When it came, to the second.
    pub modified: Timestamp,
}

impl Part {
    /// A part that was written.
    pub fn new(written: Written, at: Timestamp) -> Self {
        let Written { content, md5, crc64 } = written;
        Self { content, etag: EntityTag::Content(md5), crc64, modified: to_the_second(at) }
    }
}

/// A part that came before one that it should follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfOrder;

/// Parts by their number.
pub type Parts = BTreeMap<u16, Part>;

/// A multipart upload under way.
///
/// Its parts have a lock of their own, so that whoever puts one or joins them keeps nobody else from the bucket. It is taken before
/// the bucket's, never after.
#[derive(Debug)]
pub struct Upload {
    /// When it was begun.
    pub started: Timestamp,
    /// The object as it will be, but for its content.
    pub draft: Draft,
    /// Must its parts come in order?
    pub sequential: bool,
    /// `None` once it is over.
    parts: Mutex<Option<Parts>>,
}

impl Upload {
    /// An upload that begins, without parts.
    pub fn new(draft: Draft, started: Timestamp) -> Self {
        Self { started, draft, sequential: false, parts: Mutex::new(Some(Parts::new())) }
    }

    /// The same, with parts that must come in order.
    #[must_use]
    pub fn in_order(self, sequential: bool) -> Self {
        Self { sequential, ..self }
    }

    /// Looks at the parts that came; `None` when the upload is over.
    pub fn read<T>(&self, look: impl FnOnce(&Parts) -> T) -> Option<T> {
        let _rank = Rank::Upload.hold();
        self.parts.lock().as_ref().map(look)
    }

    /// Adds a part, in the place of one with the same number; `None` when the upload is over.
    ///
    /// # Errors
    /// The parts must come in order, and this one does not.
    pub fn add(&self, number: u16, part: Part) -> Option<Result<(), OutOfOrder>> {
        // What was there before may be gigabytes: it is let go behind the lock.
        let _rank = Rank::Upload.hold();
        let mut parts = self.parts.lock();
        let parts = parts.as_mut()?;
        let last = parts.last_key_value().map_or(0, |(last, _)| *last);
        if self.sequential && number != last && number != last + 1 {
            return Some(Err(OutOfOrder));
        }
        let _before = parts.insert(number, part);
        Some(Ok(()))
    }

    /// Ends the upload, if what is to be done with its parts at the end can be done; `None` when it was over before.
    ///
    /// # Errors
    /// Those of `end`; then the upload goes on.
    pub fn finish<T, E>(&self, end: impl FnOnce(&Parts) -> Result<T, E>) -> Option<Result<T, E>> {
        let _rank = Rank::Upload.hold();
        let mut parts = self.parts.lock();
        let ended = end(parts.as_ref()?);
        let _done = if ended.is_ok() { parts.take() } else { None };
        drop(parts);
        Some(ended)
    }

    /// The object that these parts make, in this order. None of their bytes is copied or read: the digests of the whole are worked
    /// out of theirs; only with parts that came in order they are read, for their MD5.
    ///
    /// # Errors
    /// Then the store cannot be read.
    pub fn join(&self, parts: &[&Part], at: Timestamp) -> io::Result<Object> {
        let crc64 = parts.iter().fold(0, |crc64, part| {
            crc_fast::checksum_combine(CrcAlgorithm::Crc64Xz, crc64, part.crc64, part.content.size())
        });
        let content = Payload::join(parts.iter().map(|part| &part.content));
        let etag = EntityTag::of_parts(parts.iter().map(|part| part.etag));
        let mut object = Object::with(ObjectKind::Multipart, content, etag, crc64, self.draft.clone(), at);
        if self.sequential {
            // The parts of such an upload are digested as one content.
            let mut md5 = Md5::new();
            for piece in object.content.pieces() {
                md5.update(piece?);
            }
            object.rare_mut().md5 = Some(md5.finalize().into());
        }
        Ok(object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(content: &[u8]) -> Part {
        Part::new(Written::copy_of(content), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn the_whole_has_the_checksum_of_its_bytes() {
        let upload = Upload::new(Draft::default(), Timestamp::UNIX_EPOCH);
        let parts = ["", "1234", "", "56789", &"x".repeat(300_000), "y"].map(|content| part(content.as_bytes()));
        for count in 0..=parts.len() {
            let parts: Vec<_> = parts.iter().take(count).collect();
            let object = upload.join(&parts, Timestamp::UNIX_EPOCH).unwrap();
            assert_eq!(object.crc64, Written::copy_of(&object.content.to_bytes().unwrap()).crc64, "{count}");
            assert_eq!(object.size(), parts.iter().map(|part| part.content.size()).sum::<u64>());
        }
    }

    #[test]
    fn an_upload_ends_once() {
        let upload = Upload::new(Draft::default(), Timestamp::UNIX_EPOCH);
        assert_eq!(upload.add(1, part(b"a")), Some(Ok(())));
        assert_eq!(upload.finish(|_| Err::<(), _>("not yet")), Some(Err("not yet")));
        assert_eq!(upload.finish(|parts| Ok::<_, ()>(parts.len())), Some(Ok(1)));
        assert_eq!(upload.add(2, part(b"b")), None);
        assert_eq!(upload.read(Parts::len), None);
        assert_eq!(upload.finish(|_| Ok::<_, ()>(())), None);
    }
}
