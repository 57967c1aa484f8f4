//! What goes out as an answer: a payload whose length is known, or events for as long as somebody listens.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::mpsc;

use crate::cloud::Outgoing;

/// The body of an answer.
#[derive(Debug)]
pub(super) enum Sending {
    /// A payload.
    Payload(Outgoing),
    /// Events, as they come.
    Events(mpsc::Receiver<Bytes>),
}

impl From<Outgoing> for Sending {
    fn from(payload: Outgoing) -> Self {
        Self::Payload(payload)
    }
}

impl Body for Sending {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        match self.get_mut() {
            Self::Payload(payload) => Pin::new(payload).poll_frame(context),
            Self::Events(events) => events.poll_recv(context).map(|event| event.map(|event| Ok(Frame::data(event)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Payload(payload) => payload.is_end_stream(),
            Self::Events(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Payload(payload) => payload.size_hint(),
            Self::Events(_) => SizeHint::default(),
        }
    }
}
