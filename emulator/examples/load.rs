//! How fast the emulator answers: signed calls over keep-alive connections, from threads of the same machine.
//!
//! `cargo run --release -p acslab-emulator --example load -- [CONNECTIONS] [CALLS]`
//!
//! It starts an emulator of its own on loopback, asks each of a few operations CALLS times over CONNECTIONS connections,
//! and prints calls a second and the time to an answer. Figures are to be quoted with the machine; nothing is judged.

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use acslab_emulator::signature::{Credentials, HmacMethod, Secret, pe, rpc};
use acslab_emulator::{Emulator, ReadyAccount};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// An operation with its parameters.
struct Subject {
    title: &'static str,
    action: &'static str,
    version: &'static str,
    parameters: &'static [(&'static str, &'static str)],
}

const SUBJECTS: &[Subject] = &[
    Subject { title: "STS GetCallerIdentity", action: "GetCallerIdentity", version: "2015-04-01", parameters: &[] },
    Subject { title: "RAM GetUser", action: "GetUser", version: "2015-05-01", parameters: &[("UserName", "alice")] },
    Subject {
        title: "RAM ListPolicies",
        action: "ListPolicies",
        version: "2015-05-01",
        parameters: &[("MaxItems", "20")],
    },
];

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<usize>());
    let connections = arguments.next().transpose()?.unwrap_or(4).clamp(1, 64);
    let calls = arguments.next().transpose()?.unwrap_or(20_000).clamp(1, 1_000_000);
    let emulator = Emulator::builder().start()?;
    let address = emulator.address();
    let owner = emulator.accounts().first().ok_or("no account")?;
    let created =
        Subject { title: "", action: "CreateUser", version: "2015-05-01", parameters: &[("UserName", "alice")] };
    let mut first = Connection::open(address)?;
    first.ask(&call(&created, owner, "first"))?;
    println!("{connections} connections, {calls} calls each operation");
    println!("{:24}{:>10}{:>10}{:>10}{:>10}", "operation", "calls/s", "p50 µs", "p99 µs", "max µs");
    for subject in SUBJECTS {
        let each = calls.div_ceil(connections);
        let start = Instant::now();
        let mut times = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..connections)
                .map(|number| scope.spawn(move || measure(address, subject, owner, number, each)))
                .collect();
            threads.into_iter().map(|thread| thread.join().map_err(|_| "a thread failed")?).collect::<Outcome<Vec<_>>>()
        })?
        .concat();
        let elapsed = start.elapsed();
        times.sort_unstable();
        let at = |share: usize| times.get((times.len() - 1) * share / 100).map_or(0, Duration::as_micros);
        let rate = (times.len() as u128 * 1_000_000) / elapsed.as_micros().max(1);
        println!("{:24}{rate:>10}{:>10}{:>10}{:>10}", subject.title, at(50), at(99), at(100));
    }
    Ok(())
}

/// The time to each answer.
fn measure(
    to: SocketAddr,
    subject: &Subject,
    owner: &ReadyAccount,
    thread: usize,
    calls: usize,
) -> Outcome<Vec<Duration>> {
    let mut connection = Connection::open(to)?;
    let mut times = Vec::with_capacity(calls);
    for number in 0..calls {
        // Signing is the client's work: it is done before the clock starts.
        let request = call(subject, owner, &format!("{}-{thread}-{number}", subject.action));
        let start = Instant::now();
        connection.ask(&request)?;
        times.push(start.elapsed());
    }
    Ok(times)
}

/// A signed RPC request, ready to be sent.
fn call(subject: &Subject, owner: &ReadyAccount, nonce: &str) -> String {
    let named = [("Action", subject.action), ("Version", subject.version), ("Format", "JSON")];
    let mut parameters: Vec<(String, String)> =
        named.iter().chain(subject.parameters).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let secret: &Secret = &owner.access_key_secret;
    let who = Credentials { access_key_id: &owner.access_key_id, secret, security_token: None };
    parameters.extend(rpc::sign("GET", &parameters, &who, HmacMethod::Sha1, jiff::Timestamp::now(), nonce));
    let query: Vec<_> = parameters.iter().map(|(name, value)| format!("{}={}", pe(name), pe(value))).collect();
    format!("GET /?{} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", query.join("&"))
}

/// A connection that is kept open.
struct Connection {
    reader: BufReader<TcpStream>,
}

impl Connection {
    fn open(to: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(to)?;
        stream.set_nodelay(true)?;
        Ok(Self { reader: BufReader::new(stream) })
    }

    /// Sends a request and reads its answer; one that is no success is an error.
    fn ask(&mut self, request: &str) -> Outcome<()> {
        self.reader.get_mut().write_all(request.as_bytes())?;
        let (mut length, mut status) = (0, String::new());
        self.reader.read_line(&mut status)?;
        loop {
            let mut line = String::new();
            self.reader.read_line(&mut line)?;
            if line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse()?;
            }
        }
        let mut body = vec![0; length];
        self.reader.read_exact(&mut body)?;
        if status.contains(" 200 ") {
            return Ok(());
        }
        Err(format!("{}: {}", status.trim(), String::from_utf8_lossy(&body)).into())
    }
}
