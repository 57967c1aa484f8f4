//! What a proxy does with a request: CONNECT becomes a tunnel, to the emulator itself or to where it leads; a request that names
//! another host is passed on; what may not leave is refused in words.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use http_body_util::Either;
use hyper::body::Incoming;
use hyper::ext::ReasonPhrase;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::net::{TcpStream, lookup_host};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::Limits;
use super::accept::stopped;
use super::answer::Origin;
use super::connection::{Served, TLS_HANDSHAKE};
use super::proxy::{Egress, Way};
use super::sending::Sending;
use crate::cloud::Outgoing;
use crate::control::Control;

/// The body of an answer: the emulator's own, or that of a host that was let through.
pub(super) type Sent = Either<Sending, Incoming>;

/// What a connection becomes once it was answered.
#[derive(Debug, Clone, Default)]
pub(super) struct Slot(Arc<Mutex<Option<(OnUpgrade, Towards)>>>);

impl Slot {
    pub(super) fn take(&self) -> Option<(OnUpgrade, Towards)> {
        self.0.lock().take()
    }
}

/// Where a tunnel leads.
#[derive(Debug)]
pub(super) enum Towards {
    Here,
    There(TcpStream),
}

/// Whose turn it is to answer a request.
pub(super) enum Turn {
    /// The emulator's.
    Ours(Request<Incoming>),
    /// It is answered.
    Done(Response<Sent>),
}

impl Egress {
    /// Looks at a request of a program that takes the emulator for its proxy.
    pub(super) async fn turn(
        &self,
        control: &Control,
        mut request: Request<Incoming>,
        from: Origin,
        limits: &Limits,
        slot: &Slot,
    ) -> Turn {
        let Some(authority) = request.uri().authority() else { return Turn::Ours(request) };
        let connects = request.method() == Method::CONNECT;
        let secure = connects || request.uri().scheme_str() == Some("https");
        let host = authority.host().to_owned();
        let port = authority.port_u16().unwrap_or(if secure { 443 } else { 80 });
        match self.way(control, &host, port) {
            Way::Nowhere => Turn::Done(refused(&host)),
            Way::Here if connects => {
                *slot.0.lock() = Some((hyper::upgrade::on(&mut request), Towards::Here));
                Turn::Done(Response::new(Either::Left(Sending::from(Outgoing::default()))))
            }
            Way::Here => Turn::Ours(request),
            Way::Out if secure && !connects => Turn::Done(unreached(&host, "https goes by CONNECT")),
            Way::Out => match (reach(&host, port, from, limits).await, connects) {
                (Ok(stream), true) => {
                    *slot.0.lock() = Some((hyper::upgrade::on(&mut request), Towards::There(stream)));
                    Turn::Done(Response::new(Either::Left(Sending::from(Outgoing::default()))))
                }
                (Ok(stream), false) => {
                    Turn::Done(pass_on(stream, request, limits).await.unwrap_or_else(|why| unreached(&host, &why)))
                }
                (Err(why), _) => Turn::Done(unreached(&host, &why)),
            },
        }
    }
}

/// Reaches a host. What listens on this machine alone is for programs on this machine.
pub(super) async fn reach(host: &str, port: u16, from: Origin, limits: &Limits) -> Result<TcpStream, String> {
    let is_from_here = from.peer.to_canonical().is_loopback();
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let reached = async {
        let mut why = "it has no address".to_owned();
        for address in lookup_host((host, port)).await.map_err(|error| error.to_string())? {
            let ip = address.ip().to_canonical();
            // The address of none leads to this machine too.
            if !is_from_here && (ip.is_loopback() || ip.is_unspecified()) {
                "it is on this machine, and the request comes from another".clone_into(&mut why);
                continue;
            }
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => why = error.to_string(),
            }
        }
        Err(why)
    };
    timeout(limits.reached, reached).await.unwrap_or_else(|_| Err("it does not answer".to_owned()))
}

/// Passes a plain request on, as its host expects it, and gives what comes back.
async fn pass_on(stream: TcpStream, mut request: Request<Incoming>, limits: &Limits) -> Result<Response<Sent>, String> {
    let told = |error: hyper::Error| error.to_string();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(told)?;
    // It ends with the answer, or with whoever waits for it.
    tokio::spawn(connection);
    let authority = request.uri().authority().and_then(|host| HeaderValue::from_str(host.as_str()).ok());
    if let Some(authority) = authority {
        request.headers_mut().entry(header::HOST).or_insert(authority);
    }
    let path = request.uri().path_and_query().cloned();
    *request.uri_mut() = path.map_or_else(|| Uri::from_static("/"), Uri::from);
    request.headers_mut().remove("proxy-connection");
    request.headers_mut().remove(header::PROXY_AUTHORIZATION);
    let answered = timeout(limits.passed_on, sender.send_request(request)).await;
    let answered = answered.map_err(|_| "it does not answer".to_owned())?;
    answered.map(|answer| answer.map(Either::Right)).map_err(told)
}

fn refused(host: &str) -> Response<Sent> {
    let mut response = words(
        StatusCode::FORBIDDEN,
        format!(
            "acslab: `{host}` is no host of the cloud, so nothing was sent to it. `--pass {host}` lets it through.\n"
        ),
    );
    // Of an answer to CONNECT most clients show no more than this.
    response.extensions_mut().insert(ReasonPhrase::from_static(b"No host of the cloud (acslab)"));
    response
}

fn unreached(host: &str, why: &str) -> Response<Sent> {
    words(StatusCode::BAD_GATEWAY, format!("acslab: `{host}` cannot be reached: {why}\n"))
}

fn words(status: StatusCode, text: String) -> Response<Sent> {
    let mut response = Response::new(Either::Left(Sending::from(Outgoing::from(Bytes::from(text)))));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Passes on what comes from either side, until both have ended, one fails, or neither has sent anything for so long.
pub(super) async fn relay(one: impl AsyncRead + AsyncWrite, other: impl AsyncRead + AsyncWrite, pause: Duration) {
    let ((one_reads, one_writes), (other_reads, other_writes)) = (split(one), split(other));
    let passed = AtomicU64::new(0);
    let both =
        async { tokio::try_join!(pass(one_reads, other_writes, &passed), pass(other_reads, one_writes, &passed)) };
    let silent = async {
        let mut before = u64::MAX;
        loop {
            let now = passed.load(Ordering::Relaxed);
            if now == before {
                return;
            }
            before = now;
            sleep(pause).await;
        }
    };
    tokio::select! {
        _ = both => {}
        () = silent => {}
    }
}

/// Passes on what comes, and that it has ended.
async fn pass<S: AsyncRead, T: AsyncWrite>(
    mut from: ReadHalf<S>,
    mut to: WriteHalf<T>,
    passed: &AtomicU64,
) -> std::io::Result<()> {
    let mut buffer = vec![0; 16 << 10];
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            return to.shutdown().await;
        }
        to.write_all(buffer.get(..read).unwrap_or_default()).await?;
        passed.fetch_add(1, Ordering::Relaxed);
    }
}

/// What stands inside of a tunnel that leads here.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Duplex for S {}

impl Served {
    /// Serves what a connection has become. Boxed: what is in a tunnel is served like what is not.
    pub(super) fn tunnel(
        self,
        upgrade: OnUpgrade,
        towards: Towards,
        peer: std::net::IpAddr,
        mut stop: watch::Receiver<bool>,
    ) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async move {
            let Ok(upgraded) = upgrade.await else { return };
            let stream = TokioIo::new(upgraded);
            match towards {
                Towards::There(there) => tokio::select! {
                    () = relay(stream, there, self.limits.tunnel_pause) => {}
                    () = stopped(&mut stop) => {}
                },
                Towards::Here => self.inside(stream, peer, stop).await,
            }
        })
    }

    /// Serves what is inside of a tunnel that leads here.
    pub(super) async fn inside(
        self,
        stream: impl Duplex + 'static,
        peer: std::net::IpAddr,
        mut stop: watch::Receiver<bool>,
    ) {
        let hello = timeout(self.limits.hello, self.hello(stream));
        let spoken = tokio::select! {
            spoken = hello => spoken.ok().flatten(),
            () = stopped(&mut stop) => return,
        };
        let Some((stream, secure)) = spoken else { return };
        // A tunnel in a tunnel leads nowhere.
        Self { egress: None, ..self }.requests(stream, Origin { peer, secure }, stop).await;
    }

    /// What is spoken in a tunnel: its first byte tells.
    async fn hello(&self, mut stream: impl Duplex + 'static) -> Option<(Box<dyn Duplex>, bool)> {
        let mut first = vec![0];
        stream.read_exact(&mut first).await.ok()?;
        let secure = first == [TLS_HANDSHAKE];
        let (reads, writes) = tokio::io::split(stream);
        let stream = tokio::io::join(std::io::Cursor::new(first).chain(reads), writes);
        match &self.tls {
            Some(tls) if secure => Some((Box::new(tls.accept(stream).await.ok()?), true)),
            _ => Some((Box::new(stream), false)),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::duplex;
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_tunnel_in_which_nothing_is_said_ends() {
        let pause = Limits::default().tunnel_pause;
        let ((mut client, here), (there, mut host)) = (duplex(1 << 10), duplex(1 << 10));
        let began = Instant::now();
        let tunnel = tokio::spawn(relay(here, there, pause));
        // A word before the time is up keeps it open, whoever says it.
        sleep(pause.saturating_sub(Duration::from_secs(1))).await;
        client.write_all(b"ask").await.unwrap();
        let mut heard = [0; 3];
        host.read_exact(&mut heard).await.unwrap();
        assert_eq!(&heard, b"ask");
        sleep(pause.saturating_sub(Duration::from_secs(1))).await;
        host.write_all(b"yes").await.unwrap();
        client.read_exact(&mut heard).await.unwrap();
        assert_eq!(&heard, b"yes");
        tunnel.await.unwrap();
        let lasted = began.elapsed();
        assert!(lasted > pause && lasted <= pause * 4, "{lasted:?}");
    }

    #[tokio::test]
    async fn what_listens_on_this_machine_alone_is_reached_from_here_alone() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let from = |peer: &str| Origin { peer: peer.parse().unwrap(), secure: false };
        for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]", "[::ffff:0.0.0.0]"] {
            let refused = reach(host, port, from("192.0.2.7"), &Limits::default()).await.unwrap_err();
            assert!(refused.contains("on this machine"), "{host}: {refused}");
        }
        reach("127.0.0.1", port, from("127.0.0.1"), &Limits::default()).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn what_one_side_ends_is_ended_for_the_other() {
        let ((mut client, here), (there, mut host)) = (duplex(1 << 10), duplex(1 << 10));
        let began = Instant::now();
        let tunnel = tokio::spawn(relay(here, there, Limits::default().tunnel_pause));
        client.write_all(b"all").await.unwrap();
        client.shutdown().await.unwrap();
        let mut heard = String::new();
        host.read_to_string(&mut heard).await.unwrap();
        host.write_all(b"answer").await.unwrap();
        drop(host);
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        tunnel.await.unwrap();
        assert_eq!((&*heard, &*answer, began.elapsed()), ("all", "answer", Duration::ZERO));
    }
}
