//! One connection: what is spoken on it, and its requests.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use http::header::CONNECTION;
use http::{HeaderValue, Request, Response};
use http_body_util::Either;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tracing::{debug, warn};

use super::Limits;
use super::accept::stopped;
use super::answer::{Origin, answer};
use super::patient::{Patient, Unread};
use super::proxy::Egress;
use super::tunnel::{Sent, Slot, Turn};
use crate::control::Control;

/// The first byte of a TLS connection: the record type of a handshake.
pub(super) const TLS_HANDSHAKE: u8 = 0x16;

/// What a client is told that speaks https where http is spoken. Some show it: Go's says that it was answered in http.
const NO_TLS: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n\
This port speaks http, and https was spoken to it. `acslab serve --tls` answers both.\n";

/// What answers on a connection.
#[derive(Clone)]
pub(crate) struct Served {
    pub(super) control: Arc<Control>,
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) limits: Arc<Limits>,
    /// Where the emulator is the proxy of a program.
    pub(super) egress: Option<Arc<Egress>>,
    /// Was it told that a client speaks https where http is spoken?
    pub(super) told: Arc<AtomicBool>,
}

impl Served {
    pub(crate) fn new(control: Arc<Control>, tls: Option<TlsAcceptor>, egress: Option<Arc<Egress>>) -> Self {
        Self { control, tls, limits: Arc::default(), egress, told: Arc::default() }
    }

    /// Answers a connection to its end. With TLS, the one port takes both: a connection's first byte tells.
    pub(super) async fn connection(self, stream: TcpStream, peer: SocketAddr, mut stop: watch::Receiver<bool>) {
        // Small answers to small questions: waiting for more to send only costs time.
        let _ = stream.set_nodelay(true);
        let hello = async {
            let Some(tls) = self.tls.as_ref() else {
                let said = timeout(self.limits.hello, first_byte(&stream)).await;
                let secure = matches!(said, Ok(Some(TLS_HANDSHAKE)));
                return Some(if secure { Spoken::TlsToPlain(stream) } else { Spoken::Plain(stream) });
            };
            if first_byte(&stream).await? != TLS_HANDSHAKE {
                return Some(Spoken::Plain(stream));
            }
            tls.accept(stream).await.ok().map(|stream| Spoken::Tls(Box::new(stream)))
        };
        // Without TLS, whoever says nothing yet is waited for as long as for a head.
        let within = if self.tls.is_some() { self.limits.hello } else { self.limits.hello * 2 };
        let spoken = tokio::select! {
            spoken = timeout(within, hello) => spoken.ok().flatten(),
            () = stopped(&mut stop) => return,
        };
        match spoken {
            Some(Spoken::Plain(stream)) => self.requests(stream, Origin { peer: peer.ip(), secure: false }, stop).await,
            Some(Spoken::Tls(stream)) => self.requests(stream, Origin { peer: peer.ip(), secure: true }, stop).await,
            Some(Spoken::TlsToPlain(stream)) => {
                if !self.told.swap(true, Ordering::Relaxed) {
                    warn!(%peer, "a client speaks https, and this port speaks http: `acslab serve --tls` answers both, or give the client http://");
                }
                let unread = Unread::default();
                unread.note();
                let mut stream = Patient::new(stream, Arc::clone(&self.limits), unread);
                let _ = stream.write_all(NO_TLS).await;
                let _ = stream.shutdown().await;
            }
            None => debug!(%peer, "a connection ended before it said anything"),
        }
    }

    /// Answers the requests of a connection.
    pub(super) async fn requests<S>(self, stream: S, from: Origin, mut stop: watch::Receiver<bool>)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let limits = Arc::clone(&self.limits);
        let mut server = http1::Builder::new();
        server
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head)
            .max_buf_size(limits.head_size)
            .max_headers(limits.headers);
        let unread = Unread::default();
        let stream = TokioIo::new(Patient::new(stream, Arc::clone(&limits), unread.clone()));
        let slot = Slot::default();
        let service = {
            let (served, slot, stopping) = (self.clone(), slot.clone(), stop.clone());
            service_fn(move |request| {
                let (served, unread, slot) = (served.clone(), unread.clone(), slot.clone());
                let stopping = stopping.clone();
                async move { Ok::<_, Infallible>(served.answer(request, from, &unread, &slot, &stopping).await) }
            })
        };
        let connection = server.serve_connection(stream, service).with_upgrades();
        tokio::pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = stopped(&mut stop) => {
                // What is being asked is answered; what might be asked later is not.
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            debug!(peer = %from.peer, %error, "a connection ended badly");
        }
        if let Some((upgrade, towards)) = slot.take() {
            self.tunnel(upgrade, towards, from.peer, stop).await;
        }
    }

    async fn answer(
        &self,
        mut request: Request<Incoming>,
        from: Origin,
        unread: &Unread,
        slot: &Slot,
        stopping: &watch::Receiver<bool>,
    ) -> Response<Sent> {
        if let Some(egress) = &self.egress {
            request = match egress.turn(&self.control, request, from, &self.limits, slot).await {
                Turn::Ours(request) => request,
                Turn::Done(response) => return response,
            };
        }
        let began = Instant::now();
        let mut answered = answer(&self.control, &self.limits, request, from, unread, stopping).await;
        if unread.is_some() {
            // Behind it the connection ends: who keeps connections for later must not keep this one.
            answered.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        self.control.latencies().add(began.elapsed());
        answered.map(Either::Left)
    }
}

/// What is spoken on a connection.
enum Spoken {
    Plain(TcpStream),
    /// TLS, where there is none.
    TlsToPlain(TcpStream),
    Tls(Box<tokio_rustls::server::TlsStream<TcpStream>>),
}

/// The first byte of a connection, left where it is; `None` when it ends before.
async fn first_byte(stream: &TcpStream) -> Option<u8> {
    let mut first = [0];
    let read = stream.peek(&mut first).await.ok()?;
    (read == 1).then_some(first[0])
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::net::TcpListener;
    use tokio::time::{Instant, sleep};

    use std::net::Ipv4Addr;

    use super::super::CertificateAuthority;
    use super::*;
    use crate::cloud::{Clock, Cloud};
    use crate::control::{ControlPeers, Guard};
    use crate::gateway::Gateway;
    use crate::services::registry;

    pub(in crate::server) fn served(tls: bool) -> Served {
        let limits = Arc::new(Limits::default());
        let tls = tls.then(|| {
            let folder = std::env::temp_dir().join(format!("acslab-ca-connection-{}", std::process::id()));
            let authority = CertificateAuthority::load_or_create(&folder).unwrap();
            TlsAcceptor::from(authority.server_config(&limits).unwrap())
        });
        let gateway =
            Arc::new(Gateway::new(Cloud::new(Clock::real(), 0, None), registry(), crate::operation::DECISIONS_BYTES));
        let guard = Guard::new((Ipv4Addr::LOCALHOST, 0).into(), Vec::new(), ControlPeers::default());
        let control = Arc::new(Control::new(gateway, guard, Arc::default(), Arc::default()));
        Served { control, tls, limits, egress: None, told: Arc::default() }
    }

    /// A connection whose server never ends by itself.
    fn plain(served: &Served) -> (DuplexStream, watch::Sender<bool>, tokio::task::JoinHandle<()>) {
        let (client, server) = duplex(64 << 10);
        let (stop, stopping) = watch::channel(false);
        let from = Origin { peer: Ipv4Addr::LOCALHOST.into(), secure: false };
        (client, stop, tokio::spawn(served.clone().requests(server, from, stopping)))
    }

    /// How long it takes until a client that has sent this is cut off, and what it was told before.
    async fn cut_off(sent: &[u8]) -> (Duration, String) {
        let (mut client, _stop, _) = plain(&served(false));
        client.write_all(sent).await.unwrap();
        let began = Instant::now();
        let mut told = String::new();
        client.read_to_string(&mut told).await.unwrap();
        (began.elapsed(), told)
    }

    const HEALTH: &str = "GET /_acslab/health HTTP/1.1\r\nHost: localhost\r\n\r\n";

    #[tokio::test(start_paused = true)]
    async fn nothing_and_half_a_head_and_nothing_more_are_not_waited_for() {
        let limits = Limits::default();
        assert_eq!(cut_off(b"").await, (limits.head, String::new()));
        assert_eq!(cut_off(b"GET / HTTP/1.1\r\nHo").await.0, limits.head);
        let (took, told) = cut_off(HEALTH.as_bytes()).await;
        assert_eq!(took, limits.head);
        assert!(told.starts_with("HTTP/1.1 200"), "{told}");
    }

    #[tokio::test(start_paused = true)]
    async fn half_a_body_is_waited_for_and_then_answered() {
        let limits = Limits::default();
        let (took, told) =
            cut_off(b"POST /_acslab/state HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{").await;
        assert!(took >= limits.body_pause && took <= limits.body_pause + limits.closing, "{took:?}");
        assert!(told.starts_with("HTTP/1.1 4"), "{told}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_has_its_limits() {
        let limits = Limits::default();
        let long = format!("GET / HTTP/1.1\r\nHost: x\r\nA: {}\r\n\r\n", "x".repeat(limits.head_size));
        let many = format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "A: x\r\n".repeat(limits.headers));
        for head in [long, many] {
            let (mut client, _stop, _) = plain(&served(false));
            let mut told = String::new();
            // The server may have answered before it was sent all.
            let _ = client.write_all(head.as_bytes()).await;
            client.read_to_string(&mut told).await.unwrap();
            assert!(told.starts_with("HTTP/1.1 431"), "{told}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn before_a_byte_and_in_half_a_hello_nobody_is_waited_for() {
        let served = served(true);
        for hello in [&b""[..], &[TLS_HANDSHAKE], b"\x16\x03\x01\x02\x00\x01\x00"] {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
            let (server, peer) = listener.accept().await.unwrap();
            let (_stop, stopping) = watch::channel(false);
            client.write_all(hello).await.unwrap();
            let began = Instant::now();
            served.clone().connection(server, peer, stopping).await;
            assert_eq!(began.elapsed().as_secs(), served.limits.hello.as_secs(), "{hello:?}");
            assert!(matches!(client.read(&mut [0]).await, Ok(0) | Err(_)));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn at_the_end_what_is_asked_is_answered_and_nothing_more() {
        let served = served(false);
        let half = "POST /_acslab/clock HTTP/1.1\r\nHost: localhost\r\nContent-Length: 21\r\n\r\n{\"advance_s";
        for (sent, rest, answers) in [(half, "econds\":1}", 1), (HEALTH, "", 1), ("", "", 0)] {
            let (mut client, stop, serving) = plain(&served);
            client.write_all(sent.as_bytes()).await.unwrap();
            sleep(Duration::from_secs(1)).await;
            stop.send(true).unwrap();
            sleep(Duration::from_secs(1)).await;
            // Where nothing was left to answer the connection is closed already.
            let _ = client.write_all(rest.as_bytes()).await;
            let mut told = String::new();
            client.read_to_string(&mut told).await.unwrap();
            assert_eq!(told.matches("HTTP/1.1 ").count(), answers, "{sent}: {told}");
            serving.await.unwrap();
        }
    }
}
