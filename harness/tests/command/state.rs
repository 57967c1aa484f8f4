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
    let words: Vec<_> = run.out.lines().take(2).collect();
    assert_eq!(
        words,
        [
            "+ bob may now oss:PutObject on acs:oss:*:*:flows/*, by policy Custom P v1, statement 1",
            "- no longer acs:ram::<company>:root may sts:AssumeRole, by the trust policy of role builder, statement 1; but still for acs:ram::<company>:user/bob, by the trust policy of role builder, statement 1",
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
    let json = lab.acslab("state scenarios/a.yaml --format json");
    assert_eq!(json.code, 0, "{}", json.err);
    lab.write("kept.json", &json.out);
    assert_eq!(lab.acslab("state kept.json").out, run.out, "JSON says all of it");
    lab.acslab("run");
    assert_eq!(lab.acslab("state diff kept.txt snapshots/a.snap").code, 0, "a snapshot is a state");
    let json = lab.acslab("state snapshots/a.snap --format json");
    assert_eq!(json.code, 2);
    assert!(json.err.contains("a state as text, of which there is no JSON"), "{}", json.err);
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

/// Ids depend on the seed, and say nothing to people.
#[test]
fn users_stand_by_their_names() {
    let bucket = "  buckets: {photos: {policy: {Version: \"1\", Statement: [{Effect: Allow, Action: [oss:GetObject], Principal: [\"${bob.id}\"], \
                  Resource: [\"acs:oss:*:*:photos/*\"]}]}}}\n";
    let open = scenario("oss:GetObject", "root").replace("steps:\n", &format!("{bucket}steps:\n"));
    let lab = Lab::with(&[("a.yaml", &open)]);
    let json = lab.acslab("state scenarios/a.yaml --format json");
    lab.write("kept.json", &json.out);
    let run = lab.acslab("state kept.json");
    assert!(run.out.contains("\"Principal\": [\"<bob.id>\"]"), "{}", run.out);
}

/// Policies ask for the tags of an object, so who may do what hangs on them.
#[test]
fn the_tags_of_objects_are_in_the_state() {
    let tagged = |secret: &str| {
        let objects =
            format!("  buckets: {{photos: {{objects: {{j: {{body: w, tags: {{secret: \"{secret}\"}}}}}}}}}}\n");
        scenario("oss:GetObject", "root").replace("steps:\n", &format!("{objects}steps:\n"))
    };
    let lab = Lab::with(&[("a.yaml", &tagged("yes"))]);
    assert_eq!(lab.acslab("run").code, 0);
    lab.write("scenarios/a.yaml", &tagged("no"));
    let run = lab.acslab("run --check");
    assert_eq!(run.code, 1, "{}", run.out);
    assert!(run.out.contains("-        secret: yes\n") || run.out.contains("secret: yes"), "{}", run.out);
}
