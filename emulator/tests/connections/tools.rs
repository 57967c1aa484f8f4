//! What these tests have in common.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use acslab_emulator::EmulatorHandle;
use acslab_emulator::cloud::Service;

use crate::kit::{self, Answer, Client, Raw};

/// An emulator whose owner has a bucket.
pub(crate) fn start() -> EmulatorHandle {
    let emulator = kit::builder().open(Service::Oss).start().expect("an emulator");
    assert_eq!(Client::owner(&emulator).oss("PUT", Some("photos"), "", &[], &[], b"").status, 200);
    emulator
}

/// The owner's request that puts an object.
pub(crate) fn put(emulator: &EmulatorHandle, key: &str, body: &[u8]) -> Raw {
    Client::owner(emulator).oss_request("PUT", Some("photos"), key, &[], &[], body)
}

/// What is in an object; `None` when there is none.
pub(crate) fn content(emulator: &EmulatorHandle, key: &str) -> Option<Vec<u8>> {
    let answer = Client::owner(emulator).oss("GET", Some("photos"), key, &[], &[], b"");
    (answer.status == 200).then_some(answer.body)
}

/// A connection on which a test does not wait for ever.
pub(crate) fn connect(emulator: &EmulatorHandle) -> TcpStream {
    let stream = TcpStream::connect(emulator.address()).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_mins(1))).expect("a timeout");
    stream.set_write_timeout(Some(Duration::from_mins(1))).expect("a timeout");
    stream.set_nodelay(true).expect("no delay");
    stream
}

/// Sends this and reads the next answer.
pub(crate) fn ask(stream: &mut TcpStream, bytes: &[u8]) -> Answer {
    stream.write_all(bytes).expect("a request");
    Answer::read(stream).expect("an answer")
}

/// Is the emulator well?
pub(crate) fn is_well(emulator: &EmulatorHandle) -> bool {
    let host = emulator.address().to_string();
    Raw::new("GET", "/_acslab/health").headers(kit::headers(&[("host", &host)])).send(emulator.address()).status == 200
}
