//! What a proxy does with a request: CONNECT becomes a tunnel, to the emulator itself or to where it leads; a request that names
//! another host is passed on; what may not leave is refused in words.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use http_body_util::Either;
use hyper::body::Incoming;
use hyper::ext::ReasonPhrase;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, copy_bidirectional};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;

use super::accept::stopped;
use super::answer::Origin;
use super::connection::{Served, TLS_HANDSHAKE};
use super::proxy::{Egress, Way};
use super::sending::Sending;
use crate::cloud::Outgoing;
use crate::control::Control;

/// The body of an answer: the emulator's own, or that of a host that was let through.
pub(super) type Sent = Either<Sending, Incoming>;

/// How long a host that is let through may take to be reached.
const REACHED_WITHIN: Duration = Duration::from_secs(15);

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
    pub(super) async fn turn(&self, control: &Control, mut request: Request<Incoming>, slot: &Slot) -> Turn {
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
            Way::Out => match (reach(&host, port).await, connects) {
                (Ok(stream), true) => {
                    *slot.0.lock() = Some((hyper::upgrade::on(&mut request), Towards::There(stream)));
                    Turn::Done(Response::new(Either::Left(Sending::from(Outgoing::default()))))
                }
                (Ok(stream), false) => {
                    Turn::Done(pass_on(stream, request).await.unwrap_or_else(|why| unreached(&host, &why)))
                }
                (Err(why), _) => Turn::Done(unreached(&host, &why)),
            },
        }
    }
}

async fn reach(host: &str, port: u16) -> Result<TcpStream, String> {
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    match timeout(REACHED_WITHIN, TcpStream::connect((host, port))).await {
        Ok(reached) => reached.map_err(|error| error.to_string()),
        Err(_) => Err("it does not answer".to_owned()),
    }
}

/// Passes a plain request on, as its host expects it, and gives what comes back.
async fn pass_on(stream: TcpStream, mut request: Request<Incoming>) -> Result<Response<Sent>, String> {
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
    sender.send_request(request).await.map(|answer| answer.map(Either::Right)).map_err(told)
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
            let mut stream = TokioIo::new(upgraded);
            match towards {
                Towards::There(mut there) => tokio::select! {
                    _ = copy_bidirectional(&mut stream, &mut there) => {}
                    () = stopped(&mut stop) => {}
                },
                Towards::Here => {
                    let within = self.limits.hello;
                    let hello = timeout(within, self.hello(stream));
                    let spoken = tokio::select! {
                        spoken = hello => spoken.ok().flatten(),
                        () = stopped(&mut stop) => return,
                    };
                    let Some((stream, secure)) = spoken else { return };
                    // A tunnel in a tunnel leads nowhere.
                    Self { egress: None, ..self }.requests(stream, Origin { peer, secure }, stop).await;
                }
            }
        })
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
