//! A request as it arrived.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::header::{self, AsHeaderName};
use http::{HeaderMap, Method};
use memchr::memchr;

use crate::signature::{OrderedQuery, SignedView};

/// One HTTP request, whole.
#[derive(Debug, Clone)]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// The path as sent, percent-encoded.
    pub path: String,
    /// The query, decoded, in order.
    pub query: OrderedQuery,
    /// Could a part of the query not be decoded? Such a request is refused.
    pub malformed: bool,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// Who sent it.
    pub peer: IpAddr,
    /// Over TLS?
    pub secure: bool,
    /// Does the sender say that somebody with a second factor stands behind it? No client of the cloud can.
    pub mfa: bool,
    /// The call that a service makes it for, by its request id; none of what comes from outside.
    pub cause: Option<Arc<str>>,
    /// The person in whose name a service makes it, by the id; none of what comes from outside.
    pub for_person: Option<Arc<str>>,
    /// The host, once it was asked for: it is asked for at every stage.
    pub named_host: OnceLock<Box<str>>,
}

impl HttpRequest {
    /// A request that a service makes inside the cloud: no headers, no signature, from nowhere.
    pub(crate) fn inside(method: Method, path: String, query: OrderedQuery, body: Bytes) -> Self {
        Self {
            method,
            path,
            query,
            malformed: false,
            headers: HeaderMap::new(),
            body,
            peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
            secure: true,
            mfa: false,
            cause: None,
            for_person: None,
            named_host: OnceLock::new(),
        }
    }

    /// The same, for an RPC operation by name.
    pub(crate) fn action(action: &str, version: &str, parameters: &[(&str, &str)]) -> Self {
        let named = [("Action", action), ("Version", version)];
        let query = named.iter().chain(parameters).map(|(name, value)| (*name, *value)).collect();
        Self::inside(Method::POST, "/".to_owned(), query, Bytes::new())
    }

    /// A header's text; `None` too when it is no text.
    pub fn header(&self, name: impl AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The host that was asked for, without port. Some clients put a scheme in front of it.
    pub fn host(&self) -> &str {
        self.named_host.get_or_init(|| self.host_in_header().into())
    }

    fn host_in_header(&self) -> &str {
        let host = self.header(header::HOST).unwrap_or_default();
        let Some(colon) = memchr(b':', host.as_bytes()) else { return host };
        let host = host.get(colon..).and_then(|rest| rest.strip_prefix("://")).unwrap_or(host);
        match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        }
    }

    /// What a signature is computed over.
    pub fn signed_view(&self) -> SignedView<'_> {
        SignedView {
            method: self.method.as_str(),
            path: &self.path,
            query: &self.query,
            headers: &self.headers,
            body: &self.body,
        }
    }

    /// Is the body a form?
    pub fn is_form(&self) -> bool {
        const FORM: &[u8] = b"application/x-www-form-urlencoded";
        let kind = self.header(header::CONTENT_TYPE).unwrap_or_default();
        // The names of media types have no letter case (RFC 9110, 8.3.1).
        kind.as_bytes().get(..FORM.len()).is_some_and(|kind| kind.eq_ignore_ascii_case(FORM))
    }

    /// Is it signed with V3 (`ACS3-…`), so that headers name the operation?
    pub fn is_v3(&self) -> bool {
        self.header(header::AUTHORIZATION).is_some_and(|text| text.starts_with("ACS3-"))
    }
}
