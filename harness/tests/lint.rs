//! `acslab lint`, from outside: for each case in `lint/` a command line (`.cmd`) and the exact text that people see with
//! the exit code (`.out`). `BLESS=1` writes the latter.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

mod golden;

use std::process::Command;

use acslab_emulator::{Access, Mark, operations};
use acslab_policy::{DocumentKind, lint::lint};
use serde_json::json;

#[test]
fn every_case_prints_its_text() {
    golden::check("lint", 16);
}

/// Whatever a file holds, what is printed of it is short, and nothing in it reaches the terminal.
#[test]
fn what_is_printed_is_bounded_and_plain() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("long.json");
    let resources: Vec<_> = (0..20_000).map(|n| format!("\"acs:oss:*:*:b/{n}\"")).collect();
    let long = format!(
        r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"oss:Foo","Resource":[{}]}}]}}"#,
        resources.join(",")
    );
    let wide = format!(r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"oss:{}"}}]}}"#, "x".repeat(40_000));
    for text in [long, wide, "\u{1b}[2J\0\u{9b}1m\u{202e}".repeat(500)] {
        std::fs::write(&file, &text).unwrap();
        for arguments in [&["lint"][..], &["simulate", "--action", "oss:Foo", "--policy"]] {
            let output =
                Command::new(env!("CARGO_BIN_EXE_acslab")).args(arguments).arg(&file).env("NO_COLOR", "1").output();
            let output = output.unwrap();
            let printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            assert!(!printed.is_empty() && printed.len() < 20_000, "{} bytes", printed.len());
            assert!(!printed.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}'), "{printed:?}");
        }
    }
}

#[test]
fn every_case_is_run() {
    golden::each_has_a_command("lint");
}

#[test]
fn a_folder_stands_for_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let lint = || {
        let output = Command::new(env!("CARGO_BIN_EXE_acslab")).arg("lint").arg(folder.path()).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    assert_eq!(lint().0, 2);
    std::fs::write(folder.path().join("readme.md"), "not a policy").unwrap();
    for name in ["a.json", "b.json"] {
        let action = if name == "a.json" { "oss:GetObject" } else { "oss:HeadObject" };
        let text = format!(
            r#"{{"Version": "1", "Statement": [{{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}]}}"#
        );
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let (code, text) = lint();
    assert_eq!(code, 1);
    assert!(text.contains("b.json:1:62]"), "{text}");
    assert!(text.ends_with("1 warning in 2 files\n"), "{text}");
}

/// What the emulator asks for and what the linter knows must agree: a policy that names exactly the action and the
/// resource of an operation is no mistake.
#[test]
fn what_operations_need_is_no_mistake() {
    let mut wrong = Vec::new();
    let mut asked = 0;
    for operation in operations() {
        let Access::Checks(checks) = &operation.access else { continue };
        let called = format!("{}.{}", operation.product.name, operation.name);
        if UNLIKE_THE_LISTS.iter().any(|(name, _)| *name == called) {
            continue;
        }
        // An action that stands for one that is not published is no action to the linter.
        for check in checks.iter().filter(|check| check.known.action != Mark::Default) {
            for (action, template) in check.names() {
                asked += 1;
                let resource = filled(template);
                let text = json!({
                    "Version": "1",
                    "Statement": [{ "Effect": "Allow", "Action": action, "Resource": resource }],
                });
                let found = lint(DocumentKind::Identity, &text.to_string());
                for finding in found.findings.iter().filter(|finding| GRAVE.contains(&finding.rule.id)) {
                    wrong.push(format!("{called}: {resource}: {}", finding.message));
                }
            }
        }
    }
    assert!(asked > 300, "{asked}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The rules that say that an action or its resource is not known.
const GRAVE: &[&str] = &[
    "unknown-service",
    "unknown-action",
    "wrong-service",
    "operation-name",
    "action-case",
    "resource-never-matches",
    "no-resource-level",
];

/// Operations whose checks a policy cannot repeat word for word, or whose names are not those of the published lists.
const UNLIKE_THE_LISTS: &[(&str, &str)] = &[
    ("Ram.TagResources", "the kind of resource is a parameter"),
    ("Ram.UntagResources", "the kind of resource is a parameter"),
    ("Oss.PostObject", "the object's key is in the form, so that the template stops at the bucket"),
];

/// The resource of a check, with something at each place in braces.
fn filled(template: &str) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (name, after) = after.split_once('}').unwrap();
        text.push_str(match name {
            "region" | "owner_region" => "cn-hangzhou",
            "account" | "owner" | "role_account" | "policy_owner" => "1234567890123456",
            // The bucket and the object that are copied from.
            "each" if before.ends_with(':') => "x1/x1",
            _ => "x1",
        });
        rest = after;
    }
    text + rest
}
