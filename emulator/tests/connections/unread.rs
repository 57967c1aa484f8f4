//! Bodies that are not read: refused by their head, or too long.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

use crate::kit::{Answer, Client, headers};
use crate::tools::{ask, connect, content, is_well, put, start};

/// An unsigned request for an object that is to be so long.
fn unsigned(length: u64, more: &str) -> Vec<u8> {
    format!("PUT /photos/k HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n{more}\r\n").into_bytes()
}

/// Sends until nobody takes it any more, and tells how much was taken.
fn sent(stream: &mut TcpStream, most: usize) -> usize {
    let piece = vec![b'x'; 1 << 20];
    let mut sent = 0;
    while sent < most {
        match stream.write(&piece) {
            Ok(taken) => sent += taken,
            Err(error) if matches!(error.kind(), ErrorKind::BrokenPipe | ErrorKind::ConnectionReset) => break,
            Err(error) => panic!("{error}"),
        }
    }
    sent
}

#[test]
fn five_gigabytes_of_nobody_are_not_read() {
    let emulator = start();
    let mut stream = connect(&emulator);
    // Answered before a byte of it is there, and the connection is not to be used again.
    let answer = ask(&mut stream, &unsigned(5 << 30, ""));
    answer.refused(403, "AccessDenied");
    assert_eq!(answer.headers.get("connection").expect("told"), "close");
    let sent = sent(&mut stream, 1 << 30);
    assert!(sent < 64 << 20, "{sent} bytes were taken");
}

#[test]
fn who_sends_before_listening_hears_why_all_the_same() {
    let emulator = start();
    let mut stream = connect(&emulator);
    stream.write_all(&unsigned(5 << 30, "")).expect("a head");
    let _ = sent(&mut stream, 8 << 20);
    Answer::read(&mut stream).expect("an answer").refused(403, "AccessDenied");
}

#[test]
fn an_object_that_is_announced_too_large_is_not_read() {
    let emulator = start();
    let head = put(&emulator, "k", b"").head((5 << 30) + 1);
    ask(&mut connect(&emulator), &head).refused(400, "EntityTooLarge");
    assert_eq!(content(&emulator, "k"), None);
}

#[test]
fn behind_a_short_body_that_nobody_wants_the_connection_goes_on() {
    let emulator = start();
    let mut stream = connect(&emulator);
    let refused = [unsigned(1000, ""), vec![b'x'; 1000]].concat();
    stream.write_all(&refused).expect("a request");
    stream.write_all(&put(&emulator, "k", b"new").bytes()).expect("another");
    let first = Answer::read(&mut stream).expect("an answer");
    first.refused(403, "AccessDenied");
    assert!(!first.headers.contains_key("connection"));
    assert_eq!(Answer::read(&mut stream).expect("another answer").status, 200);
    assert_eq!(content(&emulator, "k").as_deref(), Some(&b"new"[..]));
}

#[test]
fn who_asks_first_is_told_before_sending() {
    let emulator = start();
    let mut stream = connect(&emulator);
    ask(&mut stream, &unsigned(1000, "Expect: 100-continue\r\n")).refused(403, "AccessDenied");
    let mut raw = put(&emulator, "k", b"");
    raw.headers.extend(headers(&[("expect", "100-continue")]));
    let mut stream = connect(&emulator);
    assert_eq!(ask(&mut stream, &raw.head(3)).status, 100);
    assert_eq!(ask(&mut stream, b"new").status, 200);
}

#[test]
fn a_read_is_answered_though_a_body_is_announced() {
    let emulator = start();
    assert_eq!(ask(&mut connect(&emulator), &put(&emulator, "k", b"new").bytes()).status, 200);
    let owner = Client::owner(&emulator);
    for method in ["GET", "HEAD"] {
        let get = owner.oss_request(method, Some("photos"), "k", &[], &[], b"");
        let mut stream = connect(&emulator);
        stream.write_all(&get.head(9)).expect("a request");
        // It ends the connection, which is told: what might come is not read.
        let mut told = String::new();
        stream.read_to_string(&mut told).expect("an answer");
        assert!(told.starts_with("HTTP/1.1 200 OK") && told.contains("connection: close"), "{told}");
    }
}

#[test]
fn whom_the_control_surface_does_not_know_it_does_not_read() {
    let emulator = start();
    let head = b"POST /_acslab/state HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 100000000\r\n\r\n";
    assert_eq!(ask(&mut connect(&emulator), head).status, 403);
}

#[test]
fn parameters_are_bounded_in_bytes_and_in_number() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let form = |body: String| {
        let mut raw =
            owner.rpc_request("POST", &[("Action", "ListUsers"), ("Version", "2015-05-01"), ("Format", "JSON")]);
        raw.body.extend_from_slice(body.as_bytes());
        raw
    };
    // 64 MiB of nothing but separators took seconds before anybody asked who sends them.
    let mut stream = connect(&emulator);
    let answer = ask(&mut stream, &form(String::new()).head(64 << 20));
    assert_eq!((answer.status, answer.code().as_str()), (413, "RequestEntityTooLarge"), "{}", answer.text());
    form("&A=1".repeat(17_000)).send(emulator.address()).refused(400, "InvalidParameter.Format");
    form("&".repeat(7 << 20)).send(emulator.address()).refused(400, "InvalidParameter.Format");
    let many = owner.rpc_request("GET", &[vec![("Action", "ListUsers")], vec![("A", ""); 17_000]].concat());
    many.send(emulator.address()).refused(400, "InvalidParameter.Format");
    // A document of OSS in OSS's words.
    let delete = owner.oss_request("POST", Some("photos"), "", &[("delete", "")], &[], b"");
    ask(&mut connect(&emulator), &delete.head(64 << 20)).refused(400, "MalformedXML");
    assert!(is_well(&emulator));
}
