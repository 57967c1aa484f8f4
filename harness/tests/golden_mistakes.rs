//! For each mistake that people make, three files with one name in `mistakes/`: the scenario (`.yaml`), the command line
//! (`.cmd`) and the exact text that they see with the exit code (`.out`). `BLESS=1` writes the last.

mod golden;

const MISTAKES: &str = "mistakes";

#[test]
fn every_mistake_has_its_text() {
    golden::check(MISTAKES, 31);
}

#[test]
fn every_case_is_run() {
    golden::each_has_a_command(MISTAKES);
}
