//! `GET decisions/stream`: decisions as they come, as server-sent events. Each has the name of its event as `id` and, as data,
//! what `GET decisions` shows of it.
//!
//! Whoever says the last id that it saw (`Last-Event-ID`, as a browser does by itself, or `?after=ID`) is told what came since: of another
//! process all that this one knows. `?latest=N` begins with the last so many; without either it begins now. What was forgotten
//! meanwhile is said: an event `gap` with how many.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header};
use serde_json::json;
use tokio::sync::{OwnedSemaphorePermit, mpsc, watch};
use tokio::time::sleep;

use super::decisions::{LARGEST_PAGE, shown};
use super::problem;
use crate::gateway::{Gateway, HttpRequest};
use crate::operation::{Entry, Event};

/// CHOICE: how often it is looked for what is new. Nobody who calls the cloud does anything for those who follow, however many they are;
/// a tenth of a second is at once for people.
const TICK: Duration = Duration::from_millis(100);
/// So many ticks in which nothing came are broken by a word that means nothing, which tells both sides that the other is there.
const QUIET: u32 = 150;
/// Decisions that are told together at most.
const TOGETHER: usize = 500;
/// Decisions from before that may be asked for at most.
const LATEST: u64 = 1_000;
/// Pieces that wait for a client that is slow, each of [`LARGEST_PAGE`] bytes, about.
const WAITING: usize = 4;

/// What was wrong with a request, as an answer.
type Refused = Box<Response<http_body_util::Full<Bytes>>>;

/// Begins to follow.
pub(super) fn answer(
    gateway: &Arc<Gateway>,
    request: &HttpRequest,
    place: OwnedSemaphorePermit,
    stop: watch::Receiver<bool>,
) -> Result<Response<mpsc::Receiver<Bytes>>, Refused> {
    let refuse = |status, why: String| Err(Box::new(problem(status, why)));
    if request.method != Method::GET {
        return refuse(StatusCode::METHOD_NOT_ALLOWED, "decisions are followed with GET".to_owned());
    }
    let trail = gateway.trail();
    let next = trail.next_number();
    let seen = request.header("last-event-id").or_else(|| request.query.get("after"));
    let from = match (seen, request.query.get("latest")) {
        (Some(seen), _) => match seen.parse::<Event>() {
            Ok(seen) if trail.is_own(seen) => seen.number.saturating_add(1).min(next),
            Ok(_) => 0,
            Err(why) => return refuse(StatusCode::BAD_REQUEST, format!("`{seen}`: {why}")),
        },
        (None, Some(latest)) => match latest.parse::<u64>() {
            Ok(latest) => next.saturating_sub(latest.min(LATEST)),
            Err(_) => return refuse(StatusCode::BAD_REQUEST, format!("`latest={latest}` is no number")),
        },
        (None, None) => next,
    };
    let (sender, events) = mpsc::channel(WAITING);
    tokio::spawn(follow(Arc::clone(gateway), from, sender, stop, place));
    let mut response = Response::new(events);
    for (name, value) in [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

/// Tells what comes, until nobody listens or the server is to end.
async fn follow(
    gateway: Arc<Gateway>,
    mut next: u64,
    sender: mpsc::Sender<Bytes>,
    mut stop: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
) {
    let mut quiet = 0;
    // Something at once: a client then knows that it is connected.
    let mut piece = "retry: 1000\n\n".to_owned();
    loop {
        let page = gateway.trail().since(next, TOGETHER);
        for (number, entry) in &page {
            if *number > next {
                piece.push_str(&gap(number - next));
            }
            piece.push_str(&event(gateway.trail().event(*number), entry));
            next = number + 1;
            // As much as a page has, about; the rest comes in the next piece.
            if piece.len() >= LARGEST_PAGE {
                break;
            }
        }
        if piece.is_empty() && quiet >= QUIET {
            piece.push_str(": nothing new\n\n");
        }
        if piece.is_empty() {
            quiet += 1;
            tokio::select! {
                () = sleep(TICK) => continue,
                () = sender.closed() => return,
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
        quiet = 0;
        tokio::select! {
            sent = sender.send(Bytes::from(std::mem::take(&mut piece))) => if sent.is_err() { return },
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

fn event(event: Event, entry: &Entry) -> String {
    format!("id: {event}\ndata: {}\n\n", shown(event, entry))
}

fn gap(forgotten: u64) -> String {
    format!("event: gap\ndata: {}\n\n", json!({"forgotten": forgotten}))
}
