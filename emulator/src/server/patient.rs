//! A connection's stream, with an end to the server's patience.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::Limits;

/// Whether some body on a connection was not read to its end.
#[derive(Debug, Clone, Default)]
pub(super) struct Unread(Arc<AtomicBool>);

impl Unread {
    /// One was not.
    pub(super) fn note(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Was any not?
    pub(super) fn is_some(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A stream that fails when the other side takes nothing of what is written to it for so long.
pub fn patient<S>(stream: S, pause: Duration) -> impl AsyncRead + AsyncWrite + Unpin + Send
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    Patient::new(stream, Arc::new(Limits { answer_pause: pause, ..Limits::default() }), Unread::default())
}

/// A stream that fails when the other side takes nothing of what is written to it for too long, and that, when it is closed with
/// something unread, goes on reading for a moment. To close a connection on which something arrives that nobody reads would take the
/// answer away from a client that is still sending.
#[derive(Debug)]
pub(super) struct Patient<S> {
    stream: S,
    limits: Arc<Limits>,
    /// How long is still waited, while something waits to be written or to be closed.
    patience: Option<Pin<Box<Sleep>>>,
    /// The other side has sent all that it will.
    at_end: bool,
    unread: Unread,
    /// Once nothing is written any more: how many bytes are still read and thrown away.
    rest: Option<usize>,
}

impl<S> Patient<S> {
    pub(super) fn new(stream: S, limits: Arc<Limits>, unread: Unread) -> Self {
        Self { stream, limits, patience: None, at_end: false, unread, rest: None }
    }

    /// What has been waited for came: patience is whole again. Not yet: it is less.
    fn wait<T>(
        &mut self,
        context: &mut Context<'_>,
        came: Poll<io::Result<T>>,
        pause: Duration,
    ) -> Poll<io::Result<T>> {
        if came.is_ready() {
            self.patience = None;
            return came;
        }
        let patience = self.patience.get_or_insert_with(|| Box::pin(sleep(pause)));
        ready!(patience.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut this.stream).poll_read(context, buffer));
        this.at_end |= read.is_err() || buffer.filled().len() == before;
        Poll::Ready(read)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.wait(context, written, this.limits.answer_pause)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(context, bytes);
        this.wait(context, written, this.limits.answer_pause)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let flushed = Pin::new(&mut this.stream).poll_flush(context);
        this.wait(context, flushed, this.limits.answer_pause)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.rest.is_none() {
            let closed = Pin::new(&mut this.stream).poll_shutdown(context);
            ready!(this.wait(context, closed, this.limits.answer_pause))?;
            this.rest = Some(if this.unread.is_some() { this.limits.unwanted_rest } else { 0 });
            this.patience = Some(Box::pin(sleep(this.limits.closing)));
        }
        this.poll_rest(context).map(Ok)
    }
}

impl<S: AsyncRead + Unpin> Patient<S> {
    /// Throws away what still comes.
    fn poll_rest(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut waste = [0; 16 << 10];
        while let (Some(rest @ 1..), false) = (self.rest, self.at_end) {
            if self.patience.as_mut().is_none_or(|patience| patience.as_mut().poll(context).is_ready()) {
                break;
            }
            let mut buffer = ReadBuf::new(&mut waste);
            let read = ready!(Pin::new(&mut self.stream).poll_read(context, &mut buffer));
            self.at_end = read.is_err() || buffer.filled().is_empty();
            self.rest = Some(rest.saturating_sub(buffer.filled().len()));
        }
        Poll::Ready(())
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_nothing_is_given_up() {
        let limits = Arc::new(Limits::default());
        let (client, server) = duplex(1 << 10);
        let mut server = Patient::new(server, Arc::clone(&limits), Unread::default());
        let began = Instant::now();
        let error = server.write_all(&[0; 2 << 10]).await.unwrap_err();
        assert_eq!((error.kind(), began.elapsed()), (io::ErrorKind::TimedOut, limits.answer_pause));
        drop(client);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_a_little_now_and_then_is_served() {
        let limits = Arc::new(Limits::default());
        let (mut client, server) = duplex(1 << 10);
        let mut server = Patient::new(server, Arc::clone(&limits), Unread::default());
        let slow = tokio::spawn(async move {
            let mut taken = [0; 256];
            for _ in 0..40 {
                sleep(limits.answer_pause * 9 / 10).await;
                client.read_exact(&mut taken).await.unwrap();
            }
        });
        server.write_all(&[0; 10 << 10]).await.unwrap();
        slow.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn behind_the_answer_what_is_unread_is_read_for_a_moment() {
        let limits = Arc::new(Limits { unwanted_rest: 10_000, ..Limits::default() });
        // A client that has said all, one that says nothing more and stays, one that does not end, and one that was read to the end.
        for (sends, closes, unread, waited) in [
            (500, true, true, Duration::ZERO),
            (500, false, true, limits.closing),
            (1_000_000, false, true, Duration::ZERO),
            (0, false, false, Duration::ZERO),
        ] {
            let (client, server) = duplex(1 << 20);
            let (mut answer, mut request) = tokio::io::split(client);
            let rest = Unread::default();
            let mut server = Patient::new(server, Arc::clone(&limits), rest.clone());
            request.write_all(&vec![b'x'; sends]).await.unwrap();
            if closes {
                request.shutdown().await.unwrap();
            }
            if unread {
                rest.note();
            }
            let began = Instant::now();
            server.write_all(b"answer").await.unwrap();
            server.shutdown().await.unwrap();
            assert_eq!(began.elapsed(), waited, "{sends} bytes");
            let mut read = String::new();
            answer.read_to_string(&mut read).await.unwrap();
            assert_eq!(read, "answer");
        }
    }
}
