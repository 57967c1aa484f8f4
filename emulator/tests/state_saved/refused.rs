//! What cannot be loaded is refused with a reason, and stays as it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use acslab_emulator::cloud::Service;
use serde_json::{Value, json};

use crate::Temporary;
use crate::kit::{self, Client, policy};

/// A folder with a state in it that has something of everything.
fn saved() -> Temporary {
    let folder = Temporary::new();
    let emulator = kit::builder().open(Service::Oss).state(folder.path()).start().unwrap();
    let owner = Client::owner(&emulator);
    owner.user("alice");
    owner.grant("alice", "p", &policy("Allow", "oss:*", "*"));
    owner.oss("PUT", Some("photos"), "", &[], &[], b"").ok_status();
    owner.oss("PUT", Some("photos"), "a", &[], &[], b"content").ok_status();
    owner.rpc("2020-03-31", "EnableResourceDirectory", &[("EnableMode", "CurrentAccount")]).ok();
    emulator.shutdown().unwrap();
    folder
}

/// All files in a folder with what is in them.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.insert(path.display().to_string(), fs::read(&path).unwrap());
        }
    }
    all
}

/// Why the state is refused; nothing in the folder changes.
fn why(folder: &Temporary) -> String {
    let before = files(folder.path());
    let error = kit::builder().state(folder.path()).start().unwrap_err().to_string();
    assert_eq!(files(folder.path()), before, "{error}");
    error.replace(&folder.path().display().to_string(), "FOLDER")
}

fn write(folder: &Temporary, document: &str) {
    fs::write(folder.path().join("state.json"), document).unwrap();
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_refused() {
    let folder = saved();
    let whole = fs::read_to_string(folder.path().join("state.json")).unwrap();
    for parts in 0..20 {
        let at = whole.len() * parts / 20;
        write(&folder, &whole[..at]);
        let why = why(&folder);
        let place = why.starts_with("FOLDER/state.json: EOF while parsing") && why.contains(" at line ");
        assert!(place && why.contains(" column "), "{at}: {why}");
    }
    write(&folder, &whole);
    kit::builder().state(folder.path()).start().unwrap();
}

#[test]
fn another_version_is_refused() {
    let folder = saved();
    let whole = fs::read_to_string(folder.path().join("state.json")).unwrap();
    let with = |version: &str| whole.replacen(r#""version": 1"#, &format!(r#""version": {version}"#), 1);
    // Whatever else is in it: a later version may have another form.
    for document in [with("2"), r#"{"acslab": "state", "version": 2, "all": {"new": []}}"#.to_owned()] {
        write(&folder, &document);
        assert_eq!(
            why(&folder),
            "FOLDER/state.json: the state is of version 2, which a later acslab has saved; this one reads version 1"
        );
    }
    write(&folder, &with("0"));
    assert_eq!(
        why(&folder),
        "FOLDER/state.json: the state is of version 0, which is no version; this acslab reads version 1"
    );
    for foreign in ["{}", r#"{"acslab": "snapshot", "version": 1}"#, r#"{"version": 1}"#] {
        write(&folder, foreign);
        let expected =
            "FOLDER/state.json: this is no state that acslab saved: it does not begin with `\"acslab\": \"state\"`";
        assert_eq!(why(&folder), expected);
    }
    write(&folder, "[1]");
    assert!(why(&folder).contains("at line 1 column"), "{}", why(&folder));
}

#[test]
fn a_file_that_was_edited_badly_is_refused_with_its_place() {
    let folder = saved();
    let whole = fs::read_to_string(folder.path().join("state.json")).unwrap();
    for (from, to, expected) in [
        (r#""name": "alice""#, r#""name": "alice", "nam": "bob""#, "unknown field `nam`"),
        (r#""name": "alice""#, r#""name": 7"#, "invalid type: integer `7`, expected a string"),
        (r#""status": "Active""#, r#""status": "Asleep""#, "unknown variant `Asleep`"),
        (r#"\"Effect\":\"Allow\",\"Action\":\"oss:*\""#, r#"\"Effect\":\"Perhaps\",\"Action\":\"oss:*\""#, "Effect"),
        (r#""users": ["#, r#""users": {"#, ""),
    ] {
        assert!(whole.contains(from), "{from}");
        write(&folder, &whole.replacen(from, to, 1));
        let why = why(&folder);
        let place = why.starts_with("FOLDER/state.json: ") && why.contains(" at line ") && why.contains(" column ");
        assert!(place && why.contains(expected), "{why}");
    }
}

/// JSON that is of the right form, and whose parts do not fit together.
#[test]
fn parts_that_do_not_fit_together_are_refused() {
    let folder = saved();
    let whole: Value = serde_json::from_slice(&fs::read(folder.path().join("state.json")).unwrap()).unwrap();
    for (pointer, value, expected) in [
        ("/accounts/0/id", json!("1"), "cannot have the id `1`: an id has 16 digits"),
        ("/accounts/0/directory/users/0/keys", json!([]), "who does not have it"),
        ("/keys", json!([]), "is somebody's and is not there"),
        ("/keys/0/account", json!("2222222222222222"), "who does not have it"),
        ("/accounts/0/directory/policies/0/default", json!(7), "version v7 of policy `p` is in force and is not there"),
        ("/accounts/0/directory/policies", json!([]), "custom policy `p` is attached and is not there"),
        ("/accounts/0/resource_groups/groups", json!([]), "is not there"),
        ("/accounts/0/quotas", json!({"Wishes": 3}), "`Wishes` is no quota"),
        (
            "/buckets/0/owner",
            json!("2222222222222222"),
            "bucket `photos` is of account 2222222222222222, which is not there",
        ),
        ("/resource_directories/0/folders/0/parent", json!("r-x"), "its root folder is not there"),
        ("/resource_directories/0/management", json!("2222222222222222"), "which is not there"),
        ("/ids/seed", json!("00"), "the seed of the ids is not 64 hexadecimal digits"),
        ("/clock/moved", json!(i64::MAX), "the clock goes from 1970-01-01T00:00:00Z"),
        ("/buckets/0/objects/0/content/payload", json!(12), "FOLDER/payloads/12: No such file"),
        ("/buckets/0/objects/0/content/crc64", json!(12), "its bytes are not those that were saved"),
    ] {
        let mut document = whole.clone();
        *document.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
        write(&folder, &document.to_string());
        let why = why(&folder);
        assert!(why.starts_with("FOLDER/state.json: ") && why.contains(expected), "{pointer}: {why}");
    }
    // What must stand once and stands twice.
    for list in ["/accounts", "/keys", "/buckets", "/accounts/0/directory/users", "/resource_directories"] {
        let mut document = whole.clone();
        let all = document.pointer_mut(list).and_then(Value::as_array_mut).unwrap();
        all.push(all[0].clone());
        write(&folder, &document.to_string());
        let why = why(&folder);
        assert!(why.contains("twice") || why.contains("both") || why.contains("two have"), "{list}: {why}");
    }
}

#[test]
fn a_payload_that_is_gone_or_another_is_refused() {
    let folder = saved();
    let path = folder.path().join("payloads/1");
    fs::write(&path, "another").unwrap();
    assert!(why(&folder).ends_with("payload 1: its bytes are not those that were saved: the CRC-64 is another"));
    fs::write(&path, "conten").unwrap();
    assert!(why(&folder).ends_with("payload 1: it has 6 bytes, and 7 were saved"));
    fs::remove_file(&path).unwrap();
    assert!(why(&folder).contains("FOLDER/payloads/1: No such file or directory"));
}

#[test]
fn a_folder_that_cannot_be_used_is_told() {
    let folder = Temporary::new();
    fs::write(folder.path().join("file"), "").unwrap();
    let error = kit::builder().state(folder.path().join("file")).start().unwrap_err().to_string();
    assert!(error.contains("file"), "{error}");
}
