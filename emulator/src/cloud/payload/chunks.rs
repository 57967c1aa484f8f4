//! The bytes themselves.

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;

use super::chunk::length;
use super::store::keep;
use super::{Chunk, IN_MEMORY, Pieces, Store};

/// The largest chunk that is made of small pieces.
const GATHERED: u64 = 128 << 10;

/// A run of bytes that no longer changes, in chunks that others may share. To clone it, to cut a range out of it and to join it
/// with others copies none of the bytes.
///
/// Sizes and positions are in bytes.
#[derive(Clone, Default)]
pub struct Payload {
    size: u64,
    chunks: Chunks,
}

#[derive(Clone, Default)]
enum Chunks {
    #[default]
    None,
    /// As most objects are: no list to keep besides.
    One(Chunk),
    Many(Arc<[Chunk]>),
}

/// The bytes may be anybody's secret, and gigabytes: only how many there are is shown.
impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payload({} bytes)", self.size)
    }
}

impl Payload {
    /// A copy of these bytes, which takes exactly their room and holds on to nothing else.
    pub fn copy_of(bytes: &[u8]) -> Self {
        Bytes::from(Box::<[u8]>::from(bytes)).into()
    }

    /// How many bytes there are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.size == 0
    }

    /// How many of them are in memory.
    pub fn in_memory(&self) -> u64 {
        self.chunks().iter().filter(|chunk| matches!(chunk, Chunk::Memory(_))).map(Chunk::size).sum()
    }

    /// The chunks in order; none of them is empty.
    pub fn chunks(&self) -> &[Chunk] {
        match &self.chunks {
            Chunks::None => &[],
            Chunks::One(chunk) => std::slice::from_ref(chunk),
            Chunks::Many(chunks) => chunks,
        }
    }

    /// The bytes in order, as they are read.
    pub fn pieces(&self) -> Pieces {
        Pieces::of(self.clone())
    }

    /// The file that has these bytes and nothing else, if there is one.
    pub fn file(&self) -> Option<&Path> {
        match self.chunks() {
            [Chunk::Kept(blob, range)] if *range == (0..blob.size()) => blob.file(),
            _ => None,
        }
    }

    /// The bytes in this range. What of it lies behind the end is left out.
    #[must_use]
    pub fn slice(&self, range: Range<u64>) -> Self {
        if range.start == 0 && range.end >= self.size {
            return self.clone();
        }
        let mut at = 0;
        let cut = |chunk: &Chunk| {
            let start = at;
            at += chunk.size();
            let within = |position: u64| position.clamp(start, at) - start;
            let (from, to) = (within(range.start), within(range.end));
            (from < to).then(|| chunk.slice(from..to))
        };
        self.chunks().iter().filter_map(cut).collect()
    }

    /// All of them, one behind the other.
    pub fn join<'p>(payloads: impl IntoIterator<Item = &'p Self>) -> Self {
        payloads.into_iter().flat_map(Self::chunks).cloned().collect()
    }

    /// The bytes with others behind them. A small piece is copied together with a small last chunk, so that many small pieces do not
    /// become as many chunks; what that makes goes into the store if it is too large for memory.
    ///
    /// # Errors
    /// What is kept elsewhere cannot be read, or nothing can be kept there.
    pub fn append(&self, piece: &Self, store: Option<&Arc<dyn Store>>) -> io::Result<Self> {
        let (Some((last, before)), [first]) = (self.chunks().split_last(), piece.chunks()) else {
            return Ok(Self::join([self, piece]));
        };
        if last.size() + first.size() > GATHERED {
            return Ok(Self::join([self, piece]));
        }
        let gathered = [last.read(0..last.size())?, first.read(0..first.size())?].concat();
        let gathered = match store {
            Some(store) if length(&gathered) > IN_MEMORY => keep(&**store, &gathered)?.into(),
            _ => Bytes::from(gathered).into(),
        };
        Ok(before.iter().cloned().chain([gathered]).collect())
    }

    /// The whole in one piece; copied, unless it is in one in memory.
    ///
    /// # Errors
    /// What is kept elsewhere cannot be read.
    pub fn to_bytes(&self) -> io::Result<Bytes> {
        if let [Chunk::Memory(bytes)] = self.chunks() {
            return Ok(bytes.clone());
        }
        let mut whole = Vec::with_capacity(usize::try_from(self.size).unwrap_or_default());
        for piece in self.pieces() {
            whole.extend_from_slice(&piece?);
        }
        Ok(whole.into())
    }
}

impl<C: Into<Chunk>> From<C> for Payload {
    fn from(chunk: C) -> Self {
        Self::from_iter([chunk])
    }
}

impl<C: Into<Chunk>> FromIterator<C> for Payload {
    fn from_iter<I: IntoIterator<Item = C>>(chunks: I) -> Self {
        let chunks = chunks.into_iter().map(Into::into);
        let mut chunks: Vec<_> = chunks.filter(|chunk: &Chunk| chunk.size() > 0).collect();
        let size = chunks.iter().map(Chunk::size).sum();
        let chunks = match chunks.len() {
            0 => Chunks::None,
            1 => chunks.pop().map_or(Chunks::None, Chunks::One),
            _ => Chunks::Many(chunks.into()),
        };
        Self { size, chunks }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(chunks: &[&'static str]) -> Payload {
        chunks.iter().map(|chunk| Bytes::from_static(chunk.as_bytes())).collect()
    }

    #[test]
    fn ranges_across_chunks() {
        let payload = of(&["abc", "", "defg", "h"]);
        assert_eq!((payload.size(), payload.chunks().len()), (8, 3));
        for from in 0..9 {
            for to in from..10 {
                let (start, end) = (usize::try_from(from).unwrap().min(8), usize::try_from(to).unwrap().min(8));
                let slice = payload.slice(from..to);
                assert_eq!(slice.to_bytes().unwrap(), &b"abcdefgh"[start..end], "{from}..{to}");
                assert_eq!(slice.size(), u64::try_from(end - start).unwrap(), "{from}..{to}");
            }
        }
    }

    #[test]
    fn nothing_is_copied() {
        let (one, two) = (of(&["abc", "def"]), Payload::copy_of(b"ghi"));
        let joined = Payload::join([&one, &two, &Payload::default()]);
        assert_eq!((joined.to_bytes().unwrap(), joined.size()), (Bytes::from_static(b"abcdefghi"), 9));
        let places = |payload: &Payload| payload.pieces().map(|piece| piece.unwrap().as_ptr()).collect::<Vec<_>>();
        assert_eq!(places(&joined), [places(&one), places(&two)].concat());
        assert_eq!(places(&joined.slice(3..9)), places(&joined)[1..]);
        assert_eq!(places(&joined.clone()), places(&joined));
        assert_eq!(places(&two), [two.to_bytes().unwrap().as_ptr()]);
    }

    #[test]
    fn small_pieces_are_gathered() {
        let mut payload = Payload::default();
        for _ in 0..1000 {
            payload = payload.append(&Payload::copy_of(&[b'x'; 1000]), None).unwrap();
        }
        assert_eq!((payload.size(), payload.chunks().len()), (1_000_000, 8));
        assert_eq!(of(&["ab"]).append(&of(&["c", "d"]), None).unwrap().to_bytes().unwrap(), "abcd");
        assert_eq!(of(&["ab"]).append(&Payload::default(), None).unwrap().size(), 2);
    }

    #[test]
    fn only_the_size_is_shown() {
        assert_eq!(format!("{:?}", Payload::copy_of(b"secret")), "Payload(6 bytes)");
    }
}
