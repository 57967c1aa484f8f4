//! The scenarios that come with acslab: each holds, and each notices when one permission changes.
#![allow(clippy::format_push_string, reason = "a page is put together as text")]
#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Once;

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// `BLESS=1` takes the states found as the snapshots, before any test looks at them.
fn bless() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if std::env::var_os("BLESS").is_some() {
            let mut command = Command::new(env!("CARGO_BIN_EXE_acslab"));
            assert!(command.args(["run", "--accept"]).current_dir(root()).env_clear().status().unwrap().success());
        }
    });
}

/// What the command prints when it checks, and its exit code.
fn check(folder: &Path, arguments: &[&str]) -> (String, i32) {
    bless();
    let mut command = Command::new(env!("CARGO_BIN_EXE_acslab"));
    command.args(["run", "--check"]).args(arguments).current_dir(folder).env_clear();
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (text, output.status.code().unwrap())
}

/// The lines that a run shows as gone and as new.
fn changed(text: &str) -> Vec<&str> {
    text.lines().map(str::trim_start).filter(|line| line.starts_with(['-', '+'])).collect()
}

/// A copy of the scenarios and snapshots to change.
fn copy() -> tempfile::TempDir {
    fn copy_folder(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let from = entry.unwrap().path();
            let to = to.join(from.file_name().unwrap());
            if from.is_dir() {
                copy_folder(&from, &to);
            } else {
                fs::copy(&from, &to).unwrap();
            }
        }
    }
    bless();
    let folder = tempfile::tempdir().unwrap();
    for part in ["scenarios", "snapshots"] {
        copy_folder(&root().join(part), &folder.path().join(part));
    }
    folder
}

/// What the folders of scenarios are about, in the order that they are listed.
const FOLDERS: [(&str, &str); 7] = [
    ("everyday", "flows that everybody has, each under 40 lines"),
    ("langstudio", "LangStudio, from a new account on"),
    ("service-role", "what LangStudio's own role does, action by action"),
    ("siblings", "the same authorization for other services"),
    ("permission-bugs", "refusals that people met, and what heals them"),
    ("system-policies", "system policies that Alibaba Cloud changes"),
    ("parity", "questions to the real cloud, each about a fact that acslab infers or chooses"),
];

/// The scenarios of a folder by name, each with its title.
fn titles(folder: &str) -> Vec<(String, String)> {
    let files = fs::read_dir(root().join("scenarios").join(folder)).unwrap();
    let files =
        files.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "yaml"));
    let title = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let title = text.lines().find_map(|line| line.strip_prefix("title: ")).unwrap().trim_matches('"').to_owned();
        (path.file_stem().unwrap().to_str().unwrap().to_owned(), title)
    };
    let mut titles: Vec<_> = files.map(title).collect();
    titles.sort();
    titles
}

/// `BLESS=1` writes the list anew.
#[test]
fn the_list_of_scenarios_is_whole() {
    let folders = fs::read_dir(root().join("scenarios")).unwrap().map(|entry| entry.unwrap());
    let folders = folders.filter(|entry| entry.file_type().unwrap().is_dir() && entry.file_name() != "course");
    let folders: Vec<_> = folders.map(|entry| entry.file_name().into_string().unwrap()).collect();
    for folder in &folders {
        assert!(FOLDERS.iter().any(|(known, _)| known == folder), "say in this test what `{folder}` is about");
    }
    let mut list = "# The scenarios that come with acslab\n\nEach is a flow that can be read aloud, and leaves the state of its snapshot. `acslab run` \
                    replays all of them, `acslab run --only NAME` one.\n"
        .to_owned();
    let mut counts = String::new();
    for (folder, about) in FOLDERS {
        let titles = titles(folder);
        list += &format!("\n## {folder}: {about}\n\n| scenario | what |\n| --- | --- |\n");
        for (name, title) in &titles {
            list += &format!("| [{name}]({folder}/{name}.yaml) | {title} |\n");
        }
        counts += &format!("| `scenarios/{folder}/` | {} | {about} |\n", titles.len());
    }
    let path = root().join("scenarios/README.md");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &list).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), list, "`BLESS=1` writes it anew");
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.contains(&counts), "README.md should have\n{counts}");
}

#[test]
fn a_flow_of_every_day_is_short() {
    for (name, _) in titles("everyday") {
        let text = fs::read_to_string(root().join(format!("scenarios/everyday/{name}.yaml"))).unwrap();
        assert!(text.lines().count() < 40, "{name}");
    }
}

#[test]
fn every_scenario_leaves_the_state_of_its_snapshot() {
    let (text, code) = check(&root(), &[]);
    assert_eq!(code, 0, "{text}");
    assert!(text.ends_with(" passed, 0 failed\n"), "{text}");
}

#[test]
fn another_seed_leaves_the_same_states() {
    let (text, code) = check(&root(), &["--seed", "20260101"]);
    assert_eq!(code, 0, "{text}");
}

/// The shipped system policies with one action of one policy replaced by another.
fn with_other_action(policy: &str, action: &str) -> String {
    let text = fs::read_to_string(root().join("emulator/data/system_policies.json")).unwrap();
    let mut policies: Vec<Value> = serde_json::from_str(&text).unwrap();
    policies.retain(|one| one["name"] == policy);
    let text = serde_json::to_string(&policies).unwrap();
    let changed = text.replace(&format!("\"{action}\""), "\"paiflow:Nothing\"");
    assert_ne!(text, changed, "{policy} has {action}");
    changed
}

#[test]
fn an_action_less_in_the_default_role_policy_differs_in_the_one_permission() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policies.json");
    fs::write(&file, with_other_action("AliyunPAILangStudioDefaultRolePolicy", "paiflow:GetPipelineRun")).unwrap();
    let (text, code) =
        check(&root(), &["--system-policies", file.to_str().unwrap(), "scenarios/langstudio/owner-authorizes.yaml"]);
    assert_eq!(code, 1, "{text}");
    // Besides, what the policy now says: it is not the one that comes with the program.
    let (statements, permissions): (Vec<_>, Vec<_>) =
        changed(&text).into_iter().partition(|line| !line.contains("paiflow:GetPipelineRun:"));
    assert!(statements.iter().all(|line| line.starts_with('+')), "{text}");
    assert!(statements.iter().any(|line| line.contains(r#""paiflow:Nothing""#)), "{text}");
    assert_eq!(
        permissions,
        [
            "-    paiflow:GetPipelineRun: Allow, by System AliyunPAILangStudioDefaultRolePolicy",
            "+    paiflow:GetPipelineRun: ImplicitDeny",
        ],
        "{text}"
    );
    assert!(text.contains("permissions > role AliyunPAILangStudioDefaultRole"), "{text}");
}

#[test]
fn a_deny_less_differs_in_the_policy_and_in_the_one_permission() {
    let folder = copy();
    let file = folder.path().join("scenarios/langstudio/workspace-role-without-oss.yaml");
    let scenario = fs::read_to_string(&file).unwrap();
    let denying = scenario.lines().position(|line| line.trim() == "- Effect: Deny").unwrap();
    let kept = scenario.lines().enumerate().filter(|(at, _)| !(denying..denying + 3).contains(at));
    let without: Vec<_> = kept.map(|(_, line)| line).collect();
    fs::write(&file, without.join("\n")).unwrap();
    let (text, code) = check(folder.path(), &["--only", "workspace-role-without-oss"]);
    assert_eq!(code, 1, "{text}");
    let changed = changed(&text);
    let [statement, before, after] = changed.as_slice() else { panic!("{text}") };
    assert!(statement.starts_with('-') && statement.contains(r#""Effect": "Deny""#), "{text}");
    assert!(before.starts_with("-    oss:GetObject on acs:oss:*:<company>:research-data/sealed/"), "{text}");
    assert!(before.contains("ExplicitDeny"), "{text}");
    assert!(after.starts_with("+    oss:GetObject on acs:oss:*:<company>:research-data/sealed/"), "{text}");
    assert!(after.contains(": Allow, by "), "{text}");
}
