//! What is asked of an authorization state: `who`, `may`, `policy`, `prove`, `paths`, `simulate --from`, and `import --how`. For each the
//! command line (`.cmd`), what it reads, and the answer with the exit code (`.out`). `BLESS=1` writes the last.

mod golden;

const FOLDER: &str = "states";

#[test]
fn every_question_has_its_answer() {
    golden::check(FOLDER, 20);
}

#[test]
fn every_case_is_run() {
    golden::each_has_a_command(FOLDER);
}
