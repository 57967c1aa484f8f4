//! What an operation gives back, before it has a wire format.

use bytes::Bytes;
use http::header::IntoHeaderName;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::Value;

use super::CallOut;
use crate::cloud::Payload;

/// The result of an operation.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The HTTP status; 200 unless said otherwise.
    pub status: StatusCode,
    /// Headers of its own.
    pub headers: HeaderMap,
    /// The body.
    pub body: Body,
    /// How many bytes more are kept for it, of an operation that writes.
    pub grown: Option<i64>,
    /// Whom else to tell before it is given: it is what that comes to.
    pub calls: Option<Box<CallOut>>,
}

/// The body of a result.
#[derive(Debug, Clone)]
pub enum Body {
    /// Nothing.
    Empty,
    /// The members of the answer; `RequestId` is added, and the format is the one that the request asked for.
    Document(serde_json::Map<String, Value>),
    /// Bytes of a content type (an XML document of OSS).
    Bytes(&'static str, Bytes),
    /// What was stored, of a content type (an object); it goes out as it is kept.
    Payload(&'static str, Payload),
    /// The same, packed as it goes out: nobody knows how long it gets.
    Packed(&'static str, Payload),
    /// No body, but the length that it would have: the answer to a HEAD.
    Head(u64),
}

impl Reply {
    /// The members of a JSON object. Anything else is an answer without members.
    pub fn document(value: impl Into<Value>) -> Self {
        let members = match value.into() {
            Value::Object(members) => members,
            _ => serde_json::Map::new(),
        };
        Self::with_body(Body::Document(members))
    }

    /// An answer with the request id alone.
    pub fn done() -> Self {
        Self::document(Value::Null)
    }

    /// An answer with a body, status 200.
    pub fn with_body(body: Body) -> Self {
        Self { status: StatusCode::OK, headers: HeaderMap::new(), body, grown: None, calls: None }
    }

    /// Of an operation that writes: with how many bytes more are kept.
    #[must_use]
    pub fn grown(self, bytes: i64) -> Self {
        Self { grown: Some(bytes), ..self }
    }

    /// With another status.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// With a header. A value that cannot stand in a header is left out.
    #[must_use]
    pub fn header(mut self, name: impl IntoHeaderName, value: impl TryInto<HeaderValue>) -> Self {
        if let Ok(value) = value.try_into() {
            self.headers.insert(name, value);
        }
        self
    }

    /// The members of the answer, for a service that called inside the cloud.
    pub fn members(&self) -> Option<&serde_json::Map<String, Value>> {
        match &self.body {
            Body::Document(members) => Some(members),
            _ => None,
        }
    }
}
