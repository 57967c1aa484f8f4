//! Runs that are interrupted or killed, and what they leave.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::FLOW;
use crate::layer::{ACCOUNT, Answered, Seen, Standing, told};

/// A run whose call of this name is held: when it arrives, and how it goes on.
fn held(call: &'static str) -> (Standing, mpsc::Receiver<()>, mpsc::Sender<()>) {
    held_with(call, |_, _| ())
}

/// The same, where answers are changed besides.
fn held_with(
    call: &'static str,
    change: impl Fn(&Seen, &mut Answered) + Send + Sync + 'static,
) -> (Standing, mpsc::Receiver<()>, mpsc::Sender<()>) {
    let (arrived, there) = mpsc::channel();
    let (go, on) = mpsc::channel();
    let (arrived, on) = (std::sync::Mutex::new(arrived), std::sync::Mutex::new(on));
    let once = AtomicBool::new(false);
    let standing = Standing::start(move |seen, answered| {
        change(seen, answered);
        if seen.call.starts_with(call) && !once.swap(true, Ordering::Relaxed) {
            arrived.lock().unwrap().send(()).unwrap();
            let _ = on.lock().unwrap().recv_timeout(Duration::from_secs(20));
        }
    });
    (standing, there, go)
}

/// A run that is interrupted while its call is held.
fn interrupted(standing: &Standing, flow: &str, there: &mpsc::Receiver<()>, go: &mpsc::Sender<()>) -> (i32, String) {
    let running = standing.run(&["--yes", flow]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    there.recv_timeout(Duration::from_secs(20)).unwrap();
    assert!(Command::new("kill").args(["-INT", &running.id().to_string()]).status().unwrap().success());
    std::thread::sleep(Duration::from_millis(200));
    go.send(()).unwrap();
    told(&running.wait_with_output().unwrap())
}

#[test]
fn an_interrupt_leaves_nothing() {
    let (standing, there, go) = held("CreatePolicy");
    let flow = standing.scenario("flow", FLOW);
    let before = standing.state();
    let (code, text) = interrupted(&standing, &flow, &there, &go);
    assert_eq!(code, 4, "{text}");
    assert_eq!(standing.state(), before, "{text}");
    assert!(standing.journals().is_empty());
    assert!(!standing.calls().iter().any(|call| call.starts_with("AttachPolicyToUser")), "nothing new began");
}

/// Interrupted or not: what is left is told by the exit code.
#[test]
fn an_interrupt_does_not_hide_what_is_left() {
    let (standing, there, go) = held_with("CreatePolicy", |seen, answered| {
        if seen.call.starts_with("DeleteUser") {
            answered.status = 403;
            answered.body =
                br#"{"Code":"NoPermission","Message":"You are not authorized to do this action."}"#.to_vec();
        }
    });
    let flow = standing.scenario("flow", FLOW);
    let (code, text) = interrupted(&standing, &flow, &there, &go);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("LEFT: Ram.CreateUser acslab-") && text.contains("NoPermission"), "{text}");
    assert_eq!(standing.journals().len(), 1);
}

#[test]
fn what_a_killed_run_leaves_is_removed_later() {
    let (standing, there, go) = held("AttachPolicyToUser");
    let flow = standing.scenario("flow", FLOW);
    let before = standing.state();
    let mut running = standing.run(&["--yes", &flow]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // The cloud has done it, and nobody hears it.
    there.recv_timeout(Duration::from_secs(20)).unwrap();
    running.kill().unwrap();
    running.wait().unwrap();
    drop(go);
    assert_ne!(standing.state(), before);
    let journals = standing.journals();
    let [journal] = journals.as_slice() else { panic!("{journals:?}") };
    let kept = std::fs::read_to_string(journal).unwrap();
    assert!(
        kept.contains("AttachPolicyToUser") && !kept.contains(&standing.secret()) && !kept.contains("LTAI"),
        "{kept}"
    );
    // Another run says so, and leaves it.
    let (code, text) = standing.told(&[&flow]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("has left something, or is under way: `--clean` removes it"), "{text}");
    // Not without a yes.
    let (code, _) = standing.told(&["--clean"]);
    assert_eq!(code, 2);
    let (code, text) = standing.told(&["--clean", "--yes"]);
    assert_eq!(code, 0, "{text}");
    assert_eq!(standing.state(), before, "{text}");
    assert!(standing.journals().is_empty());
    let (code, text) = standing.told(&["--clean"]);
    assert_eq!((code, text.as_str()), (0, "no run of this account has left anything\n"));
}

/// A journal that somebody changed removes nothing that is not the run's.
#[test]
fn a_journal_with_other_names_removes_nothing() {
    let standing = Standing::start(|_, _| ());
    let account = standing.emulator.accounts()[0].account_id.clone();
    standing.emulator.create_user(&account, "alice", &[]).unwrap();
    let before = standing.state();
    std::fs::create_dir_all(standing.file("journals")).unwrap();
    let lines = [
        json!({"run": "k3x9q2", "profile": "test", "account": ACCOUNT, "began": "2026-01-01T00:00:00Z"}),
        json!({"makes": {"number": 1, "call": "Ram.CreateUser", "with": {"UserName": "alice"}, "region": "cn-hangzhou"}}),
        json!({"makes": {"number": 2, "call": "Ram.CreateUser", "with": {}, "region": "cn-hangzhou"}}),
        json!({"makes": {"number": 3, "call": "Ram.SetAccountAlias", "with": {}, "region": "cn-hangzhou"}}),
    ];
    let text: Vec<_> = lines.iter().map(Value::to_string).collect();
    std::fs::write(standing.file("journals/k3x9q2.jsonl"), text.join("\n") + "\n").unwrap();
    let (code, text) = standing.told(&["--clean", "--yes"]);
    assert_eq!(code, 1, "{text}");
    assert_eq!(text.matches("LEFT: ").count(), 3, "{text}");
    assert_eq!(standing.state(), before);
    assert_eq!(standing.calls(), ["GetCallerIdentity"]);
}

/// What the cloud says is there already was not made by the run, whatever its name.
#[test]
fn what_was_refused_is_not_removed() {
    let standing = Standing::start(|_, _| ());
    let twice = standing.scenario(
        "twice",
        "title: x\nstory: y\nreal: true\nsteps:\n  - {as: owner, call: Ram.CreateGroup, with: {GroupName: readers-of-x}, expect: success}\n  - {as: owner, call: Ram.CreateGroup, with: {GroupName: readers-of-x}, expect: {error: EntityAlreadyExists.Group}}\n",
    );
    let (code, text) = standing.told(&["--yes", &twice]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("1 thing made by the run removed"), "{text}");
}
