//! The end of an emulator, and who is answered before it.

use std::io::Write;
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use crate::kit::{Answer, Client};
use crate::tools::{ask, connect, put, start};

#[test]
fn half_an_upload_at_the_end_is_answered() {
    let emulator = start();
    let address = emulator.address();
    let raw = put(&emulator, "k", b"");
    let mut stream = connect(&emulator);
    stream.write_all(&raw.head(10)).expect("a head");
    stream.write_all(b"12345").expect("a half");
    // Somebody who is connected and asks nothing holds nobody up.
    let mut idle = connect(&emulator);
    let list = Client::owner(&emulator).oss_request("GET", None, "", &[], &[], b"");
    assert_eq!(ask(&mut idle, &list.bytes()).status, 200);
    let ending = thread::spawn(move || drop(emulator));
    // Until nobody new is taken.
    while TcpStream::connect(address).is_ok() {
        thread::sleep(Duration::from_millis(5));
    }
    stream.write_all(b"67890").expect("the other half");
    assert_eq!(Answer::read(&mut stream).expect("an answer").status, 200);
    assert!(Answer::read(&mut stream).is_none());
    ending.join().expect("an end");
}
