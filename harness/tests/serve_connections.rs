//! `acslab serve` as a process of its own whose clients misbehave, and which is ended in the middle of a request.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use acslab_emulator::signature::{Credentials, OrderedQuery, OssResource, Secret, SignedView, oss_v4};
use http::{HeaderMap, HeaderName, HeaderValue};

/// A served cloud; ended when dropped.
struct Served {
    process: Child,
    host: String,
    key: (String, Secret),
}

impl Served {
    /// Starts one that may open so many files.
    fn start(files: u32) -> Self {
        let mut process = Command::new("sh")
            .args(["-c", &format!("ulimit -n {files} && exec \"$0\" serve --port 0 --open oss")])
            .arg(env!("CARGO_BIN_EXE_acslab"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut greeting = String::new();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        while !greeting.ends_with("nothing is kept.\n") {
            assert_ne!(lines.read_line(&mut greeting).unwrap(), 0, "ended early: {greeting}");
        }
        let exported = |name: &str| {
            let prefix = format!("export {name}=");
            greeting.lines().find_map(|line| line.strip_prefix(&prefix)).unwrap().to_owned()
        };
        let secret = Secret::new(exported("ALIBABA_CLOUD_ACCESS_KEY_SECRET"));
        let key = (exported("ALIBABA_CLOUD_ACCESS_KEY_ID"), secret);
        Self { process, host: greeting.lines().next().unwrap().rsplit('/').next().unwrap().to_owned(), key }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.host).unwrap();
        stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        stream
    }

    /// The head of the owner's request that puts so many bytes: a bucket without a key, an object with one.
    fn put(&self, bucket: &str, key: &str, length: usize) -> String {
        let path = format!("/{bucket}/{key}");
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_str(&self.host).unwrap());
        let query = OrderedQuery::default();
        let view = SignedView { method: "PUT", path: &path, query: &query, headers: &headers, body: b"" };
        let (id, secret) = (&self.key.0, &self.key.1);
        let who = Credentials { access_key_id: id, secret, security_token: None };
        let signing = oss_v4::Signing { region: "cn-hangzhou", at: jiff::Timestamp::now(), additional_headers: &[] };
        let added = oss_v4::sign(&view, &OssResource { bucket: Some(bucket), key }, &who, &signing).unwrap();
        headers.extend(added);
        headers.insert(HeaderName::from_static("content-length"), HeaderValue::from(length));
        let lines: Vec<_> =
            headers.iter().map(|(name, value)| format!("{name}: {}\r\n", value.to_str().unwrap())).collect();
        format!("PUT {path} HTTP/1.1\r\n{}\r\n", lines.concat())
    }

    /// The processor time that the process has taken.
    fn worked(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).unwrap();
        // Behind the name in parentheses the user's and the system's time are the 12th and 13th, in hundredths of a second.
        let fields: Vec<u64> =
            stat.rsplit(')').next().unwrap().split(' ').filter_map(|field| field.parse().ok()).collect();
        Duration::from_millis(10 * (fields[10] + fields[11]))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The first line of the next answer; empty when there is none.
fn status(stream: &mut TcpStream) -> String {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap().lines().next().unwrap_or_default().to_owned()
}

#[test]
fn half_an_upload_at_an_interrupt_is_answered_and_then_it_ends_well() {
    let mut served = Served::start(200);
    let mut stream = served.connect();
    stream.write_all(served.put("photos", "", 0).as_bytes()).unwrap();
    assert_eq!(status(&mut stream), "HTTP/1.1 200 OK");
    // It says when it begins to read: what it has not read of is not under way, and may be cut off.
    let head = served.put("photos", "k", 10).replacen("\r\n", "\r\nexpect: 100-continue\r\n", 1);
    stream.write_all(head.as_bytes()).unwrap();
    assert_eq!(status(&mut stream), "HTTP/1.1 100 Continue");
    stream.write_all(b"12345").unwrap();
    let id = served.process.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    // Until nobody new is taken.
    while TcpStream::connect(&served.host).is_ok() {
        std::thread::sleep(Duration::from_millis(5));
    }
    stream.write_all(b"67890").unwrap();
    assert_eq!(status(&mut stream), "HTTP/1.1 200 OK");
    assert_eq!(status(&mut stream), "");
    assert_eq!(served.process.wait().unwrap().code(), Some(0));
}

#[test]
fn half_an_upload_that_stays_half_does_not_keep_it_for_ever() {
    let mut served = Served::start(200);
    let mut stream = served.connect();
    stream.write_all(served.put("photos", "", 10).as_bytes()).unwrap();
    stream.write_all(b"12345").unwrap();
    std::thread::sleep(Duration::from_millis(50));
    let id = served.process.id().to_string();
    let asked = Instant::now();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert_eq!(served.process.wait().unwrap().code(), Some(0));
    assert!(asked.elapsed() < Duration::from_mins(1), "{:?}", asked.elapsed());
}

#[test]
#[cfg(target_os = "linux")]
fn without_file_descriptors_it_waits_and_goes_on_when_there_are_some() {
    let served = Served::start(40);
    // More than it can take; those it cannot stay in the kernel's queue.
    let mut waiting: Vec<_> = (0..60).map(|_| served.connect()).collect();
    std::thread::sleep(Duration::from_millis(200));
    let (worked, began) = (served.worked(), Instant::now());
    std::thread::sleep(Duration::from_secs(2));
    let busy = served.worked().saturating_sub(worked).as_secs_f64() / began.elapsed().as_secs_f64();
    assert!(busy < 0.3, "it is busy {busy} of the time, doing nothing");
    // The last ones are answered as soon as the first ones leave.
    let mut last = waiting.pop().unwrap();
    last.write_all(b"GET /_acslab/health HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    drop(waiting);
    assert_eq!(status(&mut last), "HTTP/1.1 200 OK");
}
