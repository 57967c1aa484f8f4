//! Payloads as they are read.

use std::io;

use bytes::Bytes;

use super::{Chunk, PIECE, Payload};

/// The bytes of a payload in order: what is in memory chunk by chunk, what is kept elsewhere in pieces as they are asked for.
#[derive(Debug, Clone, Default)]
pub struct Pieces {
    payload: Payload,
    /// In which chunk the next one begins, and where in it.
    next: (usize, u64),
    left: u64,
}

impl Pieces {
    pub(super) fn of(payload: Payload) -> Self {
        Self { left: payload.size(), payload, next: (0, 0) }
    }

    /// How many bytes are still to come.
    pub fn left(&self) -> u64 {
        self.left
    }
}

impl Iterator for Pieces {
    type Item = io::Result<Bytes>;

    fn next(&mut self) -> Option<Self::Item> {
        let (number, from) = self.next;
        let chunk = self.payload.chunks().get(number)?;
        let end = chunk.size();
        let to = match chunk {
            Chunk::Memory(_) => end,
            Chunk::Kept(..) => end.min(from + PIECE),
        };
        let piece = chunk.read(from..to);
        self.next = if to == end { (number + 1, 0) } else { (number, to) };
        self.left -= to - from;
        Some(piece)
    }
}
