//! Payloads on their way out.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use super::Payload;

/// The body of an answer: a payload that is handed to the connection chunk by chunk, as it takes them.
#[derive(Debug, Clone, Default)]
pub struct Outgoing {
    payload: Payload,
    /// How many chunks, and how many bytes, are on their way already.
    sent: (usize, u64),
}

impl From<Payload> for Outgoing {
    fn from(payload: Payload) -> Self {
        Self { payload, sent: (0, 0) }
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
        let Some(chunk) = self.payload.chunks().get(self.sent.0).cloned() else { return Poll::Ready(None) };
        self.sent = (self.sent.0 + 1, self.sent.1 + u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.sent.0 == self.payload.chunks().len()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.payload.size() - self.sent.1)
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
}
