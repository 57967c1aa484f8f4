//! Each permission bug that is shipped with its documents becomes a scenario by the commands alone, and the scenario shows the refusal.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::path::Path;
use std::process::Command;

/// Those of which the state says that it is allowed: what was met there was no refusal.
const ALLOWED: &[&str] = &["bug-15", "bug-16"];

/// Those that have an error alone, and why no policy decides them: there is nothing to ask a state for.
const NO_POLICY_S: &[(&str, &str)] = &[
    ("bug-05", "a product was never opened"),
    ("bug-09", "a product was never opened, or the account is in arrears"),
    ("bug-10", "a service role is not there"),
    ("bug-11", "a service role is not there, or has lost its policy: the call is the service's own"),
    ("bug-12", "a service role is not there, or has lost its policy: the call is the service's own"),
    ("bug-17", "a product was never opened"),
    ("bug-18", "a test expects an ARN of another form"),
    ("bug-20", "a service-linked role is not there"),
    ("bug-21", "a product was opened twice"),
    ("bug-23", "a workspace is not there, or another account's"),
    ("bug-24", "a parameter is missing"),
    ("bug-29", "a service role is not there, or trusts nobody any more: the call is the service's own"),
    ("bug-30", "a service-linked role is not there"),
    ("bug-31", "a policy document has a comment"),
    ("bug-34", "a policy document says something else than was meant: the linter tells it"),
];

/// The shipped bugs that have a file of this kind.
fn bugs(kind: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter_map(|name| name.strip_suffix(kind).map(str::to_owned))
        .filter(|name| name.starts_with("bug-"))
        .collect();
    names.sort();
    names
}

/// Each bug has documents, or is one that no policy decides, and says then what helps.
#[test]
fn every_bug_has_documents_or_no_policy_decides_it() {
    let (all, with) = (bugs(".cmd"), bugs(".documents.txt"));
    assert_eq!(all.len(), 34);
    let without: Vec<&str> = all.iter().filter(|name| !with.contains(*name)).map(String::as_str).collect();
    assert_eq!(without, NO_POLICY_S.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain");
    for name in without {
        let told = std::fs::read_to_string(folder.join(format!("{name}.out"))).unwrap();
        assert!(told.contains("What helps: ") || told.contains("help: "), "{name}: {told}");
    }
}

#[test]
fn every_bug_becomes_a_scenario_that_holds() {
    let bugs_at = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain");
    let folder = tempfile::tempdir().unwrap();
    let names = bugs(".documents.txt");
    assert!(names.len() >= 19, "{names:?}");
    let mut wrong = Vec::new();
    for name in &names {
        let line = std::fs::read_to_string(bugs_at.join(format!("{name}.cmd"))).unwrap();
        let made = folder.path().join(format!("{name}.yaml"));
        let made = made.display().to_string();
        let words: Vec<&str> = line.split_whitespace().skip(1).chain(["--as-scenario", &made]).collect();
        let explained = acslab(&bugs_at, &words);
        if explained.1 != 0 || !Path::new(&made).is_file() {
            wrong.push(format!("{name}: no scenario\n{}", explained.0));
            continue;
        }
        let text = std::fs::read_to_string(&made).unwrap();
        if !ALLOWED.contains(&name.as_str()) && !text.contains("denied:") && !text.contains("permissions:") {
            wrong.push(format!("{name}: shows no refusal\n{text}"));
        }
        let taken = acslab(folder.path(), &["run", &made, "--snapshots", "taken", "--accept"]);
        let ran = acslab(folder.path(), &["run", &made, "--snapshots", "taken", "--check"]);
        if ran.1 != 0 {
            wrong.push(format!("{name}: {}\n{}\n{text}", taken.0, ran.0));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// A caller of another account, one who signs nothing, a project that only the error names: each is in the scenario, whose step is
/// refused as it was.
#[test]
fn what_the_state_does_not_have_is_in_the_scenario() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain");
    let folder = tempfile::tempdir().unwrap();
    for name in ["way-external-id-abroad", "way-bucket-policy-arn", "way-anonymous-blocked", "way-version-in-force"] {
        let line = std::fs::read_to_string(cases.join(format!("{name}.cmd"))).unwrap();
        let made = folder.path().join(format!("{name}.yaml")).display().to_string();
        let words: Vec<&str> = line.split_whitespace().skip(1).chain(["--as-scenario", &made]).collect();
        let explained = acslab(&cases, &words);
        assert_eq!(explained.1, 0, "{name}: {}", explained.0);
        let text = std::fs::read_to_string(&made).unwrap();
        assert!(text.contains("denied"), "{name} shows no refusal\n{text}");
        let taken = acslab(folder.path(), &["run", &made, "--snapshots", "taken", "--accept"]);
        let ran = acslab(folder.path(), &["run", &made, "--snapshots", "taken", "--check"]);
        assert_eq!(ran.1, 0, "{name}: {}\n{}\n{text}", taken.0, ran.0);
    }
}

/// OSS says nothing more of what a bucket policy denies: the scenario asks for the decision.
#[test]
fn what_a_bucket_policy_denies_becomes_a_scenario_that_holds() {
    let folder = tempfile::tempdir().unwrap();
    let account = "1234567890123456";
    let policy = format!(
        r#"{{"Version":"1","Statement":[{{"Effect":"Deny","Action":["oss:GetObject"],"Principal":["*"],"Resource":["acs:oss:*:{account}:photos/*"],"Condition":{{"StringNotEquals":{{"acs:SourceVpc":["vpc-1"]}}}}}}]}}"#
    );
    let documents = format!(
        "$ aliyun sts GetCallerIdentity\n{{\"AccountId\":\"{account}\",\"IdentityType\":\"RAMUser\",\"PrincipalId\":\"204567890123450001\"}}\n\
         $ aliyun ram GetUser --UserName alice\n{{\"User\":{{\"UserName\":\"alice\",\"UserId\":\"204567890123450001\"}}}}\n\
         $ aliyun ram ListPoliciesForUser --UserName alice\n{{\"Policies\":{{\"Policy\":[{{\"PolicyName\":\"AliyunOSSFullAccess\",\"PolicyType\":\"System\",\"AttachDate\":\"x\"}}]}}}}\n\
         $ aliyun ossutil api get-bucket-policy --bucket photos\n{policy}\n"
    );
    std::fs::write(folder.path().join("documents.txt"), documents).unwrap();
    std::fs::write(
        folder.path().join("error.txt"),
        "AccessDenied: Access denied by bucket policy. EC: 0003-00000101\n",
    )
    .unwrap();
    let resource = format!("acs:oss:*:{account}:photos/x");
    let words =
        ["explain", "error.txt", "--from", "documents.txt", "--as", "alice", "-a", "oss:GetObject", "-r", &resource];
    let explained = acslab(folder.path(), &[&words[..], &["--as-scenario", "made.yaml"]].concat());
    assert_eq!(explained.1, 0, "{}", explained.0);
    let text = std::fs::read_to_string(folder.path().join("made.yaml")).unwrap();
    assert!(text.contains("denied oss:GetObject"), "{text}");
    let taken = acslab(folder.path(), &["run", "made.yaml", "--snapshots", "taken", "--accept"]);
    let ran = acslab(folder.path(), &["run", "made.yaml", "--snapshots", "taken", "--check"]);
    assert_eq!(ran.1, 0, "{}\n{}\n{text}", taken.0, ran.0);
}

fn acslab(folder: &Path, words: &[&str]) -> (String, i32) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_acslab")).args(words).current_dir(folder).env_clear().output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (text, output.status.code().unwrap())
}
