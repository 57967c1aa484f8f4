//! Asks an emulator of its own the same thing COUNT times over one connection: what an instruction counter is to look at.
//!
//! `cargo run --release -p acslab-emulator --example one_request -- SUBJECT COUNT`
//!
//! Requests are signed once, before. The difference between two counts, divided by the difference of the instructions, is what
//! one request costs; `bench/callgrind` does that. The client is in the same process, and does next to nothing.

mod bare;
mod client;

use std::net::SocketAddr;

use acslab_emulator::{Emulator, Service};
use client::{Connection, Form, Outcome, Signer};
use jiff::Timestamp;
use mimalloc::MiMalloc;

/// That of the program.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const OBJECT: (&str, &str) = ("photos", "2026/a.jpg");
const SIZE: usize = 1024;
const SUBJECTS: &str = "bare, v1-url, v4-url, v4-header, v1-url-put, v4-url-put, v4-header-put, action-ROWS or path-ROWS, such as action-400";

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let subject = arguments.next().ok_or_else(|| format!("which? {SUBJECTS}"))?;
    let count = arguments.next().ok_or("how many times?")?.parse::<usize>()?.clamp(1, 1_000_000);
    if subject == "bare" {
        let request = b"GET /photos/2026/a.jpg HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        return repeat(bare::start(1, &[b'a'; SIZE])?, request, count);
    }
    if let Some((style, rows)) = subject.split_once('-').and_then(|(style, rows)| Some((style, rows.parse().ok()?))) {
        return look_up(style, rows, count);
    }
    let (form, put) = match subject.as_str() {
        "v1-url" => (Form::V1Url, false),
        "v4-url" => (Form::V4Url, false),
        "v4-header" => (Form::V4Header, false),
        "v1-url-put" => (Form::V1Url, true),
        "v4-url-put" => (Form::V4Url, true),
        "v4-header-put" => (Form::V4Header, true),
        other => return Err(format!("`{other}` is not {SUBJECTS}").into()),
    };
    let emulator = Emulator::builder().open(Service::Oss).workers(1).start()?;
    let owner = emulator.accounts().first().ok_or("no account")?;
    let signer = Signer {
        access_key_id: owner.access_key_id.clone(),
        secret: owner.access_key_secret.clone(),
        security_token: None,
    };
    let now = Timestamp::now();
    let mut first = Connection::open(emulator.address())?;
    first.succeed(&signer.oss(Form::V4Header, "PUT", (OBJECT.0, ""), &[], b"", now)?)?;
    first.succeed(&signer.oss(Form::V4Header, "PUT", OBJECT, &[], &[b'a'; SIZE], now)?)?;
    let (method, body) = if put { ("PUT", [b'b'; SIZE].as_slice()) } else { ("GET", [].as_slice()) };
    let request = signer.oss(form, method, OBJECT, &[], body, now)?;
    first.succeed(&request)?;
    repeat(emulator.address(), &request, count)
}

/// Asks for the last of so many operations of one product, unsigned: it is found, and then refused.
fn look_up(style: &str, rows: usize, count: usize) -> Outcome<()> {
    let by_path = style == "path";
    let row = |number| {
        let path = if by_path { format!(r#""path": "GET /things/t{number:05}/of/{{Id}}", "#) } else { String::new() };
        let needs =
            r#""needs": [{"action": "thing:Get", "resource": "*"}], "record": {"verb": "list", "kind": "Thing"}"#;
        format!(r#"{{"name": "Get{number:05}", {path}{needs}}}"#)
    };
    let rows: Vec<String> = (0..rows).map(row).collect();
    let (style, last) = (if by_path { "ROA" } else { "RPC" }, rows.len().saturating_sub(1));
    let file = format!(
        r#"{{"product": "Thing", "version": "2024-01-01", "style": "{style}", "hosts": ["thing.aliyuncs.com"], "operations": [{}]}}"#,
        rows.join(",\n")
    );
    let emulator = Emulator::builder().operations("things.json", &file).workers(1).start()?;
    let host = "Host: thing.aliyuncs.com\r\n";
    let request = if by_path {
        format!("GET /things/t{last:05}/of/x HTTP/1.1\r\n{host}x-acs-version: 2024-01-01\r\n\r\n")
    } else {
        format!("GET /?Action=Get{last:05}&Version=2024-01-01&Format=JSON HTTP/1.1\r\n{host}\r\n")
    };
    repeat(emulator.address(), request.as_bytes(), count)
}

fn repeat(to: SocketAddr, request: &[u8], count: usize) -> Outcome<()> {
    let mut connection = Connection::open(to)?;
    let first = connection.ask(request)?;
    for _ in 1..count {
        connection.exchange(request, &first)?;
    }
    Ok(())
}
