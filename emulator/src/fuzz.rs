//! What the fuzz targets drive, where it is reached in no other way: requests without sockets, and the readers of what identity
//! providers sign.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, StatusCode};

use crate::cloud::{Account, Clock, Cloud, Service};
use crate::federation::{Assertion, KeySet, Metadata, Token};
use crate::gateway::{ApiError, Caller, Gateway, HttpRequest, Read, Reading};
use crate::operation::{DECISIONS_BYTES, Inside};
use crate::server::{Limits, read_head};
use crate::services::{oss, registry};

/// A cloud with one account, whose OSS is open and which has a bucket: always the same.
#[derive(Debug)]
pub struct Fuzzed {
    gateway: Gateway,
    owner: Arc<Account>,
}

impl Fuzzed {
    /// A new one.
    pub fn new() -> Option<Self> {
        let clock = Clock::fixed("2026-01-02T03:04:05Z".parse().ok()?);
        let gateway = Gateway::new(Cloud::new(clock, 0, None), registry(), DECISIONS_BYTES);
        let cloud = gateway.cloud();
        cloud.open_account("company", "1234567890123456").ok()?;
        let owner = cloud.account("1234567890123456")?;
        owner.activations.write().open(Service::Oss, cloud.clock.now());
        let fuzzed = Self { gateway, owner };
        fuzzed.as_owner(read(b"PUT /bucket\n\n")?)?;
        Some(fuzzed)
    }

    /// The status of the answer to a request as it came from a stranger, and whether anything changed. `None`: it is no request.
    pub fn as_stranger(&self, request: &[u8]) -> Option<(StatusCode, bool)> {
        let mut request = read(request)?;
        let body = std::mem::take(&mut request.body);
        let before = self.gateway.cloud().changes().so_far();
        let pending = self.gateway.admit(request);
        let read = match pending.reading() {
            Reading::Whole => Read::Whole(body),
            Reading::Stream => Read::Content(crate::cloud::Written::copy_of(&body)),
            Reading::Nothing => Read::Whole(Bytes::new()),
        };
        let status = pending.answer(read).status();
        Some((status, self.gateway.cloud().changes().so_far() != before))
    }

    /// The same request made by the account's owner, so that whatever performs it reads it, too.
    pub fn by_owner(&self, request: &[u8]) -> Option<StatusCode> {
        self.as_owner(read(request)?).or(Some(StatusCode::OK))
    }

    fn as_owner(&self, request: HttpRequest) -> Option<StatusCode> {
        let cloud = self.gateway.cloud();
        let caller = Caller::Owner(Arc::clone(&self.owner));
        let answer = self.gateway.enter(&cloud, request, caller, "cn-hangzhou");
        Some(answer.map_or_else(|error: ApiError| error.status(), |reply| reply.status))
    }
}

/// A line `METHOD TARGET`, a line a header, an empty line, the body.
fn read(text: &[u8]) -> Option<HttpRequest> {
    let limits = Limits::default();
    let end = text.windows(2).position(|two| two == b"\n\n").unwrap_or(text.len());
    let (head, body) = text.split_at_checked(end)?;
    let mut lines = head.split(|byte| *byte == b'\n');
    let mut first = lines.next()?.splitn(2, |byte| *byte == b' ');
    let mut request = Request::builder().method(first.next()?).uri(first.next()?);
    for line in lines.take(limits.headers) {
        let (name, value) = line.split_at_checked(line.iter().position(|byte| *byte == b':')?)?;
        request = request.header(name, value.get(1..)?);
    }
    let (head, ()) = request.body(()).ok()?.into_parts();
    let mut request = read_head(head, IpAddr::V4(Ipv4Addr::LOCALHOST), false, &limits);
    request.body = Bytes::copy_from_slice(body.get(2..).unwrap_or_default());
    Some(request)
}

/// Reads a token of an OIDC provider, and checks it against keys. Nobody knows a key of it, so it is never right.
pub fn token(text: &str, keys: &[u8]) -> bool {
    let Ok(keys) = KeySet::parse(keys) else { return false };
    Token::parse(text).ok().and_then(|token| token.verified(&keys).map(|_| ())).is_some()
}

/// Reads the description of a SAML provider, and an assertion of it.
pub fn assertion(metadata: &str, text: &str) -> bool {
    Metadata::read(metadata).and_then(|provider| Assertion::read(text, &provider)).is_some()
}

/// Reads a document as settings of buckets are put.
pub fn oss_xml(body: &[u8]) -> bool {
    oss::fuzzed::document(body)
}

/// Reads a `Range` of an object of a size.
pub fn oss_range(text: &str, size: u64, strict: bool) -> bool {
    oss::fuzzed::one_range(text, size, strict)
}

/// Reads a form of PostObject, by its `Content-Type`.
pub fn oss_form(kind: &str, body: &[u8]) -> bool {
    oss::fuzzed::posted(kind, body)
}

/// Answers a question of SelectObject to an object.
pub fn oss_select(body: &[u8], object: &str, json: bool) -> bool {
    oss::fuzzed::question(body, object, json)
}
