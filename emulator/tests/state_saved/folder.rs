//! The folder that a state is kept in.

use std::fs;
use std::time::{Duration, Instant};

use acslab_emulator::cloud::Service;
use acslab_emulator::{KeepError, StartError};

use crate::Temporary;
use crate::kit::{self, Client};

/// Waits for what a thread of the emulator's does by itself.
fn until(what: impl Fn() -> bool) {
    let begun = Instant::now();
    while !what() {
        assert!(begun.elapsed() < Duration::from_mins(1), "it never comes");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn state(folder: &Temporary) -> String {
    fs::read_to_string(folder.path().join("state.json")).unwrap_or_default()
}

fn payloads(folder: &Temporary) -> Vec<Vec<u8>> {
    let files = fs::read_dir(folder.path().join("payloads")).unwrap();
    let mut all: Vec<_> = files.map(|file| fs::read(file.unwrap().path()).unwrap()).collect();
    all.sort();
    all
}

#[test]
fn a_change_is_saved_by_itself() {
    let folder = Temporary::new();
    let emulator = kit::builder().state(folder.path()).start().unwrap();
    Client::owner(&emulator).user("alice");
    until(|| state(&folder).contains(r#""name": "alice""#));
    // A look is no change.
    until(|| {
        let before = fs::metadata(folder.path().join("state.json")).unwrap().modified().unwrap();
        std::thread::sleep(Duration::from_millis(500));
        before == fs::metadata(folder.path().join("state.json")).unwrap().modified().unwrap()
    });
    let before = fs::metadata(folder.path().join("state.json")).unwrap().modified().unwrap();
    Client::owner(&emulator).ram("ListUsers", &[]).ok();
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(before, fs::metadata(folder.path().join("state.json")).unwrap().modified().unwrap());
}

#[test]
fn payloads_lie_beside_it_once_each_and_go_with_the_last_that_names_them() {
    let folder = Temporary::new();
    let emulator = kit::builder().open(Service::Oss).state(folder.path()).start().unwrap();
    let owner = Client::owner(&emulator);
    owner.oss("PUT", Some("photos"), "", &[], &[], b"").ok_status();
    let large = vec![7; 1 << 20];
    owner.oss("PUT", Some("photos"), "a", &[], &[], &large).ok_status();
    owner.oss("PUT", Some("photos"), "copy", &[], &[("x-oss-copy-source", "/photos/a")], b"").ok_status();
    owner.oss("PUT", Some("photos"), "empty", &[], &[], b"").ok_status();
    owner.oss("PUT", Some("photos"), "b", &[], &[], b"small").ok_status();
    until(|| payloads(&folder) == [large.clone(), b"small".to_vec()]);
    owner.oss("DELETE", Some("photos"), "a", &[], &[], b"").ok_status();
    owner.oss("DELETE", Some("photos"), "b", &[], &[], b"").ok_status();
    emulator.shutdown().unwrap();
    assert_eq!(payloads(&folder), std::slice::from_ref(&large));
    // What a process left that ended in the middle of it goes as well.
    fs::write(folder.path().join("payloads/9.new"), "half").unwrap();
    fs::write(folder.path().join("payloads/77"), "nobody's").unwrap();
    let emulator = kit::builder().state(folder.path()).start().unwrap();
    assert_eq!(payloads(&folder), std::slice::from_ref(&large));
    let owner = Client::owner(&emulator);
    assert_eq!(owner.oss("GET", Some("photos"), "copy", &[], &[], b"").body, large);
    owner.oss("PUT", Some("photos"), "c", &[], &[], b"later").ok_status();
    emulator.shutdown().unwrap();
    assert_eq!(payloads(&folder), [large, b"later".to_vec()]);
}

#[test]
#[cfg(unix)]
fn only_its_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Temporary::new();
    kit::builder().state(folder.path()).start().unwrap().shutdown().unwrap();
    let mode = fs::metadata(folder.path().join("state.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn two_processes_do_not_share_it() {
    let folder = Temporary::new();
    let first = kit::builder().state(folder.path()).start().unwrap();
    let error = kit::builder().state(folder.path()).start().unwrap_err();
    assert!(matches!(error, StartError::State(KeepError::InUse(_))), "{error}");
    first.shutdown().unwrap();
    kit::builder().state(folder.path()).start().unwrap();
}

/// What is said at a later start holds besides what was saved.
#[test]
fn what_is_said_at_a_later_start_counts() {
    let folder = Temporary::new();
    let first = kit::builder().account("one", "1111111111111111").seed(7).state(folder.path()).start().unwrap();
    let key = first.accounts()[0].access_key_id.clone();
    first.gateway().cloud().clock.advance(60_000).unwrap();
    first.shutdown().unwrap();
    let again = |builder: acslab_emulator::Builder| builder.state(folder.path()).start();
    let plain = acslab_emulator::Emulator::builder();
    let second = again(plain.account("two", "2222222222222222").open(Service::Oss)).unwrap();
    assert_eq!(second.accounts().len(), 1);
    assert_eq!(second.accounts()[0].name, "two");
    let cloud = &second.gateway().cloud();
    assert_eq!(cloud.clock.now().to_string(), "2026-01-02T03:05:05Z");
    assert!(cloud.accounts().iter().all(|account| account.activations.read().is_open(&Service::Oss)));
    second.shutdown().unwrap();
    let third = again(acslab_emulator::Emulator::builder()).unwrap();
    let names: Vec<_> = third.accounts().iter().map(|account| account.name.as_str()).collect();
    assert_eq!((names, &third.accounts()[0].access_key_id), (vec!["one", "two"], &key));
    third.shutdown().unwrap();
    let error = again(acslab_emulator::Emulator::builder().account("one", "3333333333333333")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "an account cannot be called `one`: that is what the account 1111111111111111 goes by"
    );
    let moved = again(kit::builder()).unwrap();
    assert_eq!(moved.gateway().cloud().clock.now().to_string(), kit::MOMENT);
}
