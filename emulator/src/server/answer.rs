//! One request: read as far as it is wanted, and handed to whoever answers it.

use std::net::IpAddr;
use std::sync::OnceLock;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header, request};
use http_body_util::Full;
use hyper::body::Incoming;
use memchr::memchr_iter;
use tokio::sync::watch;

use super::Limits;
use super::body::Arriving;
use super::patient::Unread;
use super::sending::Sending;
use crate::cloud::Outgoing;
use crate::control::{self, Control};
use crate::gateway::{BodyFault, HttpRequest, Read, Reading};
use crate::instance;
use crate::signature::{OrderedQuery, Plus};

/// Where a request comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    pub(super) peer: IpAddr,
    /// Over TLS?
    pub(super) secure: bool,
}

/// Answers one request.
pub(super) async fn answer(
    control: &Control,
    limits: &Limits,
    request: Request<Incoming>,
    from: Origin,
    unread: &Unread,
    stop: &watch::Receiver<bool>,
) -> Response<Sending> {
    let (head, body) = request.into_parts();
    let expects = head.headers.contains_key(header::EXPECT);
    let request = read_head(head, from.peer, from.secure, limits);
    let body = Arriving::new(body, limits, unread);
    if control::is_for(&request) {
        return surface(control, limits, request, body, stop).await;
    }
    if let Some(welcome) = control.welcome(&request) {
        return welcome.map(whole).map(Sending::from);
    }
    let apart = control.set_apart(&request);
    apart(cloud(control, limits, request, body, expects).await.map(Sending::from))
}

/// What the control surface answers.
async fn surface(
    control: &Control,
    limits: &Limits,
    mut request: HttpRequest,
    body: Arriving<'_, Incoming>,
    stop: &watch::Receiver<bool>,
) -> Response<Sending> {
    let admitted = match control.admit(&request) {
        Ok(admitted) => admitted,
        Err(refused) => return (*refused).map(whole).map(Sending::from),
    };
    if control::is_stream(&request) {
        return match admitted.stream(&request, stop.clone()) {
            Ok(events) => events.map(Sending::Events),
            Err(refused) => (*refused).map(whole).map(Sending::from),
        };
    }
    match body.whole(limits.control_body).await {
        Ok(body) => {
            request.body = body;
            admitted.answer(&request).map(whole).map(Sending::from)
        }
        Err(fault) => unread(fault).map(whole).map(Sending::from),
    }
}

/// What the cloud answers.
async fn cloud(
    control: &Control,
    limits: &Limits,
    mut request: HttpRequest,
    body: Arriving<'_, Incoming>,
    expects: bool,
) -> Response<Outgoing> {
    let gateway = control.gateway();
    if instance::is_for_metadata(gateway, &request) {
        // It asks by its head alone.
        return instance::answer_metadata(gateway, &request).map(whole);
    }
    if let Err(refused) = control.take_circumstances(&mut request) {
        return (*refused).map(whole);
    }
    let is_form = request.is_form();
    let is_read = matches!(request.method, Method::GET | Method::HEAD);
    let pending = gateway.admit(request);
    let read = match pending.reading() {
        Reading::Whole => body.whole(limits.whole_body).await.map(|body| bounded(body, is_form, limits)),
        Reading::Stream => body.content(limits.content, pending.store()).await.map(Read::Content),
        Reading::Nothing => {
            // Who asks before sending is told before it is sent, and who reads has nothing to send.
            if !expects && !is_read {
                body.throw_away().await;
            }
            Ok(Read::Whole(Bytes::new()))
        }
    };
    match read {
        Ok(read) => pending.answer(read),
        Err(fault) => pending.fail(fault),
    }
}

/// A body that was read whole, if it does not hold more parameters than may be.
fn bounded(body: Bytes, is_form: bool, limits: &Limits) -> Read {
    let many = || body.split(|byte| *byte == b'&').count() > limits.parameters;
    if is_form && many() { Read::TooMany } else { Read::Whole(body) }
}

/// The request as far as it is there: without its body.
pub(crate) fn read_head(head: request::Parts, peer: IpAddr, secure: bool, limits: &Limits) -> HttpRequest {
    let (query, malformed) = read_query(head.uri.query().unwrap_or_default(), limits.parameters);
    let mut read = HttpRequest {
        method: head.method,
        path: head.uri.path().to_owned(),
        query,
        malformed,
        headers: head.headers,
        body: Bytes::new(),
        peer,
        secure,
        mfa: false,
        cause: None,
        for_person: None,
        named_host: OnceLock::new(),
    };
    // A proxy's clients put the host into the request line.
    if let Some(authority) = head.uri.authority()
        && !read.headers.contains_key("host")
        && let Ok(host) = authority.as_str().parse()
    {
        read.headers.insert("host", host);
    }
    read
}

/// The query, and whether a part of it could not be decoded or is one too many. The rest is kept: it tells which product's error to
/// answer with.
fn read_query(text: &str, most: usize) -> (OrderedQuery, bool) {
    let end = memchr_iter(b'&', text.as_bytes()).nth(most.saturating_sub(1));
    let text = end.and_then(|end| text.get(..end)).unwrap_or(text);
    if let Ok(query) = OrderedQuery::parse(text, Plus::Space) {
        return (query, end.is_some());
    }
    let parts = text.split('&').filter(|part| OrderedQuery::parse(part, Plus::Space).is_ok());
    let readable = parts.collect::<Vec<_>>().join("&");
    (OrderedQuery::parse(&readable, Plus::Space).unwrap_or_default(), true)
}

/// A body that is there in one piece.
fn whole(body: Full<Bytes>) -> Outgoing {
    body.into_inner().map(Outgoing::from).unwrap_or_default()
}

/// What the control surface says of a body that could not be read to its end.
fn unread(fault: BodyFault) -> Response<Full<Bytes>> {
    let (status, why) = match fault {
        BodyFault::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "the body is longer than is read here"),
        BodyFault::TooSlow => (StatusCode::REQUEST_TIMEOUT, "the body did not come to its end in time"),
        BodyFault::CutOff => (StatusCode::BAD_REQUEST, "the body ends before it is as long as its head says"),
        BodyFault::NotKept => (StatusCode::INTERNAL_SERVER_ERROR, "the body could not be kept"),
    };
    control::problem(status, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_has_so_many_parameters_and_no_more() {
        let read = |text: &str| {
            let (query, malformed) = read_query(text, 3);
            (query.to_string(), malformed)
        };
        assert_eq!(read("a=1&b&c=%20"), ("a=1&b&c=%20".to_owned(), false));
        assert_eq!(read("a=1&b&c&d"), ("a=1&b&c".to_owned(), true));
        assert_eq!(read("a=1&&c&"), ("a=1&c".to_owned(), true));
        assert_eq!(read("a=1&b=%zz&c=2"), ("a=1&c=2".to_owned(), true));
        assert_eq!(read(""), (String::new(), false));
    }
}
