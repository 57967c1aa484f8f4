//! Respond: the only place where answers and errors become bytes.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use jiff::Timestamp;

use super::{ApiError, Body, HttpRequest, Reply, Wire, fc, openapi, oss, sls};
use crate::cloud::{IdSource, Outgoing};
use crate::signature::TimeFormat;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-acs-request-id");
const OSS_REQUEST_ID: HeaderName = HeaderName::from_static("x-oss-request-id");
const SLS_REQUEST_ID: HeaderName = HeaderName::from_static("x-log-requestid");
const FC_REQUEST_ID: HeaderName = HeaderName::from_static("x-fc-request-id");
const OSS_SERVER_TIME: HeaderName = HeaderName::from_static("x-oss-server-time");
/// How an answer is framed, and what becomes of the connection behind it: the server's to say.
const FRAMING: [HeaderName; 5] =
    [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION, header::UPGRADE, header::TRAILER];

/// What an answer says of the request that it is for, whatever becomes of that.
#[derive(Debug)]
pub(crate) struct Envelope {
    wire: Wire,
    request_id: Arc<str>,
    host: Option<HeaderValue>,
    /// The answer to a HEAD has no body.
    head: bool,
    /// What the answer says besides.
    besides: HeaderMap,
}

impl Envelope {
    /// An envelope for the answer to a request, with a new request id.
    pub(crate) fn of(request: &HttpRequest, wire: Wire, ids: &IdSource) -> Self {
        Self {
            wire,
            request_id: wire.request_id(ids),
            host: request.headers.get(header::HOST).cloned(),
            head: request.method == Method::HEAD,
            besides: HeaderMap::new(),
        }
    }

    /// Has the answer say more, whatever it is.
    pub(crate) fn say(&mut self, besides: HeaderMap) {
        self.besides.extend(besides);
    }

    /// How the request came.
    pub(crate) fn wire(&self) -> Wire {
        self.wire
    }

    /// The request's id.
    pub(crate) fn request_id(&self) -> &Arc<str> {
        &self.request_id
    }

    /// A body can say in which format the answer is to be.
    pub(crate) fn told_by(&mut self, request: &HttpRequest) {
        self.wire = Wire::of(request);
    }

    /// The bytes for an outcome: the answer of an operation of this name, or an error.
    pub(crate) fn respond(&self, now: Timestamp, outcome: Result<(&str, Reply), ApiError>) -> Response<Outgoing> {
        let mut response = match outcome {
            Ok((operation, reply)) => self.success(operation, reply),
            Err(error) => self.failure(&error),
        };
        let (id_header, server) = match self.wire {
            Wire::Oss => (OSS_REQUEST_ID, Some("AliyunOSS")),
            Wire::Sls => (SLS_REQUEST_ID, Some("nginx")),
            Wire::Fc => (FC_REQUEST_ID, None),
            Wire::Rpc { .. } | Wire::Roa => (REQUEST_ID, None),
        };
        let headers = response.headers_mut();
        for (name, value) in &self.besides {
            headers.entry(name).or_insert_with(|| value.clone());
        }
        if let Ok(id) = HeaderValue::from_str(&self.request_id) {
            headers.insert(id_header, id);
        }
        if let Some(server) = server {
            headers.insert(header::SERVER, HeaderValue::from_static(server));
        }
        match self.wire {
            // How many milliseconds the answer took: always the same here, so that a run can be told from another by what differs.
            Wire::Oss => {
                headers.insert(OSS_SERVER_TIME, HeaderValue::from_static("0"));
            }
            // Pages of any origin may read what Log Service answers.
            Wire::Sls => {
                headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            }
            Wire::Rpc { .. } | Wire::Roa | Wire::Fc => {}
        }
        // The cloud's time, so that a client can tell how far its own clock is off.
        if let Ok(date) = HeaderValue::try_from(TimeFormat::HttpDate.write(now)) {
            headers.insert(header::DATE, date);
        }
        response
    }

    fn success(&self, operation: &str, reply: Reply) -> Response<Outgoing> {
        let (kind, body, length) = match reply.body {
            Body::Empty => (None, Outgoing::default(), None),
            Body::Head(length) => (None, Outgoing::default(), Some(length)),
            Body::Bytes(kind, bytes) => (Some(kind), bytes.into(), None),
            Body::Payload(kind, payload) => (Some(kind), payload.into(), None),
            Body::Packed(kind, payload) => (Some(kind), Outgoing::packed(payload), None),
            Body::Document(members) if self.wire == Wire::Sls => {
                let (kind, text) = sls::answer(members);
                (Some(kind), Bytes::from(text).into(), None)
            }
            Body::Document(members) if self.wire == Wire::Fc => {
                let (kind, text) = fc::answer(members);
                (Some(kind), Bytes::from(text).into(), None)
            }
            Body::Document(members) => {
                let (kind, text) = openapi::answer(self.wire, operation, &self.request_id, members);
                (Some(kind), Bytes::from(text).into(), None)
            }
        };
        let mut response = Response::new(body);
        *response.status_mut() = reply.status;
        *response.headers_mut() = reply.headers;
        let headers = response.headers_mut();
        // Whatever a reply was made of: how it is framed is said by its body alone.
        for name in FRAMING {
            headers.remove(name);
        }
        if let Some(kind) = kind {
            headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static(kind));
        }
        if let Some(length) = length {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        response
    }

    fn failure(&self, error: &ApiError) -> Response<Outgoing> {
        let host = self.host.as_ref().and_then(|host| host.to_str().ok()).unwrap_or_default();
        let (kind, text) = match self.wire {
            Wire::Oss => oss::failure(host, &self.request_id, error),
            Wire::Sls => sls::failure(error),
            Wire::Fc => fc::failure(error),
            Wire::Rpc { .. } | Wire::Roa => openapi::failure(self.wire, host, &self.request_id, error),
        };
        let body = if self.head { Outgoing::default() } else { Bytes::from(text.clone()).into() };
        let mut response = Response::new(body);
        *response.status_mut() = error.status();
        let headers = response.headers_mut();
        if error.status() != StatusCode::NOT_MODIFIED {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        if self.wire == Wire::Oss {
            oss::error_headers(headers, error, self.head.then_some(&text));
        }
        for (name, value) in error.headers() {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(*name, value);
            }
        }
        response
    }
}
