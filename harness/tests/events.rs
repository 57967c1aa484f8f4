//! A run from a Rust program: the events tell what was sent, answered and decided.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::sync::Arc;

use acslab::runner::{Event, Plan, Stepped, Target, run};
use acslab::scenario::load;
use acslab::snapshot::Mode;

const SCENARIO: &str = "\
title: Bob may read users, and buckets he may not
story: Bob has a policy on RAM.
given:
  users:
    bob: AliyunRAMReadOnlyAccess
steps:
  - system_policies: {AliyunKMSCryptoUserAccess: v1}
  - name: Reading users
    as: bob
    call: Ram.GetUser
    with: {UserName: bob}
    expect: {success: {User.UserName: bob}}
  - {as: owner, call: OssAdmin.OpenOssService, expect: success}
  - {as: bob, call: Oss.PutBucket, with: {Bucket: photos}, expect: {error: AccessDenied}}
";

/// The scenario's steps, as they are told.
fn steps(decisions: bool) -> Vec<Arc<Stepped>> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bob.yaml");
    std::fs::write(&file, SCENARIO).unwrap();
    let loaded = load(&[file]).unwrap();
    assert!(loaded.broken.is_empty(), "{:?}", loaded.mistakes());
    let target = Target::Own { seed: 1, system_policies: None };
    let plan = Plan { target, mode: Mode::Check, decisions, ..Plan::default() };
    let mut steps = Vec::new();
    run(&loaded.scenarios, &plan, &mut |event| {
        if let Event::Stepped(step) = event {
            steps.push(step);
        }
    });
    steps
}

#[test]
fn a_step_is_told_with_request_answer_and_decisions() {
    let steps = steps(true);
    let told: Vec<_> = steps.iter().map(|step| (step.which.as_str(), step.what.as_str())).collect();
    assert_eq!(
        told,
        [
            ("a step before, `given bob`,", "owner calls Ram.CreateUser"),
            ("a step before, `given bob`,", "owner calls Ram.AttachPolicyToUser"),
            ("a step before, `given bob`,", "owner calls Ram.CreateAccessKey"),
            ("step 1", "system policies move"),
            ("step 2, `Reading users`", "bob calls Ram.GetUser"),
            ("step 3", "owner calls OssAdmin.OpenOssService"),
            ("step 4", "bob calls Oss.PutBucket"),
        ]
    );
    let reading = &steps[4];
    assert_eq!(reading.parameters, [("UserName".to_owned(), "bob".to_owned())]);
    assert_eq!(reading.request.as_ref().unwrap().target(), "/?UserName=bob&RegionId=cn-hangzhou");
    assert_eq!(reading.answer.as_ref().unwrap().fields["User"]["UserName"], "bob");
    let [decision] = reading.decisions.as_slice() else { panic!("{:?}", reading.decisions) };
    assert_eq!((decision.action.as_str(), decision.verdict.as_str()), ("ram:GetUser", "Allow"));
    assert_eq!(decision.policy.as_ref().unwrap().name, "AliyunRAMReadOnlyAccess");
    assert!(decision.text.starts_with("Allow"), "{}", decision.text);
    // OSS tells its request id in a header.
    assert_eq!(
        steps[6].decisions.first().map(|one| one.verdict.as_str()),
        Some("ImplicitDeny"),
        "{:?}",
        steps[6].answer
    );
    assert!(steps.iter().all(|step| step.scenario == "bob" && step.differences.is_empty()));
}

#[test]
fn decisions_are_asked_for_only_where_they_are_wanted() {
    assert!(steps(false).iter().all(|step| step.decisions.is_empty()));
}
