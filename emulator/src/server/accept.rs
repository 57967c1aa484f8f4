//! Connections: accepted as long as there is room, and answered to the end when the server ends.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};
use tracing::warn;

use super::Limits;

/// Where connections come from.
pub(super) trait Accept {
    /// A connection.
    type Stream;

    /// The next one.
    async fn accept(&self) -> io::Result<(Self::Stream, SocketAddr)>;
}

impl Accept for TcpListener {
    type Stream = TcpStream;

    async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        Self::accept(self).await
    }
}

/// Accepts connections and hands each to a task of its own, until `stop` says so; then accepts no more, and returns when all have
/// ended, or when they have had their time.
pub(super) async fn accept<L, T>(
    listener: L,
    limits: &Limits,
    mut stop: watch::Receiver<bool>,
    connection: impl Fn(L::Stream, SocketAddr) -> T,
) where
    L: Accept,
    T: Future<Output = ()> + Send + 'static,
{
    // As many as may be, and each connection holds its own: when all can be had nobody has one.
    let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
    let room = Arc::new(Semaphore::new(limits.connections));
    let mut pause = limits.refused_pause;
    loop {
        let next = async {
            let place = Arc::clone(&room).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = stopped(&mut stop) => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                pause = limits.refused_pause;
                let task = connection(stream, peer);
                tokio::spawn(async move {
                    task.await;
                    drop(place);
                });
            }
            // It was given up before it was accepted, which concerns nobody but its client.
            Err(error) if concerns_one_connection(&error) => {}
            Err(error) => {
                warn!(%error, ?pause, "no connection can be accepted");
                tokio::select! {
                    () = sleep(pause) => {}
                    () = stopped(&mut stop) => break,
                }
                pause = longer(pause, limits);
            }
        }
    }
    // Whoever still comes is refused and not left waiting.
    drop(listener);
    if timeout(limits.shutdown, room.acquire_many(all)).await.is_err() {
        let left = limits.connections - room.available_permits();
        warn!(left, "connections are cut off in the middle of a request");
    }
}

/// Waits until the server is to end.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    // Without anybody left who could say so it is to end as well.
    let _ = stop.wait_for(|stop| *stop).await;
}

fn concerns_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused
    )
}

fn longer(pause: Duration, limits: &Limits) -> Duration {
    (pause * 2).min(limits.refused_pause_at_most)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::time::Instant;

    use super::*;

    const NO_DESCRIPTORS: i32 = 24;

    /// Gives out connections, or nothing but this error.
    struct Source {
        error: Option<i32>,
        asked: Arc<AtomicUsize>,
    }

    impl Accept for Source {
        type Stream = usize;

        async fn accept(&self) -> io::Result<(usize, SocketAddr)> {
            let number = self.asked.fetch_add(1, Ordering::Relaxed);
            match self.error {
                Some(code) => Err(io::Error::from_raw_os_error(code)),
                None => Ok((number, (Ipv4Addr::LOCALHOST, 0).into())),
            }
        }
    }

    /// Serves for a minute, by a clock that runs when there is nothing to do, and tells how often a connection was asked for.
    async fn for_a_minute(error: Option<i32>, limits: Limits, each: Duration) -> (usize, Duration) {
        let asked = Arc::new(AtomicUsize::new(0));
        let (stop, stopping) = watch::channel(false);
        let source = Source { error, asked: Arc::clone(&asked) };
        let began = Instant::now();
        let serving = tokio::spawn(async move { accept(source, &limits, stopping, move |_, _| sleep(each)).await });
        sleep(Duration::from_mins(1)).await;
        let so_far = asked.load(Ordering::Relaxed);
        stop.send(true).unwrap();
        serving.await.unwrap();
        assert_eq!(asked.load(Ordering::Relaxed), so_far, "asked for more at the end");
        (so_far, began.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn without_descriptors_it_waits_longer_and_longer() {
        let (asked, _) = for_a_minute(Some(NO_DESCRIPTORS), Limits::default(), Duration::ZERO).await;
        assert!((60..75).contains(&asked), "{asked}");
    }

    #[tokio::test(start_paused = true)]
    async fn there_are_no_more_connections_than_may_be() {
        let limits = Limits { connections: 3, ..Limits::default() };
        // Three at a time, each for 22 seconds.
        let (asked, took) = for_a_minute(None, limits, Duration::from_secs(22)).await;
        assert_eq!((asked, took.as_secs()), (9, 66));
    }

    #[tokio::test(start_paused = true)]
    async fn at_the_end_connections_have_their_time_and_no_more() {
        let limits = Limits { connections: 3, ..Limits::default() };
        let end = limits.shutdown;
        let (asked, took) = for_a_minute(None, limits, Duration::from_hours(1)).await;
        assert_eq!((asked, took), (3, Duration::from_mins(1) + end));
    }
}
