//! What objects take of memory, counted byte by byte at the allocator.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "kit/mod.rs"]
mod kit;

use std::alloc::System;
use std::io::{Read, Write};
use std::net::TcpStream;

use acslab_emulator::cloud::{Acl, Service};
use acslab_emulator::{Builder, EmulatorHandle, FolderStore};
use cap::Cap;

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, usize::MAX);

/// An emulator with a bucket that anybody may write to, so that no signature costs time.
fn start(builder: Builder) -> EmulatorHandle {
    let emulator = builder.open(Service::Oss).oss_public_access_blocked(false).start().expect("an emulator");
    let owner = kit::Client::owner(&emulator);
    assert_eq!(owner.oss("PUT", Some("open"), "", &[], &[("x-oss-acl", "public-read-write")], b"").status, 200);
    assert_eq!(emulator.gateway().cloud().buckets.read("open", |bucket| bucket.acl), Some(Acl::PublicReadWrite));
    emulator
}

/// A client on one connection, which itself takes next to nothing.
struct Client(TcpStream);

impl Client {
    fn of(emulator: &EmulatorHandle) -> Self {
        let stream = TcpStream::connect(emulator.address()).expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        Self(stream)
    }

    /// Sends a request's head, then a body of so many bytes, and gives back the answer's head and its body, which must be short.
    fn send(&mut self, request: &str, size: usize) -> (String, String) {
        let length = self.begin(request, size);
        let mut body = vec![0; length.1];
        self.0.read_exact(&mut body).expect("a body");
        (length.0, String::from_utf8(body).expect("a text"))
    }

    /// Reads an object and tells how long it is.
    fn read(&mut self, request: &str) -> usize {
        let (_, length) = self.begin(request, 0);
        let (mut piece, mut rest) = ([0; 4 << 10], length);
        while rest > 0 {
            rest -= self.0.read(&mut piece[..rest.min(4 << 10)]).expect("a piece");
        }
        length
    }

    /// Sends a request and gives back the answer's head, and how long its body is.
    fn begin(&mut self, request: &str, size: usize) -> (String, usize) {
        self.ask(request, ["", ""], size)
    }

    /// Sends a request with a body of so many bytes between two texts.
    fn ask(&mut self, request: &str, [before, behind]: [&str; 2], size: usize) -> (String, usize) {
        static PIECE: [u8; 64 << 10] = [b'x'; 64 << 10];
        let length = before.len() + size + behind.len();
        let head = format!("{request} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{before}");
        self.0.write_all(head.as_bytes()).expect("a head");
        let mut rest = size;
        while rest > 0 {
            let piece = &PIECE[..rest.min(PIECE.len())];
            self.0.write_all(piece).expect("a body");
            rest -= piece.len();
        }
        self.0.write_all(behind.as_bytes()).expect("the end of a body");
        let (mut answer, mut byte) = (Vec::with_capacity(1024), [0]);
        while !answer.ends_with(b"\r\n\r\n") {
            self.0.read_exact(&mut byte).expect("an answer");
            answer.push(byte[0]);
        }
        let answer = String::from_utf8(answer).expect("a text");
        assert!(answer.starts_with("HTTP/1.1 20"), "{answer}");
        let length = header(&answer, "content-length").parse().expect("a length");
        (answer, length)
    }
}

fn header<'a>(answer: &'a str, name: &str) -> &'a str {
    let line = answer.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("no {name}: {answer}"));
    line.trim_start_matches(':').trim()
}

/// How many bytes are let go when the bucket's objects are.
fn taken_by_objects(emulator: &EmulatorHandle) -> usize {
    let buckets = &emulator.gateway().cloud().buckets;
    let objects = buckets.change("open", |bucket| std::mem::take(&mut bucket.objects)).expect("a bucket");
    let before = MEMORY.allocated();
    drop(objects);
    before - MEMORY.allocated()
}

const OBJECTS: usize = 1000;
const PART: usize = 8 << 20;
const LARGE: usize = 48 << 20;

/// What is kept on the disk takes the same room in memory, however large it is.
fn on_the_disk() {
    const HUGE: usize = 256 << 20;
    const MOST: usize = 16 << 20;
    let folder = kit::temporary::Temporary::new();
    let emulator = start(kit::builder().payloads(FolderStore::open(folder.path()).expect("a folder")));
    let mut client = Client::of(&emulator);
    let before = MEMORY.allocated();
    client.send("PUT /open/huge", HUGE);
    println!("an upload of {HUGE} bytes to the disk takes {} bytes at its peak", MEMORY.max_allocated() - before);
    assert_eq!(client.read("GET /open/huge"), HUGE);
    for from in [0, 1 << 20, HUGE - 1000] {
        let range = format!("GET /open/huge HTTP/1.1\r\nRange: bytes={from}-\r\nX-Rest:");
        assert_eq!(client.read(&range), HUGE - from);
    }
    // A copy of what is made of parts is digested anew.
    let begun = client.send("POST /open/joined?uploads", 0).1;
    let id = begun.split("<UploadId>").nth(1).and_then(|rest| rest.split('<').next()).expect("an id");
    client.send(&format!("PUT /open/joined?partNumber=1&uploadId={id}"), LARGE);
    let complete = format!("POST /open/joined?uploadId={id} HTTP/1.1\r\nx-oss-complete-all: yes\r\nX-Rest:");
    client.send(&complete, 0);
    client.send("PUT /open/copy HTTP/1.1\r\nx-oss-copy-source: /open/joined\r\nX-Rest:", 0);
    let field =
        |name: &str, value: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}");
    let before_file =
        format!("{}\r\n{}\r\n{}", field("key", "form"), field("success_action_status", "200"), field("file", ""));
    let post = "POST /open/ HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\nX-Rest:";
    client.ask(post, [&before_file, "\r\n--b--\r\n"], LARGE);
    assert_eq!(client.read("GET /open/form"), LARGE);
    let peak = MEMORY.max_allocated() - before;
    println!("with what is read of it, copied and posted {peak}");
    assert!(peak <= MOST, "{peak}");
    assert_eq!(folder.in_use().len(), 3);
    assert!(taken_by_objects(&emulator) < 64 << 10);
    assert!(folder.in_use().is_empty());
}

/// One test, because what one allocates the other would count; the one that takes least first.
#[test]
fn objects_take_their_own_room_and_little_more() {
    on_the_disk();
    let emulator = start(kit::builder());
    let mut client = Client::of(&emulator);

    for number in 0..OBJECTS {
        client.send(&format!("PUT /open/{number:04}"), 1);
    }
    let each = taken_by_objects(&emulator) / OBJECTS;
    println!("an object of one byte takes {each} bytes, its key of 4 bytes and its content among them");
    assert!(each <= 400, "{each}");

    // The parts of an object are joined without being copied.
    let begun = client.send("POST /open/joined?uploads", 0).1;
    let id = begun.split("<UploadId>").nth(1).and_then(|rest| rest.split('<').next()).expect("an id");
    for number in 1..=3 {
        client.send(&format!("PUT /open/joined?partNumber={number}&uploadId={id}"), PART);
    }
    let before = (MEMORY.allocated(), MEMORY.max_allocated());
    // The request's own version becomes the value of a header, behind another that says to take all parts.
    let complete = format!("POST /open/joined?uploadId={id} HTTP/1.1\r\nx-oss-complete-all: yes\r\nX-Rest:");
    client.send(&complete, 0);
    println!("three parts of {PART} bytes are joined with {} bytes more", MEMORY.allocated().abs_diff(before.0));
    assert!(MEMORY.max_allocated() < before.1 + (1 << 20), "{} {before:?}", MEMORY.max_allocated());
    // So they are read: by many at once.
    let mut readers: Vec<_> = (0..4).map(|_| Client::of(&emulator)).collect();
    for reader in &mut readers {
        assert_eq!(reader.read("GET /open/joined"), 3 * PART);
    }
    assert!(MEMORY.max_allocated() < before.1 + (4 << 20), "{} {before:?}", MEMORY.max_allocated());
    // While the readers are still there: what their connections let go of would be counted.
    let taken = taken_by_objects(&emulator);
    assert!(taken < 3 * PART + (64 << 10), "{taken} of {}", 3 * PART);
    drop(readers);

    let before = MEMORY.allocated();
    client.send("PUT /open/large", LARGE);
    let peak = MEMORY.max_allocated() - before;
    println!("an upload of {LARGE} bytes takes {peak} bytes at its peak");
    assert!(peak < LARGE + (2 << 20), "{peak}");
    assert!(taken_by_objects(&emulator) < LARGE + (64 << 10));
}
