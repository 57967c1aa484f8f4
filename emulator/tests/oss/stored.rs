//! Objects whose content is kept in a store and not in memory.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use acslab_emulator::{Blob, EmulatorHandle, FolderStore, Sink, Store};
use bytes::Bytes;

use crate::kit::temporary::Temporary;
use crate::kit::{Answer, Client, Raw, headers};
use crate::tools::{done, element, header, start_with};

fn on_disk(folder: &Temporary) -> EmulatorHandle {
    start_with(|builder| builder.payloads(FolderStore::open(folder.path()).expect("a folder")))
}

fn bytes(seed: usize, length: usize) -> Vec<u8> {
    (0..length).map(|number| u8::try_from((number + seed) % 251).expect("a byte")).collect()
}

fn put(owner: &Client<'_>, key: &str, content: &[u8]) -> Answer {
    owner.oss("PUT", Some("photos"), key, &[], &[], content)
}

fn get(owner: &Client<'_>, key: &str) -> Vec<u8> {
    done(&owner.on_object("GET", "photos", key)).body.clone()
}

fn append(owner: &Client<'_>, key: &str, position: usize, content: &[u8]) -> Answer {
    owner.oss("POST", Some("photos"), key, &[("append", ""), ("position", &position.to_string())], &[], content)
}

fn begin(owner: &Client<'_>, key: &str) -> String {
    element(&owner.oss("POST", Some("photos"), key, &[("uploads", "")], &[], b""), "UploadId")
}

fn part(owner: &Client<'_>, key: &str, id: &str, number: &str, content: &[u8]) -> Answer {
    owner.oss("PUT", Some("photos"), key, &[("partNumber", number), ("uploadId", id)], &[], content)
}

fn complete(owner: &Client<'_>, key: &str, id: &str) -> Answer {
    owner.oss("POST", Some("photos"), key, &[("uploadId", id)], &[("x-oss-complete-all", "yes")], b"")
}

#[test]
fn what_is_put_is_read_and_its_file_goes_with_it() {
    let folder = Temporary::new();
    let emulator = on_disk(&folder);
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let (large, small) = (bytes(0, 1_000_000), bytes(0, 4096));
    done(&put(&owner, "large", &large));
    done(&put(&owner, "small", &small));
    assert_eq!(folder.in_use(), [1_000_000]);
    assert!(get(&owner, "large") == large && get(&owner, "small") == small);
    for (range, expected) in [
        ("bytes=0-0", 0..1),
        ("bytes=262143-262145", 262_143..262_146),
        ("bytes=300000-", 300_000..1_000_000),
        ("bytes=-7", 999_993..1_000_000),
    ] {
        let part = owner.with("GET", "photos", "large", &[("range", range)]);
        assert_eq!(part.status, 206);
        assert!(part.body == large[expected], "{range}");
    }
    let head = owner.on_object("HEAD", "photos", "large");
    assert_eq!(header(&head, "content-length"), "1000000");
    // A copy takes no room; what is overwritten or deleted gives its own back.
    done(&owner.with("PUT", "photos", "copy", &[("x-oss-copy-source", "/photos/large")]));
    assert_eq!(folder.in_use(), [1_000_000]);
    done(&put(&owner, "large", &bytes(3, 500_000)));
    assert_eq!(folder.in_use(), [500_000, 1_000_000]);
    assert!(get(&owner, "copy") == large && get(&owner, "large") == bytes(3, 500_000));
    done(&owner.on_object("DELETE", "photos", "copy"));
    assert_eq!(folder.in_use(), [500_000]);
    // Every version has its own.
    let body = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    done(&owner.oss("PUT", Some("photos"), "", &[("versioning", "")], &[], body));
    let second = put(&owner, "large", &large);
    let second = header(done(&second), "x-oss-version-id");
    done(&owner.on_object("DELETE", "photos", "large"));
    assert_eq!(folder.in_use(), [500_000, 1_000_000]);
    let old = owner.oss("GET", Some("photos"), "large", &[("versionId", second)], &[], b"");
    assert!(done(&old).body == large);
    for version in [second, "null"] {
        done(&owner.oss("DELETE", Some("photos"), "large", &[("versionId", version)], &[], b""));
    }
    assert!(folder.in_use().is_empty());
}

#[test]
fn parts_and_pieces_are_joined_where_they_are() {
    let folder = Temporary::new();
    let emulator = on_disk(&folder);
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let parts = [bytes(1, 200_000), bytes(2, 300_000), bytes(3, 10)];
    let id = begin(&owner, "joined");
    for (number, content) in parts.iter().enumerate() {
        done(&part(&owner, "joined", &id, &(number + 1).to_string(), content));
    }
    done(&part(&owner, "joined", &id, "1", &parts[0]));
    assert_eq!(folder.in_use(), [200_000, 300_000]);
    done(&complete(&owner, "joined", &id));
    assert_eq!(folder.in_use(), [200_000, 300_000]);
    assert!(get(&owner, "joined") == parts.concat());
    // A part that is copied out of it, and the whole, digested anew.
    let id = begin(&owner, "again");
    let lines = [("x-oss-copy-source", "/photos/joined"), ("x-oss-copy-source-range", "bytes=150000-350000")];
    let query = [("partNumber", "1"), ("uploadId", &*id)];
    done(&owner.oss("PUT", Some("photos"), "again", &query, &lines, b""));
    done(&complete(&owner, "again", &id));
    assert!(get(&owner, "again") == parts.concat()[150_000..=350_000]);
    done(&owner.with("PUT", "photos", "copy", &[("x-oss-copy-source", "/photos/joined")]));
    done(&owner.on_object("DELETE", "photos", "joined"));
    done(&owner.on_object("DELETE", "photos", "copy"));
    assert_eq!(folder.in_use(), [200_000, 300_000]);
    done(&owner.on_object("DELETE", "photos", "again"));
    assert!(folder.in_use().is_empty());
    // An upload that is given up leaves nothing.
    let id = begin(&owner, "never");
    done(&part(&owner, "never", &id, "1", &parts[0]));
    done(&owner.oss("DELETE", Some("photos"), "never", &[("uploadId", &id)], &[], b""));
    assert!(folder.in_use().is_empty());
    let mut whole = Vec::new();
    for length in [3000, 3000, 100, 200_000, 5] {
        let piece = bytes(length, length);
        done(&append(&owner, "log", whole.len(), &piece));
        whole.extend(piece);
    }
    assert!(get(&owner, "log") == whole);
    assert_eq!(folder.in_use(), [6100, 200_000]);
}

#[test]
fn the_file_in_a_form_is_kept_where_the_form_is() {
    let folder = Temporary::new();
    let emulator = on_disk(&folder);
    let owner = Client::owner(&emulator);
    done(&owner.oss("PUT", Some("photos"), "", &[], &[("x-oss-acl", "public-read-write")], b""));
    let post = |key: &str, content: &[u8]| {
        let field = |name: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        let before = format!("{}{key}\r\n{}", field("key"), field("file"));
        let host = emulator.address().to_string();
        let lines = [("host", host.as_str()), ("content-type", "multipart/form-data; boundary=b")];
        let body = [before.as_bytes(), content, b"\r\n--b--\r\n"].concat();
        done(&owner.send(&Raw::new("POST", "/photos/").headers(headers(&lines)).body(body)));
    };
    // A large one with what stands around it, a small one alone.
    let (large, small) = (bytes(0, 1_000_000), bytes(0, 5000));
    post("large", &large);
    assert!(matches!(folder.in_use()[..], [size] if (1_000_001..1_001_000).contains(&size)));
    post("small", &small);
    assert_eq!(folder.in_use()[0], 5000);
    assert!(get(&owner, "large") == large && get(&owner, "small") == small);
}

#[test]
fn an_upload_that_is_broken_off_leaves_nothing() {
    let folder = Temporary::new();
    let emulator = on_disk(&folder);
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let raw = owner.oss_request("PUT", Some("photos"), "half", &[], &[], &[]);
    let mut stream = TcpStream::connect(emulator.address()).expect("a connection");
    stream.write_all(&raw.head(10_000_000)).expect("a head");
    stream.write_all(&bytes(0, 1_000_000)).expect("half a body");
    until(|| !folder.in_use().is_empty());
    drop(stream);
    until(|| folder.in_use().is_empty());
    owner.on_object("GET", "photos", "half").refused(404, "NoSuchKey");
}

fn until(what: impl Fn() -> bool) {
    let begun = Instant::now();
    while !what() {
        assert!(begun.elapsed() < Duration::from_mins(1), "it never comes");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A disk with room for so many bytes, which anybody may make more of.
#[derive(Debug, Clone)]
struct Disk(Arc<AtomicUsize>);

#[derive(Debug)]
struct Kept(Vec<u8>, Disk);

impl Store for Disk {
    fn begin(&self) -> io::Result<Box<dyn Sink>> {
        Ok(Box::new(Kept(Vec::new(), self.clone())))
    }
}

impl Sink for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let room = &self.1.0;
        let less = room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |room| room.checked_sub(bytes.len()));
        less.map_err(|_| io::Error::from(ErrorKind::StorageFull))?;
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<Arc<dyn Blob>> {
        Ok(Arc::new(*self))
    }
}

impl Blob for Kept {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        let address = |position| usize::try_from(position).expect("an address");
        Ok(Bytes::copy_from_slice(&self.0[address(range.start)..address(range.end)]))
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.1.0.fetch_add(self.0.len(), Ordering::Relaxed);
    }
}

#[test]
fn a_full_disk_refuses_and_changes_nothing() {
    let room = Arc::new(AtomicUsize::new(1_000_000));
    let disk = Disk(Arc::clone(&room));
    let emulator = start_with(|builder| builder.payloads(disk));
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let (first, much) = (bytes(0, 600_000), bytes(5, 700_000));
    let etag = header(done(&put(&owner, "a", &first)), "etag").to_owned();
    done(&append(&owner, "log", 0, &bytes(1, 100_000)));
    let id = begin(&owner, "joined");
    done(&part(&owner, "joined", &id, "1", &bytes(2, 200_000)));
    let state = || {
        let query: [&[_]; 3] = [&[("list-type", "2")], &[("uploads", "")], &[("stat", "")]];
        query.map(|query| owner.on_bucket("GET", "photos", query).text())
    };
    let (before, left) = (state(), room.load(Ordering::Relaxed));
    assert_eq!(left, 100_000);
    let refused = |answer: &Answer| {
        answer.refused(500, "InternalError");
        let text = element(answer, "Message");
        assert_eq!(text, "Please contact the server administrator, oss@service.aliyun.com.");
        assert!(!element(answer, "RequestId").is_empty());
    };
    refused(&put(&owner, "a", &much));
    refused(&put(&owner, "b", &much));
    refused(&append(&owner, "log", 100_000, &much));
    refused(&part(&owner, "joined", &id, "1", &much));
    refused(&part(&owner, "joined", &id, "2", &much));
    assert_eq!((state(), room.load(Ordering::Relaxed)), (before, left));
    let old = owner.on_object("GET", "photos", "a");
    assert!(old.body == first && header(&old, "etag") == etag);
    assert!(get(&owner, "log") == bytes(1, 100_000));
    // What is small, and what makes room, still goes.
    done(&put(&owner, "small", b"x"));
    done(&complete(&owner, "joined", &id));
    assert!(get(&owner, "joined") == bytes(2, 200_000));
    done(&owner.on_object("DELETE", "photos", "a"));
    done(&put(&owner, "a", &much));
    assert!(get(&owner, "a") == much);
    // A small piece is written together with what stands before it, for which there is no room now.
    room.store(0, Ordering::Relaxed);
    refused(&append(&owner, "log", 100_000, b"more"));
    assert!(get(&owner, "log") == bytes(1, 100_000));
}

#[test]
fn what_cannot_be_read_is_told() {
    let folder = Temporary::new();
    let emulator = on_disk(&folder);
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let content = bytes(0, 1_000_000);
    let id = begin(&owner, "joined");
    done(&part(&owner, "joined", &id, "1", &content));
    done(&complete(&owner, "joined", &id));
    let file = std::fs::File::options().write(true).open(folder.path().join("in-use/1")).expect("a file");
    file.set_len(600_000).expect("less of it");
    // Where nothing has been answered yet, as an error; else the answer is cut off.
    let copy = owner.with("PUT", "photos", "copy", &[("x-oss-copy-source", "/photos/joined")]);
    copy.refused(500, "InternalError");
    let mut stream = TcpStream::connect(emulator.address()).expect("a connection");
    let raw = owner.oss_request("GET", Some("photos"), "joined", &[], &[], &[]);
    stream.write_all(&raw.bytes()).expect("a request");
    let mut received = Vec::new();
    let _ = stream.read_to_end(&mut received);
    assert!(received.len() < 601_000, "{}", received.len());
    done(&owner.on_object("DELETE", "photos", "joined"));
}
