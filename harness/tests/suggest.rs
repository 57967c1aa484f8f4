//! What scenarios need: the smallest policies with which they hold, tried by playing them again.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

const SCENARIO: &str = "\
title: Before and after
story: Bob is let in, alice works, carol does nothing.
given:
  policies:
    inside:
      Version: \"1\"
      Statement:
        - {Effect: Allow, Action: [oss:GetObject, oss:DeleteObject, oss:GetObjectAcl], Resource: \"*\"}
        - {Effect: Allow, Action: oss:PutObject, Resource: \"*\", Condition: {Bool: {\"acs:SecureTransport\": \"false\"}}}
        - {Effect: Deny, Action: oss:DeleteObject, Resource: \"*\"}
        - {Effect: Deny, Action: oss:PutBucketAcl, Resource: \"*\"}
  users: {alice: inside, bob: AliyunOSSFullAccess, carol: AliyunECSFullAccess}
  roles: {Reader: {trust: company, policies: [AliyunRAMReadOnlyAccess]}}
  buckets: {flows: {objects: {x/a.txt: x, x/b.txt: y}}}
steps:
  - {as: bob, call: Ram.GetUser, with: {UserName: alice}, expect: denied}
  - {as: owner, call: Ram.AttachPolicyToUser, with: {UserName: bob, PolicyType: System, PolicyName: AliyunRAMReadOnlyAccess}, expect: success}
  - {as: bob, call: Ram.GetUser, with: {UserName: alice}, expect: success}
  - {as: alice, call: Oss.GetObject, with: {Bucket: flows, Key: x/a.txt}, expect: success}
  - {as: alice, call: Oss.GetObject, with: {Bucket: flows, Key: x/b.txt}, expect: success}
  - {as: alice, call: Oss.PutObject, with: {Bucket: flows, Key: c.txt, Body: c}, expect: success}
  - {as: alice, call: Oss.DeleteObject, with: {Bucket: flows, Key: x/a.txt}, expect: {denied: {type: ExplicitDeny, policy: inside}}}
  - {role_sessions: {reader: Reader}}
  - {as: reader, call: Ram.ListRoles, expect: success}
";

fn acslab(folder: &Path, arguments: &str) -> (String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_acslab"));
    let output = command.args(arguments.split_whitespace()).current_dir(folder).env_clear().output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (text, output.status.code().unwrap())
}

fn suggested(scenario: &str, options: &str) -> (Vec<Value>, i32) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), scenario).unwrap();
    let (text, code) = acslab(folder.path(), &format!("suggest --scenario a.yaml --format json {options}"));
    (serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")), code)
}

#[test]
fn each_policy_has_what_of_it_is_needed_in_its_place() {
    let (all, code) = suggested(SCENARIO, "");
    let of =
        |name: &str| all.iter().find(|one| one["principal"] == format!("acs:ram::1234567890123456:{name}")).unwrap();
    assert_eq!((code, all.len()), (0, 4), "{all:#?}");
    let object = |key: &str| format!("acs:oss:*:1234567890123456:flows/{key}");
    // What was denied stays denied as it was, and a condition stays with what it allowed.
    let document = json!({"Version": "1", "Statement": [
        {"Effect": "Deny", "Action": "oss:DeleteObject", "Resource": "*"},
        {"Effect": "Allow", "Action": "oss:GetObject", "Resource": [object("x/a.txt"), object("x/b.txt")]},
        {"Effect": "Allow", "Action": "oss:PutObject", "Resource": object("c.txt"), "Condition": {"Bool": {"acs:SecureTransport": "false"}}},
    ]});
    let alice = of("user/alice");
    assert_eq!(alice["policies"], json!([{"in_place_of": "Custom inside v1", "document": document}]));
    assert_eq!((&alice["document"], &alice["calls"]), (&document, &json!(3)));
    let never: Vec<_> = alice["never_used"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(never.iter().any(|one| one.starts_with("oss:GetObjectAcl on *, by statement 1 of `inside`")), "{never:?}");
    assert!(!never.iter().any(|one| one.starts_with("oss:GetObject on")), "{never:?}");
    // What bob had from the start was not used; what he was given later was.
    let bob = of("user/bob");
    assert_eq!(bob["policies"].as_array().map(Vec::len), Some(1));
    assert_eq!(bob["policies"][0]["document"]["Statement"][0]["Action"], "ram:GetUser");
    assert!(bob["never_used"].to_string().contains("oss:* on *, by statement 1 of `AliyunOSSFullAccess`"), "{bob}");
    // A role is told by its own name, whatever its sessions are called.
    assert_eq!(of("role/Reader")["document"]["Statement"][0]["Action"], "ram:ListRoles");
    // Who does nothing needs nothing.
    let carol = of("user/carol");
    assert_eq!((&carol["calls"], &carol["document"]), (&json!(0), &Value::Null));
    assert!(carol["never_used"].to_string().contains("`AliyunECSFullAccess`"), "{carol}");
}

/// A Deny that depends on the request denied nothing here, and may deny the next call: without it more would be allowed than before.
#[test]
fn a_deny_that_guards_what_was_allowed_stays() {
    let deny = json!({"Effect": "Deny", "Action": "oss:GetObject", "Resource": "*",
        "Condition": {"NotIpAddress": {"acs:SourceIp": "127.0.0.0/8"}}});
    let scenario = format!(
        "\
title: Guarded
story: Alice reads from within.
given:
  policies:
    guarded:
      Version: \"1\"
      Statement:
        - {{Effect: Allow, Action: oss:GetObject, Resource: \"acs:oss:*:*:photos/*\"}}
        - {deny}
        - {{Effect: Deny, Action: oss:PutObject, Resource: \"*\"}}
    guard: {{Version: \"1\", Statement: [{{Effect: Deny, Action: \"oss:Get*\", Resource: \"acs:oss:*:*:photos/secret/*\"}}]}}
  users: {{alice: [guarded, guard]}}
  buckets: {{photos: {{objects: {{a.txt: x}}}}}}
steps:
  - {{as: alice, call: Oss.GetObject, with: {{Bucket: photos, Key: a.txt}}, expect: success}}
"
    );
    let (all, code) = suggested(&scenario, "alice");
    assert_eq!((code, all.len()), (0, 1), "{all:#?}");
    let of = |name: &str| {
        let policies = all[0]["policies"].as_array().unwrap();
        let found = policies.iter().find(|one| one["in_place_of"] == format!("Custom {name} v1"));
        found.unwrap_or_else(|| panic!("{all:#?}"))["document"]["Statement"].as_array().unwrap().clone()
    };
    let guarded = of("guarded");
    assert_eq!((guarded.len(), &guarded[0]), (2, &deny));
    assert_eq!(guarded[1]["Effect"], "Allow");
    let guard = of("guard");
    assert_eq!((guard.len(), &guard[0]["Action"]), (1, &json!("oss:Get*")));
    assert_eq!(all[0]["document"]["Statement"].as_array().map(Vec::len), Some(3), "{all:#?}");
}

#[test]
fn one_principal_and_patterns_where_they_are_asked_for() {
    let (all, code) = suggested(SCENARIO, "alice --wildcards");
    assert_eq!((code, all.len()), (0, 1), "{all:#?}");
    assert_eq!(all[0]["document"]["Statement"][1]["Resource"], "acs:oss:*:1234567890123456:flows/x/*", "{all:#?}");
    assert!(all[0]["widened"].to_string().contains("flows/x/* is more than what was asked for"));
}

/// Of a policy whose text changes, each text has its own part.
#[test]
fn versions_of_a_policy_are_told_from_each_other() {
    let version = "  - {as: owner, call: Ram.CreatePolicyVersion, with: {PolicyName: inside, SetAsDefault: true, PolicyDocument: {Version: \"1\", \
                   Statement: [{Effect: Allow, Action: \"oss:Get*\", Resource: \"*\"}]}}, expect: success}
  - {as: alice, call: Oss.GetObject, with: {Bucket: flows, Key: x/a.txt}, expect: success}
  - {as: alice, call: Oss.PutObject, with: {Bucket: flows, Key: c.txt, Body: c}, expect: {denied: {type: ImplicitDeny}}}
";
    let (all, code) = suggested(&format!("{SCENARIO}{version}"), "alice");
    assert_eq!((code, all[0]["policies"].as_array().map(Vec::len)), (0, Some(2)), "{all:#?}");
    assert_eq!(all[0]["policies"][1]["in_place_of"], "Custom inside v2");
    assert_eq!(all[0]["policies"][1]["document"]["Statement"][0]["Action"], "oss:GetObject");
}

/// It is really played again: what the scenario sees of the policies besides their verdict is not kept, and that is said.
#[test]
fn what_is_not_kept_is_said() {
    let scenario = SCENARIO.replace("policy: inside}", "policy: inside, statement: 3}");
    let (all, code) = suggested(&scenario, "");
    let kept = |name: &str| {
        all.iter().find(|one| one["principal"].as_str().unwrap().ends_with(name)).unwrap()["not_kept"].to_string()
    };
    assert_eq!(code, 1);
    assert!(
        kept("alice").contains("a: step 7, alice calls Oss.DeleteObject: expected statement `3`"),
        "{}",
        kept("alice")
    );
    assert_eq!(kept("bob"), "[]", "alice's policies alone are why");
}

#[test]
fn what_does_not_hold_or_cannot_be_read_is_not_played() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), SCENARIO.replacen("expect: denied", "expect: success", 1)).unwrap();
    let (text, code) = acslab(folder.path(), "suggest --scenario a.yaml");
    assert!(code == 2 && text.contains("a does not hold as it is: step 1, bob calls Ram.GetUser"), "{text}");
    fs::write(folder.path().join("a.yaml"), SCENARIO.replacen("as: bob", "as: bbo", 1)).unwrap();
    let (text, code) = acslab(folder.path(), "suggest --scenario a.yaml");
    assert!(code == 2 && text.contains("did you mean `bob`?") && text.contains("nothing was played"), "{text}");
    let (text, code) = acslab(folder.path(), "suggest --scenario b.yaml");
    assert!(code == 2 && text.contains("b.yaml"), "{text}");
}

/// The shipped scenarios hold with what is suggested for all of them together.
#[test]
fn the_shipped_scenarios_hold_with_it() {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    for flow in ["permission-bugs", "everyday", "system-policies"] {
        let (text, code) = acslab(&scenarios, &format!("suggest --scenario {flow} --format json"));
        assert_eq!(code, 0, "{flow}: {text}");
        let all: Vec<Value> = serde_json::from_str(&text).unwrap();
        assert!(all.iter().any(|one| !one["policies"].is_null()), "{flow}");
    }
}

#[test]
fn somebody_who_is_nowhere_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), SCENARIO).unwrap();
    let (text, code) = acslab(folder.path(), "suggest --scenario a.yaml alice alicia");
    assert!(code == 2 && text.contains("nobody is called `alicia`"), "{code} {text}");
    let (text, code) = acslab(folder.path(), "suggest --scenario a.yaml alice role/Reader");
    assert_eq!(code, 0, "{text}");
}

/// What a bucket says of everybody is nobody's to take away from somebody's policies.
#[test]
fn what_resources_say_is_none_of_somebodys_policies() {
    let scenario =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/permission-bugs/a-bucket-policy-reaches-abroad.yaml");
    let folder = tempfile::tempdir().unwrap();
    let (text, code) = acslab(folder.path(), &format!("suggest --scenario {} --format json", scenario.display()));
    let all: Vec<Value> = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert!(code == 0 && !text.contains("ACL public-read"), "{all:#?}");
}
