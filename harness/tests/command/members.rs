//! Member accounts of a resource directory: what happens there is in the state, and the language names who is there.

use std::fs;

use crate::lab::Lab;

const MEMBER: &str = "\
title: What a member has
story: A user of the sandbox reads users.
given: {directory: {members: [sandbox]}}
steps:
  - {as: sandbox, call: Ram.CreateUser, with: {UserName: u}, expect: success}
  - {as: sandbox, call: Ram.CreatePolicy, with: {PolicyName: p, PolicyDocument: {Version: \"1\", Statement: [{Effect: Allow, Action: \"ram:GetUser\", Resource: \"*\"}]}}, expect: success}
  - {as: sandbox, call: Ram.AttachPolicyToUser, with: {UserName: u, PolicyType: Custom, PolicyName: p}, expect: success}
  - {as: sandbox, call: Ram.CreateRole, with: {RoleName: r, AssumeRolePolicyDocument: {Version: \"1\", Statement: [{Effect: Allow, Action: \"sts:AssumeRole\", Principal: {RAM: [\"acs:ram::${account.sandbox}:root\"]}}]}}, expect: success}
";

/// What nobody asked about differs all the same.
#[test]
fn nothing_passes_unseen_in_a_member() {
    let lab = Lab::with(&[("member.yaml", MEMBER)]);
    assert_eq!(lab.acslab("run --accept").code, 0);
    assert_eq!(lab.acslab("run --check --seed 7").code, 0, "members stand by their names");
    let state = fs::read_to_string(lab.path("snapshots/member.snap")).unwrap();
    assert!(state.contains("\"RAM\": [\"acs:ram::<sandbox>:root\"]"), "{state}");
    for (old, new, gone) in [
        ("ram:GetUser", "ram:*", "-          {\"Action\": \"ram:GetUser\""),
        (":root", ":user/u", "-        {\"Action\": \"sts:AssumeRole\""),
        (
            "PolicyType: Custom, PolicyName: p",
            "PolicyType: System, PolicyName: AliyunOSSFullAccess",
            "-        Custom p v1",
        ),
    ] {
        lab.write("scenarios/member.yaml", &MEMBER.replace(old, new));
        let run = lab.acslab("run --check");
        assert_eq!(run.code, 1, "{old} to {new}");
        assert!(run.out.contains(gone), "{}", run.out);
    }
    lab.write("scenarios/member.yaml", MEMBER);
    let run = lab.acslab("run --check --mutate");
    assert!(run.out.contains("100.0 % noticed"), "{}{}", run.out, run.err);
}

const NAMED: &str = "\
title: A member is an account
story: What accounts are given, members are given, before what forbids it; and they are asked about.
given:
  directory:
    members: [sandbox]
    control_policies:
      limits: {document: {Version: \"1\", Statement: [{Effect: Deny, Action: [\"ram:CreateUser\", \"oss:*\"], Resource: \"*\"}]}, on: sandbox}
  open: [sls of sandbox]
  policies: {reader of sandbox: {Version: \"1\", Statement: [{Effect: Allow, Action: \"ram:Get*\", Resource: \"*\"}]}}
  users: {u of sandbox: reader, alice: }
  groups: {g of sandbox: {members: [u]}}
  roles: {r of sandbox: {trust: company, policies: [reader]}, s: {trust: sandbox}}
  buckets: {box of sandbox: {objects: {a: b}}}
steps:
  - {as: u of sandbox, call: Ram.GetUser, with: {UserName: u}, expect: {success: {}, decided: [ram:GetUser as u]}}
  - for: [{who: u of sandbox}, {who: sandbox}]
    as: ${who}
    call: Ram.CreateUser
    with: {UserName: v}
    expect: {denied: {layer: control, policy: limits}}
  - {as: sandbox, call: Sts.GetCallerIdentity, expect: {success: {AccountId: \"${account.sandbox}\"}}}
  - permissions: {gained: [], of: u of sandbox}
compare:
  permissions:
    - {of: [u of sandbox, role r of sandbox], actions: [ram:GetUser, oss:GetObject]}
";

#[test]
fn a_member_is_named_as_an_account_is() {
    let lab = Lab::with(&[("named.yaml", NAMED)]);
    let run = lab.acslab("run --accept");
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let state = fs::read_to_string(lab.path("snapshots/named.snap")).unwrap();
    for line in [
        "account sandbox\n  activated\n    oss\n    sls\n  buckets\n    box\n",
        "  u of sandbox\n    ram:GetUser: Allow, by Custom reader v1\n    oss:GetObject: ExplicitDeny, by limits\n",
        "  role r of sandbox\n",
        "\"RAM\": [\"acs:ram::<sandbox>:root\"]",
    ] {
        assert!(state.contains(line), "{line}\n{state}");
    }
    lab.write("scenarios/named.yaml", &NAMED.replace("as: sandbox,", "as: owner of sandbox,"));
    let run = lab.acslab("run");
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.err.contains("nobody signs as the owner of the member account `sandbox`"), "{}", run.err);
    assert!(run.err.contains("write `as: sandbox`"), "{}", run.err);
}

/// An account that is given keeps its alias.
#[test]
fn a_member_that_is_called_as_an_account_is_another_one() {
    let scenario = "\
title: Two of one name
story: An account and a member.
given:
  accounts: [company, sandbox]
  directory: {members: [sandbox]}
steps:
  - {as: owner of sandbox, call: Ram.CreateUser, with: {UserName: of-the-account}, expect: success}
  - {as: sandbox, call: Ram.CreateUser, with: {UserName: of-the-member}, expect: success}
compare: {permissions: [{actions: [ram:GetUser]}]}
";
    let lab = Lab::with(&[("two.yaml", scenario)]);
    assert_eq!(lab.acslab("run --accept").code, 0);
    let state = fs::read_to_string(lab.path("snapshots/two.snap")).unwrap();
    let (_, accounts) = state.split_once("\naccount sandbox\n").unwrap();
    let (account, member) = accounts.split_once("\naccount sandbox of company\n").unwrap();
    assert!(account.contains("of-the-account") && member.contains("of-the-member"), "{state}");
    assert!(state.contains("  of-the-member of sandbox of company\n"), "{state}");
}
