//! What people have becomes an authorization state: whatever of it is understood is taken, the rest is named with its place, and nothing
//! is written half.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod accounts;
mod commands;

use std::path::{Path, PathBuf};
use std::process::Command;

use acslab::authorization::{Kept, read};
use acslab::import::{Options, import, read_sources};

use accounts::kept;
use commands::ATTACHED;

pub(crate) fn taken(name: &str, text: &str) -> (Kept, Vec<String>) {
    let collected = import(&[(name.to_owned(), text.to_owned())], Options::default(), None);
    let notes = collected.notes.iter().map(|note| format!("{}: {}", note.place, note.what)).collect();
    (collected.kept, notes)
}

const DOCUMENT: &str =
    r#"{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"oss:Get*\",\"Resource\":\"*\"}]}"#;

#[test]
fn a_state_and_a_plan_of_terraform() {
    let resources = r#"[
        {"address": "alicloud_ram_user.a", "mode": "managed", "type": "alicloud_ram_user", "values": {"name": "alice", "id": "204567890123450001"}},
        {"address": "alicloud_ram_policy.p", "mode": "managed", "type": "alicloud_ram_policy", "values": {"policy_name": "Photos", "policy_document": "DOCUMENT", "default_version": "v2"}},
        {"address": "alicloud_ram_user_policy_attachment.x", "mode": "managed", "type": "alicloud_ram_user_policy_attachment", "values": {"user_name": "alice", "policy_name": "Photos", "policy_type": "Custom"}},
        {"address": "alicloud_ram_role.r", "mode": "managed", "type": "alicloud_ram_role", "values": {"name": "ops", "document": "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"Service\":[\"ecs.aliyuncs.com\"]}}]}", "max_session_duration": 7200}},
        {"address": "alicloud_oss_bucket.b", "mode": "managed", "type": "alicloud_oss_bucket", "values": {"bucket": "photos", "tags": {"a": "b"}, "location": "oss-cn-beijing"}},
        {"address": "alicloud_ram_user_policy_attachment.y", "mode": "managed", "type": "alicloud_ram_user_policy_attachment", "values": {"policy_name": "Other"}}
    ]"#
    .replace("DOCUMENT", DOCUMENT);
    let state = format!(
        r#"{{"format_version": "1.0", "values": {{"root_module": {{"child_modules": [{{"resources": {resources}}}]}}}}}}"#
    );
    let plan = format!(
        r#"{{"format_version": "1.2", "planned_values": {{"root_module": {{"resources": {resources}}}}},
            "resource_changes": [{{"address": "alicloud_ram_user_policy_attachment.y", "change": {{"after_unknown": {{"user_name": true}}}}}}]}}"#
    );
    for (text, unknown) in [(state, 1), (plan, 2)] {
        let (kept, notes) = taken("show.json", &text);
        let account = kept.state.accounts.get("company").unwrap();
        assert_eq!(account.users.get("alice").unwrap().policies.len(), 1);
        assert_eq!(account.users.get("alice").unwrap().user_id.as_deref(), Some("204567890123450001"));
        assert_eq!(account.policies.get("Photos").unwrap().default_version, "v2");
        assert_eq!(account.roles.get("ops").unwrap().max_session_duration, 7200);
        assert_eq!(account.buckets.get("photos").unwrap().region, "cn-beijing");
        assert_eq!(notes.len(), unknown, "{notes:?}");
        assert!(notes.iter().any(|note| note.contains("alicloud_ram_user_policy_attachment.y")), "{notes:?}");
    }
}

/// The provider asks as somebody, and a plan has that in the state before it.
#[test]
fn terraform_tells_its_account() {
    let user = r#"{"address": "alicloud_ram_user.a", "mode": "managed", "type": "alicloud_ram_user", "values": {"name": "alice"}}"#;
    for data in [
        r#"{"mode": "data", "type": "alicloud_account", "values": {"id": "2234567890123456"}}"#,
        r#"{"mode": "data", "type": "alicloud_caller_identity", "values": {"account_id": "2234567890123456", "id": "x"}}"#,
    ] {
        for text in [
            format!(r#"{{"format_version": "1.0", "values": {{"root_module": {{"resources": [{user}, {data}]}}}}}}"#),
            format!(
                r#"{{"format_version": "1.2", "planned_values": {{"root_module": {{"resources": [{user}]}}}},
                    "prior_state": {{"format_version": "1.0", "values": {{"root_module": {{"resources": [{data}]}}}}}}}}"#
            ),
        ] {
            let collected = import(&[("show.json".to_owned(), text)], Options::default(), None);
            assert!(!collected.assumed);
            assert!(collected.kept.state.account("2234567890123456").unwrap().users.contains_key("alice"));
        }
    }
}

/// What of a document counts for nothing is named, and the rest is taken.
#[test]
fn what_of_a_document_cannot_be_used_is_named() {
    let document = r#"{"Version":"1","Statement":[
        {"Effect":"Deny","Action":"oss:Delete*","Resource":"*"},
        {"Effect":"Allow","Action":"ecs:*","Resource":"*","Condition":{"ForAnyValue:StringEquals":{"acs:TagKeys":"a"}}}]}"#;
    let (kept, notes) = taken("Guard.json", document);
    assert!(kept.state.accounts.get("company").unwrap().policies.contains_key("Guard"));
    let named = notes.iter().any(|note| {
        note.starts_with("Guard.json:1: policy `Guard` v1: statement 2 cannot be used and grants nothing: ")
    });
    assert!(named, "{notes:?}");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("Guard.json"), document).unwrap();
    let made = Command::new(env!("CARGO_BIN_EXE_acslab"))
        .args(["import", "Guard.json", "--to", "state", "--for", "user/alice"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(made.status.code(), Some(1));
    let asked = Command::new(env!("CARGO_BIN_EXE_acslab"))
        .args([
            "simulate",
            "--from",
            "state",
            "--principal",
            "alice",
            "-a",
            "oss:DeleteObject",
            "-a",
            "ecs:StopInstance",
        ])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8(asked.stdout).unwrap();
    let verdicts: Vec<&str> = text.lines().filter_map(|line| line.split_whitespace().last()).collect();
    assert_eq!(verdicts, ["ExplicitDeny", "ImplicitDeny"]);
}

/// What a file is called says what was asked for: only of a bucket's policy it is a bucket.
#[test]
fn a_document_alone_is_what_was_asked_for() {
    let document = DOCUMENT.replace("\\\"", "\"");
    for (file, bucket) in [("GetPolicyVersion-Photos.json", false), ("GetBucketPolicy-photos.json", true)] {
        let (kept, notes) = taken(file, &document);
        let account = kept.state.accounts.values().next().unwrap();
        assert_eq!(account.buckets.contains_key("photos"), bucket, "{file}: {notes:?}");
        assert_eq!(account.policies.contains_key("Photos"), !bucket, "{file}: {notes:?}");
    }
}

/// An account that nobody is in is one: what is asked of it, nobody may.
#[test]
fn an_account_without_anybody_is_a_state() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    for (text, is_state) in
        [(r#"{"accounts": {"company": {"account_id": "1234567890123456"}}}"#, true), ("nothing\n", false)]
    {
        std::fs::write(&file, text).unwrap();
        assert_eq!(acslab::import::Standing::of_paths(std::slice::from_ref(&file)).is_ok(), is_state, "{text}");
    }
}

#[test]
fn what_is_nested_too_deep_is_left_out() {
    let xml = format!("<Error>{}{}</Error>", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let (_, notes) = taken("d.xml", &xml);
    assert!(notes.iter().any(|note| note.contains("nested deeper")), "{notes:?}");
}

#[test]
fn what_cannot_be_taken_is_named_with_its_line() {
    let text = format!(
        "$ aliyun ram ListPoliciesForUser --UserName alice\n{{\"Policies\": {{\"Policy\": [{{\"PolicyName\": \"Photos\", \"PolicyType\": \"Custom\", \"AttachDate\": \"x\"}}]}}}}\n\
         $ aliyun ram GetUser --UserName bob\n{{\"Code\": \"NoPermission\", \"Message\": \"You are not authorized\", \"RequestId\": \"x\"}}\n\
         $ aliyun ecs DescribeRegions\n{{\"Regions\": {{}}}}\n\
         $ aliyun ram GetPolicy --PolicyName A --PolicyType Custom\n{{\"Policy\": {{\"PolicyName\": \"A\", \"PolicyType\": \"Custom\"}}, \"DefaultPolicyVersion\": {{\"VersionId\": \"v1\", \"PolicyDocument\": \"{DOCUMENT}\"}}}}\n\
         $ aliyun ram GetPolicy --PolicyName A --PolicyType Custom\n{{\"Policy\": {{\"PolicyName\": \"A\", \"PolicyType\": \"Custom\"}}, \"DefaultPolicyVersion\": {{\"VersionId\": \"v1\", \"PolicyDocument\": \"{{}}\"}}}}\n\
         $ aliyun ram GetRole --RoleName ops\n{{\"Role\": {{\"RoleName\": \"ops\", \"Ar"
    );
    let (kept, notes) = taken("t.txt", &text);
    assert_eq!(
        notes,
        [
            "t.txt:4: GetUser was refused: NoPermission: You are not authorized",
            "t.txt:6: not understood: an answer with `Regions`",
            "t.txt:10: policy `A` v1 is told otherwise than at t.txt:8; this one is taken",
            "t.txt:10: policy `A` v1 is no policy: `Version` is missing (line 1, column 1)",
            "t.txt:12: the JSON ends in the middle",
        ]
    );
    assert_eq!(kept.missing.len(), 1);
    assert!(kept.missing.iter().all(|missing| missing.get.contains("--PolicyName Photos")), "{:?}", kept.missing);
}

#[test]
fn what_a_state_says_otherwise_is_named_and_what_others_have_is_left() {
    let document = |action: &str| {
        format!(r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"*"}}]}}"#)
    };
    let add = |file: &str, text: String, whom: Option<&str>, before: Option<Kept>| {
        let options = Options { attach_to: whom.map(str::to_owned), ..Options::default() };
        let collected = import(&[(file.to_owned(), text)], options, before);
        let notes: Vec<String> = collected.notes.iter().map(|note| format!("{}: {}", note.place, note.what)).collect();
        (collected.kept, notes)
    };
    let (kept, _) = add("app.json", document("oss:GetObject"), Some("user/alice"), None);
    // The same, or its only holder's own: it is that policy.
    let (same, notes) = add("app.json", document("oss:GetObject"), Some("user/bob"), Some(kept.clone()));
    assert_eq!((notes.len(), same.state.accounts["company"].policies.len()), (0, 1));
    let (own, notes) = add("app.json", document("oss:PutObject"), Some("user/alice"), Some(kept.clone()));
    assert_eq!(
        notes,
        ["app.json:1: policy `app` v1 is told otherwise than in the state that was there; this one is taken"]
    );
    assert_eq!(own.state.accounts["company"].policies.len(), 1);
    let (other, notes) = add("app.json", document("*"), Some("user/bob"), Some(kept));
    assert_eq!(notes, ["app.json:1: `app` is another document, which user/alice has: this one is taken as `app-2`"]);
    let company = &other.state.accounts["company"];
    let names = |user: &str| company.users[user].policies.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
    assert_eq!((names("alice"), names("bob")), (vec!["app".to_owned()], vec!["app-2".to_owned()]));
    assert!(company.policies["app"].versions["v1"].to_string().contains("oss:GetObject"));
    // What the cloud tells of its policies is taken, and said.
    let role = |service: &str| {
        format!(
            "{{\"Role\":{{\"RoleName\":\"ops\",\"AssumeRolePolicyDocument\":\"{{\\\"Version\\\":\\\"1\\\",\\\"Statement\\\":[{{\\\"Effect\\\":\\\"Allow\\\",\\\"Action\\\":\\\"sts:AssumeRole\\\",\\\"Principal\\\":{{\\\"Service\\\":[\\\"{service}\\\"]}}}}]}}\"}}}}"
        )
    };
    let (kept, _) = add("GetRole-ops.json", role("ecs.aliyuncs.com"), None, None);
    let (_, notes) = add("GetRole-ops.json", role("fc.aliyuncs.com"), None, Some(kept));
    assert_eq!(
        notes,
        [
            "GetRole-ops.json:1: the trust policy of role `ops` is told otherwise than in the state that was there; this one is taken"
        ]
    );
}

#[test]
fn what_acslab_says_of_itself_is_a_source_too() {
    let emulator = acslab_emulator::Emulator::builder().start().unwrap();
    emulator.create_user("company", "alice", &["AliyunOSSReadOnlyAccess"]).unwrap();
    let client = acslab::client::Client::new(emulator.address().to_string());
    let state: serde_json::Value = client.control_post("state", &serde_json::json!({"ids": true})).unwrap();
    let (kept, notes) = taken("state.json", &state.to_string());
    let alice = kept.state.accounts.get("company").unwrap().users.get("alice").unwrap().clone();
    assert_eq!((notes.len(), alice.policies.len(), alice.user_id.is_some()), (0, 1, true));
}

#[test]
fn names_in_commands_are_quoted() {
    let list = r#"{"Policies": {"Policy": [{"PolicyName": "a; $(id)", "PolicyType": "Custom", "AttachDate": "x"}]}}"#;
    let (kept, _) = taken("ListPoliciesForRole-ops.json", list);
    let gets: Vec<&str> = kept.missing.iter().map(|missing| missing.get.as_str()).collect();
    assert!(gets.contains(&"aliyun ram GetPolicy --PolicyType Custom --PolicyName 'a; $(id)'"), "{gets:?}");
}

#[test]
fn an_account_whose_name_leads_elsewhere_is_left_out() {
    let text = r#"{"accounts": {"../../x": {"account_id": "1234567890123456", "users": {"alice": {}}}}}"#;
    let (kept, notes) = taken("state.json", text);
    assert!(kept.state.accounts.is_empty());
    assert_eq!(notes, ["state.json:1: account `../../x`: its name could be no folder's; left out"]);
}

/// A source of 100 MB in an optimized build, and of a tenth of it otherwise: read, and what is in it taken.
#[test]
fn a_large_source_is_taken() {
    let megabytes = if cfg!(debug_assertions) { 10 } else { 100 };
    let line = "2026-01-01 12:00:00 INFO nothing of this is an answer of the cloud, it is what a build prints\n";
    let mut text = line.repeat(megabytes * 1_000_000 / line.len());
    text.push_str("$ aliyun ram GetUser --UserName alice\n{\"User\": {\"UserName\": \"alice\", \"UserId\": \"1\"}}\n");
    let (kept, _) = taken("build.log", &text);
    assert!(kept.state.accounts.get("company").unwrap().users.contains_key("alice"));
}

#[test]
fn the_folder_is_whole_or_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let documents = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain/way-assume.documents.txt");
    let state = folder.path().join("state");
    let run = |words: &[&str]| {
        let output =
            Command::new(env!("CARGO_BIN_EXE_acslab")).args(words).current_dir(folder.path()).output().unwrap();
        output.status.code().unwrap()
    };
    assert_eq!(run(&["import", &documents.display().to_string(), "--to", "state"]), 0);
    let before = read(&state).unwrap();
    assert!(before.missing.is_empty() && before.state.accounts.get("company").unwrap().roles.contains_key("writer"));
    // Nothing that can be taken: what is there stays.
    std::fs::write(folder.path().join("x.txt"), "{\"User\": {\"UserNa").unwrap();
    assert_eq!(run(&["import", "x.txt", "--to", "state"]), 1);
    assert_eq!(read(&state).unwrap(), before);
    // More is added to it.
    std::fs::write(folder.path().join("GetUser-bob.json"), r#"{"User": {"UserName": "bob", "UserId": "7"}}"#).unwrap();
    assert_eq!(run(&["import", "GetUser-bob.json", "--to", "state"]), 0);
    let users: Vec<String> =
        read(&state).unwrap().state.accounts.get("company").unwrap().users.keys().cloned().collect();
    assert_eq!(users, ["alice", "bob"]);
    let left: Vec<PathBuf> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!left.iter().any(|path| path.to_string_lossy().contains(".part")), "{left:?}");
}

/// What `serve --state` keeps is a source: without its objects' contents, and without its secrets.
#[test]
fn a_kept_state_is_a_source_too() {
    let statement = serde_json::json!({"Effect": "Allow", "Action": "oss:GetObject", "Resource": "*"});
    let own =
        serde_json::json!({"default_version": "v1", "versions": {"v1": {"Version": "1", "Statement": [statement]}}});
    let accounts = serde_json::json!({"company": {"account_id": "1234567890123456", "activated": ["oss"], "policies": {"Own": own},
        "users": {"alice": {"policies": [{"name": "Own", "type": "Custom"}]}},
        "buckets": {"photos": {"region": "cn-hangzhou", "acl": "private", "object_acls": {"a": "public-read"}}}}});
    let state = kept(&accounts).state;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kept");
    let emulator = acslab_emulator::Emulator::builder().authorization_state(state).state(&path).start().unwrap();
    let secret = emulator.accounts()[0].access_key_secret.expose().to_owned();
    let cloud = emulator.gateway().cloud();
    let photo = acslab_emulator::cloud::Written::copy_of(b"a photo");
    let object =
        acslab_emulator::cloud::Object::new(photo, acslab_emulator::cloud::Draft::default(), cloud.clock.now());
    cloud.buckets.change("photos", |bucket| bucket.objects.put("b", object, bucket.versioning));
    drop((cloud, emulator));
    assert!(std::fs::read_dir(path.join("payloads")).unwrap().next().is_some(), "something is in an object");
    let sources = read_sources(std::slice::from_ref(&path)).unwrap();
    assert_eq!(sources.len(), 1);
    assert!(sources[0].1.contains(&secret));
    for sources in [sources, read_sources(&[path.join("state.json")]).unwrap()] {
        let collected = import(&sources, Options::default(), None);
        assert_eq!(collected.notes.len(), 0, "{:?}", collected.notes);
        let account = &collected.kept.state.accounts["company"];
        let alice = &account.users["alice"];
        assert_eq!((alice.policies[0].name.as_str(), alice.user_id.is_some()), ("Own", true));
        assert_eq!(account.buckets["photos"].object_acls["a"], "public-read");
        assert!(!serde_json::to_string(&collected.kept.state).unwrap().contains(&secret));
    }
    let (_, notes) = taken("state.json", r#"{"acslab": "state", "version": 1}"#);
    assert!(notes.len() == 1 && notes[0].contains("a state that acslab kept, and not understood"), "{notes:?}");
}

#[test]
fn what_powershell_wrote_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("\u{feff}$ aliyun ram ListPoliciesForUser --UserName alice\r\n{ATTACHED}\r\n");
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let path = folder.path().join("t.txt");
    std::fs::write(&path, bytes).unwrap();
    let sources = read_sources(&[path]).unwrap();
    let collected = import(&sources, Options::default(), None);
    assert_eq!(
        (only(&collected.kept).users["alice"].policies.len(), collected.notes.len()),
        (1, 0),
        "{:?}",
        collected.notes
    );
}

/// The only account of what was taken.
pub(crate) fn only(kept: &Kept) -> &acslab_emulator::state::AccountState {
    kept.state.accounts.values().next().unwrap()
}
