//! The real command in a folder of its own: what it prints, what it writes, how it ends.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A folder with scenarios, and the command run in it.
struct Lab(tempfile::TempDir);

/// What a run of the command came to.
struct Ran {
    out: String,
    err: String,
    code: i32,
}

const CREATES: &str = "\
title: The owner creates a user
story: The owner may do everything, but nothing twice.
steps:
  - as: owner
    call: Ram.CreateUser
    with: {UserName: alice}
    expect: {success: {User.UserName: alice}}
  - name: Once is enough
    as: owner
    call: Ram.CreateUser
    with: {UserName: alice}
    expect: {error: EntityAlreadyExists.User, status: 409}
compare:
  permissions:
    - of: alice
      actions: [ram:GetUser, oss:GetObject]
";

impl Lab {
    fn with(files: &[(&str, &str)]) -> Self {
        let lab = Self(tempfile::tempdir().unwrap());
        for (name, text) in files {
            lab.write(&format!("scenarios/{name}"), text);
        }
        lab
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_acslab"));
        command.args(arguments.split_whitespace()).current_dir(self.0.path()).env_clear();
        command
    }

    fn acslab(&self, arguments: &str) -> Ran {
        Ran::of(self.command(arguments).output().unwrap())
    }

    /// The exit code where nobody reads what is printed.
    fn unread(&self, arguments: &str) -> Option<i32> {
        let mut running = self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop((running.stdout.take(), running.stderr.take()));
        running.wait().unwrap().code()
    }

    /// A run on a disk that is full.
    #[cfg(unix)]
    fn on_a_full_disk(&self, arguments: &str) -> Ran {
        let script = format!(r#"trap "" XFSZ; ulimit -f 0; exec "$0" {arguments}"#);
        let mut command = Command::new("bash");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_acslab")]).current_dir(self.0.path());
        Ran::of(command.env_remove("CI").output().unwrap())
    }

    /// The files of the folder of snapshots, with what is in them.
    fn snapshots(&self) -> Vec<(String, String)> {
        let entries = fs::read_dir(self.path("snapshots")).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = entries
            .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap()))
            .collect();
        files.sort();
        files
    }
}

impl Ran {
    fn of(output: Output) -> Self {
        Self {
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap(),
        }
    }
}

#[test]
fn a_state_is_reviewed_accepted_and_then_holds() {
    let lab = Lab::with(&[("ram/creates.yaml", CREATES)]);
    let first = lab.acslab("run");
    assert_eq!(first.code, 1);
    assert_eq!(
        first.out,
        "FAIL ram/creates  The owner creates a user\n  \
           there is no snapshot `snapshots/ram__creates.snap` yet\n\n\
         1 new state to review: `acslab snapshots list --diff`, then `acslab snapshots accept`\n\
         0 passed, 1 failed\n"
    );
    assert!(lab.path("snapshots/ram__creates.snap.new").exists());
    assert_eq!(lab.acslab("snapshots list").out, "ram__creates\n");
    assert_eq!(lab.acslab("snapshots accept creates").out, "accepted ram__creates\n");
    let second = lab.acslab("run");
    assert_eq!((second.code, second.err.as_str()), (0, ""));
    assert_eq!(second.out, "pass ram/creates  The owner creates a user\n\n1 passed, 0 failed\n");
}

#[test]
fn a_changed_permission_fails_with_the_line_that_changed() {
    let lab = Lab::with(&[("ram/creates.yaml", CREATES)]);
    lab.acslab("run --accept");
    let snapshot = lab.path("snapshots/ram__creates.snap");
    let stored = fs::read_to_string(&snapshot).unwrap();
    let changed = stored.replace("oss:GetObject: ", "oss:GetObject: Allow, not ");
    assert_ne!(stored, changed, "{stored}");
    fs::write(&snapshot, &changed).unwrap();
    let run = lab.acslab("run");
    assert_eq!(run.code, 1);
    let lines: Vec<_> = run.out.lines().filter(|line| line.trim_start().starts_with(['-', '+', '@'])).collect();
    assert_eq!(lines.len(), 3, "{}", run.out);
    assert_eq!(lines[0], "  @@ permissions @@");
    assert!(lines[1].contains("-    oss:GetObject: Allow, not"), "{}", lines[1]);
    assert!(lines[2].contains("+    oss:GetObject: "), "{}", lines[2]);
    assert_eq!(lab.acslab("snapshots reject").out, "rejected ram__creates\n");
    assert_eq!(fs::read_to_string(&snapshot).unwrap(), changed);
}

#[test]
fn checking_writes_nothing_whatever_it_finds() {
    let lab = Lab::with(&[("ram/creates.yaml", CREATES)]);
    let run = lab.acslab("run --check");
    assert_eq!(run.code, 1);
    assert!(!lab.path("snapshots").exists());
    assert!(!run.out.contains("to review"), "{}", run.out);
}

#[test]
fn a_snapshot_without_scenario_is_told_and_fails_a_check() {
    let lab = Lab::with(&[("ram/creates.yaml", CREATES)]);
    lab.acslab("run --accept");
    lab.write("snapshots/ram__gone.snap", "---\n---\nx\n");
    let run = lab.acslab("run");
    assert_eq!(run.code, 0);
    assert!(run.out.contains("snapshots/ram__gone.snap belongs to no scenario\n"), "{}", run.out);
    assert_eq!(lab.acslab("run --check").code, 1);
    assert_eq!(lab.acslab("run --check scenarios/ram").code, 0, "a part of the scenarios cannot know");
    assert_eq!(lab.acslab("run --check --only owner").code, 0);
}

#[test]
fn two_runs_print_and_write_the_same_bytes() {
    let other = CREATES.replace("The owner creates", "Again the owner creates");
    let third = CREATES.replace("The owner creates", "Once more the owner creates");
    let files = [("ram/a.yaml", CREATES), ("ram/b.yaml", &other), ("c.yaml", &third)];
    let (one, two) = (Lab::with(&files), Lab::with(&files));
    assert_eq!(one.acslab("run --accept").out, two.acslab("run --accept --jobs 1").out);
    for name in ["ram__a", "ram__b", "c"] {
        let file = format!("snapshots/{name}.snap");
        assert_eq!(fs::read(one.path(&file)).unwrap(), fs::read(two.path(&file)).unwrap());
    }
    // A failing step shows the answer, with ids that the seed gives.
    let wrong = CREATES.replace("EntityAlreadyExists.User", "EntityAlreadyExists.Role");
    one.write("scenarios/ram/a.yaml", &wrong);
    two.write("scenarios/ram/a.yaml", &wrong);
    let run = one.acslab("run");
    assert_eq!(run.out, two.acslab("run").out);
    assert!(run.out.contains("\"RequestId\": "), "{}", run.out);
}

#[test]
fn another_seed_leaves_the_same_state() {
    let lab = Lab::with(&[("ram/creates.yaml", CREATES)]);
    lab.acslab("run --accept --seed 1");
    assert_eq!(lab.acslab("run --check --seed 2").code, 0);
}

#[test]
fn a_failing_step_shows_place_request_expectation_and_answer() {
    let wrong = CREATES.replace("EntityAlreadyExists.User, status: 409", "EntityAlreadyExists.Role, status: 404");
    let lab = Lab::with(&[("ram/creates.yaml", &wrong)]);
    let run = lab.acslab("run");
    assert_eq!(run.code, 1);
    let (failure, answer) = run.out.split_once("  answer\n").unwrap();
    let (answer, end) = answer.split_once("    }\n").unwrap();
    let answer: serde_json::Value = serde_json::from_str(&format!("{answer}}}")).unwrap();
    assert_eq!(answer["Code"], "EntityAlreadyExists.User");
    assert_eq!(
        failure.replace(answer["Message"].as_str().unwrap(), "MESSAGE"),
        "FAIL ram/creates  The owner creates a user
  × step 2, `Once is enough` is not as expected
   ╭─[scenarios/ram/creates.yaml:8:5]
 7 │     expect: {success: {User.UserName: alice}}
 8 │   - name: Once is enough
   ·     ──┬─
   ·       ╰── this step
 9 │     as: owner
   ╰────
  owner calls Ram.CreateUser
    UserName: alice
  expected error `EntityAlreadyExists.Role`
  found    status 409, `EntityAlreadyExists.User`: MESSAGE
  expected status 404
  found    status 409, `EntityAlreadyExists.User`: MESSAGE
"
    );
    assert_eq!(end, "\n0 passed, 1 failed\n");
    assert!(!lab.path("snapshots").exists(), "a scenario that stops leaves no state");
}

#[test]
fn one_broken_scenario_keeps_all_from_running() {
    let lab = Lab::with(&[("a.yaml", CREATES), ("b.yaml", "title: nothing more\n")]);
    let run = lab.acslab("run");
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("[scenarios/b.yaml:1:1]"), "{}", run.err);
}

#[test]
fn permissions_of_nobody_are_no_empty_list() {
    let lab = Lab::with(&[("a.yaml", &CREATES.replace("of: alice", "of: alise"))]);
    let run = lab.acslab("run");
    assert_eq!(run.code, 1);
    assert!(run.out.contains("nobody is called `alise`; did you mean `alice`?"), "{}", run.out);
}

#[test]
fn what_one_scenario_leaves_another_starts_from() {
    let after = "\
title: Alice is known by then
story: After the owner has created alice, nobody can again.
given:
  after: creates.yaml
steps:
  - as: owner
    call: Ram.CreateUser
    with: {UserName: alice}
    expect: {error: EntityAlreadyExists.User}
";
    let lab = Lab::with(&[("creates.yaml", CREATES), ("then.yaml", after)]);
    assert_eq!(lab.acslab("run --accept").out.lines().last(), Some("2 passed, 0 failed"));
    let text = fs::read_to_string(lab.path("snapshots/then.snap")).unwrap();
    assert!(text.contains("alice"), "{text}");
}

#[test]
fn the_junit_report_has_each_scenario() {
    let wrong = CREATES.replace("The owner creates", "Wrongly the owner creates").replace("409", "404");
    let lab = Lab::with(&[("a.yaml", CREATES), ("b.yaml", &wrong)]);
    lab.acslab("run --accept --junit report.xml");
    let report = fs::read_to_string(lab.path("report.xml")).unwrap();
    assert!(report.contains("tests=\"2\" skipped=\"0\" failures=\"1\""), "{report}");
    assert!(report.contains("<testcase name=\"b\""), "{report}");
}

#[test]
fn colours_come_only_when_wanted() {
    let lab = Lab::with(&[("a.yaml", CREATES)]);
    assert!(!lab.acslab("run --accept").out.contains('\u{1b}'));
    assert!(lab.acslab("run --color always").out.contains('\u{1b}'));
}

const KEYS: &str = "\
title: Alice may use keys
story: Alice has a system policy, which has had two versions.
given:
  users:
    alice: AliyunKMSCryptoUserAccess
steps:
  - as: alice
    call: Sts.GetCallerIdentity
    expect: success
compare:
  permissions:
    - actions: [kms:Encrypt, kms:GenerateMac]
";

/// What would another version of a system policy have changed? The lines that differ.
#[test]
fn a_system_policy_is_moved_for_a_run() {
    let lab = Lab::with(&[("keys.yaml", KEYS)]);
    lab.acslab("run --accept");
    let run = lab.acslab("run --check --system-policy-version AliyunKMSCryptoUserAccess=v1");
    assert_eq!(run.code, 1, "{}", run.err);
    let lines: Vec<_> = run.out.lines().map(str::trim).filter(|line| line.starts_with(['-', '+'])).collect();
    let expected = [
        "-        System AliyunKMSCryptoUserAccess v2",
        "+        System AliyunKMSCryptoUserAccess v1",
        "-    kms:GenerateMac: Allow, by System AliyunKMSCryptoUserAccess",
        "+    kms:GenerateMac: ImplicitDeny",
    ];
    assert_eq!(lines, expected, "{}", run.out);

    let file = r#"[{"name": "AliyunKMSCryptoUserAccess", "versions": [{"id": "v3", "created": "2027-01-01T00:00:00Z",
        "document": {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}}]}]"#;
    lab.write("next.json", file);
    assert_eq!(lab.acslab("run --check --system-policies next.json").code, 0, "a known version more changes nothing");
    let moved =
        lab.acslab("run --check --system-policies next.json --system-policy-version AliyunKMSCryptoUserAccess=v3");
    assert!(moved.out.contains("+        System AliyunKMSCryptoUserAccess v3"), "{}", moved.out);
}

#[test]
fn a_step_that_cannot_move_a_system_policy_fails() {
    let steps = "steps:\n  - system_policies: {AliyunKMSCryptoUserAccess: v9}\n    as: alice";
    let lab = Lab::with(&[("keys.yaml", &KEYS.replace("steps:\n  - as: alice", steps))]);
    let run = lab.acslab("run");
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.out.contains("system policies: AliyunKMSCryptoUserAccess v9"), "{}", run.out);
    assert!(
        run.out.contains("no version `v9` of system policy `AliyunKMSCryptoUserAccess` is known, only v1, v2"),
        "{}",
        run.out
    );
}

const READER: &str = "\
title: The policy of a reader
story: The company keeps one policy for readers, and it allows reading only.
steps:
  - as: owner
    call: Ram.CreatePolicy
    with:
      PolicyName: reader
      PolicyDocument:
        Version: \"1\"
        Statement:
          - {Effect: Allow, Action: [oss:GetObject, oss:ListObjects], Resource: \"*\"}
    expect: success
";

/// Nobody has the policy and nothing is compared: what it says is in the snapshot all the same.
#[test]
fn a_policy_that_grows_differs_though_nobody_asked_what_it_allows() {
    let lab = Lab::with(&[("reader.yaml", READER)]);
    assert_eq!(lab.acslab("run --accept").code, 0);
    lab.write("scenarios/reader.yaml", &READER.replace("ListObjects]", "ListObjects, oss:DeleteObject, 'ram:*']"));
    let run = lab.acslab("run --check");
    assert_eq!(run.code, 1, "{}", run.err);
    let lines: Vec<_> = run.out.lines().map(str::trim_start).filter(|line| line.starts_with(['-', '+'])).collect();
    let expected = [
        r#"-          {"Action": ["oss:GetObject", "oss:ListObjects"], "Effect": "Allow", "Resource": "*"}"#,
        r#"+          {"Action": ["oss:GetObject", "oss:ListObjects", "oss:DeleteObject", "ram:*"], "Effect": "Allow", "Resource": "*"}"#,
    ];
    assert_eq!(lines, expected, "{}", run.out);
    let document = r#"PolicyDocument: '{"Statement": [{"Resource": "*", "Action": ["oss:GetObject",  "oss:ListObjects"],
          "Effect": "Allow"}], "Version": "1"}'
"#;
    let (before, after) = READER.split_once("PolicyDocument:").unwrap();
    let (_, after) = after.split_once("\"*\"}\n").unwrap();
    lab.write("scenarios/reader.yaml", &format!("{before}{document}{after}"));
    let run = lab.acslab("run --check");
    assert_eq!(run.code, 0, "white space and order say nothing: {}{}", run.out, run.err);
}

/// What a call of alice would get, with what the gateway knows of every request.
#[test]
fn a_permission_says_what_a_live_call_gets() {
    let deny =
        "{Effect: Deny, Action: \"ram:GetUser\", Resource: \"*\", Condition: {Bool: {acs:MFAPresent: \"false\"}}}";
    let scenario = format!(
        "\
title: Reading wants MFA
story: Alice may do anything, but must not look at users without MFA.
given:
  users:
    alice: [AdministratorAccess, {{name: no-get, document: {{Version: \"1\", Statement: [{deny}]}}}}]
steps:
  - {{as: alice, call: Ram.GetUser, with: {{UserName: alice}}, expect: {{denied: ram:GetUser}}}}
compare:
  permissions:
    - {{of: alice, actions: [ram:GetUser]}}
    - {{of: alice, actions: [ram:GetUser], when: {{acs:MFAPresent: \"true\"}}}}
"
    );
    let lab = Lab::with(&[("mfa.yaml", &scenario)]);
    let run = lab.acslab("run --accept");
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let state = fs::read_to_string(lab.path("snapshots/mfa.snap")).unwrap();
    assert!(state.contains("    ram:GetUser: ExplicitDeny, by Custom no-get v1\n"), "{state}");
    assert!(
        state.contains("    ram:GetUser when acs:MFAPresent = true: Allow, by System AdministratorAccess\n"),
        "{state}"
    );
}

#[test]
fn a_reader_that_goes_away_turns_no_failure_into_success() {
    let wrong = CREATES.replace("EntityAlreadyExists.User", "EntityAlreadyExists.Role");
    let lab = Lab::with(&[("a.yaml", &wrong), ("b.yaml", &wrong.replace("The owner creates", "Again"))]);
    assert_eq!(lab.unread("run --check"), Some(1));
    lab.write("scenarios/a.yaml", "title: nothing more\n");
    assert_eq!(lab.unread("run --check"), Some(2));
    lab.write(
        "p.json",
        r#"{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "oss:HeadObject", "Resource": "*"}]}"#,
    );
    assert_eq!(lab.unread("lint p.json"), Some(1));
    assert_eq!(lab.unread("diff p.json system:AliyunOSSReadOnlyAccess"), Some(1));
    assert_eq!(lab.unread("lint nothing.json"), Some(2));
    assert_eq!(lab.unread("services"), Some(0));
}

#[test]
#[cfg(unix)]
fn a_full_disk_leaves_every_file_whole() {
    let lab = Lab::with(&[("ram/creates.yaml", CREATES)]);
    lab.acslab("run --accept --junit report.xml");
    let (before, report) = (lab.snapshots(), fs::read(lab.path("report.xml")).unwrap());
    lab.write("scenarios/ram/creates.yaml", &CREATES.replace("alice", "carol"));
    for arguments in ["run --accept", "run"] {
        let run = lab.on_a_full_disk(arguments);
        assert_ne!(run.code, 0, "{}", run.out);
        assert_eq!(lab.snapshots(), before, "{arguments}");
    }
    let run = lab.on_a_full_disk("run --check --junit report.xml");
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.err.contains("cannot write `report.xml`: "), "{}", run.err);
    assert_eq!(fs::read(lab.path("report.xml")).unwrap(), report);
}

/// So many that whatever looks at all of them for each of them does not come to an end.
#[test]
fn ten_thousand_mistakes_are_told_one_by_one() {
    let step = "  - {as: owner, call: Ram.CreateUsr, with: {UserName: \"${alise}\"}, expect: success, save: {v: A}}\n";
    let lab = Lab::with(&[("many.yaml", &format!("title: Many\nstory: Many.\nsteps:\n{}", step.repeat(5_000)))]);
    let run = lab.acslab("run --check");
    assert_eq!(run.code, 2);
    assert_eq!(run.err.lines().last(), Some("10000 mistakes in the scenarios; nothing was run"));
    assert_eq!(run.err.matches("did you mean `CreateUser`?").count(), 5_000);
}

#[test]
fn an_action_that_nobody_publishes_is_doubted_and_asked() {
    let doubtful = CREATES.replace("oss:GetObject]", "oss:GetObjct]");
    let lab = Lab::with(&[("a.yaml", &doubtful)]);
    lab.acslab("run --accept");
    let run = lab.acslab("run --check");
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.err.contains("has no action `GetObjct`"), "{}", run.err);
    assert!(
        run.err.contains("scenarios/a.yaml:16:30") && run.err.contains("did you mean `oss:GetObject`?"),
        "{}",
        run.err
    );

    let listed = CREATES.replace("[ram:GetUser, oss:GetObject]", "{file: files/actions.yaml}");
    let lab =
        Lab::with(&[("a.yaml", &listed), ("files/actions.yaml", "- ram:GetUser\n- oss:GetObjct\n- \"${nobody}\"\n")]);
    let run = lab.acslab("run --check");
    assert_eq!(run.code, 2);
    assert!(run.err.contains("scenarios/files/actions.yaml:3:3"), "the place is in the list: {}", run.err);
}

/// A step of its own kind, not in front of a call.
#[test]
fn a_step_may_only_move_a_system_policy() {
    let moves = "expect: success\n  - system_policies: {AliyunKMSCryptoUserAccess: v1}\ncompare";
    let lab = Lab::with(&[("keys.yaml", &KEYS.replace("expect: success\ncompare", moves))]);
    let run = lab.acslab("run --accept");
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let state = fs::read_to_string(lab.path("snapshots/keys.snap")).unwrap();
    assert!(state.contains("System AliyunKMSCryptoUserAccess v1\n"), "{state}");
    lab.write("scenarios/keys.yaml", &KEYS.replace("expect: success\ncompare", &moves.replace("v1", "v9")));
    let run = lab.acslab("run");
    assert!(run.out.contains("step 2 is not as expected") && run.out.contains("system policies move"), "{}", run.out);
}

/// Who is denied is told by what: each thing that the policies were asked, and did not allow.
#[test]
fn a_step_that_is_denied_says_what_was_decided() {
    let denied = "\
title: Alice looks at herself
story: Nobody has allowed it.
given: {users: [alice]}
steps:
  - {as: alice, call: Ram.GetUser, with: {UserName: alice}, expect: success}
";
    let lab = Lab::with(&[("a.yaml", denied)]);
    let run = lab.acslab("run --check");
    assert_eq!(run.code, 1);
    let decided = "  decided  ram:GetUser on acs:ram:*:1234567890123456:user/alice: ImplicitDeny\n";
    assert!(run.out.contains(decided), "{}", run.out);
}
