//! How fast the emulator answers: signed calls over keep-alive connections, from threads of the same machine.
//!
//! `cargo run --release -p acslab-emulator --example load -- [CONNECTIONS] [CALLS] [SIZE]`
//!
//! It starts an emulator of its own on loopback, asks each of a few operations CALLS times over CONNECTIONS connections,
//! and prints calls a second and the time to an answer; bare hyper, which answers as many bytes to everything as an object has (1 KiB unless
//! SIZE says another number), stands beside it in the same run. `bench/oss` makes a table of it. Each runs for a minute at most. Figures are to be quoted with the machine; nothing is judged.

mod bare;
mod client;

use std::net::SocketAddr;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use acslab_emulator::{Emulator, Service};
use client::{Connection, Form, Outcome, Signer};
use jiff::Timestamp;
use mimalloc::MiMalloc;

/// That of the program.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const BUCKET: &str = "photos";
const OBJECT: (&str, &str) = (BUCKET, "2026/a.jpg");
/// The bytes of an object, unless told otherwise, and the most.
const SIZE: usize = 1024;
const LARGEST: usize = 64 << 20;
const LONGEST: Duration = Duration::from_mins(1);

/// What is asked, over and over.
enum Subject {
    /// Bare hyper.
    Bare,
    /// An RPC call: version, action, parameters.
    Rpc(&'static str, &'static str, &'static [(&'static str, &'static str)]),
    /// A request for an object.
    Oss(Form, &'static str),
}

const SUBJECTS: &[(&str, Subject)] = &[
    ("bare hyper", Subject::Bare),
    ("STS GetCallerIdentity", Subject::Rpc("2015-04-01", "GetCallerIdentity", &[])),
    ("RAM GetUser", Subject::Rpc("2015-05-01", "GetUser", &[("UserName", "alice")])),
    ("RAM ListPolicies", Subject::Rpc("2015-05-01", "ListPolicies", &[("MaxItems", "20")])),
    ("OSS GET, V1 URL", Subject::Oss(Form::V1Url, "GET")),
    ("OSS GET, V4 URL", Subject::Oss(Form::V4Url, "GET")),
    ("OSS GET, V4 header", Subject::Oss(Form::V4Header, "GET")),
    ("OSS PUT, V1 URL", Subject::Oss(Form::V1Url, "PUT")),
    ("OSS PUT, V4 URL", Subject::Oss(Form::V4Url, "PUT")),
    ("OSS PUT, V4 header", Subject::Oss(Form::V4Header, "PUT")),
];

impl Subject {
    /// What a connection sends, signed before the clock starts: an RPC call is another each time, since a nonce counts once; the
    /// others are sent over and over.
    fn requests(&self, who: &Signer, connection: usize, calls: usize, content: &[u8]) -> Outcome<Vec<Vec<u8>>> {
        let now = Timestamp::now();
        Ok(match self {
            Self::Bare => vec![b"GET /photos/2026/a.jpg HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".to_vec()],
            Self::Rpc(version, action, parameters) => (0..calls)
                .map(|call| who.rpc(version, action, parameters, now, &format!("{action}-{connection}-{call}")))
                .collect(),
            Self::Oss(form, "GET") => vec![who.oss(*form, "GET", OBJECT, &[], b"", now)?],
            // Each connection writes an object of its own.
            Self::Oss(form, method) => {
                vec![who.oss(*form, method, (BUCKET, &format!("{connection}.jpg")), &[], content, now)?]
            }
        })
    }
}

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<usize>());
    let connections = arguments.next().transpose()?.unwrap_or(4).clamp(1, 64);
    let calls = arguments.next().transpose()?.unwrap_or(20_000).clamp(1, 200_000);
    let content = vec![b'a'; arguments.next().transpose()?.unwrap_or(SIZE).clamp(1, LARGEST)];
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let emulator = Emulator::builder().open(Service::Oss).workers(workers).start()?;
    let bare = bare::start(workers, &content)?;
    let owner = emulator.accounts().first().ok_or("no account")?;
    let owner = Signer {
        access_key_id: owner.access_key_id.clone(),
        secret: owner.access_key_secret.clone(),
        security_token: None,
    };
    let now = Timestamp::now();
    let mut first = Connection::open(emulator.address())?;
    first.succeed(&owner.rpc("2015-05-01", "CreateUser", &[("UserName", "alice")], now, "first"))?;
    first.succeed(&owner.oss(Form::V4Header, "PUT", (BUCKET, ""), &[], b"", now)?)?;
    first.succeed(&owner.oss(Form::V4Header, "PUT", OBJECT, &[], &content, now)?)?;
    println!("{connections} connections, {workers} workers, {calls} calls each");
    println!("{:24}{:>10}{:>10}{:>10}{:>10}", "", "calls/s", "p50 µs", "p99 µs", "max µs");
    for (title, subject) in SUBJECTS {
        let to = if matches!(subject, Subject::Bare) { bare } else { emulator.address() };
        let each = calls.div_ceil(connections);
        let (owner, content, ready) = (&owner, &content, &Barrier::new(connections));
        let measured = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..connections)
                .map(|number| {
                    scope.spawn(move || measure(to, subject.requests(owner, number, each, content), each, ready))
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().map_err(|_| "a thread failed")?).collect::<Outcome<Vec<_>>>()
        })?;
        let elapsed = measured.iter().map(|(elapsed, _)| *elapsed).max().unwrap_or_default();
        let mut times: Vec<_> = measured.into_iter().flat_map(|(_, times)| times).collect();
        times.sort_unstable();
        let at = |share: usize| times.get((times.len() - 1) * share / 100).map_or(0, Duration::as_micros);
        let rate = (times.len() as u128 * 1_000_000) / elapsed.as_micros().max(1);
        println!("{title:24}{rate:>10}{:>10}{:>10}{:>10}", at(50), at(99), at(100));
    }
    Ok(())
}

/// How long all took from when every connection was ready, and the time to each answer.
fn measure(
    to: SocketAddr,
    requests: Outcome<Vec<Vec<u8>>>,
    calls: usize,
    ready: &Barrier,
) -> Outcome<(Duration, Vec<Duration>)> {
    let opened = Connection::open(to);
    let mut times = Vec::with_capacity(calls);
    // Who cannot go on does not keep the others waiting.
    ready.wait();
    let (mut connection, requests) = (opened?, requests?);
    let began = Instant::now();
    for request in requests.iter().cycle().take(calls) {
        let start = Instant::now();
        connection.succeed(request)?;
        times.push(start.elapsed());
        if began.elapsed() > LONGEST {
            break;
        }
    }
    Ok((began.elapsed(), times))
}
