//! What fails, and how it is told.

use crate::lab::{CREATES, Lab};

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

#[test]
fn one_broken_scenario_keeps_no_other_from_running() {
    let lab = Lab::with(&[("a.yaml", CREATES), ("b.yaml", "title: nothing more\n")]);
    let run = lab.acslab("run --junit report.xml");
    assert_eq!(run.code, 2);
    assert!(run.out.contains("pass a  The owner creates a user\n"), "{}", run.out);
    assert!(run.out.contains("FAIL b  nothing more\n  2 mistakes in its file, of which nothing ran\n"), "{}", run.out);
    assert!(run.err.contains("[scenarios/b.yaml:1:1]"), "{}", run.err);
    let report = std::fs::read_to_string(lab.path("report.xml")).unwrap();
    assert!(report.contains("tests=\"2\" skipped=\"0\" failures=\"1\""), "{report}");
}

#[test]
fn permissions_of_nobody_are_no_empty_list() {
    let lab = Lab::with(&[("a.yaml", &CREATES.replace("of: alice", "of: alise"))]);
    let run = lab.acslab("run");
    assert_eq!(run.code, 2, "a slip of the pen is told before anything runs");
    assert!(run.err.contains("[scenarios/a.yaml:15:11]") && run.err.contains("did you mean `alice`?"), "{}", run.err);
    // Who is there in the end is known in the end; the place is told all the same.
    let lab = Lab::with(&[("a.yaml", &CREATES.replace("of: alice", "of: nobody"))]);
    let run = lab.acslab("run --sarif r.sarif");
    assert_eq!(run.code, 1);
    assert!(
        run.out.contains("nobody is called `nobody` here") && run.out.contains("[scenarios/a.yaml:15:11]"),
        "{}",
        run.out
    );
    let log = std::fs::read_to_string(lab.path("r.sarif")).unwrap();
    assert!(log.contains("\"startLine\": 15"), "{log}");
}

#[test]
fn an_action_that_nobody_publishes_is_doubted_wherever_it_stands() {
    let more = "expect: {error: EntityAlreadyExists.User, status: 409, decided: [ram:CreateUsr]}";
    let doubtful = CREATES.replace("expect: {error: EntityAlreadyExists.User, status: 409}", more);
    let lab = Lab::with(&[("a.yaml", &doubtful.replace("compare:", "given: {region: mars-north-1}\ncompare:"))]);
    let run = lab.acslab("run --check");
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.err.contains("did you mean `ram:CreateUser`?"), "{}", run.err);
    assert!(run.err.contains("no region is known as `mars-north-1`"), "{}", run.err);
}

/// A user that a step renames, or that nobody can tell beforehand, is no slip.
#[test]
fn who_is_made_by_a_step_is_somebody() {
    let renamed =
        "  - {as: owner, call: Ram.UpdateUser, with: {UserName: alice, NewUserName: alise}, expect: success}\ncompare:";
    let lab = Lab::with(&[("a.yaml", &CREATES.replace("compare:", renamed).replace("of: alice", "of: alise"))]);
    let run = lab.acslab("run");
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

#[test]
fn an_action_that_nobody_publishes_is_doubted_and_asked() {
    let doubtful = CREATES.replace("oss:GetObject]", "oss:GetObjects9]");
    let lab = Lab::with(&[("a.yaml", &doubtful)]);
    lab.acslab("run --accept");
    let run = lab.acslab("run --check");
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.err.contains("has no action `GetObjects9`"), "{}", run.err);
    assert!(
        run.err.contains("scenarios/a.yaml:16:30") && run.err.contains("did you mean `oss:GetObject`?"),
        "{}",
        run.err
    );

    // A letter from one that is published, it is compared with nothing.
    let lab = Lab::with(&[("a.yaml", &CREATES.replace("oss:GetObject]", "oss:GetObjct]"))]);
    let run = lab.acslab("run --check");
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.err.contains("× no action is called `oss:GetObjct`"), "{}", run.err);
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

#[test]
fn a_misspelt_principal_of_a_trust_is_a_mistake() {
    let scenario = "\
title: Trust
story: Each is a letter from what was meant, or may be somebody else.
given:
  accounts: [company, partner]
  users: [alice, eve of partner]
  roles:
    a: {trust: {Service: [pai.aliyuncs.con]}}
    b: {trust: {RAM: [\"acs:ram::${account}:user/alcie\"]}}
    c: {trust: {Service: [ens.aliyuncs.com, somebody.example.org, ecs.aliyuncs.com], RAM: [\"acs:ram::${account.partner}:user/alice2\"]}}
steps:
  - as: owner
    call: Ram.UpdateRole
    with: {RoleName: c, NewAssumeRolePolicyDocument: '{\"Version\": \"1\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Principal\": {\"Service\": \"langstduio.pai.aliyuncs.com\", \"RAM\": \"acs:ram::$${account}:user/alicx\"}}]}'}
    expect: success
";
    let lab = Lab::with(&[("a.yaml", scenario)]);
    let run = lab.acslab("run --check");
    assert_eq!(run.code, 2, "{}", run.out);
    for (wrong, meant) in [
        ("no service is called `pai.aliyuncs.con`", "pai.aliyuncs.com"),
        ("nobody is called `alcie` here", "alice"),
        ("no service is called `langstduio.pai.aliyuncs.com`", "langstudio.pai.aliyuncs.com"),
        ("nobody is called `alicx` here", "alice"),
    ] {
        assert!(run.err.contains(wrong), "{wrong}\n{}", run.err);
        assert!(run.err.contains(&format!("did you mean `{meant}`?")), "{meant}\n{}", run.err);
    }
    assert!(run.err.contains("\n4 mistakes in the scenarios"), "{}", run.err);
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

/// What is expected and what is found are said in the same words, which are those of the file.
#[test]
fn expected_and_found_are_in_one_language() {
    let steps = "\
title: Words
story: Each is told.
keep_going: true
given: {users: [alice, bob]}
steps:
  - {run: exit 2, expect: success}
  - {as: alice, call: Ram.GetUser, with: {UserName: alice}, expect: {denied: {layer: trust}}}
  - {as: owner, call: Ram.ListUsers, expect: {success: {\"Users.User[].UserName\": [bob, alice]}}}
";
    let lab = Lab::with(&[("a.yaml", steps)]);
    let out = lab.acslab("run --check").out;
    for (expected, found) in [
        ("success", "exit 2"),
        ("layer `trust`", "`none`"),
        ("`Users.User[].UserName` to be `bob`, `alice`", "`alice`, `bob`"),
    ] {
        let told = format!("  expected {expected}\n  found    {found}\n");
        assert!(out.contains(&told), "{told}{out}");
    }
}
