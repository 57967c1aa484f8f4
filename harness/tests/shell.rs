//! What a shell and a new user ask for: completions, manual pages, a first scenario, the version.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::path::Path;
use std::process::{Command, Output};

fn acslab(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_acslab")).args(arguments).current_dir(folder).env_remove("CI").output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn every_shell_completes_every_command() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = acslab(folder.path(), &["completions", shell]);
        let script = text(&script.stdout);
        for word in ["serve", "exec", "would-deny", "ready-fd"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    assert_eq!(acslab(folder.path(), &["completions", "cmd"]).status.code(), Some(2));
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    let page = text(&acslab(folder.path(), &["man"]).stdout);
    assert!(page.contains(".TH acslab 1"), "{page}");
    assert!(acslab(folder.path(), &["man", "pages"]).status.success());
    let help = text(&acslab(folder.path(), &["--help"]).stdout);
    let commands = help.split("Commands:").nth(1).unwrap().split("\n\n").next().unwrap();
    let named = commands.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let mut count = 0;
    for name in named.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help") {
        let page = std::fs::read_to_string(folder.path().join(format!("pages/acslab-{name}.1"))).unwrap();
        assert!(page.contains(".SH SYNOPSIS"), "{name}");
        count += 1;
    }
    assert!(count >= 10, "{count} of {commands}");
}

#[test]
fn a_new_scenario_passes_and_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let wrote = acslab(folder.path(), &["new"]);
    assert_eq!((text(&wrote.stdout).lines().count(), wrote.status.code()), (3, Some(0)));
    for arguments in [&["run", "scenarios", "--accept"], &["run", "scenarios", "--check"]] {
        let ran = acslab(folder.path(), arguments);
        assert!(ran.status.success(), "{}{}", text(&ran.stdout), text(&ran.stderr));
    }
    // It says what may be done, and holds a change of that.
    let policy = folder.path().join("scenarios/files/uploads.json");
    let wider = std::fs::read_to_string(&policy).unwrap().replace("photos/incoming/*", "photos/*");
    std::fs::write(&policy, wider).unwrap();
    assert_eq!(acslab(folder.path(), &["run", "scenarios", "--check"]).status.code(), Some(1));
    let again = acslab(folder.path(), &["new"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).contains("nothing was written"));
}

#[test]
fn the_version_is_told_in_each_way() {
    let folder = tempfile::tempdir().unwrap();
    let told =
        [&["--version"][..], &["-V"], &["version"]].map(|arguments| text(&acslab(folder.path(), arguments).stdout));
    assert!(told.iter().all(|one| *one == told[0]) && told[0].starts_with("acslab "), "{told:?}");
}
