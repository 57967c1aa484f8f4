//! `acslab serve`, from outside: what it prints is true when it is printed.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// A running `acslab serve`, and what it printed.
struct Served {
    process: Child,
    greeting: String,
}

impl Served {
    fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_acslab"));
        let mut process =
            command.args(["serve", "--port", "0"]).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut greeting = String::new();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        while !greeting.contains("Ctrl-C") {
            assert_ne!(lines.read_line(&mut greeting).unwrap(), 0, "it ended: {greeting}");
        }
        Self { process, greeting }
    }

    /// What stands behind a text in the greeting, up to the end of the line.
    fn printed(&self, before: &str) -> &str {
        self.greeting.split_once(before).unwrap().1.lines().next().unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn the_address_answers_and_the_same_seed_gives_the_same_keys() {
    let served = Served::start(&["--seed", "7"]);
    let mut stream = TcpStream::connect(served.printed("acslab serves http://")).unwrap();
    write!(stream, "GET /_acslab/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");

    let key = "export ALIBABA_CLOUD_ACCESS_KEY_SECRET=";
    assert_eq!(served.printed(key), Served::start(&["--seed", "7"]).printed(key));
    assert_ne!(served.printed(key), Served::start(&["--seed", "8"]).printed(key));
}

#[test]
fn tls_names_the_authority_and_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["--tls", "--tls-folder", folder.path().to_str().unwrap()];
    let first = Served::start(&arguments);
    assert!(first.greeting.contains("acslab serves https://localhost:"), "{}", first.greeting);
    let file = first.printed("export SSL_CERT_FILE=");
    let authority = std::fs::read_to_string(file).unwrap();
    assert!(authority.starts_with("-----BEGIN CERTIFICATE-----"), "{authority}");
    drop(Served::start(&arguments));
    assert_eq!(std::fs::read_to_string(file).unwrap(), authority);
}

#[test]
fn an_address_that_is_taken_is_said() {
    let served = Served::start(&[]);
    let port = served.printed("acslab serves http://").rsplit_once(':').unwrap().1.to_owned();
    let output = Command::new(env!("CARGO_BIN_EXE_acslab")).args(["serve", "--port", &port]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("cannot listen on 127.0.0.1:") && error.contains("--port 0"), "{error}");
}
