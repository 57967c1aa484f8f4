//! Payloads on their way out.

use std::convert::Infallible;
use std::io::Write;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};
use hyper::body::{Body, Frame, SizeHint};

use super::Payload;

/// The body of an answer: a payload that is handed to the connection chunk by chunk, as it takes them.
#[derive(Debug, Default)]
pub struct Outgoing {
    payload: Payload,
    /// How many chunks, and how many bytes, are on their way already.
    sent: (usize, u64),
    /// What packs them on their way, until the last is through.
    packer: Option<Box<GzEncoder<Vec<u8>>>>,
    /// Is it packed? Then nobody knows how long it gets.
    is_packed: bool,
}

impl From<Payload> for Outgoing {
    fn from(payload: Payload) -> Self {
        Self { payload, ..Self::default() }
    }
}

impl Outgoing {
    /// A payload that is packed with gzip as it goes out, chunk by chunk.
    pub fn packed(payload: Payload) -> Self {
        // Without a time in it: the same content is the same bytes.
        let packer = GzBuilder::new().write(Vec::new(), Compression::default());
        Self { payload, sent: (0, 0), packer: Some(Box::new(packer)), is_packed: true }
    }

    /// The next chunk as it is kept.
    fn next_chunk(&mut self) -> Option<Bytes> {
        let chunk = self.payload.chunks().get(self.sent.0).cloned()?;
        self.sent = (self.sent.0 + 1, self.sent.1 + u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        Some(chunk)
    }

    /// The next piece of what is packed. To a list of bytes nothing fails to be written.
    fn next_packed(&mut self) -> Option<Bytes> {
        while let Some(packer) = &mut self.packer {
            let Some(chunk) = self.payload.chunks().get(self.sent.0).cloned() else {
                return self.packer.take().and_then(|packer| packer.finish().ok()).map(Bytes::from);
            };
            packer.write_all(&chunk).ok()?;
            let piece = std::mem::take(packer.get_mut());
            self.sent.0 += 1;
            if !piece.is_empty() {
                return Some(piece.into());
            }
        }
        None
    }
}

impl From<Bytes> for Outgoing {
    fn from(bytes: Bytes) -> Self {
        Payload::from_iter([bytes]).into()
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let next = if self.is_packed { self.next_packed() } else { self.next_chunk() };
        Poll::Ready(next.map(|chunk| Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        if self.is_packed { self.packer.is_none() } else { self.sent.0 == self.payload.chunks().len() }
    }

    fn size_hint(&self) -> SizeHint {
        if self.is_packed { SizeHint::default() } else { SizeHint::with_exact(self.payload.size() - self.sent.1) }
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn chunk_by_chunk_with_its_length() {
        let payload: Payload = [&b"abc"[..], b"de"].map(Bytes::from_static).into_iter().collect();
        let mut body = Outgoing::from(payload);
        let mut seen = Vec::new();
        while !body.is_end_stream() {
            let length = body.size_hint().exact();
            let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
            seen.push((length, frame));
        }
        assert_eq!(seen, [(Some(5), Bytes::from_static(b"abc")), (Some(2), Bytes::from_static(b"de"))]);
        assert!(body.frame().await.is_none());
        assert!(Outgoing::default().is_end_stream());
    }

    #[tokio::test]
    async fn packed_on_its_way_it_has_no_length() {
        let text = "0123456789".repeat(100_000);
        let payload: Payload = text.as_bytes().chunks(7000).map(|chunk| Bytes::from(chunk.to_vec())).collect();
        let mut body = Outgoing::packed(payload);
        assert_eq!((body.size_hint().exact(), body.is_end_stream()), (None, false));
        let mut packed = Vec::new();
        while let Some(frame) = body.frame().await {
            packed.extend(frame.unwrap().into_data().unwrap());
        }
        let mut read = String::new();
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&packed[..]), &mut read).unwrap();
        assert!(read == text && packed.len() < text.len() / 50);
    }
}
