//! Tables: each row is a case of its own, played and counted.

use std::fs;

use crate::lab::Lab;

const ROWS: &str = "\
title: Rows
story: Who may read users?
given:
  users: {ann: AliyunRAMReadOnlyAccess, bo: , cy: AliyunRAMReadOnlyAccess}
steps:
  - for: {columns: [who, outcome], rows: [[ann, success], [bo, success], [cy, success], [bo, denied]]}
    as: ${who}
    call: Ram.ListUsers
    expect: ${outcome}
  - {as: owner, call: Ram.CreateUser, with: {UserName: never}, expect: success}
";

#[test]
fn each_row_is_played_and_counted() {
    let lab =
        Lab::with(&[("rows.yaml", ROWS), ("all.yaml", &ROWS.replace("[bo, success], ", "").replace("Rows", "All"))]);
    let run = lab.acslab("run --junit junit.xml --markdown report.md");
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.out.contains("pass all  All  (3 of 3 cases hold)\n"), "{}", run.out);
    assert!(run.out.contains("FAIL rows  Rows  (3 of 4 cases hold)\n"), "{}", run.out);
    assert_eq!(run.out.matches("is not as expected").count(), 1, "{}", run.out);
    assert!(run.out.ends_with("6 of 7 cases hold of tables\n1 passed, 1 failed\n"), "{}", run.out);
    let junit = fs::read_to_string(lab.path("junit.xml")).unwrap();
    let cases: Vec<_> = junit.lines().map(str::trim).filter(|line| line.starts_with("<testcase")).collect();
    assert_eq!(cases.len(), 9, "{junit}");
    assert!(junit.contains(r#"tests="9" skipped="0" errors="0" failures="2""#), "{junit}");
    assert!(junit.contains(r#"<testcase name="step 1 case 2 (bo, success)" classname="rows""#), "{junit}");
    assert!(junit.contains(r#"<failure message="step 1 case 2 (bo, success) is not as expected">"#), "{junit}");
    let markdown = fs::read_to_string(lab.path("report.md")).unwrap();
    assert!(markdown.contains("\n6 of 7 cases hold of tables.\n"), "{markdown}");
    assert!(markdown.contains("### Rows (`rows`)\n\n3 of 4 cases hold.\n"), "{markdown}");
}

/// A step behind the table is another one: the scenario ends before it.
#[test]
fn what_comes_after_a_table_that_does_not_hold_is_not_played() {
    let lab = Lab::with(&[("rows.yaml", &ROWS.replace("Ram.CreateUser", "Ram.GetUser"))]);
    let run = lab.acslab("run");
    assert!(run.out.contains("step 1 case 2 (bo, success) is not as expected"), "{}", run.out);
    assert!(!run.out.contains("step 2"), "{}", run.out);
    assert!(lab.acslab("run --keep-going").out.contains("step 2"), "and with this it is");
}
