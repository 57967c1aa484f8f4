//! What a person is told about a malformed document: for each file `malformed/<mistake>.<kind>.json`, the exact text
//! stands beside it.
//!
//! `ACSLAB_BLESS=1 cargo test -p acslab-policy --test malformed` writes the texts anew, to be looked at in the diff.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use acslab_policy::{Dialect, Document, DocumentKind, Malformed};

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
        if std::env::var_os("ACSLAB_BLESS").is_some() {
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
