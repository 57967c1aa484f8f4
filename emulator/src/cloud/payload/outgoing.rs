//! Payloads on their way out.

use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};
use hyper::body::{Body, Frame, SizeHint};

use super::{Payload, Pieces};

/// The body of an answer: a payload that is handed to the connection piece by piece, as it takes them.
#[derive(Debug, Default)]
pub struct Outgoing {
    pieces: Pieces,
    /// What packs them on their way, until the last is through.
    packer: Option<Box<GzEncoder<Vec<u8>>>>,
    /// Is it packed? Then nobody knows how long it gets.
    is_packed: bool,
}

impl From<Payload> for Outgoing {
    fn from(payload: Payload) -> Self {
        Self { pieces: Pieces::of(payload), ..Self::default() }
    }
}

impl From<Bytes> for Outgoing {
    fn from(bytes: Bytes) -> Self {
        Payload::from(bytes).into()
    }
}

impl Outgoing {
    /// A payload that is packed with gzip as it goes out, piece by piece.
    pub fn packed(payload: Payload) -> Self {
        // Without a time in it: the same content is the same bytes.
        let packer = GzBuilder::new().write(Vec::new(), Compression::default());
        Self { pieces: Pieces::of(payload), packer: Some(Box::new(packer)), is_packed: true }
    }

    /// The next piece of what is packed.
    fn next_packed(&mut self) -> io::Result<Option<Bytes>> {
        while let Some(packer) = &mut self.packer {
            let Some(piece) = self.pieces.next().transpose()? else {
                return self.packer.take().map(|packer| packer.finish().map(Bytes::from)).transpose();
            };
            packer.write_all(&piece)?;
            let packed = std::mem::take(packer.get_mut());
            if !packed.is_empty() {
                return Ok(Some(packed.into()));
            }
        }
        Ok(None)
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let next = if self.is_packed { self.next_packed().transpose() } else { self.pieces.next() };
        if let Some(Err(error)) = &next {
            tracing::error!(%error, "what is in an object cannot be read: its answer is cut off");
        }
        Poll::Ready(next.map(|piece| piece.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        if self.is_packed { self.packer.is_none() } else { self.pieces.left() == 0 }
    }

    fn size_hint(&self) -> SizeHint {
        if self.is_packed { SizeHint::default() } else { SizeHint::with_exact(self.pieces.left()) }
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
