//! For each mistake that people make, three files with one name in `mistakes/`: the scenario (`.yaml`), the command line
//! (`.cmd`) and the exact text that they see with the exit code (`.out`). `BLESS=1` writes the last.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

mod golden;

const MISTAKES: &str = "mistakes";

#[test]
fn every_mistake_has_its_text() {
    golden::check(MISTAKES, 31);
}

#[test]
fn every_case_is_run() {
    for entry in std::fs::read_dir(golden::folder(MISTAKES)).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let stem = name.split('.').next().unwrap();
        let command = golden::folder(MISTAKES).join(format!("{stem}.cmd"));
        assert!(command.exists(), "{name} has no {stem}.cmd");
    }
}
