//! `acslab run --real`, against a second acslab that stands for the cloud behind its real host names.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]
#![expect(clippy::format_push_string, reason = "an answer is put together as text")]

mod interrupted;
mod layer;
mod refused;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use layer::{ACCOUNT, Standing, path, told};
use serde_json::{Value, json};

/// The kinds of difference that a report has, each with its operation.
fn kinds(report: &Value) -> Vec<(String, String)> {
    let steps = report["scenarios"].as_array().unwrap().iter().flat_map(|one| one["steps"].as_array().unwrap());
    let all = steps.flat_map(|step| {
        let operation = step["operation"].as_str().unwrap().rsplit(' ').next().unwrap().to_owned();
        let differences = step["differences"].as_array().unwrap().clone();
        differences.into_iter().map(move |one| (operation.clone(), one["kind"].as_str().unwrap().to_owned()))
    });
    all.collect()
}

pub(crate) const FLOW: &str = "\
title: A flow of everything
story: A user reads a bucket, and is denied elsewhere.
real: true
given:
  users: {alice-reads: }
  buckets: {photos-of-alice: {objects: {a.txt: hello}}}
steps:
  - as: owner
    call: Ram.CreatePolicy
    with:
      PolicyName: reads-photos
      Description: first
      PolicyDocument: {json: {Version: '1', Statement: [{Effect: Allow, Action: 'oss:GetObject', Resource: 'acs:oss:*:*:photos-of-alice/*'}]}}
    expect: success
  - {as: owner, call: Ram.AttachPolicyToUser, with: {UserName: alice-reads, PolicyName: reads-photos, PolicyType: Custom}, expect: success}
  - {as: owner, call: Ram.AttachPolicyToUser, with: {UserName: alice-reads, PolicyName: AliyunYundunReadOnlyAccess, PolicyType: System}, expect: {one_of: [success, {error: EntityNotExist.Policy}]}}
  - {as: owner, call: Ram.AttachPolicyToUser, with: {UserName: alice-reads, PolicyName: AliyunOSSReadOnlyAccess, PolicyType: System}, expect: success}
  - {as: owner, call: Ram.GetUser, with: {UserName: ghost-of-alice}, expect: {error: EntityNotExist.User}}
  - {as: owner, call: Ram.GetRole, with: {RoleName: ghost-of-role}, expect: {error: EntityNotExist.Role}}
  - {as: owner, call: Ram.GetGroup, with: {GroupName: ghost-of-group}, expect: {error: EntityNotExist.Group}}
  - {as: owner, call: Ram.ListUsersForGroup, with: {GroupName: ghost-of-group}, expect: {error: EntityNotExist.Group}}
  - {as: owner, call: Ram.GetUser, with: {UserName: alice-reads}, expect: success}
  - {as: owner, call: Ram.GetPolicy, with: {PolicyName: reads-photos, PolicyType: Custom}, expect: success}
  - {as: owner, call: Ram.ListPolicyVersions, with: {PolicyName: reads-photos, PolicyType: Custom}, expect: success}
  - {as: owner, call: Ram.ListPoliciesForUser, with: {UserName: alice-reads}, expect: success}
  - {as: alice-reads, call: Oss.GetObject, with: {Bucket: photos-of-alice, Key: a.txt}, expect: success}
  - {as: alice-reads, call: Ram.ListUsers, expect: denied}
  - {as: owner, call: Sts.GetCallerIdentity, expect: success}
";

#[test]
fn where_nothing_differs_nothing_is_told_and_nothing_stays() {
    let standing = Standing::start(|_, _| ());
    let flow = standing.scenario("flow", FLOW);
    let other = standing.scenario(
        "other",
        "title: Not meant\nstory: x\nsteps:\n  - {as: owner, call: Ram.ListUsers, expect: success}\n",
    );
    let before = standing.state();
    let (code, text) = standing.reported(&[&flow, &other]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("not played: other: it does not say `real: true`"), "{text}");
    assert!(text.contains("Ram: 3 AttachPolicyToUser, 1 CreateAccessKey, 1 CreatePolicy, 1 CreateUser"), "{text}");
    assert!(text.contains("same    flow  A flow of everything") && text.contains(" 0 differences"), "{text}");
    assert_eq!(standing.state(), before);
    assert!(standing.journals().is_empty());
    // Nothing of whose account it is, nor what lets anybody in.
    let kept = standing.kept();
    for hidden in [ACCOUNT, &standing.secret(), "LTAI"] {
        assert!(!kept.contains(hidden), "{hidden}: {kept}");
    }
    assert!(!text.contains(&standing.secret()));
    let report = standing.report();
    assert_eq!(report["operations"]["Ram 2015-05-01 GetUser"], json!({"calls": 2, "differ": 0}));
    assert_eq!(report["not_played"]["other"], "it does not say `real: true`");
    // Everything was called at the cloud's own names, and nothing was opened.
    assert!(standing.calls().iter().all(|call| !call.starts_with("Open")), "{:?}", standing.calls());
}

#[test]
fn ten_planted_differences_are_found_and_no_other() {
    let standing = Standing::start(|seen, answered| {
        let body = |answered: &mut layer::Answered, change: &dyn Fn(&mut Value)| answered.json(|body| change(body));
        let ghost = answered.status == 404;
        match seen.call.split(' ').next().unwrap() {
            "GetUser" if ghost => body(answered, &|body| body["Code"] = json!("EntityNotExist.Somebody")),
            "GetRole" => answered.status = 400,
            "GetGroup" => body(answered, &|body| body["Message"] = json!("No such group.")),
            "GetUser" => body(answered, &|body| {
                body["User"].as_object_mut().unwrap().remove("DisplayName");
            }),
            "ListUsersForGroup" => body(answered, &|body| body["Reason"] = json!("why")),
            "ListUsers" => {
                body(answered, &|body| body["AccessDeniedDetail"]["NoPermissionType"] = json!("ExplicitDeny"));
            }
            "GET" if seen.call.contains("a.txt") => {
                answered.headers.retain(|(name, _)| name != "x-oss-object-type");
                answered.headers.push(("x-oss-object-type".to_owned(), "Appendable".to_owned()));
            }
            "ListPolicyVersions" => {
                body(answered, &|body| body["PolicyVersions"]["PolicyVersion"][0]["IsDefaultVersion"] = json!("true"));
            }
            "GetPolicy" => body(answered, &|body| body["Policy"]["Description"] = json!("second")),
            "ListPoliciesForUser" => body(answered, &|body| {
                body["Policies"]["Policy"].as_array_mut().unwrap().reverse();
            }),
            _ => {}
        }
    });
    let flow = standing.scenario("flow", FLOW);
    let before = standing.state();
    let (code, text) = standing.reported(&[&flow]);
    assert_eq!(code, 1, "{text}");
    let found = kinds(&standing.report());
    let expected = [
        ("GetUser", "code"),
        ("GetRole", "status"),
        ("GetGroup", "message"),
        ("ListUsersForGroup", "not_here"),
        ("GetUser", "not_there"),
        ("GetPolicy", "value"),
        ("ListPolicyVersions", "type"),
        ("ListPoliciesForUser", "order"),
        ("GetObject", "header"),
        ("ListUsers", "decision"),
    ];
    let expected: Vec<_> = expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    assert_eq!(found, expected, "{text}");
    assert!(
        text.contains("code: the emulator has `EntityNotExist.User`, the cloud `EntityNotExist.Somebody`"),
        "{text}"
    );
    assert!(text.contains(", 10 differences"), "{text}");
    assert_eq!(standing.state(), before);
    assert_eq!(standing.report()["operations"]["Ram 2015-05-01 GetPolicy"], json!({"calls": 1, "differ": 1}));
}

/// A session of a role does it as well, and its token is nowhere told.
#[test]
fn a_profile_with_a_security_token_is_taken() {
    let standing = Standing::start(|_, _| ());
    let client = acslab::client::Client::new(standing.emulator.address().to_string());
    let trust = json!({"Version": "1", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"RAM": [format!("acs:ram::{ACCOUNT}:root")]}},
    ]});
    standing.emulator.create_role(ACCOUNT, "admin", &trust.to_string(), &["AdministratorAccess"]).unwrap();
    let session: Value = client.control_post("role-sessions", &json!({"role": "admin", "account": ACCOUNT})).unwrap();
    let credentials = &session["Credentials"];
    let token = credentials["SecurityToken"].as_str().unwrap();
    let profiles = json!({"profiles": [{
        "name": "test", "mode": "StsToken", "access_key_id": credentials["AccessKeyId"],
        "access_key_secret": credentials["AccessKeySecret"], "sts_token": token,
    }]});
    std::fs::write(standing.file("config.json"), profiles.to_string()).unwrap();
    let flow = standing.scenario(
        "made",
        "title: x\nstory: y\nreal: true\nsteps:\n  - {as: owner, call: Ram.CreateGroup, with: {GroupName: readers-of-x}, expect: success}\n",
    );
    let before = standing.state();
    let (code, text) = standing.reported(&[&flow]);
    assert_eq!(code, 0, "{text}");
    assert!(!text.contains(token) && !standing.kept().contains(token));
    assert_eq!(standing.state(), before);
}

/// The names of others stay what they are, whatever a run does.
#[test]
fn what_was_there_before_is_left_alone() {
    let standing = Standing::start(|_, _| ());
    let account = standing.emulator.accounts()[0].account_id.clone();
    standing.emulator.create_user(&account, "alice-reads", &[]).unwrap();
    let before = standing.state();
    // One that deletes by a name that it did not make, and by one that only the cloud tells.
    let wrong = standing.scenario(
        "wrong",
        "title: x\nstory: y\nreal: true\nsteps:\n  - {as: owner, call: Ram.ListUsers, expect: success, save: {name: 'Users.User[0].UserName'}}\n  - {as: owner, call: Ram.DeleteUser, with: {UserName: alice-reads}, expect: {error: EntityNotExist.User}}\n  - {as: owner, call: Ram.DeleteUser, with: {UserName: '${name}'}, expect: success}\n",
    );
    let (code, text) = standing.reported(&[&wrong]);
    assert_eq!(code, 1, "{text}");
    assert_eq!(standing.state(), before);
    assert!(
        text.contains("not sent: Ram.DeleteUser would change `alice-reads`, which this run has not made"),
        "{text}"
    );
    // Who else is there is nobody's business.
    assert!(!standing.kept().contains("\"alice-reads\""), "{text}");
}

#[test]
fn what_is_throttled_is_sent_again() {
    let times = AtomicUsize::new(0);
    let standing = Standing::start(move |seen, answered| {
        if seen.call.starts_with("GetPolicy") && times.fetch_add(1, Ordering::Relaxed) < 2 {
            answered.status = 400;
            answered.body =
                br#"{"Code":"Throttling.User","Message":"Request was denied due to user flow control."}"#.to_vec();
        }
    });
    let flow = standing.scenario("flow", FLOW);
    let (code, text) = standing.told(&["--yes", &flow]);
    assert_eq!(code, 0, "{text}");
    assert_eq!(standing.calls().iter().filter(|call| call.starts_with("GetPolicy")).count(), 3);
}

/// The scenarios that come with acslab are equal to themselves behind the real names, and leave nothing.
#[test]
fn the_shipped_scenarios_are_equal_to_themselves() {
    let standing = Standing::start(|_, _| ());
    let before = standing.state();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("scenarios/parity");
    let (code, text) = standing.reported(&[&path(&folder)]);
    assert_eq!(code, 0, "{text}");
    let after = standing.state();
    assert_eq!(after, before);
    let report = standing.report();
    assert_eq!(report["not_played"], json!({}), "{text}");
    let mut products: BTreeMap<String, usize> = BTreeMap::new();
    for one in report["scenarios"].as_array().unwrap() {
        let asked: Vec<_> = one["steps"].as_array().unwrap().iter().map(|step| &step["operation"]).collect();
        let last = asked.last().unwrap().as_str().unwrap().split(' ').next().unwrap();
        *products.entry(last.to_owned()).or_default() += 1;
    }
    assert!(products.values().sum::<usize>() >= 60, "{products:?}");
    assert_eq!(products.keys().collect::<Vec<_>>(), ["AIWorkSpace", "Oss", "Ram", "Sts"], "{products:?}");
}

/// The same through `acslab exec`: its proxy and its authority. Where profiles are, `exec` tells no program.
#[test]
fn a_cloud_of_exec_stands_for_the_real_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("flow.yaml");
    std::fs::write(&file, FLOW).unwrap();
    let config = folder.path().join("config.json");
    let script = format!(
        "printf '{{\"profiles\":[{{\"name\":\"test\",\"mode\":\"AK\",\"access_key_id\":\"%s\",\"access_key_secret\":\"%s\"}}]}}' \
         \"$ALIBABA_CLOUD_ACCESS_KEY_ID\" \"$ALIBABA_CLOUD_ACCESS_KEY_SECRET\" > {config}\n\
         export ALIBABA_CLOUD_CONFIG_FILE={config}\n\
         exec {acslab} run --real test --yes --settle 0 --calls-a-second 100 --journal {journals} {file}",
        config = config.display(),
        acslab = env!("CARGO_BIN_EXE_acslab"),
        journals = folder.path().join("journals").display(),
        file = file.display(),
    );
    let mut command = Command::new(env!("CARGO_BIN_EXE_acslab"));
    command.args(["exec", "--open", "oss", "--", "sh", "-c", &script]);
    let (code, text) = told(&command.output().unwrap());
    assert_eq!(code, 0, "{text}");
    assert!(text.contains(" 0 differences"), "{text}");
}

/// Kept alive for as long as the tests: a thread that serves holds its own share.
#[test]
fn the_layer_serves_several_at_a_time() {
    let standing = Arc::new(Standing::start(|_, _| ()));
    let flow = standing.scenario("flow", FLOW);
    let runs: Vec<_> = (0..2)
        .map(|_| {
            let (standing, flow) = (Arc::clone(&standing), flow.clone());
            std::thread::spawn(move || standing.told(&["--yes", &flow]))
        })
        .collect();
    for run in runs {
        let (code, text) = run.join().unwrap();
        assert_eq!(code, 0, "two runs do not meet: {text}");
    }
}
