//! The bytes themselves.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;

/// The largest chunk that is made of small pieces.
const GATHERED: usize = 128 << 10;

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
    One(Bytes),
    Many(Arc<[Bytes]>),
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
        Self::from_iter([Bytes::from(Box::<[u8]>::from(bytes))])
    }

    /// How many bytes there are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.size == 0
    }

    /// The chunks in order; none of them is empty.
    pub fn chunks(&self) -> &[Bytes] {
        match &self.chunks {
            Chunks::None => &[],
            Chunks::One(chunk) => std::slice::from_ref(chunk),
            Chunks::Many(chunks) => chunks,
        }
    }

    /// The bytes in this range. What of it lies behind the end is left out.
    #[must_use]
    pub fn slice(&self, range: Range<u64>) -> Self {
        if range.start == 0 && range.end >= self.size {
            return self.clone();
        }
        let mut at = 0;
        let cut = |chunk: &Bytes| {
            let start = at;
            at += length(chunk);
            // Within a chunk, so within an address.
            let within = |position: u64| usize::try_from(position.clamp(start, at) - start).unwrap_or(usize::MAX);
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
    /// become as many chunks.
    #[must_use]
    pub fn append(&self, piece: &Self) -> Self {
        let (Some((last, before)), Some(first)) = (self.chunks().split_last(), piece.chunks().first()) else {
            return Self::join([self, piece]);
        };
        if piece.chunks().len() > 1 || last.len() + first.len() > GATHERED {
            return Self::join([self, piece]);
        }
        let gathered = Bytes::from([&last[..], &first[..]].concat());
        before.iter().cloned().chain([gathered]).collect()
    }

    /// The whole in one piece; copied, unless it is in one.
    pub fn to_bytes(&self) -> Bytes {
        match &self.chunks {
            Chunks::None => Bytes::new(),
            Chunks::One(chunk) => chunk.clone(),
            Chunks::Many(chunks) => chunks.concat().into(),
        }
    }
}

fn length(chunk: &Bytes) -> u64 {
    u64::try_from(chunk.len()).unwrap_or(u64::MAX)
}

impl FromIterator<Bytes> for Payload {
    fn from_iter<I: IntoIterator<Item = Bytes>>(chunks: I) -> Self {
        let mut chunks: Vec<_> = chunks.into_iter().filter(|chunk| !chunk.is_empty()).collect();
        let size = chunks.iter().map(length).sum();
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
                assert_eq!(slice.to_bytes(), &b"abcdefgh"[start..end], "{from}..{to}");
                assert_eq!(slice.size(), u64::try_from(end - start).unwrap(), "{from}..{to}");
            }
        }
    }

    #[test]
    fn nothing_is_copied() {
        let (one, two) = (of(&["abc", "def"]), Payload::copy_of(b"ghi"));
        let joined = Payload::join([&one, &two, &Payload::default()]);
        assert_eq!((joined.to_bytes(), joined.size()), (Bytes::from_static(b"abcdefghi"), 9));
        let places = |payload: &Payload| payload.chunks().iter().map(|chunk| chunk.as_ptr()).collect::<Vec<_>>();
        assert_eq!(places(&joined), [places(&one), places(&two)].concat());
        assert_eq!(places(&joined.slice(3..9)), places(&joined)[1..]);
        assert_eq!(places(&joined.clone()), places(&joined));
        assert_eq!(places(&two), [two.to_bytes().as_ptr()]);
    }

    #[test]
    fn small_pieces_are_gathered() {
        let mut payload = Payload::default();
        for _ in 0..1000 {
            payload = payload.append(&Payload::copy_of(&[b'x'; 1000]));
        }
        assert_eq!((payload.size(), payload.chunks().len()), (1_000_000, 8));
        assert_eq!(of(&["ab"]).append(&of(&["c", "d"])).to_bytes(), "abcd");
        assert_eq!(of(&["ab"]).append(&Payload::default()).size(), 2);
    }

    #[test]
    fn only_the_size_is_shown() {
        assert_eq!(format!("{:?}", Payload::copy_of(b"secret")), "Payload(6 bytes)");
    }
}
