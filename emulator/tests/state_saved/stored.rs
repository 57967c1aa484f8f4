//! A state that is kept, of objects whose content is on the disk already.

use std::collections::BTreeMap;
use std::fs;

use acslab_emulator::cloud::Service;
use acslab_emulator::{EmulatorHandle, FolderStore};

use crate::Temporary;
use crate::kit::{self, Client, logs};

/// With the state in a folder, and what is in objects in another, or in the same.
fn start(state: &Temporary, payloads: Option<&Temporary>) -> EmulatorHandle {
    let builder = kit::builder().open(Service::Oss).open(Service::Sls).state(state.path());
    match payloads {
        Some(folder) => builder.payloads(FolderStore::open(folder.path()).unwrap()).start().unwrap(),
        None => builder.start().unwrap(),
    }
}

fn bytes(seed: usize, length: usize) -> Vec<u8> {
    (0..length).map(|number| u8::try_from((number + seed) % 251).unwrap()).collect()
}

/// The payloads of the state: their size, and which file that is, by their names.
fn saved(state: &Temporary) -> BTreeMap<String, (u64, u64)> {
    let files = fs::read_dir(state.path().join("payloads")).unwrap().map(|file| file.unwrap());
    let one = |file: fs::DirEntry| {
        let about = file.metadata().unwrap();
        #[cfg(unix)]
        let inode = std::os::unix::fs::MetadataExt::ino(&about);
        #[cfg(not(unix))]
        let inode = 0;
        (file.file_name().into_string().unwrap(), (about.len(), inode))
    };
    files.map(one).collect()
}

fn sizes(state: &Temporary) -> Vec<u64> {
    let mut sizes: Vec<_> = saved(state).into_values().map(|(size, _)| size).collect();
    sizes.sort_unstable();
    sizes
}

/// Objects of every kind; gives what is in them.
fn fill(owner: &Client<'_>) -> BTreeMap<&'static str, Vec<u8>> {
    let (large, parts) = (bytes(0, 300_000), [bytes(1, 200_000), bytes(2, 150_000)]);
    owner.oss("PUT", Some("photos"), "", &[], &[], b"").ok_status();
    owner.oss("PUT", Some("photos"), "large", &[], &[], &large).ok_status();
    owner.oss("PUT", Some("photos"), "small", &[], &[], b"small").ok_status();
    let begun = owner.oss("POST", Some("photos"), "joined", &[("uploads", "")], &[], b"").text();
    let id = begun.split("<UploadId>").nth(1).unwrap().split('<').next().unwrap();
    for (number, content) in parts.iter().enumerate() {
        let query = [("partNumber", &*(number + 1).to_string()), ("uploadId", id)];
        owner.oss("PUT", Some("photos"), "joined", &query, &[], content).ok_status();
    }
    let all = [("x-oss-complete-all", "yes")];
    owner.oss("POST", Some("photos"), "joined", &[("uploadId", id)], &all, b"").ok_status();
    let query = [("append", ""), ("position", "0")];
    owner.oss("POST", Some("photos"), "log", &query, &[], &bytes(3, 200_000)).ok_status();
    let query = [("append", ""), ("position", "200000")];
    owner.oss("POST", Some("photos"), "log", &query, &[], b"tail").ok_status();
    [
        ("large", large),
        ("small", b"small".to_vec()),
        ("joined", parts.concat()),
        ("log", [&bytes(3, 200_000)[..], b"tail"].concat()),
    ]
    .into()
}

fn holds(owner: &Client<'_>, contents: &BTreeMap<&'static str, Vec<u8>>) {
    for (key, content) in contents {
        let get = owner.oss("GET", Some("photos"), key, &[], &[], b"");
        assert!(get.body == *content, "{key}");
    }
    let range = [("range", "bytes=199990-200010")];
    let part = owner.oss("GET", Some("photos"), "joined", &[], &range, b"");
    assert!(part.body == contents["joined"][199_990..=200_010]);
}

#[test]
fn it_is_saved_by_links_and_loaded_without_being_read() {
    let (state, payloads) = (Temporary::new(), Temporary::new());
    let emulator = start(&state, Some(&payloads));
    let contents = fill(&Client::owner(&emulator));
    emulator.shutdown().unwrap();
    // The parts are not joined to be saved.
    let all = [4, 5, 150_000, 200_000, 200_000, 300_000];
    let files = saved(&state);
    assert_eq!(sizes(&state), all);
    // Nothing of it is left where it was in use; then again, and in the state's own folder.
    assert!(payloads.in_use().is_empty());
    for (round, folder) in [&payloads, &payloads, &state].into_iter().enumerate() {
        let emulator = start(&state, Some(folder));
        let owner = Client::owner(&emulator);
        assert_eq!(folder.in_use(), all[2..]);
        holds(&owner, &contents);
        owner.user(&format!("user{round}"));
        emulator.shutdown().unwrap();
        // Each is the file that it was from the beginning.
        assert_eq!(saved(&state), files);
    }
    // In memory what lay in several places comes to be in one.
    let emulator = start(&state, None);
    holds(&Client::owner(&emulator), &contents);
    emulator.shutdown().unwrap();
    assert_eq!(sizes(&state), [5, 200_004, 300_000, 350_000]);
    let emulator = start(&state, Some(&payloads));
    assert_eq!(payloads.in_use(), [200_004, 300_000, 350_000]);
    holds(&Client::owner(&emulator), &contents);
}

#[test]
fn what_is_in_use_is_saved_without_being_copied() {
    let (state, payloads) = (Temporary::new(), Temporary::new());
    let emulator = start(&state, Some(&payloads));
    let owner = Client::owner(&emulator);
    let contents = fill(&owner);
    emulator.save_checkpoint("one").unwrap();
    #[cfg(unix)]
    {
        let inode = |file: &fs::Metadata| std::os::unix::fs::MetadataExt::ino(file);
        let files = fs::read_dir(payloads.path().join("in-use")).unwrap().map(|file| file.unwrap());
        let in_use: Vec<_> = files.filter(|file| file.file_name() != "lock").collect();
        let saved: Vec<_> = saved(&state).into_values().map(|(_, inode)| inode).collect();
        assert_eq!(in_use.len(), 4);
        assert!(in_use.iter().all(|file| saved.contains(&inode(&file.metadata().unwrap()))));
    }
    // A checkpoint has what the cloud has no more, and goes with it.
    for key in contents.keys() {
        owner.oss("DELETE", Some("photos"), key, &[], &[], b"").ok_status();
    }
    emulator.restore_checkpoint("one").unwrap();
    holds(&owner, &contents);
    for key in contents.keys() {
        owner.oss("DELETE", Some("photos"), key, &[], &[], b"").ok_status();
    }
    emulator.delete_checkpoint("one").unwrap();
    // What comes after it is in the store like what came before.
    owner.oss("PUT", Some("photos"), "later", &[], &[], &bytes(0, 5000)).ok_status();
    emulator.shutdown().unwrap();
    assert_eq!(sizes(&state), [5000]);
    let emulator = start(&state, Some(&payloads));
    assert_eq!(payloads.in_use(), [5000]);
    drop(emulator);
}

#[test]
fn a_payload_of_another_size_is_refused() {
    let (state, payloads) = (Temporary::new(), Temporary::new());
    let emulator = start(&state, Some(&payloads));
    fill(&Client::owner(&emulator));
    emulator.shutdown().unwrap();
    let (name, _) = saved(&state).into_iter().find(|(_, (size, _))| *size == 300_000).unwrap();
    let path = state.path().join("payloads").join(&name);
    fs::File::options().write(true).open(&path).unwrap().set_len(299_999).unwrap();
    let builder = kit::builder().state(state.path()).payloads(FolderStore::open(payloads.path()).unwrap());
    let error = builder.start().unwrap_err().to_string();
    let why = format!("payload {name}: it has 299999 bytes, and 300000 were saved");
    assert!(error.ends_with(&why), "{error}");
    fs::remove_file(&path).unwrap();
    let builder = kit::builder().state(state.path()).payloads(FolderStore::open(payloads.path()).unwrap());
    let error = builder.start().unwrap_err().to_string();
    assert!(error.contains(&format!("payload {name}: ")), "{error}");
}

/// Logs are looked into all the time, so they are in memory; that does not make them others.
#[test]
fn logs_are_in_memory_and_saved_once() {
    let (state, payloads) = (Temporary::new(), Temporary::new());
    let emulator = start(&state, Some(&payloads));
    let owner = Client::owner(&emulator);
    let make = r#"{"projectName": "site-logs", "description": ""}"#;
    owner.sls("POST", "site-logs", "/", &[], make.as_bytes()).ok_status();
    let make = r#"{"logstoreName": "access", "ttl": 30, "shardCount": 1}"#;
    owner.sls("POST", "site-logs", "/logstores", &[], make.as_bytes()).ok_status();
    let text = "x".repeat(10_000);
    let group = logs::group(
        "topic",
        &[logs::log(kit::MOMENT.parse::<jiff::Timestamp>().unwrap().as_second(), &[("k", &text)])],
    );
    owner.sls("POST", "site-logs", "/logstores/access/shards/lb", &[], &group).ok_status();
    emulator.shutdown().unwrap();
    let before = saved(&state);
    assert_eq!(before.len(), 1);
    for _ in 0..2 {
        let emulator = start(&state, Some(&payloads));
        assert!(payloads.in_use().is_empty());
        Client::owner(&emulator).oss("GET", None, "", &[], &[], b"").ok_status();
        emulator.shutdown().unwrap();
        assert_eq!(saved(&state), before);
    }
}
