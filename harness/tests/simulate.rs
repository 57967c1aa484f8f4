//! `acslab simulate`, from outside: the real binary, files and exit codes.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const POLICY: &str = r#"{
  "Version": "1",
  "Statement": [
    {"Effect": "Allow", "Action": "oss:*Object", "Resource": "acs:oss:*:*:photos/*",
     "Condition": {"IpAddress": {"acs:SourceIp": "10.0.0.0/8"}}},
    {"Effect": "Deny", "Action": "oss:PutObject", "Resource": "acs:oss:*:*:photos/locked/*"}
  ]
}"#;

fn file(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn simulate(arguments: &[&str]) -> (Output, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_acslab")).arg("simulate").args(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    (output, text)
}

/// Another value of a condition is for everybody whom the policy binds, and not for this call alone.
#[test]
fn another_value_of_a_condition_opens_more_than_the_call() {
    let folder = tempfile::tempdir().unwrap();
    let resource = "acs:oss:*:1234567890123456:photos/a.jpg";
    let policy = format!(
        r#"{{"Version": "1", "Statement": [{{"Effect": "Allow", "Action": "oss:GetObject", "Resource": "{resource}",
            "Condition": {{"IpAddress": {{"acs:SourceIp": "10.0.0.0/8"}}}}}}]}}"#
    );
    let policy = file(folder.path(), "p.json", &policy);
    let asked = ["--policy", policy.to_str().unwrap(), "--action", "oss:GetObject", "--resource", resource];
    let (_, text) = simulate(&[&asked[..], &["--context", "acs:SourceIp=11.0.0.1"]].concat());
    let opens = "this opens the same call with other values of `acs:SourceIp`, and by others whom this policy binds";
    assert!(text.contains(opens), "{text}");
}

#[test]
fn one_request_is_explained_down_to_the_value() {
    let folder = tempfile::tempdir().unwrap();
    let policy = file(folder.path(), "p.json", POLICY);
    let resource = "acs:oss:*:1234567890123456:photos/a.jpg";
    let asked = ["--policy", policy.to_str().unwrap(), "--action", "oss:GetObject", "--resource", resource];
    let (output, text) = simulate(&[&asked[..], &["--context", "acs:SourceIp=11.0.0.1"]].concat());
    assert_eq!(output.status.code(), Some(0));
    let nearly = "Nearly:\n  Condition.IpAddress.acs:SourceIp wants `10.0.0.0/8`, and the request has `11.0.0.1`\n";
    assert!(text.starts_with(nearly) && text.contains("\n\nImplicitDeny"), "{text}");
    let (_, text) = simulate(&[&asked[..], &["--context", "acs:SourceIp=10.0.0.1"]].concat());
    assert!(text.starts_with("Allow"), "{text}");
    assert!(!text.contains("To allow it"), "{text}");
}

#[test]
fn a_denial_comes_with_the_smallest_change() {
    let folder = tempfile::tempdir().unwrap();
    let policy = file(folder.path(), "p.json", POLICY);
    let resource = "acs:oss:*:1234567890123456:photos/locked/b";
    let asked = [
        "--policy",
        policy.to_str().unwrap(),
        "--action",
        "oss:PutObject",
        "--resource",
        resource,
        "--context",
        "acs:SourceIp=10.0.0.1",
    ];
    // The caller is excepted; taking the Deny out whole opens more than was asked for.
    let (_, text) = simulate(&asked);
    assert!(
        text.contains("\"acs:ram::1234567890123456:user/somebody\"") && !text.contains("remove statement"),
        "{text}"
    );
    let (_, text) = simulate(&[&asked[..], &["--wider"]].concat());
    assert!(text.contains("remove statement 2 of `"), "{text}");
}

/// What a proposal opens is looked for among all that is published of the services that the policies name.
#[test]
fn what_a_proposal_opens_is_looked_for_in_the_catalogue() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":["ecs:Delete*","ecs:Stop*"],"Resource":"*"}]}"#;
    let policy = file(folder.path(), "w.json", text);
    let resource = "acs:ecs:cn-hangzhou:1234567890123456:instance/i-1";
    let policy = policy.to_str().unwrap();
    let asked = [
        "--system",
        "AliyunECSFullAccess",
        "-p",
        policy,
        "-a",
        "ecs:DeleteInstance",
        "-r",
        resource,
        "--wider",
        "--format",
        "json",
    ];
    let (_, text) = simulate(&asked);
    let answer: serde_json::Value = serde_json::from_str(&text).unwrap();
    let opened = answer[0]["remedies"]["wider"][0]["also_allows"].to_string();
    assert!(opened.contains("ecs:StopInstance") && opened.contains("ecs:DeleteSnapshot"), "{opened}");
}

/// Who asks is a key of every request; from where is one too, which has to be said.
#[test]
fn what_every_request_carries_is_there_or_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let deny = |condition: &str| {
        let text = format!(
            r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"oss:*","Resource":"*"}},{{"Effect":"Deny","Action":"oss:*","Resource":"*","Condition":{condition}}}]}}"#
        );
        file(folder.path(), "d.json", &text)
    };
    let ask = |policy: &Path, principal: &str| {
        let resource = "acs:oss:*:1234567890123456:photos/k";
        let policy = policy.to_str().unwrap();
        simulate(&["-p", policy, "--principal", principal, "-a", "oss:GetObject", "-r", resource]).1
    };
    let policy = deny(r#"{"StringNotEquals":{"acs:PrincipalARN":"acs:ram::1234567890123456:role/ops"}}"#);
    for (principal, verdict) in [
        ("acs:ram::1234567890123456:assumed-role/Ops/s1", "Allow"),
        ("acs:ram::1234567890123456:user/alice", "ExplicitDeny"),
    ] {
        let text = ask(&policy, principal);
        assert!(text.starts_with(verdict), "{principal}: {text}");
    }
    let text = ask(&deny(r#"{"NotIpAddress":{"acs:SourceIp":"10.0.0.0/8"}}"#), "acs:ram::1234567890123456:user/alice");
    assert!(text.starts_with("It depends on the address that the call comes from, which is not said"), "{text}");
    let text = ask(&deny(r#"{"StringNotLike":{"oss:Prefix":"dir/*"}}"#), "acs:ram::1234567890123456:user/alice");
    assert!(
        text.starts_with("No request for `oss:GetObject` carries `oss:Prefix`, which a statement asks for; a folder"),
        "{text}"
    );
}

#[test]
fn several_requests_make_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let policy = file(folder.path(), "p.json", POLICY);
    let (_, text) = simulate(&[
        "--policy",
        policy.to_str().unwrap(),
        "--action",
        "oss:GetObject",
        "--action",
        "oss:PutObject",
        "--resource",
        "acs:oss:*:1234567890123456:photos/a",
        "--resource",
        "acs:oss:*:1234567890123456:photos/locked/b",
        "--context",
        "acs:SourceIp=10.0.0.1",
    ]);
    let expected = "\
oss:GetObject  acs:oss:*:1234567890123456:photos/a         Allow
oss:GetObject  acs:oss:*:1234567890123456:photos/locked/b  Allow
oss:PutObject  acs:oss:*:1234567890123456:photos/a         Allow
oss:PutObject  acs:oss:*:1234567890123456:photos/locked/b  ExplicitDeny
";
    assert_eq!(text, expected);
}

#[test]
fn a_system_policy_is_known_by_name() {
    let (output, text) =
        simulate(&["--system", "AliyunOSSReadOnlyAccess", "--action", "oss:GetObject", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    let answer: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(answer[0]["explanation"]["decision"]["verdict"], "Allow");
    let (output, _) = simulate(&["--system", "AliyunOSSReadOnlyAcces", "--action", "oss:GetObject"]);
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("did you mean `AliyunOSSReadOnlyAccess`?"), "{error}");
}

#[test]
fn a_malformed_policy_is_shown_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let policy = file(folder.path(), "p.json", "{\"Version\": \"1\", // mine\n \"Statement\": []}");
    let (output, _) = simulate(&["--policy", policy.to_str().unwrap(), "--action", "oss:GetObject"]);
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("p.json:1:18") && error.contains("JSON has no comments"), "{error}");
}

/// One case that holds, with what it says replaced.
fn cases(expect: &str, document: &str) -> String {
    format!(
        r#"[{{"id": "a-1", "note": "reading", "request": {{"principal": {{"type": "RAMUser", "arn": "acs:ram::1:user/alice"}},
            "action": "oss:GetObject", "resource": "acs:oss:*:1:b/k", "context": {{}}}},
            "policies": {{"identity": [{document}]}}, "expect": "{expect}", "deciding_layer": "identity"}}]"#
    )
}

#[test]
fn cases_pass_or_fail_with_their_trace() {
    let folder = tempfile::tempdir().unwrap();
    let document = r#"{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "oss:Get*", "Resource": "*"}]}"#;
    let right = file(folder.path(), "right.json", &cases("Allow", document));
    let (output, text) = simulate(&["--cases", right.to_str().unwrap()]);
    assert_eq!((output.status.code(), text.as_str()), (Some(0), "1 passed, 0 failed\n"));

    let wrong = file(folder.path(), "wrong.json", &cases("ExplicitDeny", document));
    let (output, text) = simulate(&["--cases", wrong.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text.starts_with("FAIL a-1 (reading): Allow by identity, expected ExplicitDeny by identity"), "{text}");
    assert!(text.ends_with("0 passed, 1 failed\n"), "{text}");

    let malformed = file(folder.path(), "malformed.json", &cases("Allow", "{}"));
    let (output, text) = simulate(&["--cases", malformed.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("cannot be asked"), "{text}");

    let no_cases = file(folder.path(), "none.json", "{}");
    assert_eq!(simulate(&["--cases", no_cases.to_str().unwrap()]).0.status.code(), Some(2));
    let empty = file(folder.path(), "empty.json", "[]");
    assert_eq!(simulate(&["--cases", empty.to_str().unwrap()]).0.status.code(), Some(2));

    // What the schema does not take is a mistake, not a case that fails.
    let one = cases("Allow", document);
    let twice = format!("[{0},{0}]", one.trim_matches(['[', ']']));
    for (number, (wrong, why)) in [
        (cases("Allowed", document), "unknown variant `Allowed`"),
        (one.replace(r#""RAMUser""#, r#""User""#), "unknown variant `User`"),
        (one.replace(r#""identity"}"#, r#""identities"}"#), "unknown variant `identities`"),
        (twice, "two of them have the id `a-1`"),
    ]
    .into_iter()
    .enumerate()
    {
        let path = file(folder.path(), &format!("mistake-{number}.json"), &wrong);
        let (output, _) = simulate(&["--cases", path.to_str().unwrap()]);
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && error.contains(why), "{error}");
    }
    let another =
        file(folder.path(), "another.json", &one.replace(r#""RAMUser""#, r#""Service""#).replace("reading", ""));
    let (output, text) = simulate(&["--cases", another.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text.starts_with("FAIL a-1: cannot be asked: `acs:ram::1:user/alice` is no Service"), "{text}");

    let (output, text) = simulate(&["--cases", wrong.to_str().unwrap(), "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (output.status.code(), &told["failed"], &told["cases"][0]["found"]["verdict"]),
        (Some(1), &1.into(), &"Allow".into())
    );
}

#[test]
fn what_does_not_exist_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let policy = file(folder.path(), "p.json", POLICY);
    let asked = ["--policy", policy.to_str().unwrap(), "--resource", "acs:oss:*:1234567890123456:photos/a", "--action"];
    let (output, text) = simulate(&[&asked[..], &["oss:GetObjct"]].concat());
    assert_eq!((output.status.code(), text.starts_with("ImplicitDeny")), (Some(0), true), "{text}");
    let note = String::from_utf8(output.stderr).unwrap();
    assert!(note.starts_with("note: Object Storage Service has no action `GetObjct`\n"), "{note}");
    assert!(note.ends_with("  help: did you mean `oss:GetObject`?\n"), "{note}");
    for wrong in ["acs:SourceIp=999", "acs:CurrentTime=now", "acs:SecureTransport=1"] {
        let (output, _) = simulate(&[&asked[..], &["oss:GetObject", "--context", wrong]].concat());
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains("is no value of `acs:") && error.contains(": expected "), "{error}");
    }
}

#[test]
fn what_a_bucket_grants_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let policy = file(
        folder.path(),
        "bucket.json",
        r#"{"Version": "1", "Statement": [
            {"Effect": "Allow", "Action": "oss:ListObjects", "Principal": "*", "Resource": "acs:oss:*:*:photos"}
        ]}"#,
    );
    let (object, bucket) = ("acs:oss:*:1234567890123456:photos/a.jpg", "acs:oss:*:1234567890123456:photos");
    let ask = |action: &str, resource: &str, more: &[&str]| {
        let asked = ["--principal", "*", "--action", action, "--resource", resource];
        let text = simulate(&[&asked[..], more].concat()).1;
        // What nearly fits is said first.
        text.split_once("\n\n")
            .filter(|(nearly, _)| nearly.starts_with("Nearly:"))
            .map_or(text.clone(), |(_, rest)| rest.to_owned())
    };
    let (read, policy) = (["--acl", "public-read"], ["--bucket-policy", policy.to_str().unwrap()]);
    assert!(ask("oss:GetObject", object, &read).starts_with("Allow"));
    assert!(ask("oss:PutObject", object, &read).starts_with("ImplicitDeny"));
    assert!(ask("oss:ListObjects", bucket, &policy).starts_with("Allow"));
    assert!(ask("oss:ListObjects", bucket, &read).starts_with("ImplicitDeny"));
    // What is blocked says so.
    let blocked = ask("oss:ListObjects", bucket, &[&policy[..], &["--block-public-access"]].concat());
    assert!(blocked.starts_with("ImplicitDeny") && blocked.contains("block public access is on"), "{blocked}");
    let blocked = ask("oss:GetObject", object, &[&read[..], &["--block-public-access"]].concat());
    assert!(blocked.contains("`ACL public-read`") && blocked.contains("block public access is on"), "{blocked}");
}

/// A state says the same in JSON as in text.
#[test]
fn resource_groups_of_a_state_are_told_in_json() {
    let state = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/states/who-resource-group.documents.txt");
    let resource = "acs:ecs:cn-hangzhou:1357913579135791:instance/i-1";
    let asked = ["--from", state, "--principal", "uma", "-a", "ecs:StopInstance", "-r", resource, "--format", "json"];
    let groups = |more: &[&str]| {
        let (_, text) = simulate(&[&asked[..], more].concat());
        let answers: serde_json::Value = serde_json::from_str(&text).unwrap();
        answers[0]["resource_groups"].clone()
    };
    assert_eq!(groups(&[])[0]["resource_group"], "rg-acfmxyz123456");
    assert_eq!(groups(&["--resource-group", "rg-acfmxyz123456"]), serde_json::json!([]));
}

/// What an allowed read is on is there, a time that a statement asks for is the scenario's, a group has what it is said to have.
#[test]
fn the_scenario_of_a_question_is_played_and_holds() {
    let folder = tempfile::tempdir().unwrap();
    let documents = |name: &str| format!("{}/tests/states/{name}.documents.txt", env!("CARGO_MANIFEST_DIR"));
    let photo = "acs:oss:*:1357913579135791:photos/a";
    for (name, from, who, group, time) in [
        ("object", "two-accounts", "acs:ram::1357913579135791:user/alice", None, None),
        ("before", "simulate-time", "tim", None, Some("2024-01-01T00:00:00Z")),
        ("after", "simulate-time", "tim", None, Some("2026-01-01T00:00:00Z")),
        ("group", "prove-resource-group", "uma", Some("rg-acfmxyz123456"), None),
    ] {
        let (scenario, from) = (format!("{name}.yaml"), documents(from));
        let mut arguments =
            vec!["simulate", "--from", &from, "--principal", who, "--as-scenario", &scenario, "--resource"];
        let time = time.map(|time| format!("acs:CurrentTime={time}"));
        let instance = "acs:ecs:cn-hangzhou:1357913579135791:instance/i-x";
        arguments.extend(if group.is_some() {
            [instance, "--action", "ecs:DeleteInstance"]
        } else {
            [photo, "--action", "oss:GetObject"]
        });
        arguments.extend(group.iter().flat_map(|group| ["--resource-group", group]));
        arguments.extend(time.iter().flat_map(|time| ["--context", time]));
        let run = |arguments: &[&str]| {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_acslab"));
            command.args(arguments).current_dir(folder.path()).env_remove("CI").output().unwrap()
        };
        let made = run(&arguments);
        let told = String::from_utf8(made.stderr).unwrap();
        assert_eq!(made.status.code(), Some(0), "{name}: {told}");
        let text = std::fs::read_to_string(folder.path().join(&scenario)).unwrap();
        assert_eq!(text.contains("GetObject\n"), group.is_none(), "{name}: {told}{text}");
        // There is no such instance: the call would tell that, and nothing of policies.
        assert_eq!(told.contains("the call is left out"), group.is_some(), "{name}: {told}");
        let played = run(&["run", "--accept", &scenario]);
        assert_eq!(played.status.code(), Some(0), "{name}: {}", String::from_utf8(played.stdout).unwrap());
    }
}

/// In JSON nothing is proposed that the text does not propose.
#[test]
fn an_action_that_is_none_has_no_fix_in_any_format() {
    let asked = ["--system", "AliyunOSSReadOnlyAccess", "--action", "oss:PutObjct", "--resource", "*"];
    let (_, text) = simulate(&asked);
    assert!(text.contains("No policy can allow it: no request asks for this action"), "{text}");
    let (_, text) = simulate(&[&asked[..], &["--format", "json"]].concat());
    let answers: serde_json::Value = serde_json::from_str(&text).unwrap();
    let remedies = &answers[0]["remedies"];
    assert!(remedies["impossible"].is_string() && remedies["remedies"] == serde_json::json!([]), "{remedies:#}");
}

#[test]
fn a_resource_that_is_not_said_is_in_the_account_of_whoever_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let state = file(
        folder.path(),
        "state.json",
        r#"{"accounts": {"company": {"account_id": "1234567890123456", "users": {"alice": {}}},
            "other": {"account_id": "2000000000000001", "users": {"bob": {}}}}}"#,
    );
    let (output, text) =
        simulate(&["--from", state.to_str().unwrap(), "--principal", "alice", "--action", "ecs:StopInstance"]);
    assert_eq!(output.status.code(), Some(0), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("acs:ecs:*:1234567890123456:instance/<id>"), "{text}");
}
