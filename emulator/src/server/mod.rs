//! Sockets: takes a bound listener, hands each request, whole, to the gateway or the control surface.

mod tls;

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

pub use tls::CertificateAuthority;

use crate::cloud::Outgoing;
use crate::control::{self, Control};
use crate::gateway::{Gateway, HttpRequest};
use crate::instance;
use crate::signature::{OrderedQuery, Plus};

/// The largest form body. Policy documents are at most a few KiB; 16 MiB leaves the cloud's own length errors room.
const LARGEST_FORM: usize = 16 << 20;
/// The largest other body: an object put in one piece (OSS: PutObject, 5 GB).
const LARGEST_BODY: usize = 5 << 30;

/// The first byte of a TLS connection: the record type of a handshake.
const TLS_HANDSHAKE: u8 = 0x16;

/// Serves until `stop` says so; connections that are being answered are answered to the end. With TLS, the one port takes
/// both: a connection's first byte tells.
pub(crate) async fn serve(
    listener: TcpListener,
    gateway: Arc<Gateway>,
    control: Arc<Control>,
    tls: Option<TlsAcceptor>,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => return,
        };
        // A connection that could not be accepted concerns nobody but its client.
        let Ok((stream, peer)) = accepted else { continue };
        // Small answers to small questions: waiting for more to send only costs time.
        let _ = stream.set_nodelay(true);
        tokio::spawn(connection(stream, peer, Arc::clone(&gateway), Arc::clone(&control), tls.clone(), stop.clone()));
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    gateway: Arc<Gateway>,
    control: Arc<Control>,
    tls: Option<TlsAcceptor>,
    stop: watch::Receiver<bool>,
) {
    if let Some(tls) = tls {
        let mut first = [0];
        if !matches!(stream.peek(&mut first).await, Ok(1)) {
            return;
        }
        if first == [TLS_HANDSHAKE] {
            if let Ok(stream) = tls.accept(stream).await {
                requests(stream, peer, true, gateway, control, stop).await;
            }
            return;
        }
    }
    requests(stream, peer, false, gateway, control, stop).await;
}

/// Answers the requests of one connection.
async fn requests<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    peer: SocketAddr,
    secure: bool,
    gateway: Arc<Gateway>,
    control: Arc<Control>,
    mut stop: watch::Receiver<bool>,
) {
    let service = service_fn(move |request| {
        let (gateway, control) = (Arc::clone(&gateway), Arc::clone(&control));
        async move { Ok::<_, Infallible>(answer(&gateway, &control, request, peer, secure).await) }
    });
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new());
    let connection = server.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => {}
        _ = stop.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

async fn answer(
    gateway: &Gateway,
    control: &Control,
    request: Request<Incoming>,
    peer: SocketAddr,
    secure: bool,
) -> Response<Outgoing> {
    let request = match read(request, peer.ip(), secure).await {
        Ok(request) => request,
        Err(status) => return plain(status).map(whole),
    };
    if request.path.starts_with(control::PREFIX) {
        control.answer(&request).map(whole)
    } else if instance::is_for_metadata(gateway, &request) {
        instance::answer_metadata(gateway, &request).map(whole)
    } else {
        gateway.handle(&request)
    }
}

/// The request with its whole body, or the status that says why not.
async fn read(request: Request<Incoming>, peer: IpAddr, secure: bool) -> Result<HttpRequest, StatusCode> {
    let (parts, body) = request.into_parts();
    let (query, malformed) = read_query(parts.uri.query().unwrap_or_default());
    let mut read = HttpRequest {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query,
        malformed,
        headers: parts.headers,
        body: Bytes::new(),
        peer,
        secure,
    };
    // A proxy's clients put the host into the request line.
    if let Some(authority) = parts.uri.authority()
        && !read.headers.contains_key("host")
        && let Ok(host) = authority.as_str().parse()
    {
        read.headers.insert("host", host);
    }
    let largest = if read.is_form() { LARGEST_FORM } else { LARGEST_BODY };
    let collected = Limited::new(body, largest).collect().await;
    read.body = collected.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?.to_bytes();
    Ok(read)
}

/// The query, and whether a part of it could not be decoded. The rest is kept: it tells which product's error to answer with.
fn read_query(text: &str) -> (OrderedQuery, bool) {
    if let Ok(query) = OrderedQuery::parse(text, Plus::Space) {
        return (query, false);
    }
    let parts = text.split('&').filter_map(|part| OrderedQuery::parse(part, Plus::Space).ok());
    (parts.flat_map(OrderedQuery::into_pairs).collect(), true)
}

/// A body that is there in one piece.
fn whole(body: Full<Bytes>) -> Outgoing {
    body.into_inner().map(Outgoing::from).unwrap_or_default()
}

fn plain(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(status.canonical_reason().unwrap_or_default())));
    *response.status_mut() = status;
    response
}
