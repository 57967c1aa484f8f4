//! What is not played, and where nothing is sent.

use std::process::Command;

use serde_json::{Value, json};

use crate::FLOW;
use crate::layer::{ACCOUNT, Standing, told};

/// Where nobody can be asked and nobody said yes, nothing is made.
#[test]
fn nothing_is_made_without_a_yes() {
    let standing = Standing::start(|_, _| ());
    let flow = standing.scenario("flow", FLOW);
    let (code, text) = standing.told(&[&flow]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("nobody can be asked") && text.contains("under names that begin with `acslab-"), "{text}");
    assert_eq!(standing.calls(), ["GetCallerIdentity"]);
}

#[test]
fn what_cannot_be_played_is_not() {
    let standing = Standing::start(|_, _| ());
    let plain = standing
        .scenario("plain", "title: x\nstory: y\nsteps:\n  - {as: owner, call: Ram.ListUsers, expect: success}\n");
    let (code, text) = standing.told(&["--yes", &plain]);
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("does not say `real: true`"), "{text}");
    assert!(standing.calls().is_empty());
    let profiles = json!({"profiles": [{"name": "test", "mode": "EcsRamRole", "ram_role_name": "x"}]});
    std::fs::write(standing.file("config.json"), profiles.to_string()).unwrap();
    let (code, text) = standing.told(&["--yes", &plain]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("mode `EcsRamRole`"), "{text}");
}

#[test]
fn a_key_that_nobody_knows_ends_it() {
    let standing = Standing::start(|_, _| ());
    let flow = standing.scenario("flow", FLOW);
    let profiles =
        json!({"profiles": [{"name": "test", "mode": "AK", "access_key_id": "LTAIx", "access_key_secret": "s3cr3t"}]});
    std::fs::write(standing.file("config.json"), profiles.to_string()).unwrap();
    let (code, text) = standing.told(&["--yes", &flow]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("does not know the key of profile `test`") && !text.contains("s3cr3t"), "{text}");
}

#[test]
fn where_the_cloud_is_not_reached_its_host_is_told() {
    let standing = Standing::start(|_, _| ());
    let flow = standing.scenario("flow", FLOW);
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut run = standing.run(&["--yes", &flow]);
    let (code, text) = told(&run.env("HTTPS_PROXY", format!("http://{nobody}")).output().unwrap());
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("no answer from sts.cn-hangzhou.aliyuncs.com"), "{text}");
    // Who is not vouched for is not asked.
    let mut run = standing.run(&["--yes", &flow]);
    let (code, text) = told(&run.env("SSL_CERT_FILE", standing.file("config.json")).output().unwrap());
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("no certificates of authorities are found"), "{text}");
    assert!(standing.calls().is_empty());
}

/// A region stands in the host that is called; one that leads elsewhere is called nowhere.
#[test]
fn nothing_goes_to_hosts_of_others() {
    let standing = Standing::start(|_, _| ());
    let elsewhere = standing.scenario(
        "elsewhere",
        "title: x\nstory: y\nreal: true\ngiven: {region: x.evil.invalid/}\nsteps:\n  - {as: owner, call: Sts.GetCallerIdentity, expect: success}\n  - {as: owner, call: Oss.PutBucket, with: {Bucket: photos-of-x}, expect: success}\n",
    );
    let (code, text) = standing.told(&["--yes", &elsewhere]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("not sent: `x.evil.invalid/` is no region"), "{text}");
    assert_eq!(standing.calls(), ["GetCallerIdentity"], "whose key it is");
    assert!(standing.journals().is_empty());
    // Nor does one of a journal.
    std::fs::create_dir_all(standing.file("journals")).unwrap();
    let lines = [
        json!({"run": "k3x9q2", "profile": "test", "account": ACCOUNT, "began": "2026-01-01T00:00:00Z"}),
        json!({"makes": {"number": 1, "call": "Oss.PutBucket", "with": {"Bucket": "acslab-k3x9q2-a"}, "region": "x.evil.invalid/"}}),
    ];
    let journal: Vec<_> = lines.iter().map(Value::to_string).collect();
    std::fs::write(standing.file("journals/k3x9q2.jsonl"), journal.join("\n") + "\n").unwrap();
    let (code, text) = standing.told(&["--clean", "--yes"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("is no host of the cloud; nothing was sent"), "{text}");
    assert_eq!(standing.calls(), ["GetCallerIdentity", "GetCallerIdentity"]);
}

#[test]
fn nobody_waits_for_hours() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_acslab"));
    let output = command.args(["run", "--real", "test", "--settle", "601"]).env_clear().output().unwrap();
    let (code, text) = told(&output);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("--settle") && text.contains("0..=600"), "{text}");
}
