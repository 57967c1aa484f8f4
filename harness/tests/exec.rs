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
        ("ALIBABA_CLOUD_CONFIG_FILE", "real"),
        ("ALIBABA_CLOUD_OIDC_ROLE", "real"),
        ("ALICLOUD_ASSUME_ROLE_SESSION_NAME", "real"),
        ("OSSUTIL_PROFILE", "real"),
        ("ALIYUN_ACCESS_KEY_ID", "real"),
        ("all_proxy", "real"),
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
    assert!(!found.values().any(|value| value == "real"), "{found:?}");
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
        (&["--scenario", scenario, "--as", "carol"][..], "no RAM user of the first account is called `carol`"),
        (&["--as", "alice"], "there are no RAM users"),
        (&["--policy", "/nowhere.json"], "cannot use the policy `/nowhere.json`: there is no such file"),
        (&["--policy", scenario], "does not begin with `{`"),
        (&["--policy", "AliyunOSSFulAccess"], "did you mean `AliyunOSSFullAccess`?"),
        (&["--scenario", scenario, "--as", "alcie"], "did you mean `alice`?"),
        (&["--pass", "https://pypi.org"], "expected a host alone"),
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

/// The state that a folder keeps, as text.
fn kept(state: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_acslab")).args(["state", state]).output().unwrap();
    let (out, err) = told(&output);
    assert!(output.status.success(), "{err}");
    out
}

#[test]
fn a_state_that_is_kept_is_run_in_again_and_again() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("cloud");
    let state = state.to_str().unwrap();
    let policy = |name: &str, action: &str| {
        let file = folder.path().join(name);
        let text = format!(
            r#"{{"Version": "1", "Statement": [{{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}]}}"#
        );
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let (one, other) = (policy("one.json", "ram:ListUsers"), policy("other.json", "ram:ListRoles"));
    // A user that is there, without a key: made through the emulator, as `acslab serve` would keep it.
    let emulator =
        acslab_emulator::Emulator::builder().account("lab", "1234567890123456").state(state).start().unwrap();
    let key = emulator.create_user("lab", "alice", &[]).unwrap();
    emulator.delete_key("lab", "alice", &key.access_key_id).unwrap();
    emulator.create_user("lab", "bob", &[]).unwrap();
    emulator.shutdown().unwrap();
    let before = kept(state);
    for time in 0..4 {
        for options in [
            &["--as", "alice"][..],
            &["--as", "bob"],
            &["--policy", &one, "--policy", "AliyunRAMReadOnlyAccess"],
            &["--policy", &other],
        ] {
            let key =
                variables(&[&["--state", state][..], options].concat(), &[])["ALIBABA_CLOUD_ACCESS_KEY_ID"].clone();
            assert!(key.starts_with("LTAI"), "{time} {options:?}");
        }
    }
    assert_eq!(kept(state), before, "nothing of it is left");
}

/// Whoever is killed takes nothing away; the next one does.
#[test]
fn what_a_run_that_was_killed_left_is_no_obstacle() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("cloud");
    let state = state.to_str().unwrap();
    let options = ["--state", state, "--policy", "AliyunRAMReadOnlyAccess"];
    variables(&["--state", state], &[]);
    let before = kept(state);
    // The state is saved a moment after it changes.
    let script =
        format!("until grep -q 'made by acslab exec' '{state}/state.json'; do sleep 0.05; done; kill -9 $PPID");
    assert_eq!(exec(&options, &["sh", "-c", &script]).output().unwrap().status.code(), None);
    assert_ne!(kept(state), before);
    variables(&options, &[]);
    assert_eq!(kept(state), before);
    // One that somebody else made is nobody's to take.
    let emulator = acslab_emulator::Emulator::builder().state(state).start().unwrap();
    let account = emulator.accounts()[0].account_id.clone();
    emulator.create_user(&account, "program", &[]).unwrap();
    emulator.shutdown().unwrap();
    let output = exec(&options, &["true"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).1.contains("EntityAlreadyExists.User"), "{}", told(&output).1);
}

#[test]
fn a_program_from_which_no_call_arrives_is_told_of() {
    let output = exec(&[], &["true"]).output().unwrap();
    assert!(told(&output).1.contains("acslab: no call arrived: "), "{}", told(&output).1);
    // By the proxy, be it no call.
    let request = "printf 'GET http://ram.aliyuncs.com/ HTTP/1.0\\r\\nHost: ram.aliyuncs.com\\r\\n\\r\\n' | \
                   bash -c 'address=${ACSLAB_ENDPOINT#http://}; exec 3<>/dev/tcp/${address%:*}/${address#*:}; cat >&3; cat <&3'";
    let output = exec(&[], &["sh", "-c", request]).output().unwrap();
    assert!(told(&output).0.contains("HTTP/1."), "{output:?}");
    assert!(!told(&output).1.contains("no call arrived"), "{}", told(&output).1);
}

/// What is typed on a terminal reaches a program once, wherever its standard input comes from.
#[test]
#[cfg(target_os = "linux")]
fn what_is_typed_on_a_terminal_reaches_the_program_once() {
    use std::io::{Read, Write};
    let master = rustix::pty::openpt(rustix::pty::OpenptFlags::RDWR | rustix::pty::OpenptFlags::NOCTTY).unwrap();
    rustix::pty::grantpt(&master).unwrap();
    rustix::pty::unlockpt(&master).unwrap();
    let name = rustix::pty::ptsname(&master, Vec::new()).unwrap();
    let end = std::fs::OpenOptions::new().read(true).write(true).open(name.to_str().unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    // It counts what reaches it, and ends a while after.
    let program = "trap 'echo got >> got' INT; : > got; echo ready $PPID.; until [ -s got ]; do sleep 0.05; done; sleep 1; exit 0";
    let acslab = format!("exec {} exec -- sh -c \"$PROGRAM\" < /dev/null", env!("CARGO_BIN_EXE_acslab"));
    let mut running = Command::new("setsid")
        .args(["--ctty", "--wait", "sh", "-c", &acslab])
        .env("PROGRAM", program)
        .current_dir(folder.path())
        .stdin(end.try_clone().unwrap())
        .stdout(end.try_clone().unwrap())
        .stderr(end)
        .spawn()
        .unwrap();
    let mut terminal = std::fs::File::from(master);
    let mut said = Vec::new();
    let mut byte = [0];
    while !said.ends_with(b".") {
        terminal.read_exact(&mut byte).unwrap();
        said.push(byte[0]);
    }
    let said = String::from_utf8(said).unwrap();
    let acslab = said.trim().strip_prefix("ready ").and_then(|rest| rest.strip_suffix('.')).unwrap().to_owned();
    // Whoever would pass it on does so a while later: signals that come at once are one.
    let kill = |signal: &str| assert!(Command::new("kill").args([signal, &acslab]).status().unwrap().success());
    kill("-STOP");
    terminal.write_all(b"\x03").unwrap();
    let got = folder.path().join("got");
    while std::fs::read(&got).unwrap().is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    std::thread::sleep(std::time::Duration::from_millis(100));
    kill("-CONT");
    assert!(running.wait().unwrap().success());
    assert_eq!(std::fs::read_to_string(got).unwrap(), "got\n");
}

/// What is sent to the whole group has reached the program, and is not passed on; so is what `timeout` sends to us and to the group.
#[test]
#[cfg(target_os = "linux")]
fn a_signal_to_the_group_reaches_the_program_once() {
    // It counts what reaches it, and ends a while after.
    let program = "trap 'echo got >> got' TERM; : > got; echo ready; until [ -s got ]; do sleep 0.05; done; \
                   for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.1; done; exit 0";
    let acslab = env!("CARGO_BIN_EXE_acslab");
    let started = |around: &[&str], folder: &std::path::Path| {
        let mut running = Command::new("setsid")
            .args(around)
            .args([acslab, "exec", "--", "sh", "-c", program])
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(running.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        (running, output)
    };
    let got = |folder: &std::path::Path| std::fs::read_to_string(folder.join("got")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    // Not a leader already, so it does not fork: its number is that of its group.
    let (mut running, _output) = started(&[], folder.path());
    let kill = |whom: &str| assert!(Command::new("kill").args(["-TERM", "--", whom]).status().unwrap().success());
    kill(&format!("-{}", running.id()));
    assert_eq!(running.wait().unwrap().code(), Some(0));
    assert_eq!(got(folder.path()), "got\n");
    // One to us alone is passed on after one to the group, too.
    let folder = tempfile::tempdir().unwrap();
    let (mut running, _output) = started(&[], folder.path());
    kill(&format!("-{}", running.id()));
    std::thread::sleep(std::time::Duration::from_millis(500));
    kill(&running.id().to_string());
    running.wait().unwrap();
    assert_eq!(got(folder.path()), "got\ngot\n");
    let folder = tempfile::tempdir().unwrap();
    let (mut running, _output) = started(&["timeout", "2"], folder.path());
    assert_eq!(running.wait().unwrap().code(), Some(124));
    assert_eq!(got(folder.path()), "got\n");
}

#[test]
fn who_needs_nothing_is_told_so() {
    let output = exec(&["--suggest", "--would-deny"], &["true"]).output().unwrap();
    let (_, err) = told(&output);
    assert!(err.contains("x-acslab-mode: would-deny") && err.contains("called nothing that needs a policy"), "{err}");
}

/// As `acslab serve --state` takes one: loaded, and nothing is written back.
#[test]
fn a_state_that_was_imported_is_run_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let document = |action: &str| {
        format!(r#"{{"Version": "1", "Statement": [{{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}]}}"#)
    };
    let imported = |name: &str, action: &str| {
        std::fs::write(path("p.json"), document(action)).unwrap();
        let mut import = Command::new(env!("CARGO_BIN_EXE_acslab"));
        let (from, to) = (path("p.json"), path(name));
        let options = ["--account", "1234567890123456", "--for", "user/alice", "--to"];
        let output = import.arg("import").arg(from).args(options).arg(&to).output().unwrap();
        assert!(output.status.success(), "{}", told(&output).1);
        to
    };
    let (one, other) = (imported("one", "ram:ListUsers"), imported("other", "ram:ListRoles"));
    let files = |folder: &str| {
        let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = files(&one);
    let key = variables(&["--state", &one, "--as", "alice"], &[])["ALIBABA_CLOUD_ACCESS_KEY_ID"].clone();
    assert!(key.starts_with("LTAI"), "{key}");
    assert_eq!(files(&one), before);
    // The same of `acslab state` …
    let state = kept(&one);
    assert!(state.contains("alice") && state.contains("ram:ListUsers"), "{state}");
    let mut difference = Command::new(env!("CARGO_BIN_EXE_acslab"));
    let output = difference.args(["state", "diff", &one, &other]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(told(&output).0.contains("alice may now ram:ListRoles"), "{}", told(&output).0);
    // … and of a scenario that starts from it.
    let scenario = path("flow.yaml");
    let text = "title: t\nstory: x\ngiven: {state: one}\nsteps: [{as: alice, call: Ram.ListUsers, expect: success}]\n";
    std::fs::write(&scenario, text).unwrap();
    let output = exec(&["--scenario", &scenario, "--as", "alice"], &["true"]).output().unwrap();
    assert!(output.status.success(), "{}", told(&output).1);
}
