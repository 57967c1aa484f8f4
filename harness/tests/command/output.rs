//! Where the output goes: files, readers that go away, disks that are full.

use std::fs;

use crate::lab::{CREATES, Lab};

#[test]
fn the_junit_report_has_each_scenario() {
    let wrong = CREATES.replace("The owner creates", "Wrongly the owner creates").replace("409", "404");
    let lab = Lab::with(&[("a.yaml", CREATES), ("b.yaml", &wrong)]);
    lab.acslab("run --accept --junit report.xml");
    let report = fs::read_to_string(lab.path("report.xml")).unwrap();
    assert!(report.contains("tests=\"2\" skipped=\"0\" failures=\"1\""), "{report}");
    assert!(report.contains("<testcase name=\"b\""), "{report}");
}

#[test]
fn colours_come_only_when_wanted() {
    let lab = Lab::with(&[("a.yaml", CREATES)]);
    assert!(!lab.acslab("run --accept").out.contains('\u{1b}'));
    assert!(lab.acslab("run --color always").out.contains('\u{1b}'));
}

#[test]
fn a_reader_that_goes_away_turns_no_failure_into_success() {
    let wrong = CREATES.replace("EntityAlreadyExists.User", "EntityAlreadyExists.Role");
    let lab = Lab::with(&[("a.yaml", &wrong), ("b.yaml", &wrong.replace("The owner creates", "Again"))]);
    assert_eq!(lab.unread("run --check"), Some(1));
    lab.write("scenarios/a.yaml", "title: nothing more\n");
    assert_eq!(lab.unread("run --check"), Some(2));
    lab.write(
        "p.json",
        r#"{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "oss:HeadObject", "Resource": "*"}]}"#,
    );
    assert_eq!(lab.unread("lint p.json"), Some(1));
    assert_eq!(lab.unread("diff p.json system:AliyunOSSReadOnlyAccess"), Some(1));
    assert_eq!(lab.unread("lint nothing.json"), Some(2));
    assert_eq!(lab.unread("services"), Some(0));
}

#[test]
#[cfg(unix)]
fn a_full_disk_leaves_every_file_whole() {
    let lab = Lab::with(&[("ram/creates.yaml", CREATES)]);
    lab.acslab("run --accept --junit report.xml");
    let (before, report) = (lab.snapshots(), fs::read(lab.path("report.xml")).unwrap());
    lab.write("scenarios/ram/creates.yaml", &CREATES.replace("alice", "carol"));
    for arguments in ["run --accept", "run"] {
        let run = lab.on_a_full_disk(arguments);
        assert_ne!(run.code, 0, "{}", run.out);
        assert_eq!(lab.snapshots(), before, "{arguments}");
    }
    let run = lab.on_a_full_disk("run --check --junit report.xml");
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.err.contains("cannot write `report.xml`: "), "{}", run.err);
    assert_eq!(fs::read(lab.path("report.xml")).unwrap(), report);
}

#[test]
#[cfg(unix)]
fn a_read_only_folder_leaves_every_file_whole() {
    let lab = Lab::with(&[("ram/creates.yaml", CREATES)]);
    lab.acslab("run --accept --junit report.xml");
    let (before, report) = (lab.snapshots(), fs::read(lab.path("report.xml")).unwrap());
    lab.write("scenarios/ram/creates.yaml", &CREATES.replace("alice", "carol"));
    for arguments in ["run --accept", "run"] {
        let run = lab.in_a_read_only_folder(arguments);
        assert_eq!(run.code, 1, "{arguments}: {}{}", run.out, run.err);
        assert!(run.out.contains("permission denied"), "{arguments}: {}", run.out);
        assert_eq!(lab.snapshots(), before, "{arguments}");
    }
    let run = lab.in_a_read_only_folder("run --check --junit report.xml");
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.err.contains("cannot write `report.xml`: permission denied"), "{}", run.err);
    assert_eq!(fs::read(lab.path("report.xml")).unwrap(), report);
    // What writes nothing is not disturbed.
    lab.write("scenarios/ram/creates.yaml", CREATES);
    assert_eq!(lab.in_a_read_only_folder("run --check").code, 0);
}

/// Wherever it comes in: before, while or after files are written.
#[test]
#[cfg(unix)]
fn an_interrupt_leaves_every_snapshot_as_it_was_or_as_it_is_to_be() {
    const SCENARIOS: usize = 40;
    let text = |number: usize, user: &str| {
        CREATES.replace("The owner creates a user", &format!("Number {number}")).replace("alice", user)
    };
    let lab = Lab::with(&[]);
    let write = |user: &str| {
        for number in 0..SCENARIOS {
            lab.write(&format!("scenarios/{number}.yaml"), &text(number, user));
        }
    };
    let mut states = Vec::new();
    for user in ["alice", "carol"] {
        write(user);
        assert_eq!(lab.acslab("run --accept").code, 0);
        states.push(lab.snapshots());
    }
    let mut interrupted = 0;
    for (time, (user, signal)) in
        ["alice", "carol"].into_iter().cycle().zip(["-INT", "-TERM", "-INT"].into_iter().cycle()).take(9).enumerate()
    {
        write(user);
        let mut running = lab.command("run --accept").stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(20 * time as u64));
        std::process::Command::new("kill").args([signal, &running.id().to_string()]).status().unwrap();
        let code = running.wait().unwrap().code();
        // Before it listens to signals one ends it at once.
        assert!(matches!(code, Some(0 | 4) | None), "{code:?}");
        interrupted += usize::from(code == Some(4));
        let found = lab.snapshots();
        assert_eq!(found.len(), SCENARIOS, "nothing else is left");
        for (at, snapshot) in found.iter().enumerate() {
            assert!(states.iter().any(|state| state[at] == *snapshot), "{}:\n{}", snapshot.0, snapshot.1);
        }
    }
    assert!(interrupted > 0, "no interrupt came in while it ran");
}
