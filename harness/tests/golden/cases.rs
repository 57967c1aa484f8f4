//! Cases in a folder: for each a command line (`.cmd`) and the exact text that people see with the exit code (`.out`).
//! `BLESS=1` writes the latter.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of this name beside the tests.
fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// What the command prints and how it ends.
fn output(folder: &Path, command_line: &str) -> String {
    let mut words = command_line.split_whitespace();
    assert_eq!(words.next(), Some("acslab"), "{command_line}");
    let output =
        Command::new(env!("CARGO_BIN_EXE_acslab")).args(words).current_dir(folder).env_clear().output().unwrap();
    let mut text = String::from_utf8(output.stdout).unwrap();
    text.push_str(&String::from_utf8(output.stderr).unwrap());
    text + &format!("exit {}\n", output.status.code().unwrap())
}

/// No file of the folder is left over: each belongs to a command.
pub(crate) fn each_has_a_command(name: &str) {
    for entry in std::fs::read_dir(folder(name)).unwrap() {
        let path = entry.unwrap().path();
        // What others include.
        if path.is_dir() {
            continue;
        }
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let stem = name.split('.').next().unwrap();
        assert!(path.with_file_name(format!("{stem}.cmd")).exists(), "{name} has no {stem}.cmd");
    }
}

/// Runs all cases of a folder, of which there are at least so many.
pub(crate) fn check(name: &str, at_least: usize) {
    let folder = folder(name);
    let bless = std::env::var_os("BLESS").is_some();
    let mut commands: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "cmd"))
        .collect();
    commands.sort();
    assert!(commands.len() >= at_least, "the cases are not where they were");
    let mut wrong = Vec::new();
    for command in commands {
        let found = output(&folder, &std::fs::read_to_string(&command).unwrap());
        let expected_file = command.with_extension("out");
        if bless {
            std::fs::write(&expected_file, &found).unwrap();
        }
        let expected = std::fs::read_to_string(&expected_file).unwrap_or_default();
        if found != expected {
            wrong.push(format!("{}\nexpected:\n{expected}\nfound:\n{found}", command.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
