//! Payloads as they are written.

use bytes::Bytes;
use crc_fast::CrcAlgorithm;
use md5::{Digest, Md5};

use super::Payload;

/// The first chunk of a payload of which nobody said how long it is, and the largest one of any. A large chunk costs a little room
/// while it fills, a small one an entry of the list for ever.
const FIRST: usize = 4 << 10;
const LARGEST: usize = 256 << 10;

/// Takes a payload in pieces of any size, as they arrive. Each byte is copied once, out of whatever buffer it came in, and goes
/// through each digest once.
///
/// It takes the room of what has come and of one chunk, however much is announced.
#[derive(Debug)]
pub struct PayloadWriter {
    full: Vec<Bytes>,
    open: Vec<u8>,
    /// How much is still to come, as far as it was said.
    announced: Option<u64>,
    /// How large the next chunk is to be.
    next: usize,
    size: u64,
    md5: Md5,
    crc64: crc_fast::Digest,
}

/// A payload that was written, with its digests.
#[derive(Debug, Clone)]
pub struct Written {
    /// The bytes.
    pub content: Payload,
    /// Their MD5.
    pub md5: [u8; 16],
    /// Their CRC-64 (ECMA-182, as XZ computes it).
    pub crc64: u64,
}

impl PayloadWriter {
    /// A writer of so many bytes, or of however many there will be. What is announced is no promise: fewer or more may come.
    pub fn new(announced: Option<u64>) -> Self {
        Self {
            full: Vec::new(),
            open: Vec::new(),
            announced,
            next: if announced.is_some() { LARGEST } else { FIRST },
            size: 0,
            md5: Md5::new(),
            crc64: crc_fast::Digest::new(CrcAlgorithm::Crc64Xz),
        }
    }

    /// How many bytes have come.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Takes the next bytes.
    pub fn write(&mut self, mut bytes: &[u8]) {
        self.md5.update(bytes);
        self.crc64.update(bytes);
        self.size += length(bytes);
        while !bytes.is_empty() {
            if self.open.len() == self.open.capacity() {
                self.begin();
            }
            let room = self.open.capacity() - self.open.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.open.extend_from_slice(now);
            self.announced = self.announced.map(|rest| rest.saturating_sub(length(now)));
            bytes = later;
        }
    }

    /// Begins another chunk.
    fn begin(&mut self) {
        let rest = self.announced.filter(|rest| *rest > 0).and_then(|rest| usize::try_from(rest).ok());
        let room = rest.map_or(self.next, |rest| rest.min(self.next));
        self.next = (self.next * 2).min(LARGEST);
        let full = std::mem::replace(&mut self.open, Vec::with_capacity(room));
        self.full.push(full.into());
    }

    /// The payload, when nothing more comes.
    pub fn finish(mut self) -> Written {
        // Without what was set aside for bytes that never came.
        self.full.push(self.open.into_boxed_slice().into());
        Written {
            content: self.full.into_iter().collect(),
            md5: self.md5.finalize().into(),
            crc64: self.crc64.finalize(),
        }
    }
}

impl Written {
    /// A copy of these bytes.
    pub fn copy_of(bytes: &[u8]) -> Self {
        let mut writer = PayloadWriter::new(Some(length(bytes)));
        writer.write(bytes);
        writer.finish()
    }

    /// A payload that is there already: its digests are worked out, nothing is copied.
    pub fn digested(content: Payload) -> Self {
        let (mut md5, mut crc64) = (Md5::new(), crc_fast::Digest::new(CrcAlgorithm::Crc64Xz));
        for chunk in content.chunks() {
            md5.update(chunk);
            crc64.update(chunk);
        }
        Self { content, md5: md5.finalize().into(), crc64: crc64.finalize() }
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(announced: Option<u64>, whole: &[u8], piece: usize) -> Written {
        let mut writer = PayloadWriter::new(announced);
        for piece in whole.chunks(piece) {
            writer.write(piece);
        }
        assert_eq!(writer.size(), length(whole));
        writer.finish()
    }

    #[test]
    fn the_same_in_whatever_pieces_it_comes_and_whatever_was_announced() {
        let whole: Vec<u8> = (0..700_000_u32).map(|number| u8::try_from(number % 251).unwrap()).collect();
        let size = length(&whole);
        for announced in [None, Some(size), Some(0), Some(5), Some(size * 1000)] {
            for piece in [1000, LARGEST, LARGEST + 1, whole.len()] {
                let written = written(announced, &whole, piece);
                assert_eq!(written.content.to_bytes(), whole);
                assert_eq!(written.md5, <[u8; 16]>::from(Md5::digest(&whole)));
                assert_eq!(written.crc64, crc_fast::checksum(CrcAlgorithm::Crc64Xz, &whole));
            }
        }
        assert_eq!(written(Some(size), &whole, 1000).content.chunks().len(), 3);
        let digested = Written::digested(written(None, &whole, 1000).content);
        assert_eq!((digested.md5, digested.crc64), (Md5::digest(&whole).into(), Written::copy_of(&whole).crc64));
    }

    #[test]
    fn nothing_is_the_digest_of_nothing() {
        let nothing = PayloadWriter::new(Some(1 << 40)).finish();
        assert!(nothing.content.is_empty() && nothing.content.chunks().is_empty());
        assert_eq!((nothing.md5, nothing.crc64), (Md5::digest(b"").into(), 0));
    }
}
