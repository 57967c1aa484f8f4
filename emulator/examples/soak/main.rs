//! Keeps a started `acslab serve` busy for long and holds its memory: once warm, it is flat.
//!
//! `cargo run --release -p acslab-emulator --example soak -- PROGRAM [--seconds N] [--connections N] [--only WORK,…]`
//!
//! PROGRAM is the `acslab` to start; an hour, 16 connections and all kinds of work unless told otherwise: `--only` is for finding
//! out which of `identity`, `role`, `bucket` and `reads` it is that grows. Each connection makes users, roles, policies, keys,
//! sessions, buckets, objects and uploads, uses them, and takes them away again; any answer but the expected one ends the run.
//! The cloud's clock runs ahead meanwhile, three days in a whole run, so that sessions and what is kept for a while come to
//! their end many times; signatures are by the machine's clock all along. The resident memory is read from `/proc`, hence Linux
//! only. Warm is the first third; the median of the last third may be a little above that of the second: see
//! [`memory::Judgement`].

#[path = "../client/mod.rs"]
mod client;
mod memory;
mod program;
mod work;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use client::{Connection, Outcome};
use memory::Judgement;
use program::Program;

/// How often the cloud's clock is moved.
const TICK: Duration = Duration::from_millis(250);
/// How much of the cloud's time a run takes, if no move would get as long as what ends a session that is being used.
const CLOUD_SECONDS: u64 = 3 * 24 * 3600;
const LONGEST_MOVE: u64 = 120;
/// More calls than this are not made, however much time is left.
const MOST_CALLS: u64 = 2_000_000_000;

/// What the connections share.
#[derive(Default)]
pub(crate) struct Shared {
    calls: AtomicU64,
    over: AtomicBool,
    /// What went wrong first.
    trouble: Mutex<Option<String>>,
}

impl Shared {
    fn fail(&self, why: &dyn std::fmt::Display) {
        self.over.store(true, Ordering::Relaxed);
        if let Ok(mut trouble) = self.trouble.lock() {
            trouble.get_or_insert_with(|| why.to_string());
        }
    }
}

struct Options {
    program: String,
    seconds: u64,
    connections: usize,
    kinds: Vec<work::Kind>,
}

impl Options {
    fn read() -> Outcome<Self> {
        let mut arguments = std::env::args().skip(1);
        let program =
            arguments.next().ok_or("which program? PROGRAM [--seconds N] [--connections N] [--only WORK,…]")?;
        let mut read = Self { program, seconds: 3600, connections: 16, kinds: work::KINDS.to_vec() };
        while let Some(option) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("`{option}` needs a value"))?;
            match option.as_str() {
                "--seconds" => read.seconds = value.parse::<u64>()?.clamp(10, 24 * 3600),
                "--connections" => read.connections = value.parse::<usize>()?.clamp(1, 64),
                "--only" => read.kinds = value.split(',').map(work::kind).collect::<Outcome<_>>()?,
                _ => return Err(format!("unknown option `{option}`").into()),
            }
        }
        Ok(read)
    }
}

fn main() -> Outcome<()> {
    let options = Options::read()?;
    let program = Program::start(&options.program)?;
    let shared = Shared::default();
    work::prepare(&program, &shared)?;
    println!("{} connections for {} s, process {}", options.connections, options.seconds, program.id());
    println!("{:>8}{:>14}{:>12}{:>12}", "s", "calls", "calls/s", "MiB");
    let samples = std::thread::scope(|scope| {
        for number in 0..options.connections {
            let (program, shared, kinds) = (&program, &shared, &options.kinds);
            scope.spawn(move || {
                if let Err(error) = work::go_on(program, shared, number, kinds) {
                    shared.fail(&format!("connection {number}: {error}"));
                }
            });
        }
        let samples = watch(&program, &shared, options.seconds);
        shared.over.store(true, Ordering::Relaxed);
        samples
    })?;
    if let Some(trouble) = shared.trouble.lock().map_err(|_| "a connection failed")?.take() {
        return Err(trouble.into());
    }
    let judgement = Judgement::of(&samples).ok_or("too few samples")?;
    println!("{} calls\n{judgement}", shared.calls.load(Ordering::Relaxed));
    if judgement.is_flat() { Ok(()) } else { Err("the memory is not flat".into()) }
}

/// Moves the clock and reads the memory until the time is over or something fails.
fn watch(program: &Program, shared: &Shared, seconds: u64) -> Outcome<Vec<(f64, f64)>> {
    let moves = seconds * 1000 / 250;
    let step = (CLOUD_SECONDS / moves).clamp(1, LONGEST_MOVE);
    let mut control = Connection::open(program.address)?;
    let (began, whole) = (Instant::now(), Duration::from_secs(seconds));
    let mut samples = Vec::new();
    let mut next = Duration::ZERO;
    while began.elapsed() < whole && !shared.over.load(Ordering::Relaxed) {
        std::thread::sleep(TICK);
        let body = format!("{{\"advance_seconds\": {step}}}");
        let request = format!(
            "POST /_acslab/clock HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n\r\n{body}",
            program.address,
            body.len()
        );
        control.succeed(request.as_bytes())?;
        let now = began.elapsed();
        let memory = program.resident_mib()?;
        samples.push((now.as_secs_f64(), memory));
        let calls = shared.calls.load(Ordering::Relaxed);
        if now >= next {
            next = now + whole / 20;
            let rate = u128::from(calls) * 1000 / now.as_millis().max(1);
            println!("{:>8}{calls:>14}{rate:>12}{memory:>12.1}", now.as_secs());
        }
        if calls > MOST_CALLS {
            break;
        }
    }
    Ok(samples)
}
