//! Programs that a scenario runs: what they find, and that nothing of them is left.
#![cfg(unix)]

use std::fs;
use std::time::{Duration, Instant};

use crate::lab::{CREATES, Lab};

fn of_step(step: &str) -> Lab {
    Lab::with(&[("a.yaml", &format!("title: A program\nstory: It is run.\nsteps:\n  - {step}\n"))])
}

/// The program is this one: it signs as any SDK does, by the machine's clock.
#[test]
fn a_program_signs_by_the_machines_clock_whatever_the_clouds_says() {
    let program =
        format!("{} run --endpoint $ACSLAB_ENDPOINT --snapshots ../out files/inner.yaml", env!("CARGO_BIN_EXE_acslab"));
    let inner = CREATES.replace("The owner creates a user", "From a program");
    for (before, first) in [
        ("", ""),
        ("given: {time: \"2026-03-01T00:00:00Z\"}\n", ""),
        ("", "  - {clock: \"2026-03-01T00:00:00Z\"}\n  - {wait: 1h}\n"),
    ] {
        let outer = format!(
            "title: Outer\nstory: A program calls.\n{before}steps:\n{first}  - {{run: \"{program}\", expect: success}}\n  \
             - {{as: owner, call: Ram.GetUser, with: {{UserName: alice}}, expect: success}}\n"
        );
        let lab = Lab::with(&[("outer.yaml", &outer), ("files/inner.yaml", &inner)]);
        let run = lab.acslab("run");
        assert_eq!(run.code, 0, "{before}{first}{}{}", run.out, run.err);
        assert_eq!(lab.acslab("run --check").code, 0, "its snapshot says nothing of the time");
    }
}

#[test]
fn a_program_finds_the_lab_and_nothing_that_leads_elsewhere() {
    let lab = of_step("{run: {command: env > seen, env: {OWN: its, OSS_ENDPOINT: its}}, expect: success}");
    let real = [
        "ALIBABA_CLOUD_ACCESS_KEY_ID",
        "ALIBABA_CLOUD_SECURITY_TOKEN",
        "ALIBABA_CLOUD_CREDENTIALS_URI",
        "ALIBABA_CLOUD_CREDENTIALS_FILE",
        "ALIBABA_CLOUD_ROLE_ARN",
        "ALIBABACLOUD_ACCESS_KEY_SECRET",
        "ALICLOUD_ACCESS_KEY",
        "ALICLOUD_SHARED_CREDENTIALS_FILE",
        "ALIYUN_LOG_CLI_ACCESSKEY",
        "OSS_ACCESS_KEY_SECRET",
        "OSS_ENDPOINT",
        "OSSUTIL_CONFIG_FILE",
        "HTTPS_PROXY",
        "all_proxy",
    ];
    let mut command = lab.command("run");
    command.envs(real.map(|name| (name, "real"))).env("KEPT", "kept").env("OSS_BUCKET", "kept");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let seen = fs::read_to_string(lab.path("scenarios/seen")).unwrap();
    let lines: Vec<_> = seen.lines().collect();
    assert!(!lines.iter().any(|line| line.ends_with("=real")), "{seen}");
    for line in ["KEPT=kept", "OSS_BUCKET=kept", "OWN=its", "OSS_ENDPOINT=its", "OSS_REGION=cn-hangzhou"] {
        assert!(lines.contains(&line), "{line}: {seen}");
    }
    for name in ["ALIBABA_CLOUD_ACCESS_KEY_ID=LTAI", "OSS_ACCESS_KEY_ID=LTAI", "ACSLAB_ENDPOINT=http://127.0.0.1:"] {
        assert!(lines.iter().any(|line| line.starts_with(name)), "{name}: {seen}");
    }
}

fn is_running(pid: &str) -> bool {
    fs::read_to_string(format!("/proc/{}/stat", pid.trim()))
        .is_ok_and(|stat| !stat.rsplit(')').next().unwrap_or_default().trim_start().starts_with('Z'))
}

/// Waits until a process has ended, which the kernel may tell of a moment later.
fn has_ended(pid: &str) -> bool {
    let until = Instant::now() + Duration::from_secs(10);
    while is_running(pid) {
        if Instant::now() > until {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    true
}

#[test]
#[cfg(target_os = "linux")]
fn what_a_program_leaves_in_the_background_ends_with_it() {
    for (command, code) in [
        // It ends, and what it started holds its pipes open.
        ("sleep 300 & echo $! > pid; echo done", 0),
        ("sleep 300 & echo $! > pid; exit 3", 1),
        // It left the program's group, and started something itself.
        ("setsid sh -c 'sleep 301 & echo $! > pid; wait' & while [ ! -s pid ]; do sleep 0.1; done; echo done", 0),
        ("setsid sleep 302 >/dev/null 2>&1 & echo $! > pid; sleep 0.3", 0),
        // It does not end in time.
        ("sleep 300 & echo $! > pid; wait", 1),
    ] {
        let lab = of_step(&format!("{{run: {{command: \"{command}\", timeout: 2}}, expect: success}}"));
        let started = Instant::now();
        let run = lab.acslab("run");
        assert_eq!(run.code, code, "{command}: {}", run.out);
        assert!(started.elapsed() < Duration::from_secs(30), "{command}");
        assert!(has_ended(&fs::read_to_string(lab.path("scenarios/pid")).unwrap()), "{command}");
    }
}

/// What left its group and its environment cannot be found; nobody waits for it, either, and what was written counts.
#[test]
#[cfg(target_os = "linux")]
fn a_program_that_cannot_be_found_is_not_waited_for() {
    let lab = of_step(
        "{run: \"setsid env -i sleep 60 & echo $! > pid; sleep 0.3; echo written\", expect: {success: {Output: {contains: written}}}}",
    );
    let started = Instant::now();
    let run = lab.acslab("run");
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(started.elapsed() < Duration::from_secs(30));
    let pid = fs::read_to_string(lab.path("scenarios/pid")).unwrap();
    std::process::Command::new("kill").args(["-9", pid.trim()]).status().unwrap();
}

#[test]
#[cfg(target_os = "linux")]
fn an_interrupt_leaves_no_program_behind() {
    let lab = of_step("{run: \"sleep 300 & echo $! > pid.new; mv pid.new pid; wait\", expect: success}");
    let mut running = lab.command("run").stdout(std::process::Stdio::null()).spawn().unwrap();
    let file = lab.path("scenarios/pid");
    let until = Instant::now() + Duration::from_secs(30);
    while !file.exists() {
        assert!(Instant::now() < until, "the program does not start");
        std::thread::sleep(Duration::from_millis(10));
    }
    std::process::Command::new("kill").args(["-INT", &running.id().to_string()]).status().unwrap();
    assert_eq!(running.wait().unwrap().code(), Some(4));
    assert!(has_ended(&fs::read_to_string(file).unwrap()));
}
