//! The socket of a class.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use super::api::{Answer, PREFIX, answer, seat_of};
use super::guard::Guard;
use super::page::HEADERS;
use super::room::Room;

/// CHOICE: connections at a time; whoever comes then waits.
const CONNECTIONS: usize = 512;
/// CHOICE: a body has at most so many bytes: a policy of 6 KiB, quoted, several times.
const BODY: usize = 128 * 1024;
/// CHOICE: as the cloud that is served beside it. From the end of a request, or from the beginning, to the end of the next one's head.
const HEAD: Duration = Duration::from_mins(1);
/// CHOICE: how long a body may take.
const ARRIVAL: Duration = Duration::from_secs(10);
/// CHOICE: how long a client may take nothing of its answer.
const ANSWER: Duration = Duration::from_mins(1);
/// CHOICE: headers of a request.
const HEADERS_AT_MOST: usize = 100;

/// Where a class listens.
#[derive(Clone, Debug)]
pub struct Listen {
    /// The address.
    pub address: SocketAddr,
    /// Names that it answers to, besides `localhost` and addresses.
    pub hosts: Vec<String>,
}

/// A class that is served. Dropping it ends it.
#[derive(Debug)]
pub struct Class {
    address: SocketAddr,
    room: Arc<Room>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Class {
    /// Opens the room to learners.
    ///
    /// # Errors
    /// The address cannot be had, or no thread.
    pub fn start(room: Room, listen: &Listen) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(listen.address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let room = Arc::new(room);
        let (stop, stopped) = watch::channel(false);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            // Requests of one learner wait for each other before they have a thread: each thread is at work.
            .max_blocking_threads(32)
            .thread_name("acslab-class")
            .enable_all()
            .build()?;
        let (served, guard) = (Arc::clone(&room), Arc::new(Guard::new(listen.hosts.clone())));
        let thread = std::thread::Builder::new().name("acslab-class".to_owned()).spawn(move || {
            runtime.block_on(async move {
                if let Ok(listener) = TcpListener::from_std(listener) {
                    serve(listener, served, guard, stopped).await;
                }
            });
            runtime.shutdown_timeout(Duration::from_secs(2));
        })?;
        Ok(Self { address, room, stop, thread: Some(thread) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Who is in it.
    pub fn room(&self) -> &Room {
        &self.room
    }
}

impl Drop for Class {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn serve(listener: TcpListener, room: Arc<Room>, guard: Arc<Guard>, mut stop: watch::Receiver<bool>) {
    let free = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(permit) = Arc::clone(&free).acquire_owned().await else { return };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => return,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let (room, guard) = (Arc::clone(&room), Arc::clone(&guard));
        tokio::spawn(async move {
            attend(stream, room, guard, ANSWER).await;
            drop(permit);
        });
    }
}

/// Answers what is asked on a connection, of somebody who takes something of an answer at least so often.
async fn attend<S>(stream: S, room: Arc<Room>, guard: Arc<Guard>, pause: Duration)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| respond(Arc::clone(&room), Arc::clone(&guard), request));
    let mut server = http1::Builder::new();
    let connection = server
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(64 * 1024)
        .max_headers(HEADERS_AT_MOST)
        .serve_connection(TokioIo::new(acslab_emulator::patient(stream, pause)), service);
    // What goes wrong with a connection concerns whoever made it.
    let _ = connection.await;
}

async fn respond(
    room: Arc<Room>,
    guard: Arc<Guard>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    if let Err(why) = guard.admit(&head.headers) {
        return Ok(response(&Answer::Refused(StatusCode::FORBIDDEN, why.to_owned())));
    }
    let Some(path) = head.uri.path().strip_prefix(PREFIX).map(str::to_owned) else {
        return Ok(response(&Answer::Refused(StatusCode::NOT_FOUND, format!("the course is under {PREFIX}"))));
    };
    let body = match tokio::time::timeout(ARRIVAL, Limited::new(body, BODY).collect()).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(_)) => {
            let why = format!("a body is whole, and has at most {BODY} bytes");
            return Ok(closing(response(&Answer::Refused(StatusCode::PAYLOAD_TOO_LARGE, why))));
        }
        Err(_) => {
            let why = "the body did not arrive".to_owned();
            return Ok(closing(response(&Answer::Refused(StatusCode::REQUEST_TIMEOUT, why))));
        }
    };
    let path = percent_encoding::percent_decode_str(&path).decode_utf8_lossy().into_owned();
    let turn = match seat_of(&room, &path) {
        None => None,
        Some(seat) => match seat.turn().await {
            None => {
                let why = "you have asked for more already; wait until that is answered".to_owned();
                return Ok(response(&Answer::Refused(StatusCode::TOO_MANY_REQUESTS, why)));
            }
            turn => turn,
        },
    };
    let work = move || {
        // Kept until the work is done, even if nobody waits for the answer any more.
        let _turn = turn;
        answer(&room, &head.method, &path, head.uri.query().unwrap_or_default(), &body)
    };
    let answered = tokio::task::spawn_blocking(work).await;
    let failed = || Answer::Refused(StatusCode::INTERNAL_SERVER_ERROR, "the course has a fault here".to_owned());
    Ok(response(&answered.unwrap_or_else(|_| failed())))
}

fn response(answer: &Answer) -> Response<Full<Bytes>> {
    let (status, kind, text) = match answer {
        Answer::Page((kind, text)) => (StatusCode::OK, *kind, Bytes::from_static(text.as_bytes())),
        Answer::Value(value) => (StatusCode::OK, "application/json", Bytes::from(value.to_string())),
        Answer::Refused(status, why) => {
            (*status, "application/json", Bytes::from(serde_json::json!({"error": why}).to_string()))
        }
    };
    let mut response = Response::new(Full::new(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

/// What of the body did not come is not waited for.
fn closing(mut response: Response<Full<Bytes>>) -> Response<Full<Bytes>> {
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncWriteExt, duplex};

    use super::*;

    #[tokio::test]
    async fn whoever_does_not_read_an_answer_is_given_up() {
        let (mut client, server) = duplex(64);
        let room = Arc::new(Room::new(Vec::new(), 1));
        let guard = Arc::new(Guard::new(Vec::new()));
        let serving = tokio::spawn(attend(server, room, guard, Duration::from_millis(50)));
        let head = format!("GET {PREFIX}lessons HTTP/1.1\r\nhost: localhost\r\n\r\n");
        client.write_all(head.as_bytes()).await.unwrap();
        // Nothing is read, and the connection stays open.
        let ended = tokio::time::timeout(HEAD, serving).await;
        assert!(matches!(ended, Ok(Ok(()))), "{ended:?}");
        drop(client);
    }
}
