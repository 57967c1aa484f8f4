//! Checkpoints, and going back to the start.

use acslab_emulator::EmulatorHandle;
use acslab_emulator::cloud::Service;
use serde_json::{Value, json};

use crate::Temporary;
use crate::kit::{self, Answer, Client, Raw, names};

fn ask(emulator: &EmulatorHandle, method: &str, path: &str, body: &Value) -> Answer {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    Raw::new(method, &format!("/_acslab/{path}")).body(body).send(emulator.address())
}

fn save(emulator: &EmulatorHandle, name: &str) -> Value {
    ask(emulator, "PUT", &format!("checkpoints/{name}"), &Value::Null).ok()
}

fn restore(emulator: &EmulatorHandle, name: &str) -> Value {
    ask(emulator, "POST", &format!("checkpoints/{name}/restore"), &Value::Null).ok()
}

fn error(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["error"].as_str().unwrap().to_owned())
}

fn users(owner: &Client<'_>) -> Vec<String> {
    let listed = owner.ram("ListUsers", &[]).ok();
    names(&listed, "/Users/User", "UserName").into_iter().map(str::to_owned).collect()
}

#[test]
fn what_was_is_again_and_what_follows_is_the_same() {
    let emulator = kit::builder().open(Service::Oss).start().unwrap();
    let owner = Client::owner(&emulator);
    let alice = owner.user("alice");
    owner.oss("PUT", Some("photos"), "", &[], &[], b"").ok_status();
    owner.oss("PUT", Some("photos"), "a", &[], &[], b"before").ok_status();
    let saved = save(&emulator, "one");
    assert_eq!((&saved["name"], &saved["time"]), (&json!("one"), &json!(kit::MOMENT)));
    assert!(saved["bytes"].as_u64().unwrap() > 1000);
    let change = || {
        let made = owner.ram("CreateUser", &[("UserName", "bob")]).ok();
        owner.ram("DeleteAccessKey", &[("UserName", "alice"), ("UserAccessKeyId", &alice.key_id)]).ok();
        owner.oss("PUT", Some("photos"), "a", &[], &[], b"after").ok_status();
        ask(&emulator, "POST", "clock", &json!({"advance_seconds": 60})).ok();
        made
    };
    let first = change();
    alice.sts("GetCallerIdentity", &[]).refused(404, "InvalidAccessKeyId.NotFound");
    for _ in 0..2 {
        assert_eq!(restore(&emulator, "one")["time"], kit::MOMENT);
        assert_eq!(users(&owner), ["alice"]);
        alice.sts("GetCallerIdentity", &[]).ok();
        assert_eq!(owner.oss("GET", Some("photos"), "a", &[], &[], b"").body, b"before");
        // Ids are the same, as from the same seed; requests' ids too.
        restore(&emulator, "one");
        assert_eq!(change(), first);
    }
}

#[test]
fn they_are_listed_replaced_copied_and_deleted() {
    let emulator = kit::start();
    let owner = Client::owner(&emulator);
    let listed = || {
        let all = ask(&emulator, "GET", "checkpoints", &Value::Null).ok();
        names(&all, "/checkpoints", "name").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(listed().is_empty());
    save(&emulator, "b");
    owner.user("alice");
    save(&emulator, "a.1_2-3");
    assert_eq!(listed(), ["a.1_2-3", "b"]);
    // A fork goes its own way: what becomes of the one it was made of is nothing to it.
    let fork = ask(&emulator, "POST", "checkpoints/b/fork", &json!({"name": "c"})).ok();
    assert_eq!(fork["name"], "c");
    save(&emulator, "b");
    restore(&emulator, "c");
    assert!(users(&owner).is_empty());
    restore(&emulator, "b");
    assert_eq!(users(&owner), ["alice"]);
    let taken = ask(&emulator, "POST", "checkpoints/b/fork", &json!({"name": "c"}));
    assert_eq!(error(&taken), (409, "there is a checkpoint `c` already".to_owned()));
    ask(&emulator, "DELETE", "checkpoints/b", &Value::Null).ok();
    assert_eq!(listed(), ["a.1_2-3", "c"]);
    for (method, path) in
        [("DELETE", "checkpoints/b"), ("POST", "checkpoints/b/restore"), ("POST", "checkpoints/b/fork")]
    {
        let missing = ask(&emulator, method, path, &json!({"name": "d"}));
        assert_eq!(error(&missing), (404, "there is no checkpoint `b`".to_owned()), "{method} {path}");
    }
    for bad in ["", ".", "..", ".x", "a%2Fb", "%2e%2e", &"x".repeat(65), "%00"] {
        let refused = ask(&emulator, "POST", "checkpoints/c/fork", &json!({"name": bad}));
        assert_eq!(refused.status, 400, "{bad}");
        let refused = ask(&emulator, "PUT", &format!("checkpoints/{bad}"), &Value::Null);
        assert!([400, 405].contains(&refused.status), "{bad}");
    }
    for body in [json!(null), json!({}), json!({"name": 1}), json!({"name": "d", "more": 1})] {
        assert_eq!(ask(&emulator, "POST", "checkpoints/c/fork", &body).status, 400, "{body}");
    }
    assert_eq!(ask(&emulator, "POST", "checkpoints/c", &Value::Null).status, 405);
    assert_eq!(listed(), ["a.1_2-3", "c"]);
}

#[test]
fn reset_goes_back_to_the_start() {
    let emulator = kit::builder().account("one", "1111111111111111").seed(5).open(Service::Oss).start().unwrap();
    let owner = Client::owner(&emulator);
    let first = owner.ram("CreateUser", &[("UserName", "alice")]).ok();
    owner.oss("PUT", Some("photos"), "", &[], &[], b"").ok_status();
    ask(&emulator, "POST", "clock", &json!({"advance_seconds": 60})).ok();
    ask(&emulator, "PUT", "quotas", &json!({"Users": 1})).ok();
    save(&emulator, "kept");
    assert_eq!(ask(&emulator, "POST", "reset", &Value::Null).ok()["time"], kit::MOMENT);
    // The owner's key is the one of the start, and ids come as they came then.
    assert_eq!(owner.ram("CreateUser", &[("UserName", "alice")]).ok()["User"]["UserId"], first["User"]["UserId"]);
    owner.oss("GET", Some("photos"), "", &[], &[], b"").refused(404, "NoSuchBucket");
    owner.oss("PUT", Some("photos"), "", &[], &[], b"").ok_status();
    restore(&emulator, "kept");
    owner.ram("CreateUser", &[("UserName", "bob")]).refused(409, "LimitExceeded.User");
}

/// Two states that have nothing in common, one put in the place of the other over and over: nobody sees a mixture.
#[test]
fn whoever_calls_meanwhile_sees_one_or_the_other() {
    let emulator = kit::builder().workers(2).start().unwrap();
    let owner = Client::owner(&emulator);
    save(&emulator, "empty");
    for side in ["a", "b"] {
        restore(&emulator, "empty");
        for number in 0..20 {
            owner.ram("CreateUser", &[("UserName", &format!("{side}{number}"))]).ok();
        }
        save(&emulator, side);
    }
    std::thread::scope(|scope| {
        let callers: Vec<_> = (0..2)
            .map(|_| {
                let owner = owner.clone();
                scope.spawn(move || {
                    let mut seen = std::collections::BTreeSet::new();
                    for _ in 0..40 {
                        let users = users(&owner);
                        let sides: std::collections::BTreeSet<_> =
                            users.iter().map(|name| name.as_bytes()[0]).collect();
                        assert_eq!((users.len(), sides.len()), (20, 1), "{users:?}");
                        seen.extend(sides);
                    }
                    seen
                })
            })
            .collect();
        while callers.iter().any(|caller| !caller.is_finished()) {
            for side in ["a", "b"] {
                restore(&emulator, side);
            }
        }
        let seen: std::collections::BTreeSet<_> =
            callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect();
        assert_eq!(seen.len(), 2);
    });
}

#[test]
fn a_checkpoint_is_of_one_moment_whoever_is_at_work() {
    let emulator = kit::builder().workers(2).open(Service::Oss).start().unwrap();
    let owner = Client::owner(&emulator);
    owner.user("alice");
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| {
            for _ in 0..60 {
                // A key is its user's and its own: in a state in between it would be only one of them, and not be loaded.
                let key = owner.ram("CreateAccessKey", &[("UserName", "alice")]).ok();
                let id = key["AccessKey"]["AccessKeyId"].as_str().unwrap();
                owner.ram("DeleteAccessKey", &[("UserName", "alice"), ("UserAccessKeyId", id)]).ok();
            }
        });
        let mut saved = 0;
        while !worker.is_finished() {
            let fork = emulator.gateway().cloud().fork();
            fork.unwrap();
            saved += 1;
        }
        worker.join().unwrap();
        assert!(saved > 0);
    });
}

/// A second cloud in the same process: the same at first, and from then on another.
#[test]
fn a_fork_goes_its_own_way() {
    let emulator = kit::builder().open(Service::Oss).start().unwrap();
    let owner = Client::owner(&emulator);
    let alice = owner.user("alice");
    owner.oss("PUT", Some("photos"), "", &[], &[], b"").ok_status();
    owner.oss("PUT", Some("photos"), "a", &[], &[], b"before").ok_status();
    let fork = emulator.fork().unwrap();
    assert_ne!(fork.address(), emulator.address());
    let there = Client::owner(&fork);
    // Each does the same, and each answers the same.
    let both = [&owner, &there].map(|owner| owner.ram("CreateUser", &[("UserName", "bob")]).ok());
    assert_eq!(both[0], both[1]);
    there.with_key(&alice.key_id, alice.secret.expose(), None).sts("GetCallerIdentity", &[]).ok();
    there.ram("CreateUser", &[("UserName", "carol")]).ok();
    there.oss("DELETE", Some("photos"), "a", &[], &[], b"").ok_status();
    assert_eq!((users(&owner).len(), users(&there).len()), (2, 3));
    assert_eq!(owner.oss("GET", Some("photos"), "a", &[], &[], b"").body, b"before");
    drop(fork);
    assert_eq!(users(&owner).len(), 2);
}

#[test]
fn an_embedder_goes_back_without_a_call() {
    let emulator = kit::start();
    let owner = Client::owner(&emulator);
    emulator.save_checkpoint("one").unwrap();
    owner.user("alice");
    emulator.restore_checkpoint("one").unwrap();
    assert!(users(&owner).is_empty());
    owner.user("bob");
    emulator.reset().unwrap();
    assert!(users(&owner).is_empty());
    assert_eq!(emulator.restore_checkpoint("two").unwrap_err().to_string(), "there is no checkpoint `two`");
    assert!(emulator.save_checkpoint("a/b").is_err());
}

#[test]
fn there_are_only_so_many() {
    let emulator = kit::start();
    for number in 0..64 {
        save(&emulator, &number.to_string());
    }
    let more = ask(&emulator, "PUT", "checkpoints/more", &Value::Null);
    assert_eq!(error(&more), (409, "there are 64 checkpoints, as many as may be: delete one".to_owned()));
    save(&emulator, "7");
    ask(&emulator, "DELETE", "checkpoints/0", &Value::Null).ok();
    save(&emulator, "more");
}

#[test]
fn a_folder_keeps_them_too() {
    let folder = Temporary::new();
    let builder = || kit::builder().open(Service::Oss).state(folder.path());
    let emulator = builder().start().unwrap();
    let owner = Client::owner(&emulator);
    owner.oss("PUT", Some("photos"), "", &[], &[], b"").ok_status();
    owner.oss("PUT", Some("photos"), "a", &[], &[], b"before").ok_status();
    save(&emulator, "one");
    save(&emulator, "two");
    owner.oss("DELETE", Some("photos"), "a", &[], &[], b"").ok_status();
    ask(&emulator, "DELETE", "checkpoints/two", &Value::Null).ok();
    emulator.shutdown().unwrap();
    let emulator = builder().start().unwrap();
    let all = ask(&emulator, "GET", "checkpoints", &Value::Null).ok();
    assert_eq!(names(&all, "/checkpoints", "name"), ["one"]);
    let owner = Client::owner(&emulator);
    owner.oss("GET", Some("photos"), "a", &[], &[], b"").refused(404, "NoSuchKey");
    restore(&emulator, "one");
    assert_eq!(owner.oss("GET", Some("photos"), "a", &[], &[], b"").body, b"before");
    // What was put in the place of the state is the state that is saved.
    emulator.shutdown().unwrap();
    let emulator = builder().start().unwrap();
    assert_eq!(Client::owner(&emulator).oss("GET", Some("photos"), "a", &[], &[], b"").body, b"before");
    emulator.shutdown().unwrap();
    std::fs::write(folder.path().join("checkpoints/one.json"), "{").unwrap();
    let error = builder().start().unwrap_err().to_string();
    assert!(error.contains("checkpoints/one.json: EOF while parsing"), "{error}");
}
