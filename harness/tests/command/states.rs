//! States: reviewed, accepted, compared.

use std::fs;

use crate::lab::{CREATES, Lab};

#[test]
fn a_state_is_reviewed_accepted_and_then_holds() {
    let lab = Lab::with(&[("ram/creates.yaml", CREATES)]);
    assert_eq!(lab.acslab("run --check").code, 1, "a check takes nothing that nobody has seen");
    let first = lab.acslab("run");
    assert_eq!(first.code, 0);
    assert_eq!(first.out, "pass ram/creates  The owner creates a user\n\n1 snapshot accepted\n1 passed, 0 failed\n");
    lab.write("scenarios/ram/creates.yaml", &CREATES.replace("alice", "carol"));
    let changed = lab.acslab("run");
    assert_eq!(changed.code, 1);
    assert!(changed.out.contains("1 new state to review: `acslab snapshots list --diff`"), "{}", changed.out);
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
    assert!(
        state.contains("    ram:GetUser: ExplicitDeny, by Custom no-get v1; Allow unless not acs:MFAPresent\n"),
        "{state}"
    );
    assert!(
        state.contains("    ram:GetUser when acs:MFAPresent = true: Allow unless not acs:MFAPresent, by System AdministratorAccess\n"),
        "{state}"
    );
}

/// What policies ask of records, and who sees what in a workspace.
#[test]
fn tags_of_records_and_what_is_public_are_in_the_state() {
    let scenario = "\
title: What decisions go by
story: A tag, a visibility, a bucket's key, a second factor.
given:
  users: [alice]
  buckets: [photos]
  workspaces: {research: {alice: PAI.AlgoDeveloper}}
steps:
  - {as: owner, call: Vpc.CreateVpc, with: {CidrBlock: 10.0.0.0/8, VpcName: office}, expect: success, save: {vpc: VpcId}}
  - {as: owner, call: Vpc.TagResources, with: {ResourceType: vpc, ResourceId: [\"${vpc}\"], Tag: [{Key: team, Value: red}]}, expect: success}
  - {as: owner, call: Kms.CreateKey, expect: success, save: {key: KeyMetadata.KeyId}}
  - {as: owner, call: Kms.TagResource, with: {KeyId: \"${key}\", Tags: '[{\"TagKey\":\"for\",\"TagValue\":\"logs\"}]'}, expect: success}
  - as: owner
    call: AIWorkSpace.CreateDataset
    with: {Name: pictures, WorkspaceId: \"${workspace.research}\", Property: DIRECTORY, DataSourceType: OSS, Uri: \"oss://photos.oss-cn-hangzhou-internal.aliyuncs.com/\", Accessibility: PRIVATE}
    expect: success
  - {as: owner, call: Ram.CreateLoginProfile, with: {UserName: alice, Password: \"Passw0rd!x\", MFABindRequired: true}, expect: success}
  - {as: owner, call: Oss.PutBucketEncryption, with: {Bucket: photos, Body: {ServerSideEncryptionRule: {ApplyServerSideEncryptionByDefault: {SSEAlgorithm: AES256}}}}, expect: success}
";
    let lab = Lab::with(&[("known.yaml", scenario)]);
    let run = lab.acslab("run --accept");
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let state = fs::read_to_string(lab.path("snapshots/known.snap")).unwrap();
    let changes = [
        ("Value: red", "Value: blue", "    Vpc Vpc cn-hangzhou/office\n      tags\n        team: red\n"),
        (
            "\"TagValue\\\":\\\"logs",
            "\"TagValue\\\":\\\"mail",
            "    Kms Key cn-hangzhou/#1\n      tags\n        for: logs\n",
        ),
        ("Accessibility: PRIVATE", "Accessibility: PUBLIC", "        AIWorkSpace Dataset pictures: PRIVATE of owner\n"),
        ("MFABindRequired: true", "MFABindRequired: false", "      console mfa: needed\n"),
        ("AES256", "SM4", "            SSEAlgorithm: AES256\n"),
        ("steps:\n", "steps:\n  - {workspace_roles: strict}\n", ""),
    ];
    for (old, new, line) in changes {
        let old = old.replace('\\', "");
        assert!(state.contains(line), "{line}{state}");
        lab.write("scenarios/known.yaml", &scenario.replace(&old, &new.replace('\\', "")));
        let run = lab.acslab("run --check");
        assert_eq!(run.code, 1, "{old} to {new}: {}", run.err);
        assert!(run.out.contains("the state it leaves differs"), "{}", run.out);
    }
    lab.write("scenarios/known.yaml", scenario);
    assert_eq!(lab.acslab("run --check --seed 5").code, 0, "nothing of it is the seed's");
}
