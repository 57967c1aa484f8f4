//! A client for the examples: signed requests as bytes, and a connection that is kept open.
#![allow(dead_code, reason = "each example uses its own part")]

use std::error::Error;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use acslab_emulator::signature::{
    Credentials, HmacMethod, OrderedQuery, OssResource, Secret, SignedView, oss_v1, oss_v4, pe, query::pe_path, rpc,
};
use http::{HeaderMap, HeaderValue};
use jiff::{SignedDuration, Timestamp};

pub(crate) type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Somebody with a key.
#[derive(Clone)]
pub(crate) struct Signer {
    pub(crate) access_key_id: String,
    pub(crate) secret: Secret,
    pub(crate) security_token: Option<String>,
}

/// How a request to OSS is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    V1Url,
    V4Url,
    V4Header,
}

impl Signer {
    fn credentials(&self) -> Credentials<'_> {
        Credentials {
            access_key_id: &self.access_key_id,
            secret: &self.secret,
            security_token: self.security_token.as_deref(),
        }
    }

    /// An RPC call with its parameters in the query; the nonce must be new.
    pub(crate) fn rpc(
        &self,
        version: &str,
        action: &str,
        parameters: &[(&str, &str)],
        now: Timestamp,
        nonce: &str,
    ) -> Vec<u8> {
        let named = [("Action", action), ("Version", version), ("Format", "JSON")];
        let mut all: Vec<(String, String)> =
            named.iter().chain(parameters).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        all.extend(rpc::sign("GET", &all, &self.credentials(), HmacMethod::Sha1, now, nonce));
        let query: Vec<_> = all.iter().map(|(name, value)| format!("{}={}", pe(name), pe(value))).collect();
        format!("GET /?{} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", query.join("&")).into_bytes()
    }

    /// A request to OSS for a bucket (with an empty key) or an object, addressed by path.
    pub(crate) fn oss(
        &self,
        form: Form,
        method: &str,
        (bucket, key): (&str, &str),
        parameters: &[(&str, &str)],
        body: &[u8],
        now: Timestamp,
    ) -> Outcome<Vec<u8>> {
        let resource = OssResource { bucket: Some(bucket), key };
        let path = pe_path(&resource.path());
        let mut query: OrderedQuery = parameters.iter().copied().collect();
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("127.0.0.1"));
        // Longer than the cloud's clock is moved in a soak: all its moves count for a URL of V1.
        let week = SignedDuration::from_hours(7 * 24);
        let signing = oss_v4::Signing { region: "cn-hangzhou", at: now, additional_headers: &[] };
        let view = SignedView { method, path: &path, query: &query, headers: &headers, body };
        let who = self.credentials();
        match form {
            Form::V1Url => query = oss_v1::presign(&view, &resource, &who, now + week),
            Form::V4Url => query = oss_v4::presign(&view, &resource, &who, &signing, 3600),
            Form::V4Header => {
                let added = oss_v4::sign(&view, &resource, &who, &signing)?;
                headers.extend(added);
            }
        }
        let query = query.to_string();
        let mark = if query.is_empty() { "" } else { "?" };
        let mut request = format!("{method} {path}{mark}{query} HTTP/1.1\r\n").into_bytes();
        for (name, value) in &headers {
            request.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
        }
        if method == "PUT" || method == "POST" {
            request.extend(format!("Content-Length: {}\r\n", body.len()).into_bytes());
        }
        request.extend(b"\r\n");
        request.extend(body);
        Ok(request)
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// All of it: head and body.
    pub(crate) bytes: Vec<u8>,
    /// Where the body begins.
    pub(crate) head: usize,
}

impl Answer {
    pub(crate) fn body(&self) -> &[u8] {
        &self.bytes[self.head..]
    }

    /// The text between two marks of the body: enough to take an id out of an answer.
    pub(crate) fn between(&self, before: &str, after: &str) -> Outcome<String> {
        let text = String::from_utf8_lossy(self.body());
        let found = text.split_once(before).and_then(|(_, rest)| rest.split_once(after));
        found.map(|(found, _)| found.to_owned()).ok_or_else(|| format!("no {before} in {text}").into())
    }
}

/// How long the beginning of an answer is: `HTTP/1.1 200`.
const STATUS: usize = 12;

/// A connection that is kept open.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(to: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(to)?;
        stream.set_nodelay(true)?;
        // Nothing here takes long: who waits longer waits in vain.
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        Ok(Self { stream, buffer: vec![0; 64 << 10] })
    }

    /// Sends a request and reads its answer.
    pub(crate) fn ask(&mut self, request: &[u8]) -> Outcome<Answer> {
        self.stream.write_all(request)?;
        let mut bytes = Vec::with_capacity(2048);
        let head = loop {
            self.more(&mut bytes)?;
            if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
        let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or("no status")?;
        let length: usize = text
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .map_or(Ok(0), |(_, value)| value.trim().parse())?;
        // The answer to a HEAD tells a length and has no body; a 204 tells none.
        while !request.starts_with(b"HEAD ") && bytes.len() < head + length {
            self.more(&mut bytes)?;
        }
        Ok(Answer { status, bytes, head })
    }

    /// The same; an answer that is no success is an error.
    pub(crate) fn succeed(&mut self, request: &[u8]) -> Outcome<Answer> {
        let answer = self.ask(request)?;
        if (200..300).contains(&answer.status) {
            return Ok(answer);
        }
        let first = request.split(|byte| *byte == b'\r').next().unwrap_or_default();
        let (first, body) = (String::from_utf8_lossy(first), String::from_utf8_lossy(answer.body()));
        Err(format!("{first}\n{}: {body}", answer.status).into())
    }

    /// Sends a request and reads its answer, which is like this one: as long, and of the same status.
    pub(crate) fn exchange(&mut self, request: &[u8], like: &Answer) -> Outcome<()> {
        let length = like.bytes.len();
        self.stream.write_all(request)?;
        let mut read = 0;
        while read < length {
            match self.stream.read(&mut self.buffer)? {
                0 => return Err("the connection was closed".into()),
                some => read += some,
            }
        }
        if self.buffer.get(..STATUS) == like.bytes.get(..STATUS) && read == length {
            return Ok(());
        }
        Err(format!("an answer unlike the first, of {read} bytes instead of {length}").into())
    }

    fn more(&mut self, bytes: &mut Vec<u8>) -> Outcome<()> {
        match self.stream.read(&mut self.buffer)? {
            0 => Err("the connection was closed".into()),
            some => {
                bytes.extend(&self.buffer[..some]);
                Ok(())
            }
        }
    }
}
