//! What a step is held to where it would be easy to be content too soon.

use crate::lab::Lab;

/// Plays a scenario: the code that the command ends with, and what it says.
fn played(scenario: &str) -> (i32, String) {
    let run = Lab::with(&[("a.yaml", scenario)]).acslab("run");
    (run.code, format!("{}{}", run.out, run.err))
}

/// An action with two names is denied where neither is allowed; what a service says after the policies let the call through is no denial.
#[test]
fn an_action_of_two_names_is_denied_under_both() {
    let asking = |allowed: &str, expect: &str| {
        format!(
            "\
title: Two names
story: IMS's operations are allowed under either name of their action.
given:
  users:
    alice:
      - {{name: P, document: {{Version: \"1\", Statement: [{{Effect: Allow, Action: \"{allowed}\", Resource: \"*\"}}]}}}}
steps:
  - {{as: alice, call: Ims.GetUser, with: {{UserPrincipalName: nobody@x.onaliyun.com}}, expect: {expect}}}
"
        )
    };
    let absent = "{error: EntityNotExist.User, status: 404}";
    for (allowed, expect, code) in [
        ("ims:GetUser", absent, 0),
        ("ims:GetUser", "denied", 1),
        ("ims:GetUser", "{denied: \"ram:GetUser\"}", 1),
        ("ram:GetUser", "denied", 1),
        ("ram:ListUsers", "denied", 0),
        ("ram:ListUsers", "{denied: \"ram:GetUser\"}", 0),
    ] {
        let (ended, said) = played(&asking(allowed, expect));
        assert_eq!(ended, code, "{allowed} {expect}: {said}");
    }
}

/// A bucket's policy names a user by the id: another user of the same name may not what the first one might.
#[test]
fn who_is_made_anew_has_lost_what_the_id_was_given() {
    let scenario = "\
title: A user made anew
story: The bucket's policy names the id of the user who is gone.
given: {buckets: [photos]}
steps:
  - {as: owner, call: Ram.CreateUser, with: {UserName: alice}, save: {uid: User.UserId}, expect: success}
  - as: owner
    call: Oss.PutBucketPolicy
    with:
      Bucket: photos
      Body: {Version: \"1\", Statement: [{Effect: Allow, Principal: [\"${uid}\"], Action: [\"oss:GetObject\"], Resource: [\"acs:oss:*:${account}:photos/*\"]}]}
    expect: success
  - checkpoint: before
  - {as: owner, call: Ram.DeleteUser, with: {UserName: alice}, expect: success}
  - {as: owner, call: Ram.CreateUser, with: {UserName: alice}, expect: success}
  - permissions: {since: before, lost: []}
";
    let (code, said) = played(scenario);
    assert!(code == 1 && said.contains("alice") && said.contains("oss:GetObject"), "{code}: {said}");
}

/// Nobody of a name gained nothing, which says nothing: a session, somebody who is not there.
#[test]
fn of_nobody_nothing_is_looked_at() {
    let scenario = |of: &str| {
        format!(
            "\
title: Somebody gains
story: Whoever is asked about has to be there.
given: {{users: [alice], roles: {{builder: {{trust: company}}}}}}
steps:
  - {{as: owner, call: Ram.AttachPolicyToUser, with: {{UserName: alice, PolicyType: System, PolicyName: AliyunRAMReadOnlyAccess}}, expect: success}}
  - permissions: {{of: {of}, gained: []}}
"
        )
    };
    for (of, code, said) in [
        ("alice", 1, "alice"),
        ("role builder", 0, ""),
        ("\"acs:ram::${account}:user/nobody\"", 1, "nobody is `acs:ram::"),
        ("\"acs:ram::${account}:assumed-role/builder/one\"", 1, "nobody is `acs:ram::"),
    ] {
        let (ended, told) = played(&scenario(of));
        assert!(ended == code && told.contains(said), "{of}: {ended}: {told}");
    }
}

/// Two accounts have an alice each: which one is meant is said as the scenario says it.
#[test]
fn who_gained_is_named_as_the_scenario_names_them() {
    let scenario = |call: &str, who: &str| {
        format!(
            "\
title: Somebody gains
story: It is told who.
given: {{accounts: [company, partner], users: [alice, alice of partner], roles: {{builder: {{trust: company}}, builder of partner: {{trust: partner}}}}}}
steps:
  - {{as: owner{who}, call: Ram.{call}, PolicyType: System, PolicyName: AliyunRAMReadOnlyAccess}}, expect: success}}
  - permissions: {{gained: []}}
"
        )
    };
    let (user, role) = ("AttachPolicyToUser, with: {UserName: alice", "AttachPolicyToRole, with: {RoleName: builder");
    for (call, of, who) in [
        (user, "", "alice"),
        (user, " of partner", "alice of partner"),
        (role, "", "role builder"),
        (role, " of partner", "role builder of partner"),
    ] {
        let (ended, told) = played(&scenario(call, of));
        assert!(ended == 1 && told.contains(&format!(" {who} may now ")), "{call}{of}: {ended}: {told}");
    }
    let opened = "\
title: Everybody gains
story: Nobody has a name, too.
given: {buckets: [photos]}
steps:
  - {as: owner, call: Oss.DeleteBucketPublicAccessBlock, with: {Bucket: photos}, expect: success}
  - {as: owner, call: Oss.PutBucketAcl, with: {Bucket: photos, x-oss-acl: public-read}, expect: success}
  - permissions: {of: anonymous, gained: []}
";
    let (ended, told) = played(opened);
    assert!(ended == 1 && told.contains(" anonymous may now "), "{ended}: {told}");
}
