//! Ways to run: side by side, again when a file changes, with a bar on a terminal, with what differs put out of sight.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::lab::{CREATES, Lab};

/// Each waits for the other.
#[test]
fn so_many_scenarios_run_at_a_time_as_are_told() {
    let meets = |own: &str, other: &str| {
        let program = format!("touch ../{own}; until test -e ../{other}; do sleep 0.05; done");
        format!(
            "title: Meets {other}\nstory: It waits.\nsteps:\n  - {{run: {{command: \"{program}\", timeout: 10s}}, expect: success}}\n"
        )
    };
    let (one, two) = (meets("a", "b"), meets("b", "a").replace("10s", "1s"));
    let lab = Lab::with(&[("one.yaml", &one), ("two.yaml", &two)]);
    assert_eq!(lab.with_variable("run --jobs 2", "PATH", "/usr/bin:/bin").code, 0);
    let lab = Lab::with(&[("one.yaml", &one.replace("10s", "1s")), ("two.yaml", &two)]);
    let alone = lab.with_variable("run --jobs 1", "PATH", "/usr/bin:/bin");
    assert_eq!(alone.out.lines().last(), Some("1 passed, 1 failed"), "{}", alone.out);
}

#[test]
fn what_holds_at_one_time_and_not_at_another_is_told() {
    let program = "echo >> ../times; test $(wc -l < ../times) -ne 2";
    let flaky = format!("title: Flaky\nstory: It fails once.\nsteps:\n  - {{run: \"{program}\", expect: success}}\n");
    let lab = Lab::with(&[("flaky.yaml", &flaky), ("steady.yaml", CREATES)]);
    let run = lab.with_variable("run --repeat 3", "PATH", "/usr/bin:/bin");
    assert_eq!(run.code, 1, "{}", run.err);
    let told: Vec<_> = run.out.lines().chain(run.err.lines()).filter(|line| line.starts_with("flaky")).collect();
    assert_eq!(told, ["flaky: flaky held 2 of 3 times"], "{}{}", run.out, run.err);
}

#[test]
fn a_run_begins_again_when_a_file_changes() {
    let lab = Lab::with(&[("a.yaml", CREATES)]);
    let mut running = lab.command("run --watch").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut err = BufReader::new(running.stderr.take().unwrap()).lines().map(Result::unwrap);
    let mut waits = || assert!(err.any(|line| line.starts_with("waiting for a file to change")));
    waits();
    lab.write("scenarios/a.yaml", &CREATES.replace("status: 409", "status: 404"));
    waits();
    lab.write("scenarios/a.yaml", "title: [");
    waits();
    Command::new("kill").args(["-INT", &running.id().to_string()]).status().unwrap();
    assert!(running.wait().unwrap().code().is_some(), "it ends");
    let out: Vec<_> = BufReader::new(running.stdout.take().unwrap()).lines().map(Result::unwrap).collect();
    let told: Vec<_> = out.iter().filter(|line| line.contains(" passed, ")).collect();
    assert!(told[..2] == ["1 passed, 0 failed", "0 passed, 1 failed"], "{out:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_bar_shows_on_a_terminal_alone() {
    let lab = Lab::with(&[("a.yaml", CREATES)]);
    assert!(!lab.acslab("run --check").err.contains("1/1 scenarios"));
    let program = format!("{} run", env!("CARGO_BIN_EXE_acslab"));
    let mut script = Command::new("script");
    let output = script.args(["-qefc", &program, "/dev/null"]).current_dir(lab.path("")).env_remove("CI");
    let output = output.stdin(Stdio::null()).output().unwrap();
    let seen = String::from_utf8(output.stdout).unwrap();
    assert!(seen.contains("0/1 scenarios") && seen.contains("1 passed, 0 failed"), "{seen}");
}

#[test]
fn what_differs_from_run_to_run_is_put_out_of_sight() {
    let scenario = "\
title: An id in a policy
story: A policy is for a resource group that a step makes.
steps:
  - {as: owner, call: ResourceManager.CreateResourceGroup, with: {Name: photos, DisplayName: Photos}, expect: success, save: {group: ResourceGroup.Id}}
  - {as: owner, call: Ram.CreatePolicy, with: {PolicyName: p, PolicyDocument: {Version: \"1\", Statement: [{Effect: Allow, Action: \"oss:*\", Resource: \"acs:oss:*:*:${group}\"}]}}, expect: success}
";
    let lab = Lab::with(&[("a.yaml", scenario)]);
    assert_eq!(lab.acslab("run --accept --seed 1").code, 0);
    assert_eq!(lab.acslab("run --check --seed 2").code, 1, "the id is the seed's");
    lab.write(
        "scenarios/a.yaml",
        &format!("{scenario}compare: {{redact: [{{matches: \"rg-[a-z0-9]+\", as: <the group>}}]}}\n"),
    );
    assert_eq!(lab.acslab("run --accept --seed 1").code, 0);
    assert_eq!(lab.acslab("run --check --seed 2").code, 0);
    let state = fs::read_to_string(lab.path("snapshots/a.snap")).unwrap();
    assert!(state.contains("acs:oss:*:*:<the group>"), "{state}");
}
