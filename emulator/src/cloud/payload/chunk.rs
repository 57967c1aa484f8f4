//! A run of bytes of a payload.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;

use super::{Blob, blocking};

/// A run of bytes of a payload. To clone it and to cut a range out of it copies none of the bytes.
#[derive(Debug, Clone)]
pub enum Chunk {
    /// In memory.
    Memory(Bytes),
    /// A range of something that a store keeps.
    Kept(Arc<dyn Blob>, Range<u64>),
}

impl From<Bytes> for Chunk {
    fn from(bytes: Bytes) -> Self {
        Self::Memory(bytes)
    }
}

impl From<Arc<dyn Blob>> for Chunk {
    fn from(blob: Arc<dyn Blob>) -> Self {
        let range = 0..blob.size();
        Self::Kept(blob, range)
    }
}

impl Chunk {
    /// How many bytes there are.
    pub fn size(&self) -> u64 {
        match self {
            Self::Memory(bytes) => length(bytes),
            Self::Kept(_, range) => range.end - range.start,
        }
    }

    /// Those of a range, which lies within them.
    pub(super) fn slice(&self, range: Range<u64>) -> Self {
        match self {
            Self::Memory(bytes) => Self::Memory(bytes.slice(address(range.start)..address(range.end))),
            Self::Kept(blob, whole) => Self::Kept(Arc::clone(blob), whole.start + range.start..whole.start + range.end),
        }
    }

    /// The bytes of a range, which lies within them.
    pub(super) fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        match self.slice(range) {
            Self::Memory(bytes) => Ok(bytes),
            Self::Kept(blob, range) => {
                let wanted = range.end - range.start;
                let bytes = blocking(|| blob.read(range))?;
                // Somebody has cut it off.
                if length(&bytes) == wanted { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
            }
        }
    }
}

pub(super) fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// A position within a chunk in memory, so within an address.
pub(super) fn address(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}
