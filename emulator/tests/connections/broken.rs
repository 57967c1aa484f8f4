//! Uploads that break off, and those that only look like it.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread::sleep;
use std::time::Duration;

use acslab_emulator::EmulatorHandle;
use socket2::SockRef;

use crate::kit::Answer;
use crate::tools::{ask, connect, content, is_well, put, start};

/// Begins to put an object of 100,000 bytes and sends so many of them.
fn begin(emulator: &EmulatorHandle, key: &str, sent: usize) -> TcpStream {
    let mut stream = connect(emulator);
    stream.write_all(&put(emulator, key, b"").head(100_000)).expect("a head");
    stream.write_all(&vec![b'n'; sent]).expect("a part");
    stream
}

/// Waits until the emulator has recorded that an upload broke off.
fn recorded(emulator: &EmulatorHandle, code: &str) {
    for _ in 0..600 {
        if emulator.gateway().trail().latest(5).iter().any(|entry| entry.code.as_deref() == Some(code)) {
            return;
        }
        sleep(Duration::from_millis(100));
    }
    panic!("no {code} in the trail");
}

#[test]
fn a_client_that_hangs_up_leaves_the_old_object() {
    let emulator = start();
    assert_eq!(ask(&mut connect(&emulator), &put(&emulator, "k", b"old").bytes()).status, 200);
    for sent in [0, 1, 50_000, 99_999] {
        drop(begin(&emulator, "k", sent));
        drop(begin(&emulator, "other", sent));
    }
    recorded(&emulator, "IncompleteBody");
    assert_eq!(content(&emulator, "k").as_deref(), Some(&b"old"[..]));
    assert_eq!(content(&emulator, "other"), None);
    assert!(is_well(&emulator));
}

#[test]
fn a_client_that_is_killed_leaves_the_old_object() {
    let emulator = start();
    assert_eq!(ask(&mut connect(&emulator), &put(&emulator, "k", b"old").bytes()).status, 200);
    let stream = begin(&emulator, "k", 70_000);
    // As when a process is killed with something unread: the connection is reset.
    SockRef::from(&stream).set_linger(Some(Duration::ZERO)).expect("no lingering");
    drop(stream);
    recorded(&emulator, "IncompleteBody");
    assert_eq!(content(&emulator, "k").as_deref(), Some(&b"old"[..]));
}

#[test]
fn a_client_that_says_too_little_and_listens_is_told() {
    let emulator = start();
    let mut stream = begin(&emulator, "k", 70_000);
    stream.shutdown(Shutdown::Write).expect("said all");
    Answer::read(&mut stream).expect("an answer").refused(400, "IncompleteBody");
    assert_eq!(content(&emulator, "k"), None);
}

#[test]
fn a_part_that_breaks_off_is_none() {
    let emulator = start();
    let owner = crate::kit::Client::owner(&emulator);
    let begun = owner.oss("POST", Some("photos"), "k", &[("uploads", "")], &[], b"").text();
    let id = begun.split("<UploadId>").nth(1).and_then(|rest| rest.split('<').next()).expect("an id").to_owned();
    let query = [("partNumber", "1"), ("uploadId", id.as_str())];
    let request = owner.oss_request("PUT", Some("photos"), "k", &query, &[], b"");
    let mut stream = connect(&emulator);
    stream.write_all(&request.head(10)).expect("a head");
    stream.write_all(b"12345").expect("a part");
    drop(stream);
    recorded(&emulator, "IncompleteBody");
    let parts = owner.oss("GET", Some("photos"), "k", &[("uploadId", &id)], &[], b"");
    assert_eq!((parts.status, parts.text().contains("<Part>")), (200, false));
}

#[test]
fn what_is_no_chunk_is_no_object() {
    let emulator = start();
    let mut raw = put(&emulator, "k", b"");
    raw.headers.insert("transfer-encoding", http::HeaderValue::from_static("chunked"));
    let head = String::from_utf8(raw.head(0)).expect("a head").replace("content-length: 0\r\n", "");
    let mut stream = connect(&emulator);
    let answer = ask(&mut stream, format!("{head}5\r\nhello\r\nno chunk\r\n").as_bytes());
    assert_eq!(answer.status, 400, "{}", answer.text());
    assert_eq!(content(&emulator, "k"), None);
    let answer = ask(&mut connect(&emulator), format!("{head}5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n").as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(content(&emulator, "k").as_deref(), Some(&b"hello!"[..]));
}

#[test]
fn a_slow_body_is_as_good_as_a_quick_one_and_keeps_nobody_else() {
    let emulator = start();
    let mut stream = begin(&emulator, "k", 0);
    for piece in [vec![b'a'; 10], vec![b'b'; 1], vec![b'c'; 99_989]] {
        sleep(Duration::from_millis(20));
        assert!(is_well(&emulator));
        assert_eq!(ask(&mut connect(&emulator), &put(&emulator, "meanwhile", b"x").bytes()).status, 200);
        stream.write_all(&piece).expect("a piece");
    }
    assert_eq!(Answer::read(&mut stream).expect("an answer").status, 200);
    let content = content(&emulator, "k").expect("an object");
    assert_eq!((content.len(), &content[..12]), (100_000, &b"aaaaaaaaaabc"[..]));
}

#[test]
fn an_object_of_many_chunks_is_read_in_ranges() {
    let emulator = start();
    let whole: Vec<u8> = (0..1_500_000_u32).map(|number| u8::try_from(number % 251).expect("a byte")).collect();
    assert_eq!(ask(&mut connect(&emulator), &put(&emulator, "k", &whole).bytes()).status, 200);
    let owner = crate::kit::Client::owner(&emulator);
    for (from, to) in [(0, 0), (0, 1_499_999), (262_143, 262_144), (262_144, 524_287), (1_000, 1_400_000)] {
        let range = format!("bytes={from}-{to}");
        let answer = owner.oss("GET", Some("photos"), "k", &[], &[("range", &range)], b"");
        assert_eq!((answer.status, &answer.body[..]), (206, &whole[from..=to]), "{range}");
    }
    assert_eq!(content(&emulator, "k"), Some(whole));
}

#[test]
fn a_client_that_goes_away_while_it_is_answered_harms_nobody() {
    let emulator = start();
    let large = vec![b'x'; 8 << 20];
    assert_eq!(ask(&mut connect(&emulator), &put(&emulator, "k", &large).bytes()).status, 200);
    let get = crate::kit::Client::owner(&emulator).oss_request("GET", Some("photos"), "k", &[], &[], b"");
    for _ in 0..10 {
        let mut stream = connect(&emulator);
        stream.write_all(&get.bytes()).expect("a request");
        stream.read_exact(&mut [0; 1000]).expect("the beginning of an answer");
    }
    assert!(is_well(&emulator));
    assert_eq!(content(&emulator, "k").map(|content| content.len()), Some(large.len()));
}
