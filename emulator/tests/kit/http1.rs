//! HTTP/1.1 as far as the tests need it: one request, one answer, one connection.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use acslab_emulator::signature::{OrderedQuery, Plus};
use http::HeaderMap;
use serde_json::Value;

/// A request as it goes over the wire; tests change it at will before they send it.
#[derive(Debug, Clone)]
pub(crate) struct Raw {
    pub(crate) method: String,
    /// Encoded, without the query.
    pub(crate) path: String,
    /// Encoded.
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Raw {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: String::new(),
            headers: HeaderMap::new(),
            body: Vec::new(),
        }
    }

    pub(crate) fn query(mut self, query: String) -> Self {
        self.query = query;
        self
    }

    pub(crate) fn headers(mut self, headers: HeaderMap) -> Self {
        self.headers = headers;
        self
    }

    pub(crate) fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        body.as_ref().clone_into(&mut self.body);
        self
    }

    pub(crate) fn parsed_query(&self) -> OrderedQuery {
        OrderedQuery::parse(&self.query, Plus::Literal).expect("a query")
    }

    /// The request's head as it goes over the wire, for a body of so many bytes.
    pub(crate) fn head(&self, length: usize) -> Vec<u8> {
        let mark = if self.query.is_empty() { "" } else { "?" };
        let mut bytes = format!("{} {}{mark}{} HTTP/1.1\r\n", self.method, self.path, self.query).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend_from_slice(name.as_str().as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value.as_bytes());
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(format!("content-length: {length}\r\n\r\n").as_bytes());
        bytes
    }

    /// The whole request as it goes over the wire.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        [self.head(self.body.len()), self.body.clone()].concat()
    }

    pub(crate) fn send(&self, to: SocketAddr) -> Answer {
        let mut stream = TcpStream::connect(to).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_mins(1))).expect("a timeout");
        let mut last = self.clone();
        last.headers.insert("connection", http::HeaderValue::from_static("close"));
        // A server that refuses a large body may close before it has read it; its answer counts all the same.
        let sent = stream.write_all(&last.bytes());
        let mut received = Vec::new();
        let read = stream.read_to_end(&mut received);
        Answer::parse(&received).unwrap_or_else(|| panic!("no answer: sent {sent:?}, read {read:?}"))
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// A body that came in chunks.
fn joined(mut chunks: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = chunks.windows(2).position(|window| window == b"\r\n")?;
        let length = usize::from_str_radix(std::str::from_utf8(&chunks[..end]).ok()?, 16).ok()?;
        if length == 0 {
            return Some(whole);
        }
        whole.extend(chunks.get(end + 2..end + 2 + length)?);
        chunks = chunks.get(end + 4 + length..)?;
    }
}

impl Answer {
    /// The next answer on a connection; `None` when it ends before one.
    pub(crate) fn read(stream: &mut impl Read) -> Option<Self> {
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte).ok()?;
            head.push(byte[0]);
        }
        let mut answer = Self::parse(&head)?;
        let length = answer.headers.get("content-length").and_then(|length| length.to_str().ok()?.parse().ok());
        answer.body = vec![0; length.unwrap_or(0)];
        stream.read_exact(&mut answer.body).ok()?;
        Some(answer)
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let lines: Vec<_> = lines.filter_map(|line| line.split_once(": ")).collect();
        let headers = super::headers(&lines);
        let chunked = headers.get("transfer-encoding").is_some_and(|coding| coding == "chunked");
        let body = &bytes[end + 4..];
        Some(Self { status, headers, body: if chunked { joined(body)? } else { body.to_vec() } })
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {} {}", self.status, self.text()))
    }

    /// The code of an error, whatever its format; empty for a success.
    pub(crate) fn code(&self) -> String {
        if self.status < 400 {
            return String::new();
        }
        self.member("Code")
    }

    /// The message of an error, whatever its format.
    pub(crate) fn message(&self) -> String {
        self.member("Message")
    }

    fn member(&self, name: &str) -> String {
        let text = self.text();
        if let Ok(value) = serde_json::from_str::<Value>(&text) {
            // Log Service and Function Compute have names of their own.
            let own = ["error", "Error"].map(|word| format!("{word}{name}"));
            let found = [name, &own[0], &own[1]].into_iter().find_map(|name| value[name].as_str());
            return found.unwrap_or_default().to_owned();
        }
        let inner = text.split_once(&format!("<{name}>")).and_then(|(_, rest)| rest.split_once(&format!("</{name}>")));
        inner.map(|(inner, _)| inner.to_owned()).unwrap_or_default()
    }

    /// The body of a success as JSON (null when there is none); panics for an error.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert!(self.status < 300, "refused: {} {}", self.status, self.text());
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// Panics for an error.
    #[track_caller]
    pub(crate) fn ok_status(&self) {
        assert!(self.status < 300, "refused: {} {}", self.status, self.text());
    }

    /// Panics unless this is an error with that status and code.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) -> &Self {
        assert_eq!((self.status, self.code().as_str()), (status, code), "{}", self.text());
        self
    }
}
