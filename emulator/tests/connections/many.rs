//! Many connections, and many requests on one.

use std::io::Write;
use std::thread;

use crate::kit::{Answer, Client};
use crate::tools::{ask, connect, is_well, put, start};

/// How many connections there are to be, each of which takes a descriptor at either end.
const CONNECTIONS: usize = 2000;

#[test]
fn two_thousand_connections_at_once() {
    let wanted = u64::try_from(2 * CONNECTIONS + 200).expect("a number");
    let descriptors = rlimit::increase_nofile_limit(wanted).expect("a limit of descriptors");
    let connections = if descriptors >= wanted {
        CONNECTIONS
    } else {
        // Said aloud, since a test with fewer shows less.
        let fewer = usize::try_from(descriptors.saturating_sub(200) / 2).expect("a number");
        println!("only {descriptors} file descriptors may be open: {fewer} connections instead of {CONNECTIONS}");
        fewer
    };
    assert!(connections >= 200, "{connections} connections would show nothing");
    let emulator = start();
    let request = put(&emulator, "k", b"x").bytes();
    let mut open: Vec<_> = (0..connections).map(|_| connect(&emulator)).collect();
    // Each is asked twice, and all are open all the time.
    for _ in 0..2 {
        for stream in &mut open {
            stream.write_all(&request).expect("a request");
        }
        for stream in &mut open {
            assert_eq!(Answer::read(stream).expect("an answer").status, 200);
        }
    }
    assert!(is_well(&emulator));
    drop(open);
    assert!(is_well(&emulator));
}

#[test]
fn a_thousand_requests_before_the_first_answer_is_read() {
    const REQUESTS: usize = 1000;
    let emulator = start();
    let owner = Client::owner(&emulator);
    let mut stream = connect(&emulator);
    for number in 0..REQUESTS {
        let body = format!("content of {number}");
        // One in ten with a body that is refused, and must not be taken for the next request.
        let bytes = if number % 10 == 9 {
            let mut raw = put(&emulator, "k", body.as_bytes());
            raw.headers.remove("authorization");
            raw.bytes()
        } else {
            put(&emulator, &format!("k{number}"), body.as_bytes()).bytes()
        };
        stream.write_all(&bytes).expect("a request");
    }
    for number in 0..REQUESTS {
        let answer = Answer::read(&mut stream).unwrap_or_else(|| panic!("no answer to {number}"));
        assert_eq!(answer.status, if number % 10 == 9 { 403 } else { 200 }, "{number}");
    }
    let read = owner.oss("GET", Some("photos"), "k998", &[], &[], b"");
    assert_eq!(read.text(), "content of 998");
}

#[test]
fn reads_and_writes_from_many_sides_at_once() {
    let emulator = start();
    thread::scope(|scope| {
        for writer in 0..8 {
            let emulator = &emulator;
            scope.spawn(move || {
                let mut stream = connect(emulator);
                for round in 0..20 {
                    let body = vec![b'a' + writer; 1 + round * 1000];
                    assert_eq!(ask(&mut stream, &put(emulator, "shared", &body).bytes()).status, 200);
                    let get = Client::owner(emulator).oss_request("GET", Some("photos"), "shared", &[], &[], b"");
                    let read = ask(&mut stream, &get.bytes()).body;
                    // Whoever wrote it, it is one of the contents, never a mixture.
                    assert!(read.iter().all(|byte| *byte == read[0]), "a mixture");
                }
            });
        }
    });
}
