//! What a person is told about a malformed document: for each file `malformed/<mistake>.<kind>.json`, the exact text
//! stands beside it.
//!
//! `BLESS=1 cargo test -p acslab-policy --test malformed` writes the texts anew, to be looked at in the diff.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use acslab_policy::{Dialect, Document, DocumentKind, Malformed, Principals};

#[test]
fn malformed_documents_are_told_apart() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/malformed");
    let mut inputs: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    inputs.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    inputs.sort();
    assert!(inputs.len() >= 40, "only {} inputs", inputs.len());
    let mut differences = Vec::new();
    for input in inputs {
        let name = input.file_stem().unwrap().to_str().unwrap().to_owned();
        let kind = match name.rsplit_once('.').unwrap().1 {
            "identity" => DocumentKind::Identity,
            "session" => DocumentKind::Session,
            "control" => DocumentKind::Control,
            "trust" => DocumentKind::Trust,
            "bucket" => DocumentKind::Bucket,
            other => panic!("{other}"),
        };
        let bytes = fs::read(&input).unwrap();
        let malformed = Document::parse_bytes(kind, &bytes, &Dialect::STANDARD).expect_err(&name);
        let actual = report(&malformed);
        let golden = input.with_extension("txt");
        if std::env::var_os("BLESS").is_some() {
            fs::write(&golden, &actual).unwrap();
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        if actual != expected {
            differences.push(format!("{name}: expected\n{expected}\nfound\n{actual}"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

fn report(malformed: &Malformed) -> String {
    let mut out = String::new();
    for fault in malformed.faults() {
        writeln!(out, "{}: {fault}", fault.code.as_str()).unwrap();
        if let Some(help) = &fault.help {
            writeln!(out, "  help: {help}").unwrap();
        }
    }
    out
}

/// The cloud's own words come first, our place after them.
#[test]
fn what_a_caller_of_the_api_is_told() {
    let told = |kind, text: &str| Document::parse(kind, text).expect_err(text).api_message();
    let no_action = r#"{"Version":"1","Statement":[{"Effect":"Allow","Resource":"*"}]}"#;
    assert_eq!(
        told(DocumentKind::Identity, no_action),
        "Add an Action or NotAction element to the policy statement. `Action` is missing (line 1, column 29, Statement[0])"
    );
    let no_version = r#"{"Statement":[{"Effect":"Allow","Action":"oss:*","Resource":"*"}]}"#;
    assert_eq!(
        told(DocumentKind::Identity, no_version),
        "The policy document is invalid. `Version` is missing (line 1, column 1)"
    );
    // Where nothing of the cloud's is known, ours alone.
    let no_effect = r#"{"Version":"1","Statement":[{"Action":"oss:*","Resource":"*"}]}"#;
    assert_eq!(told(DocumentKind::Identity, no_effect), "`Effect` is missing (line 1, column 29, Statement[0])");
}

/// An empty array for one kind of principal is as if the kind were not there, as long as somebody is named.
#[test]
fn a_kind_of_principal_may_be_empty() {
    let trust = |principal: &str| {
        let statement = format!(r#"{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{principal}}}"#);
        let text = format!(r#"{{"Version":"1","Statement":[{statement}]}}"#);
        Document::parse(DocumentKind::Trust, &text).map(|document| document.statements()[0].principals().clone())
    };
    let without = trust(r#"{"Service":["ecs.aliyuncs.com"]}"#).unwrap();
    for (principal, names) in [
        (r#"{"Service":["ecs.aliyuncs.com"],"RAM":[]}"#, true),
        (r#"{"RAM":[],"Service":"ecs.aliyuncs.com","Federated":[ ]}"#, true),
        (r#"{"RAM":[],"Service":[]}"#, false),
        (r#"{"RAM":[]}"#, false),
        (r#"{"RAM":[""],"Service":["ecs.aliyuncs.com"]}"#, false),
        (r#"{"RAM":"","Service":["ecs.aliyuncs.com"]}"#, false),
        (r#"{"User":[],"Service":["ecs.aliyuncs.com"]}"#, false),
    ] {
        match trust(principal) {
            Ok(Principals::Principal(entries)) => {
                let Principals::Principal(expected) = &without else { unreachable!() };
                assert!(names, "{principal}");
                assert!(entries.iter().map(|entry| &entry.value).eq(expected.iter().map(|entry| &entry.value)));
            }
            other => assert!(!names, "{principal}: {other:?}"),
        }
    }
}
