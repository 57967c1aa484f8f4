//! `acslab exec` around a program: what it is given, how it ends, what is left. Official clients go through it in `clients/`.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn exec(options: &[&str], command: &[&str]) -> Command {
    let mut acslab = Command::new(env!("CARGO_BIN_EXE_acslab"));
    acslab.arg("exec").args(options).arg("--").args(command);
    acslab
}

fn told(output: &Output) -> (String, String) {
    (String::from_utf8(output.stdout.clone()).unwrap(), String::from_utf8(output.stderr.clone()).unwrap())
}

/// The variables that a program finds.
fn variables(options: &[&str], given: &[(&str, &str)]) -> BTreeMap<String, String> {
    let output = exec(options, &["env"]).envs(given.iter().copied()).output().unwrap();
    let (out, err) = told(&output);
    assert!(output.status.success(), "{err}");
    out.lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[test]
fn a_program_finds_a_key_a_region_a_proxy_and_whom_to_trust() {
    let given = [
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "real"),
        ("ALIBABA_CLOUD_SECURITY_TOKEN", "real"),
        ("OSS_ENDPOINT", "https://oss-cn-beijing.aliyuncs.com"),
        ("NODE_OPTIONS", "--max-old-space-size=99"),
        ("PYTHONPATH", "/somewhere"),
        ("UNTOUCHED", "as it was"),
    ];
    let found = variables(&["--account", "lab=2000000000000001"], &given);
    for name in ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALICLOUD_ACCESS_KEY", "OSS_ACCESS_KEY_ID"] {
        assert!(found[name].starts_with("LTAI"), "{name}={}", found[name]);
    }
    for name in ["ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALICLOUD_SECRET_KEY", "OSS_ACCESS_KEY_SECRET"] {
        assert_eq!(found[name], found["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]);
    }
    for name in ["ALIBABA_CLOUD_SECURITY_TOKEN", "OSS_ENDPOINT"] {
        assert!(!found.contains_key(name), "{name}={}", found[name]);
    }
    for name in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ACSLAB_ENDPOINT"] {
        assert!(found[name].starts_with("http://127.0.0.1:"), "{name}={}", found[name]);
    }
    assert_eq!(found["OSS_REGION"], "cn-hangzhou");
    assert!(found["NODE_OPTIONS"].starts_with("--max-old-space-size=99 --require "));
    assert!(found["PYTHONPATH"].ends_with(":/somewhere"));
    assert!(found["JAVA_TOOL_OPTIONS"].contains("-Dhttps.proxyPort="));
    assert_eq!(found["UNTOUCHED"], "as it was");
    // What was made for it goes with it.
    let trusted = Path::new(&found["SSL_CERT_FILE"]);
    assert!(trusted.is_absolute() && !trusted.parent().unwrap().exists());
}

#[test]
fn its_end_is_the_programs() {
    for (script, code) in [("exit 0", 0), ("exit 3", 3), ("kill -9 $$", 137)] {
        assert_eq!(exec(&[], &["sh", "-c", script]).status().unwrap().code(), Some(code), "{script}");
    }
    for (program, code, why) in [
        ("/nowhere/at-all", 127, "cannot run `/nowhere/at-all`: there is no such program"),
        ("/", 126, "cannot run `/`: permission denied"),
    ] {
        let output = exec(&[], &[program]).output().unwrap();
        let (_, err) = told(&output);
        assert_eq!(output.status.code(), Some(code), "{err}");
        assert!(err.contains(why), "{err}");
    }
}

#[test]
fn a_signal_reaches_the_program() {
    let mut running = exec(&[], &["sh", "-c", "trap 'exit 9' TERM; echo ready; while :; do sleep 0.05; done"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(running.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    Command::new("kill").args(["-TERM", &running.id().to_string()]).status().unwrap();
    assert_eq!(running.wait().unwrap().code(), Some(9));
}

#[test]
fn it_runs_as_whom_it_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.yaml");
    std::fs::write(
        &file,
        "title: People\nstory: Alice reads.\ngiven:\n  users:\n    alice: AliyunRAMReadOnlyAccess\nsteps:\n  - as: owner\n    call: Ram.CreateUser\n    with: {UserName: bob}\n    expect: success\ncompare:\n  permissions:\n    - actions: [ram:ListUsers]\n",
    )
    .unwrap();
    let scenario = file.to_str().unwrap();
    let key = |options: &[&str]| variables(options, &[])["ALIBABA_CLOUD_ACCESS_KEY_ID"].clone();
    let owner = key(&["--scenario", scenario]);
    let alice = key(&["--scenario", scenario, "--as", "alice"]);
    let program = key(&["--policy", "AliyunRAMReadOnlyAccess"]);
    assert!(owner != alice && alice != program && owner.starts_with("LTAI"));
    for (options, why) in [
        (&["--scenario", scenario, "--as", "carol"][..], "EntityNotExist.User"),
        (&["--as", "alice"], "EntityNotExist.User"),
        (&["--policy", "/nowhere.json"], "cannot use the policy `/nowhere.json`: there is no such file"),
        (&["--policy", scenario], "does not begin with `{`"),
        (&["--open", "ecs"], "`ecs` is not a service that can be opened"),
        (&["--scenario", "/nowhere.yaml"], "/nowhere.yaml"),
    ] {
        let output = exec(options, &["true"]).output().unwrap();
        let (_, err) = told(&output);
        assert_eq!(output.status.code(), Some(2), "{err}");
        assert!(err.contains(why), "{err}");
    }
}

#[test]
fn a_state_is_there_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("cloud");
    let state = state.to_str().unwrap();
    let key = || variables(&["--state", state, "--account", "lab"], &[])["ALIBABA_CLOUD_ACCESS_KEY_ID"].clone();
    assert_eq!(key(), key());
}

#[test]
fn who_needs_nothing_is_told_so() {
    let output = exec(&["--suggest", "--would-deny"], &["true"]).output().unwrap();
    let (_, err) = told(&output);
    assert!(err.contains("x-acslab-mode: would-deny") && err.contains("called nothing that needs a policy"), "{err}");
}
