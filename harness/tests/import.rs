//! What people have becomes an authorization state: whatever of it is understood is taken, the rest is named with its place, and nothing
//! is written half.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;

use acslab::authorization::{Kept, read};
use acslab::import::{Options, import, read_sources};

fn taken(name: &str, text: &str) -> (Kept, Vec<String>) {
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
        {"address": "alicloud_ram_role.r", "mode": "managed", "type": "alicloud_ram_role", "values": {"name": "ops", "document": "{\"Version\":\"1\",\"Statement\":[]}", "max_session_duration": 7200}},
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
            "t.txt:12: the JSON ends in the middle",
        ]
    );
    assert_eq!(kept.missing.len(), 1);
    assert!(kept.missing.iter().all(|missing| missing.get.contains("--PolicyName Photos")), "{:?}", kept.missing);
}

#[test]
fn lists_without_their_command_are_not_guessed() {
    let list = r#"{"Policies": {"Policy": [{"PolicyName": "AliyunOSSFullAccess", "PolicyType": "System", "AttachDate": "x"}]}}"#;
    let (kept, notes) = taken("list.json", list);
    assert!(kept.state.accounts.values().all(|account| account.users.is_empty()));
    assert!(notes.iter().any(|note| note.contains("ListPoliciesForUser-NAME.json")), "{notes:?}");
    let (kept, notes) = taken("some/ListPoliciesForRole-ops.json", list);
    assert_eq!(
        (kept.state.accounts.get("company").unwrap().roles.get("ops").unwrap().policies.len(), notes.len()),
        (1, 0)
    );
}

#[test]
fn several_accounts_are_told_apart_by_their_arns() {
    let role = |id: &str| {
        format!(
            r#"{{"Role": {{"RoleName": "ops", "Arn": "acs:ram::{id}:role/ops", "AssumeRolePolicyDocument": "{{\"Version\":\"1\",\"Statement\":[]}}"}}}}"#
        )
    };
    let (kept, _) = taken("t.txt", &format!("{}\n{}\n", role("1234567890123456"), role("2000000000000001")));
    let ids: Vec<&str> = kept.state.accounts.values().map(|account| account.account_id.as_str()).collect();
    assert_eq!(ids, ["1234567890123456", "2000000000000001"]);
    assert!(kept.state.accounts.values().all(|account| account.roles.contains_key("ops")));
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

fn kept(accounts: &serde_json::Value) -> Kept {
    Kept { state: serde_json::from_value(serde_json::json!({"accounts": accounts})).unwrap(), missing: Vec::new() }
}

fn added(before: &serde_json::Value, text: &str) -> Kept {
    import(&[("t.txt".to_owned(), text.to_owned())], Options::default(), Some(kept(before))).kept
}

const BOB: &str = "$ aliyun ram GetUser --UserName bob\n{\"User\": {\"UserName\": \"bob\", \"UserId\": \"7\"}}\n";

#[test]
fn what_is_added_to_a_state_of_one_account_is_of_that_one() {
    let before = serde_json::json!({"mine": {"account_id": "2000000000000001", "users": {"alice": {}}}});
    let kept = added(&before, BOB);
    let names: Vec<&String> = kept.state.accounts.keys().collect();
    assert_eq!(names, ["mine"]);
    let users: Vec<&String> = kept.state.accounts["mine"].users.keys().collect();
    assert_eq!(users, ["alice", "bob"]);
}

#[test]
fn what_was_told_before_its_account_is_added_to_what_is_there() {
    let attached = serde_json::json!([{"name": "AliyunOSSReadOnlyAccess", "type": "System"}]);
    let before = serde_json::json!({
        "mine": {"account_id": "2000000000000001", "users": {"alice": {}, "bob": {"policies": attached, "groups": ["dev"]}}, "groups": {"dev": {}}},
        "other": {"account_id": "2000000000000002"},
    });
    let text = format!(
        "{BOB}$ aliyun ram ListPoliciesForUser --UserName bob\n{{\"Policies\": {{\"Policy\": [{{\"PolicyName\": \"AliyunRAMReadOnlyAccess\", \"PolicyType\": \"System\", \"AttachDate\": \"x\"}}]}}}}\n\
         $ aliyun sts GetCallerIdentity\n{{\"AccountId\": \"2000000000000001\", \"IdentityType\": \"RAMUser\"}}\n"
    );
    let kept = added(&before, &text);
    assert_eq!(kept.state.accounts.keys().collect::<Vec<_>>(), ["mine", "other"]);
    let users = &kept.state.accounts["mine"].users;
    let bob = &users["bob"];
    let policies: Vec<&str> = bob.policies.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(policies, ["AliyunOSSReadOnlyAccess", "AliyunRAMReadOnlyAccess"]);
    assert_eq!((bob.user_id.as_deref(), bob.groups.as_slice(), users.len()), (Some("7"), &["dev".to_owned()][..], 2));
}

#[test]
fn an_account_of_a_state_stays_itself() {
    let before = serde_json::json!({
        "company": {"account_id": "1234567890123456", "users": {"alice": {}}},
        "other": {"account_id": "2000000000000002"},
    });
    let kept = added(&before, "{\"AccountId\": \"2000000000000002\", \"IdentityType\": \"RAMUser\"}\n");
    assert!(kept.state.accounts["company"].users.contains_key("alice"));
    assert!(kept.state.accounts["other"].users.is_empty());
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
