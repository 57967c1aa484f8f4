//! The container file: what it copies is built and what it runs is understood. Building it takes a daemon.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// What stands behind an instruction, of each of its lines.
fn all<'t>(file: &'t str, instruction: &str) -> Vec<&'t str> {
    file.lines().filter_map(|line| line.strip_prefix(instruction)?.strip_prefix(' ')).collect()
}

/// `["serve", "--address"]`
fn words(list: &str) -> Vec<String> {
    serde_json::from_str(list).unwrap()
}

/// Does the program take these arguments? It says how they are used instead of doing what they say.
fn is_understood(arguments: &[String]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_acslab"));
    let output = command.args(arguments).arg("--help").output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn all_that_the_container_file_names_is_there() {
    let file = fs::read_to_string(root().join("harness/packaging/Containerfile")).unwrap();
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let minor = all(&file, "FROM")[0].split(['-', ':']).nth(1).unwrap();
    assert!(manifest.contains(&format!("rust-version = \"{minor}\"")), "the oldest Rust is {minor} there alone");

    let build = all(&file, "RUN")[0];
    assert_eq!(build, "cargo build --release --locked --package acslab");
    assert!(root().join("Cargo.lock").exists(), "which `--locked` needs");
    assert_eq!(env!("CARGO_PKG_NAME"), "acslab");

    let copies = all(&file, "COPY");
    let (inside, outside): (Vec<&str>, Vec<&str>) = copies.into_iter().partition(|copy| copy.starts_with("--from="));
    for copy in outside {
        let (source, _) = copy.rsplit_once(' ').unwrap();
        assert!(root().join(source).exists(), "{source}");
    }
    // What is built stands where the first stage works, under the program's name, and is what is run.
    let program = Path::new(env!("CARGO_BIN_EXE_acslab")).file_stem().unwrap().to_str().unwrap();
    let built = format!("{}/target/release/{program}", all(&file, "WORKDIR")[0]);
    let run = &words(all(&file, "ENTRYPOINT")[0])[0];
    assert_eq!(inside, [format!("--from=build {built} {run}")]);

    let arguments = words(all(&file, "CMD")[0]);
    is_understood(&arguments);
    let advised = file.split('`').filter(|text| text.starts_with("--")).flat_map(str::split_whitespace);
    let advised: Vec<String> = arguments.into_iter().chain(advised.map(str::to_owned)).collect();
    assert!(advised.len() > 3, "{advised:?}");
    is_understood(&advised);
    let help = Command::new(env!("CARGO_BIN_EXE_acslab")).args(["serve", "--help"]).output().unwrap();
    let port = format!("[default: {}]", all(&file, "EXPOSE")[0]);
    assert!(String::from_utf8(help.stdout).unwrap().contains(&port), "the port that is exposed is another");
}
