//! Files with mistakes: each is its own failure, told where people look, and nobody else's.

use std::fs;

use serde_json::Value;

use crate::lab::{CREATES, Lab};

const BROKEN: &str = "\
title: U is broken
story: It calls what there is not.
tags: [wrong]
steps:
  - {as: owner, call: Ram.NoSuchOp, expect: success}
";

fn lab() -> Lab {
    Lab::with(&[("u.yaml", BROKEN), ("v.yaml", &CREATES.replace("The owner", "V, the owner"))])
}

#[test]
fn what_is_no_text_or_cannot_be_read_keeps_no_other_from_running() {
    let lab = lab();
    fs::write(lab.path("scenarios/latin.yaml"), b"title: Caf\xe9\nstory: It is of another time.\n").unwrap();
    fs::write(lab.path("scenarios/wide.yaml"), b"\xff\xfet\0i\0t\0l\0e\0:\0 \0a\0\n\0").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere.yaml", lab.path("scenarios/link.yaml")).unwrap();
    let run = lab.acslab("run --check --junit r.xml");
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.out.contains("FAIL v  V, the owner creates a user\n  there is no snapshot"), "it was run: {}", run.out);
    assert!(run.err.contains("[scenarios/latin.yaml:1:11]") && run.err.contains("byte 0xE9"), "{}", run.err);
    assert!(
        run.err.contains("the file is UTF-16 text") && run.err.contains("help: save the file as UTF-8"),
        "{}",
        run.err
    );
    let report = fs::read_to_string(lab.path("r.xml")).unwrap();
    assert!(report.contains("scenarios/latin.yaml:1:11: the file is not UTF-8 text"), "{report}");
    #[cfg(unix)]
    assert!(run.err.contains("the file cannot be read: it is a link to what is not there"), "{}", run.err);
}

#[test]
#[cfg(unix)]
fn a_link_that_leads_back_is_not_followed() {
    let lab = Lab::with(&[("ram/a.yaml", CREATES)]);
    std::os::unix::fs::symlink(".", lab.path("scenarios/loop")).unwrap();
    std::os::unix::fs::symlink("..", lab.path("scenarios/ram/up")).unwrap();
    let run = lab.acslab("run");
    assert_eq!((run.code, run.out.lines().last()), (0, Some("1 passed, 0 failed")), "{}", run.err);
}

#[test]
fn a_file_with_a_mistake_is_selected_as_any_other() {
    let lab = lab();
    for others in ["--only V,", "--tag none", "--filter ^v$"] {
        let run = lab.acslab(&format!("run {others}"));
        assert!(run.code != 2 && run.err.contains("Ram").eq(&false), "{others}: {}", run.err);
    }
    for own in ["--only broken", "--tag wrong", "--filter ^u$", "--only U"] {
        let run = lab.acslab(&format!("run {own}"));
        assert_eq!(run.code, 2, "{own}: {}", run.err);
        assert!(run.err.contains("unknown operation `NoSuchOp`"), "{own}: {}", run.err);
    }
    let parts: Vec<_> = (1..=2).map(|part| lab.acslab(&format!("run --shard {part}/2"))).collect();
    let mut codes: Vec<_> = parts.iter().map(|part| part.code).collect();
    codes.sort_unstable();
    assert_eq!(codes, [0, 2], "one part has it");
    // What its fields are is not known of a file that is no YAML; what it is called is.
    lab.write("scenarios/u.yaml", "title: [\n");
    assert_eq!((lab.acslab("run --only v").code, lab.acslab("run --only u").code), (0, 2));
}

#[test]
fn every_report_holds_the_mistakes() {
    let reports = "--junit r.xml --html r.html --markdown r.md --sarif r.sarif --events r.jsonl";
    for (alone, code) in [("scenarios/u.yaml", 2), ("scenarios", 2)] {
        let lab = lab();
        assert_eq!(lab.acslab(&format!("run {alone} {reports}")).code, code);
        for report in ["r.xml", "r.html", "r.md", "r.sarif", "r.jsonl"] {
            let text = fs::read_to_string(lab.path(report)).unwrap();
            assert!(text.contains("unknown operation `NoSuchOp` of Ram"), "{alone}, {report}: {text}");
        }
        let junit = fs::read_to_string(lab.path("r.xml")).unwrap();
        assert!(junit.contains("<failure message=\"scenarios/u.yaml:5:23: unknown operation"), "{junit}");
        let events = fs::read_to_string(lab.path("r.jsonl")).unwrap();
        let events: Vec<Value> = events.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let mistakes: Vec<_> = events.iter().filter_map(|event| event["mistakes"].get(0)).collect();
        assert_eq!(
            (mistakes.len(), mistakes[0]["line"].as_u64(), mistakes[0]["column"].as_u64()),
            (1, Some(5), Some(23))
        );
    }
}

#[test]
fn junit_says_what_kind_of_failure_it_is() {
    let lab = Lab::with(&[("a.yaml", CREATES), ("b.yaml", &CREATES.replace("The owner", "B").replace("409", "404"))]);
    lab.acslab("run --check --junit r.xml");
    let report = fs::read_to_string(lab.path("r.xml")).unwrap();
    assert!(report.contains("message=\"there is no snapshot yet\""), "{report}");
    assert!(
        report.contains("message=\"scenarios/b.yaml:8:5: owner calls Ram.CreateUser: expected status 404"),
        "{report}"
    );
}

/// What is read may be a pipe into which nobody writes any more.
#[test]
#[cfg(unix)]
fn an_interrupt_ends_a_run_that_waits_for_its_input() {
    let lab = Lab::with(&[("a.yaml", CREATES)]);
    assert!(std::process::Command::new("mkfifo").arg(lab.path("scenarios/pipe.yaml")).status().unwrap().success());
    assert_eq!(lab.interrupted("run scenarios/pipe.yaml"), Some(4));
}
