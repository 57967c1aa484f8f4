//! What people have of a refusal, and what `acslab explain` says of it: `bug-NN` are the catalogue of permission bugs that people met,
//! `way-…` the other ways in. For each the text (`.txt`), the documents of whoever met it (`.documents.txt`, a terminal's transcript), the
//! command line (`.cmd`) and the answer with the exit code (`.out`). `BLESS=1` writes the last.

mod golden;

const FOLDER: &str = "explain";

#[test]
fn every_refusal_has_its_explanation() {
    golden::check(FOLDER, 50);
}

#[test]
fn every_case_is_run() {
    golden::each_has_a_command(FOLDER);
}
