//! System policies that move.

use std::fs;

use crate::lab::Lab;

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
