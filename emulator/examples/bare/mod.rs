//! Bare hyper, to measure by: it answers everything with the same body and knows nothing.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use bytes::Bytes;
use http::Response;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};

/// Starts it on threads of its own, at a free port; it ends with the process.
pub(crate) fn start(workers: usize, body: &[u8]) -> io::Result<SocketAddr> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let body = Bytes::copy_from_slice(body);
    let runtime = match workers {
        1 => tokio::runtime::Builder::new_current_thread().enable_all().build()?,
        many => tokio::runtime::Builder::new_multi_thread().worker_threads(many).enable_all().build()?,
    };
    std::thread::spawn(move || runtime.block_on(serve(listener, body)));
    Ok(address)
}

async fn serve(listener: std::net::TcpListener, body: Bytes) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let body = body.clone();
        let service = service_fn(move |request: http::Request<Incoming>| {
            let body = body.clone();
            async move {
                // What comes is read, as the emulator reads it.
                let _ = request.into_body().collect().await;
                Ok::<_, Infallible>(Response::new(Full::new(body)))
            }
        });
        let mut server = http1::Builder::new();
        server.timer(TokioTimer::new());
        tokio::spawn(server.serve_connection(TokioIo::new(stream), service));
    }
}
