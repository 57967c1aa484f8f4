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

const OBJECT: (&str, &str) = ("photos", "2026/a.jpg");
const SIZE: usize = 1024;
const SUBJECTS: &str = "bare, v1-url, v4-url, v4-header, v1-url-put, v4-url-put or v4-header-put";

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let subject = arguments.next().ok_or_else(|| format!("which? {SUBJECTS}"))?;
    let count = arguments.next().ok_or("how many times?")?.parse::<usize>()?.clamp(1, 1_000_000);
    if subject == "bare" {
        let request = b"GET /photos/2026/a.jpg HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        return repeat(bare::start(1, &[b'a'; SIZE])?, request, count);
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
    repeat(emulator.address(), &signer.oss(form, method, OBJECT, &[], body, now)?, count)
}

fn repeat(to: SocketAddr, request: &[u8], count: usize) -> Outcome<()> {
    let mut connection = Connection::open(to)?;
    let length = connection.succeed(request)?.bytes.len();
    for _ in 1..count {
        connection.exchange(request, length)?;
    }
    Ok(())
}
