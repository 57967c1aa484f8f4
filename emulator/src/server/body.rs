//! The bodies of requests, as they arrive.

use std::io;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Body;
use tokio::time::{Instant, timeout, timeout_at};

use super::Limits;
use super::patient::Unread;
use crate::cloud::{PayloadWriter, Store, Written};
use crate::gateway::BodyFault;

/// A body that is being read. It must make progress.
pub(super) struct Arriving<'l, B> {
    body: B,
    limits: &'l Limits,
    unread: &'l Unread,
    at_end: bool,
    /// When the next bytes must have come, and how many they must be.
    due: (Instant, usize),
}

impl<'l, B: Body<Data = Bytes> + Unpin> Arriving<'l, B> {
    /// A body of which nothing was read yet. If it is not read to its end, `unread` is told.
    pub(super) fn new(body: B, limits: &'l Limits, unread: &'l Unread) -> Self {
        Self { at_end: body.is_end_stream(), body, limits, unread, due: due(limits) }
    }

    /// How long the body is, where that was said.
    pub(super) fn announced(&self) -> Option<u64> {
        self.body.size_hint().exact()
    }

    /// The next bytes; `None` at the end.
    async fn next(&mut self) -> Result<Option<Bytes>, BodyFault> {
        while !self.at_end {
            let frame = timeout_at(self.due.0, self.body.frame()).await.map_err(|_| BodyFault::TooSlow)?;
            let Some(frame) = frame else {
                self.at_end = true;
                return Ok(None);
            };
            self.at_end = self.body.is_end_stream();
            // What stands behind the body is nobody's.
            let Ok(bytes) = frame.map_err(|_| BodyFault::CutOff)?.into_data() else { continue };
            self.due.1 = self.due.1.saturating_sub(bytes.len());
            if self.due.1 == 0 {
                self.due = due(self.limits);
            }
            return Ok(Some(bytes));
        }
        Ok(None)
    }

    /// The whole body in one piece, if it is no longer than `most`.
    pub(super) async fn whole(mut self, most: usize) -> Result<Bytes, BodyFault> {
        self.is_announced_within(most as u64)?;
        let Some(first) = self.next().await? else { return Ok(Bytes::new()) };
        let mut whole = BytesMut::from(first);
        while whole.len() <= most {
            let Some(more) = self.next().await? else { return Ok(whole.freeze()) };
            whole.extend_from_slice(&more);
        }
        Err(BodyFault::TooLarge)
    }

    /// The body as the content of an object, digested and kept as it comes, if it is no longer than `most`.
    pub(super) async fn content(mut self, most: u64, store: Option<Arc<dyn Store>>) -> Result<Written, BodyFault> {
        let not_kept = |error: io::Error| {
            tracing::error!(%error, "the content of an object cannot be kept: its upload is refused");
            BodyFault::NotKept
        };
        self.is_announced_within(most)?;
        let mut writer = PayloadWriter::new(self.announced(), store);
        while let Some(bytes) = self.next().await? {
            writer.write(&bytes).map_err(not_kept)?;
            if writer.size() > most {
                return Err(BodyFault::TooLarge);
            }
        }
        writer.finish().map_err(not_kept)
    }

    /// Reads a body that nobody wants, if it is short and soon there, so that the connection can go on behind it. Whatever is left of
    /// it ends the connection.
    pub(super) async fn throw_away(mut self) {
        if self.is_announced_within(self.limits.unwanted_body).is_ok() && self.announced().is_some() {
            let soon = self.limits.closing;
            let end = async { while let Ok(Some(_)) = self.next().await {} };
            let _ = timeout(soon, end).await;
        }
    }

    fn is_announced_within(&self, most: u64) -> Result<(), BodyFault> {
        if self.announced().is_some_and(|announced| announced > most) { Err(BodyFault::TooLarge) } else { Ok(()) }
    }
}

impl<B> Drop for Arriving<'_, B> {
    fn drop(&mut self) {
        if !self.at_end {
            self.unread.note();
        }
    }
}

fn due(limits: &Limits) -> (Instant, usize) {
    (Instant::now() + limits.body_pause, limits.body_progress)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll};
    use std::time::Duration;

    use hyper::body::{Frame, SizeHint};
    use tokio::time::{Sleep, sleep};

    use super::*;

    /// A body that comes in pieces of a size, one after each pause.
    struct Slow {
        announced: Option<u64>,
        pieces: usize,
        size: usize,
        pause: Duration,
        waiting: Pin<Box<Sleep>>,
    }

    fn slow(announced: Option<u64>, pieces: usize, size: usize, pause: u64) -> Slow {
        let pause = Duration::from_secs(pause);
        Slow { announced, pieces, size, pause, waiting: Box::pin(sleep(pause)) }
    }

    impl Body for Slow {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            if self.pieces == 0 {
                return Poll::Ready(None);
            }
            std::task::ready!(self.waiting.as_mut().poll(context));
            let pause = self.pause;
            self.waiting.set(sleep(pause));
            self.pieces -= 1;
            Poll::Ready(Some(Ok(Frame::data(vec![b'x'; self.size].into()))))
        }

        fn size_hint(&self) -> SizeHint {
            self.announced.map(SizeHint::with_exact).unwrap_or_default()
        }
    }

    /// The size of a body that was read whole, or what was wrong with it; and how long that took.
    async fn whole(body: Slow, most: usize) -> (Result<usize, BodyFault>, u64) {
        let (limits, began) = (Limits::default(), Instant::now());
        let unread = Unread::default();
        let read = Arriving::new(body, &limits, &unread).whole(most).await;
        (read.map(|read| read.len()), began.elapsed().as_secs())
    }

    async fn content(body: Slow, most: u64) -> (Result<u64, BodyFault>, u64) {
        let (limits, began) = (Limits::default(), Instant::now());
        let unread = Unread::default();
        let read = Arriving::new(body, &limits, &unread).content(most, None).await;
        (read.map(|read| read.content.size()), began.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_longer_than_may_be_is_not_read() {
        // Where it is announced not a byte of it, where it is not no more than one piece too many.
        assert_eq!(whole(slow(Some(101), 101, 1, 1), 100).await, (Err(BodyFault::TooLarge), 0));
        assert_eq!(whole(slow(None, 200, 1, 0), 100).await, (Err(BodyFault::TooLarge), 0));
        assert_eq!(whole(slow(Some(20), 20, 1, 1), 20).await, (Ok(20), 20));
        assert_eq!(whole(slow(Some(0), 0, 1, 1), 20).await, (Ok(0), 0));
        assert_eq!(content(slow(Some(5 << 30), 1, 1, 1), 4 << 30).await, (Err(BodyFault::TooLarge), 0));
        assert_eq!(content(slow(None, 200, 1, 0), 100).await.0, Err(BodyFault::TooLarge));
        assert_eq!(content(slow(None, 100, 1, 0), 100).await.0, Ok(100));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_must_make_progress() {
        let limits = Limits::default();
        let (pause, progress) = (limits.body_pause.as_secs(), limits.body_progress);
        // Nothing comes, a byte now and then comes, and as much as must.
        assert_eq!(whole(slow(Some(1), 1, 1, 3600), 100).await, (Err(BodyFault::TooSlow), pause));
        assert_eq!(content(slow(None, 100, 1, pause - 1), 100).await, (Err(BodyFault::TooSlow), pause));
        let (read, took) = content(slow(None, 100, progress, pause - 1), 1 << 30).await;
        assert_eq!((read, took), (Ok(100 * progress as u64), 100 * (pause - 1)));
    }

    #[tokio::test(start_paused = true)]
    async fn of_what_nobody_wants_only_a_little_is_read_and_not_for_long() {
        let limits = Limits::default();
        let least = |body| async {
            let (body, began) = (body, Instant::now());
            Arriving::new(body, &limits, &Unread::default()).throw_away().await;
            began.elapsed()
        };
        assert_eq!(least(slow(Some(100), 1, 100, 1)).await, Duration::from_secs(1));
        assert_eq!(least(slow(Some(100), 1, 100, 3600)).await, limits.closing);
        assert_eq!(least(slow(Some(limits.unwanted_body + 1), 1, 1, 1)).await, Duration::ZERO);
        assert_eq!(least(slow(None, 1, 1, 1)).await, Duration::ZERO);
    }
}
