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
