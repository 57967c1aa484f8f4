//! What objects take of memory, counted byte by byte at the allocator.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "kit/mod.rs"]
mod kit;

use std::alloc::System;
use std::io::{Read, Write};
use std::net::TcpStream;

use acslab_emulator::EmulatorHandle;
use acslab_emulator::cloud::{Acl, Service};
use cap::Cap;
use kit::Client;

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, usize::MAX);

/// An emulator with a bucket that anybody may write to, so that no signature costs time.
fn start() -> EmulatorHandle {
    let emulator = kit::builder().open(Service::Oss).start().expect("an emulator");
    let owner = Client::owner(&emulator);
    assert_eq!(owner.oss("PUT", Some("open"), "", &[], &[("x-oss-acl", "public-read-write")], b"").status, 200);
    assert_eq!(emulator.gateway().cloud.buckets.read("open", |bucket| bucket.acl), Some(Acl::PublicReadWrite));
    emulator
}

/// Sends a request's head, then a body of so many bytes, and reads the answer, which must be good and have no body.
fn send(stream: &mut TcpStream, request: &str, size: usize) {
    static PIECE: [u8; 64 << 10] = [b'x'; 64 << 10];
    let head = format!("{request} HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n");
    stream.write_all(head.as_bytes()).expect("a head");
    let mut rest = size;
    while rest > 0 {
        let piece = &PIECE[..rest.min(PIECE.len())];
        stream.write_all(piece).expect("a body");
        rest -= piece.len();
    }
    let (mut answer, mut byte) = (Vec::with_capacity(1024), [0]);
    while !answer.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).expect("an answer");
        answer.push(byte[0]);
    }
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
}

/// How many bytes are let go when the bucket's objects are.
fn taken_by_objects(emulator: &EmulatorHandle) -> usize {
    let buckets = &emulator.gateway().cloud.buckets;
    let objects = buckets.change("open", |bucket| std::mem::take(&mut bucket.objects)).expect("a bucket");
    let before = MEMORY.allocated();
    drop(objects);
    before - MEMORY.allocated()
}

/// One test, because what one allocates the other would count.
#[test]
fn objects_take_their_own_room_and_little_more() {
    const OBJECTS: usize = 1000;
    let emulator = start();
    let mut stream = TcpStream::connect(emulator.address()).expect("a connection");
    stream.set_nodelay(true).expect("no delay");

    for number in 0..OBJECTS {
        send(&mut stream, &format!("PUT /open/{number:04}"), 1);
    }
    let each = taken_by_objects(&emulator) / OBJECTS;
    println!("an object of one byte takes {each} bytes, its key of 4 bytes and its content among them");
    assert!(each <= 400, "{each}");
}
