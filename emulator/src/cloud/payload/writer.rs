//! Payloads as they are written.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use crc_fast::CrcAlgorithm;
use md5::{Digest, Md5};

use super::chunk::length;
use super::{IN_MEMORY, Payload, Sink, Store, blocking};

/// The first chunk of a payload of which nobody said how long it is, and the largest one of any. A large chunk costs a little room
/// while it fills, a small one an entry of the list for ever.
const FIRST: usize = 4 << 10;
const LARGEST: usize = 256 << 10;

/// Takes a payload in pieces of any size, as they arrive. Each byte is copied once, out of whatever buffer it came in, and goes
/// through each digest once.
///
/// It takes the room of what has come and of one chunk, however much is announced; with a store, of one chunk alone. Dropped before
/// its end, it leaves nothing behind.
#[derive(Debug)]
pub struct PayloadWriter {
    /// Where the chunks go that are full; into memory without one.
    store: Option<Arc<dyn Store>>,
    /// In the store, once something has gone there.
    sink: Option<Box<dyn Sink>>,
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
    pub fn new(announced: Option<u64>, store: Option<Arc<dyn Store>>) -> Self {
        Self {
            store,
            sink: None,
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
    ///
    /// # Errors
    /// The store does not take them; without one there is none.
    pub fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        self.md5.update(bytes);
        self.crc64.update(bytes);
        self.size += length(bytes);
        while !bytes.is_empty() {
            if self.open.len() == self.open.capacity() {
                self.begin()?;
            }
            let room = self.open.capacity() - self.open.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.open.extend_from_slice(now);
            self.announced = self.announced.map(|rest| rest.saturating_sub(length(now)));
            bytes = later;
        }
        Ok(())
    }

    /// Begins another chunk.
    fn begin(&mut self) -> io::Result<()> {
        self.put_away()?;
        let rest = self.announced.filter(|rest| *rest > 0).and_then(|rest| usize::try_from(rest).ok());
        let room = rest.map_or(self.next, |rest| rest.min(self.next));
        self.next = (self.next * 2).min(LARGEST);
        self.open = Vec::with_capacity(room);
        Ok(())
    }

    /// Puts the open chunk where the full ones are.
    fn put_away(&mut self) -> io::Result<()> {
        // Without what was set aside for bytes that never came.
        let open = std::mem::take(&mut self.open).into_boxed_slice();
        match &self.store {
            Some(store) if !open.is_empty() => blocking(|| {
                let sink = match &mut self.sink {
                    Some(sink) => sink,
                    none => none.insert(store.begin()?),
                };
                sink.write(&open)
            }),
            _ => {
                self.full.push(open.into());
                Ok(())
            }
        }
    }

    /// The payload, when nothing more comes.
    ///
    /// # Errors
    /// The store does not keep it; without one there is none.
    pub fn finish(mut self) -> io::Result<Written> {
        if self.sink.is_none() && self.size <= IN_MEMORY {
            self.store = None;
        }
        self.put_away()?;
        let content = match self.sink {
            Some(sink) => blocking(|| sink.finish())?.into(),
            None => self.full.into_iter().collect(),
        };
        Ok(Written { content, md5: self.md5.finalize().into(), crc64: self.crc64.finalize() })
    }
}

impl Written {
    /// A copy of these bytes, in memory.
    pub fn copy_of(bytes: &[u8]) -> Self {
        Self {
            content: Payload::copy_of(bytes),
            md5: Md5::digest(bytes).into(),
            crc64: crc_fast::checksum(CrcAlgorithm::Crc64Xz, bytes),
        }
    }

    /// A copy of these bytes, kept as their size has it.
    ///
    /// # Errors
    /// The store does not keep them.
    pub fn kept(bytes: &[u8], store: Option<Arc<dyn Store>>) -> io::Result<Self> {
        let mut writer = PayloadWriter::new(Some(length(bytes)), store);
        writer.write(bytes)?;
        writer.finish()
    }

    /// A payload that is there already: its digests are worked out, nothing is copied.
    ///
    /// # Errors
    /// What is kept elsewhere than in memory cannot be read.
    pub fn digested(content: Payload) -> io::Result<Self> {
        let (mut md5, mut crc64) = (Md5::new(), crc_fast::Digest::new(CrcAlgorithm::Crc64Xz));
        for piece in content.pieces() {
            let piece = piece?;
            md5.update(&piece);
            crc64.update(&piece);
        }
        Ok(Self { content, md5: md5.finalize().into(), crc64: crc64.finalize() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(announced: Option<u64>, whole: &[u8], piece: usize) -> Written {
        let mut writer = PayloadWriter::new(announced, None);
        for piece in whole.chunks(piece) {
            writer.write(piece).unwrap();
        }
        assert_eq!(writer.size(), length(whole));
        writer.finish().unwrap()
    }

    #[test]
    fn the_same_in_whatever_pieces_it_comes_and_whatever_was_announced() {
        let whole: Vec<u8> = (0..700_000_u32).map(|number| u8::try_from(number % 251).unwrap()).collect();
        let size = length(&whole);
        for announced in [None, Some(size), Some(0), Some(5), Some(size * 1000)] {
            for piece in [1000, LARGEST, LARGEST + 1, whole.len()] {
                let written = written(announced, &whole, piece);
                assert_eq!(written.content.to_bytes().unwrap(), whole);
                assert_eq!(written.md5, <[u8; 16]>::from(Md5::digest(&whole)));
                assert_eq!(written.crc64, crc_fast::checksum(CrcAlgorithm::Crc64Xz, &whole));
            }
        }
        assert_eq!(written(Some(size), &whole, 1000).content.chunks().len(), 3);
        let digested = Written::digested(written(None, &whole, 1000).content).unwrap();
        assert_eq!((digested.md5, digested.crc64), (Md5::digest(&whole).into(), Written::copy_of(&whole).crc64));
    }

    #[test]
    fn nothing_is_the_digest_of_nothing() {
        let nothing = PayloadWriter::new(Some(1 << 40), None).finish().unwrap();
        assert!(nothing.content.is_empty() && nothing.content.chunks().is_empty());
        assert_eq!((nothing.md5, nothing.crc64), (Md5::digest(b"").into(), 0));
    }
}
