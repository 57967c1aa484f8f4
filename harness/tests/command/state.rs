//! Printing the authorization state, and what changed between two.

use serde_json::Value;

use crate::lab::Lab;

fn scenario(action: &str, trusted: &str) -> String {
    format!(
        "\
title: Bob holds a policy
story: And a role trusts somebody.
given:
  policies:
    P: {{Version: \"1\", Statement: [{{Effect: Allow, Action: {action}, Resource: \"acs:oss:*:*:flows/*\"}}]}}
  groups: {{}}
  users: {{bob: P}}
  roles: {{builder: {{trust: \"acs:ram::${{account}}:{trusted}\"}}}}
steps:
  - {{as: owner, call: Ram.ListUsers, expect: success}}
"
    )
}

#[test]
fn a_difference_says_who_gained_what_by_which_statement() {
    let (a, b) = (scenario("oss:GetObject", "root"), scenario("[oss:GetObject, oss:PutObject]", "user/bob"));
    let lab = Lab::with(&[("a.yaml", &a), ("b.yaml", &b.replace("Bob holds", "Now Bob holds"))]);
    let run = lab.acslab("state diff scenarios/a.yaml scenarios/b.yaml");
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    let words: Vec<_> = run.out.lines().take(3).collect();
    assert_eq!(
        words,
        [
            "+ bob may now oss:PutObject on acs:oss:*:*:flows/*, by policy Custom P v1, statement 1",
            "+ now acs:ram::<company>:user/bob may sts:AssumeRole, by the trust policy of role builder, statement 1",
            "- no longer acs:ram::<company>:root may sts:AssumeRole, by the trust policy of role builder, statement 1",
        ]
    );
    let run = lab.acslab("state diff scenarios/a.yaml scenarios/b.yaml --format markdown");
    assert!(run.out.starts_with("- 🟢 `bob` may now `oss:PutObject` on `acs:oss:*:*:flows/*`"), "{}", run.out);
    let run = lab.acslab("state diff scenarios/a.yaml scenarios/b.yaml --format json");
    let json: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(json["changes"]["gained"][0]["who"], "bob");
    assert_eq!(json["changes"]["gained"][0]["statement"], 1);
    assert_eq!(lab.acslab("state diff scenarios/a.yaml scenarios/a.yaml").code, 0);
}

#[test]
fn a_state_is_read_from_wherever_it_is() {
    let lab = Lab::with(&[("a.yaml", &scenario("oss:GetObject", "root"))]);
    let run = lab.acslab("state scenarios/a.yaml");
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.starts_with("account company\n  policies\n    P\n"), "{}", run.out);
    lab.write("kept.txt", &run.out);
    lab.acslab("run");
    assert_eq!(lab.acslab("state diff kept.txt snapshots/a.snap").code, 0, "a snapshot is a state");
    for (named, said) in [
        ("nothing.json", "there is no such file"),
        ("scenarios/a.yaml/x", "cannot read"),
        ("http://127.0.0.1:1", "start `acslab serve`"),
    ] {
        let run = lab.acslab(&format!("state {named}"));
        assert_eq!(run.code, 2, "{named}");
        assert!(run.err.contains(said), "{named}: {}", run.err);
    }
}
