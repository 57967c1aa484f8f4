//! Pieces that are appended at the same time.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use acslab_emulator::{Blob, EmulatorHandle, FolderStore, Sink, Store};

use crate::kit::temporary::Temporary;
use crate::kit::{Answer, Client};
use crate::tools::{done, header, start, start_with};

/// What is small stays in memory, and is written into the store together with what stands before it.
const PIECE: usize = 3000;

fn append(owner: &Client<'_>, position: usize, piece: &[u8]) -> Answer {
    owner.oss("POST", Some("photos"), "log", &[("append", ""), ("position", &position.to_string())], &[], piece)
}

fn content(owner: &Client<'_>) -> Vec<u8> {
    done(&owner.on_object("GET", "photos", "log")).body.clone()
}

/// A store whose work takes until somebody lets it go on.
#[derive(Debug)]
struct Slow {
    within: FolderStore,
    switch: Arc<AtomicBool>,
    begun: Sender<Sender<()>>,
}

impl Store for Slow {
    fn begin(&self) -> io::Result<Box<dyn Sink>> {
        if self.switch.load(Ordering::Relaxed) {
            let (on, wait) = channel();
            self.begun.send(on).map_err(io::Error::other)?;
            wait.recv_timeout(Duration::from_mins(1)).map_err(io::Error::other)?;
        }
        self.within.begin()
    }

    fn take_over(&self, file: &Path) -> io::Result<Arc<dyn Blob>> {
        self.within.take_over(file)
    }
}

impl Slow {
    /// A store in a folder, what makes it slow, and who works in it.
    fn within(folder: &Temporary) -> (Self, Arc<AtomicBool>, Receiver<Sender<()>>) {
        let (begun, works) = channel();
        let slow = Arc::new(AtomicBool::new(false));
        let within = FolderStore::open(folder.path()).expect("a folder");
        (Self { within, switch: Arc::clone(&slow), begun }, slow, works)
    }
}

/// A cloud with an object of one piece, whose store is slow from now on.
fn begun(folder: &Temporary) -> (EmulatorHandle, Receiver<Sender<()>>) {
    let (store, slow, works) = Slow::within(folder);
    let emulator = start_with(|builder| builder.payloads(store));
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&append(&owner, 0, &[b'0'; PIECE]));
    slow.store(true, Ordering::Relaxed);
    (emulator, works)
}

/// The next who works in a store.
fn working(works: &Receiver<Sender<()>>) -> Sender<()> {
    works.recv_timeout(Duration::from_mins(1)).expect("somebody works in the store")
}

#[test]
fn two_work_at_one_position_and_one_has_it() {
    let folder = Temporary::new();
    let (emulator, works) = begun(&folder);
    let owner = Client::owner(&emulator);
    std::thread::scope(|scope| {
        let [one, two] = [b'1', b'2'].map(|byte| {
            let owner = &owner;
            scope.spawn(move || append(owner, PIECE, &[byte; PIECE]))
        });
        let both = [working(&works), working(&works)];
        // The bucket serves others meanwhile, who see what was.
        assert_eq!(content(&owner), [b'0'; PIECE]);
        done(&owner.put("photos", "other", "x"));
        both.iter().for_each(|on| on.send(()).expect("it waits"));
        let answers = [one, two].map(|thread| thread.join().expect("an answer"));
        let (won, lost) = if answers[0].status == 200 { (0, 1) } else { (1, 0) };
        let next = (2 * PIECE).to_string();
        assert_eq!(header(done(&answers[won]), "x-oss-next-append-position"), next);
        answers[lost].refused(409, "PositionNotEqualToLength");
        assert_eq!(header(&answers[lost], "x-oss-next-append-position"), next);
        let byte = [b'1', b'2'][won];
        assert_eq!(content(&owner), [[b'0'; PIECE], [byte; PIECE]].concat());
    });
    // What was made for nothing is gone.
    assert_eq!(folder.in_use(), [2 * PIECE as u64]);
}

#[test]
fn what_is_changed_meanwhile_counts() {
    let folder = Temporary::new();
    let (emulator, works) = begun(&folder);
    let owner = Client::owner(&emulator);
    std::thread::scope(|scope| {
        let begin = |position: usize| {
            let owner = &owner;
            let thread = scope.spawn(move || append(owner, position, &[b'1'; PIECE]));
            (thread, working(&works))
        };
        // Tags belong to the object, and stay.
        let (thread, on) = begin(PIECE);
        let tags = b"<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>";
        done(&owner.oss("PUT", Some("photos"), "log", &[("tagging", "")], &[], tags));
        on.send(()).expect("it waits");
        done(&thread.join().expect("an answer"));
        assert_eq!(header(&owner.on_object("HEAD", "photos", "log"), "x-oss-tagging-count"), "1");
        // Another object that is as long: the piece is appended to that one.
        done(&owner.on_object("DELETE", "photos", "log"));
        done(&append(&owner, 0, &[b'2'; PIECE]));
        let (thread, on) = begin(PIECE);
        done(&owner.on_object("DELETE", "photos", "log"));
        done(&append(&owner, 0, &[b'3'; PIECE]));
        on.send(()).expect("it waits");
        working(&works).send(()).expect("it begins anew");
        done(&thread.join().expect("an answer"));
        assert_eq!(content(&owner), [[b'3'; PIECE], [b'1'; PIECE]].concat());
        // One that is none of the kind, none at all, one that is sealed.
        for (change, code) in [
            ("seal", "AppendSealedObjectNotAllowed"),
            ("put", "ObjectNotAppendable"),
            ("delete", "PositionNotEqualToLength"),
        ] {
            let _ = owner.on_object("DELETE", "photos", "log");
            done(&append(&owner, 0, &[b'4'; PIECE]));
            let (thread, on) = begin(PIECE);
            let position = PIECE.to_string();
            match change {
                "seal" => {
                    let query = [("seal", ""), ("position", position.as_str())];
                    done(&owner.oss("POST", Some("photos"), "log", &query, &[], b""));
                }
                "put" => {
                    done(&owner.put("photos", "log", "x"));
                }
                _ => {
                    done(&owner.on_object("DELETE", "photos", "log"));
                }
            }
            on.send(()).expect("it waits");
            let answer = thread.join().expect("an answer");
            assert_eq!(answer.refused(answer.status, code).status / 100, 4, "{change}");
        }
    });
}

/// Each goes on until its piece is in, as clients do: at the position that the refusal names.
#[test]
fn of_many_pieces_none_is_lost_and_none_is_there_twice() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let pieces = 5..13_u8;
    std::thread::scope(|scope| {
        for byte in pieces.clone() {
            let owner = &owner;
            scope.spawn(move || {
                for _ in 0..5 {
                    let mut position = 0;
                    loop {
                        let answer = append(owner, position, &vec![byte; usize::from(byte)]);
                        if answer.status == 200 {
                            break;
                        }
                        answer.refused(409, "PositionNotEqualToLength");
                        position = header(&answer, "x-oss-next-append-position").parse().expect("a position");
                    }
                }
            });
        }
    });
    let whole = content(&owner);
    let mut runs: Vec<_> = whole.chunk_by(|a, b| a == b).map(|run| (run[0], run.len())).collect();
    // Two pieces of one writer may stand beside each other.
    runs.sort_unstable();
    for byte in pieces {
        let written: Vec<_> = runs.iter().filter(|(own, _)| *own == byte).map(|(_, length)| *length).collect();
        assert!(written.iter().all(|length| length % usize::from(byte) == 0), "{byte}: {written:?}");
        assert_eq!(written.iter().sum::<usize>(), 5 * usize::from(byte), "{byte}");
    }
}
