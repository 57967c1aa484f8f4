//! What changed between two states, in words: for each a state before (`.old.txt`, `.old.yaml`), one after, the command line (`.cmd`), and
//! what it prints (`.out`). `BLESS=1` writes the last.

mod golden;

const FOLDER: &str = "changes";

#[test]
fn every_change_is_told_and_nothing_else() {
    golden::check(FOLDER, 30);
}

#[test]
fn every_case_is_run() {
    golden::each_has_a_command(FOLDER);
}
