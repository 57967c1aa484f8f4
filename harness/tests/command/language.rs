//! What scenarios may say: everything once, and that it does not hold where it must not.

use crate::lab::Lab;

const GIVEN: &str = "\
title: Everything
story: All that the language has.
constants: {bucket: flows}
given:
  accounts: {company: \"1000000000000001\", partner: {owner: petra}}
  source: 203.0.113.9
  seed: 7
  include: {file: files/shared.yaml, with: {who: carol}}
  open: [oss, sls]
  resource_groups: [photos]
  policies:
    reader: {file: files/reader.json}
    inside:
      Version: \"1\"
      Statement:
        - {Effect: Allow, Action: \"oss:*\", Resource: \"*\"}
        - {Effect: Deny, Action: \"oss:PutObject\", Resource: \"*\", Condition: {NotIpAddress: {\"acs:SourceIp\": \"10.0.0.0/8\"}}}
        - {Effect: Deny, Action: \"oss:DeleteObject\", Resource: \"*\", Condition: {Bool: {\"acs:MFAPresent\": \"false\"}}}
  users:
    alice: inside
    bob: AliyunSTSAssumeRoleAccess
    dora: {name: reader, in: photos}
    eve of partner:
  groups:
    devs: {members: [bob], policies: [reader]}
  roles:
    builder: {trust: company, policies: [AliyunOSSReadOnlyAccess], max_session: 7200}
    cross: {trust: partner}
  buckets:
    \"${bucket}\":
      block_public_access: false
      tags: {Product: x}
      resource_group: photos
      objects: {a.txt: hello, b.txt: {body: b, acl: public-read, tags: {k: v}}}
  workspaces:
    research: {alice: PAI.AlgoDeveloper}
  calls:
    - {call: Ram.SetPasswordPolicy, with: {MinimumPasswordLength: 12}}
steps:
";

const SHARED: &str = "\
parameters: [who]
given:
  users: [\"${who}\"]
steps:
  - {as: \"${who}\", call: Ram.GetUser, with: {UserName: \"${who}\"}, expect: denied}
";

const READER: &str = r#"{"Version": "1", "Statement": [{"Effect": "Allow", "Action": ["oss:GetObject"], "Resource": "acs:oss:*:*:flows/*"}]}"#;

const AFTER: &str = "  - {as: bob, call: Sts.AssumeRole, with: {RoleArn: \"${role.builder}\", RoleSessionName: session}, \
                     expect: {success: {Credentials.AccessKeyId: {matches: \"^STS\"}}}, save_credentials_as: session}\n";

fn lab(steps: &str) -> Lab {
    let scenario = format!("{GIVEN}{steps}");
    Lab::with(&[("all.yaml", &scenario), ("files/shared.yaml", SHARED), ("files/reader.json", READER)])
}

/// The steps hold.
fn holds(steps: &str) {
    let run = lab(steps).acslab("run");
    assert_eq!(run.code, 0, "{steps}\n{}{}", run.out, run.err);
}

/// The last step does not, and this is said of it.
fn fails(steps: &str, said: &str) {
    let run = lab(steps).acslab("run");
    assert_eq!(run.code, 1, "{steps}\n{}{}", run.out, run.err);
    assert!(run.out.contains(said), "{steps}\n{}", run.out);
}

#[test]
fn what_is_given_is_there() {
    holds(
        "  - include: {file: files/shared.yaml, with: {who: carol}}
  - for:
      - {who: dora, outcome: success}
      - {who: bob, outcome: success}
      - {who: carol, outcome: denied}
      - {who: eve of partner, outcome: denied}
    as: ${who}
    call: Oss.GetObject
    with: {Bucket: \"${bucket}\", Key: a.txt}
    expect: ${outcome}
  - {as: owner, call: Ram.ListUsersForGroup, with: {GroupName: devs}, expect: {success: {\"Users.User[].UserName\": [bob]}}}
  - {as: owner, call: Ram.GetRole, with: {RoleName: builder}, expect: {success: {Role.MaxSessionDuration: 7200}}}
  - {as: owner, call: Ram.GetPasswordPolicy, expect: {success: {PasswordPolicy.MinimumPasswordLength: 12}}}
  - {as: owner, call: Sts.GetCallerIdentity, expect: {success: {AccountId: \"1000000000000001\"}}}
  - {as: petra, call: Sts.GetCallerIdentity, expect: {success: {AccountId: \"${account.partner}\", UserId: \"${petra.id}\"}}}
  - {as: petra of partner, call: Ram.GetUser, with: {UserName: eve}, expect: {success: {}, decided: [ram:GetUser as owner of partner]}}
  - {http: {url: /b.txt, host: flows.oss-cn-hangzhou.aliyuncs.com}, expect: {success: {Body: b}}}
  - {as: alice, call: AIWorkSpace.GetWorkspace, with: {WorkspaceId: \"${workspace.research}\"}, expect: success}
",
    );
    fails(
        "  - for: {columns: [who], rows: [[bob], [carol]]}\n    as: ${who}\n    call: Oss.GetObject\n    with: {Bucket: flows, Key: a.txt}\n    expect: success\n",
        "step 1 case 2 (carol) is not as expected",
    );
}

#[test]
fn circumstances_are_those_of_the_step() {
    let put = "call: Oss.PutObject, with: {Bucket: flows, Key: c, Body: c}";
    holds(&format!(
        "  - {{as: alice, {put}, expect: {{denied: {{action: \"oss:PutObject\", layer: identity, policy: inside, statement: 2}}}}}}
  - {{as: alice, from: 10.1.2.3, {put}, expect: {{success: {{}}, headers: {{etag: {{matches: \"^.[0-9A-F]{{32}}.$\"}}}}}}}}
  - {{as: alice, call: Oss.DeleteObject, with: {{Bucket: flows, Key: c}}, expect: {{not: success}}}}
  - {{as: alice, mfa: true, call: Oss.DeleteObject, with: {{Bucket: flows, Key: c}}, expect: success}}
"
    ));
    fails(&format!("  - {{as: alice, {put}, expect: {{denied: {{statement: 3}}}}}}\n"), "expected statement `3`");
    fails(&format!("  - {{as: alice, {put}, expect: {{denied: {{layer: session}}}}}}\n"), "expected layer `session`");
}

/// What a request says of its circumstances is understood or refused, and no web page may say any.
#[test]
fn circumstances_are_not_guessed_nor_taken_from_everybody() {
    for (headers, said) in [
        ("x-acslab-circumstances: source=here", "`source=here` in `x-acslab-circumstances`"),
        ("x-acslab-circumstances: mfa=true, origin: \"http://page.example\"", "only programs on this machine"),
        ("x-acslab-circumstances: mfa=true, x-forwarded-for: 192.0.2.1", "only programs on this machine"),
    ] {
        holds(&format!(
            "  - {{http: {{url: /, headers: {{{headers}}}}}, expect: {{answer: {{error: {{contains: \"{said}\"}}}}}}}}\n"
        ));
    }
}

#[test]
fn decisions_of_services_are_seen_and_writes_are_all() {
    let put = "as: alice, from: 10.1.2.3, call: Oss.PutObject, with: {Bucket: flows, Key: c, Body: c}";
    holds(&format!(
        "  - {{{put}, expect: {{decided: {{exactly: [\"oss:PutObject on acs:oss:*:*:flows/c as alice\"]}}, writes: [\"oss:PutObject as alice\"]}}}}\n"
    ));
    holds("  - {as: owner, call: Ram.ListUsers, expect: {success: {}, writes: []}}\n");
    fails(&format!("  - {{{put}, expect: {{writes: []}}}}\n"), "expected no other write");
    fails(
        &format!("  - {{{put}, expect: {{decided: [\"oss:GetObject as alice\"]}}}}\n"),
        "the decision `oss:GetObject as alice`",
    );
}

#[test]
fn requests_are_signed_wrongly_presigned_or_raw() {
    holds(&format!(
        "{AFTER}  - {{as: session, call: Oss.GetObject, with: {{Bucket: flows, Key: a.txt}}, presigned: 10m, expect: {{success: {{Body: hello}}}}, save: {{link: Request.Url, by: \"Decided[0].policy.name\"}}}}
  - {{http: {{url: \"${{link}}\"}}, expect: {{success: {{Body: hello}}}}}}
  - {{as: session, call: Oss.GetObject, with: {{Bucket: flows, Key: a.txt}}, presigned: 10m, signature: oss-v1, expect: success, save: {{old: Request.Url}}}}
  - {{http: {{url: \"${{old}}\"}}, expect: {{success: {{Body: hello}}}}}}
  - {{http: {{url: /a.txt, host: flows.oss-cn-hangzhou.aliyuncs.com}}, expect: {{answer: {{Code: AccessDenied}}}}}}
  - {{as: alice, from: 10.0.0.1, signature: oss-v4, http: {{url: /z.txt, host: flows.oss-cn-hangzhou.aliyuncs.com, method: PUT, body: x}}, expect: {{success: {{}}, headers: {{x-oss-request-id: {{present: true}}}}}}}}
  - for: [{{form: rpc}}, {{form: acs3}}]
    as: bob
    wrong_signature: true
    signature: ${{form}}
    call: Ram.GetUser
    with: {{UserName: bob}}
    expect: {{error: SignatureDoesNotMatch}}
  - {{as: bob, token_of: session, call: Ram.GetUser, with: {{UserName: bob}}, expect: {{not: success}}}}
"
    ));
}

#[test]
fn a_scenario_goes_back_waits_branches_and_repeats() {
    holds(&format!(
        "{AFTER}  - checkpoint: before
  - {{as: owner, call: Ram.CreateUser, with: {{UserName: late}}, expect: success}}
  - back_to: before
  - {{as: owner, call: Ram.GetUser, with: {{UserName: late}}, expect: {{error: EntityNotExist.User}}}}
  - parallel:
      - {{as: owner, call: Ram.CreateUser, with: {{UserName: p1}}, expect: success, save: {{p1: User.UserId}}}}
      - - {{as: owner, call: Ram.CreateUser, with: {{UserName: p2}}, expect: success}}
        - {{as: owner, call: Ram.DeleteUser, with: {{UserName: p2}}, expect: success}}
  - {{as: owner, call: Ram.GetUser, with: {{UserName: p1}}, expect: {{success: {{User.UserId: \"${{p1}}\"}}}}}}
  - {{as: session, call: Oss.GetObject, with: {{Bucket: flows, Key: a.txt}}, repeat: {{until: {{error: SecurityTokenExpired}}, wait: 30m, times: 4}}, expect: {{status: 403, error: SecurityTokenExpired}}}}
  - clock: \"2026-03-01T00:00:00Z\"
  - {{as: owner, call: Ram.CreateUser, with: {{UserName: march}}, expect: {{success: {{User.CreateDate: {{matches: \"^2026-03-01\"}}}}}}}}
"
    ));
    fails("  - {as: owner, call: Ram.ListUsers, repeat: {until: denied, times: 3}, expect: success}\n", "3 times");
    fails(
        "  - parallel:\n    - {as: owner, call: Ram.GetUser, with: {UserName: nobody}, expect: success}\n",
        "owner calls Ram.GetUser",
    );
}

#[test]
#[cfg(unix)]
fn a_program_finds_the_cloud_in_its_environment() {
    holds(
        "  - {as: bob, run: \"echo $ALIBABA_CLOUD_ACCESS_KEY_ID $ACSLAB_ENDPOINT; exit 3\", expect: {answer: {Exit: 3, Output: {matches: \"^LTAI[^ ]* http://127\"}}}}\n",
    );
    holds(
        "  - {run: {command: \"echo $X\", env: {X: \"${account}\"}}, expect: {success: {Output: {contains: \"1000000000000001\"}}}}\n",
    );
    fails("  - {run: \"exit 1\", expect: success}\n", "owner runs `exit 1`");
    fails("  - {run: {command: sleep 20, timeout: 1}, expect: success}\n", "expected a program that ends within 1 s");
}

/// An account is as old as it says, when the scenario starts.
#[test]
fn an_account_has_an_age() {
    let scenario = "\
title: Old and new
story: The first signature of OSS is taken from old accounts alone.
given:
  accounts: {old: {age: 400d}, new: {id: \"1000000000000009\", age: 100d}, plain: \"1000000000000008\", any: }
  open: [oss, oss of new, oss of plain]
steps:
  - {as: owner of old, call: Oss.ListBuckets, signature: oss-v1, expect: success}
  - {as: owner of new, call: Oss.ListBuckets, signature: oss-v1, expect: {error: AccessDenied, status: 403}}
  - {as: owner of new, call: Oss.ListBuckets, expect: success}
  - {as: owner of plain, call: Oss.ListBuckets, signature: oss-v1, expect: success}
";
    let lab = Lab::with(&[("a.yaml", scenario)]);
    let run = lab.acslab("run");
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    // Who signs so and would not in the cloud is told of once; an old account goes on as it did.
    let note = "step 4: acs:ram::1000000000000008:root signs with OSS V1, which the cloud refuses from new accounts";
    assert!(run.out.contains(&format!("  note: {note}")) && run.out.matches("note: ").count() == 1, "{}", run.out);
    for (wrong, said) in [
        ("{age: -1d}", "an age such as `400d`"),
        ("{age: 40000d}", "an age such as `400d`"),
        ("{age: old}", "a time such as `90`"),
        ("{aeg: 1d}", "did you mean `age`?"),
        ("{id: \"1\"}", "an id of its own, of 16 digits"),
    ] {
        let lab = Lab::with(&[("a.yaml", &scenario.replace("{age: 400d}", wrong))]);
        let run = lab.acslab("run");
        assert_eq!(run.code, 2, "{wrong}");
        assert!(run.err.contains(said), "{wrong}: {}", run.err);
    }
}

/// However many calls a step makes: each caller is told of, and once.
#[test]
#[cfg(unix)]
fn who_signs_with_oss_v1_is_told_of_whatever_is_called_besides() {
    let call = "  - {as: owner, call: Oss.ListBuckets, expect: success";
    let program = format!(
        "title: A program\nstory: One call of many.\nsteps:\n{call}, signature: oss-v1}}\n{}",
        format!("{call}}}\n").repeat(150)
    );
    let acslab = env!("CARGO_BIN_EXE_acslab");
    let run = format!("{{run: \"{acslab} run --endpoint $ACSLAB_ENDPOINT ../many/program.yaml\", expect: success}}");
    let scenario = format!(
        "title: Many\nstory: A program calls.\ngiven: {{open: [oss]}}\nsteps:\n  - {run}\n{call}}}\n  - {run}\n"
    );
    let lab = Lab::with(&[("a.yaml", &scenario)]);
    lab.write("many/program.yaml", &program);
    let run = lab.acslab("run");
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let note = "  note: step 1: acs:ram::1234567890123456:root signs with OSS V1, which the cloud refuses";
    assert_eq!((run.out.matches(note).count(), run.out.matches("note: ").count()), (1, 1), "{}", run.out);
}

/// An owner has a name, by which it calls and is told of; nobody else has it.
#[test]
fn an_owner_has_a_name() {
    let scenario = "\
title: Two owners
story: Each owner is known by a name.
given:
  accounts: {company: {owner: carol}, partner: {id: \"1000000000000009\", owner: petra}}
  users: {alice: , eve of partner: }
  buckets: [carol, petra of partner]
steps:
  - {as: petra, call: Ram.GetUser, with: {UserName: eve}, expect: {success: {}, decided: {exactly: [\"ram:GetUser as petra\"]}}}
  - {as: owner of partner, call: Sts.GetCallerIdentity, expect: {success: {AccountId: \"${petra.id}\"}}}
  - {as: carol, call: Oss.GetBucketInfo, with: {Bucket: petra}, expect: {error: AccessDenied}}
  - {as: petra, call: Ram.GetUser, with: {UserName: alice}, expect: {error: EntityNotExist.User}}
";
    let run = Lab::with(&[("a.yaml", scenario)]).acslab("run");
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);

    // The file that comes after another goes on with its owners.
    let after = "\
title: Later
story: Petra goes on.
given: {after: a.yaml, accounts: [company]}
steps:
  - {as: petra, call: Ram.GetUser, with: {UserName: eve}, expect: success}
  - {as: carol, call: Ram.GetUser, with: {UserName: alice}, expect: success}
";
    let run = Lab::with(&[("a.yaml", scenario), ("b.yaml", after)]).acslab("run");
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);

    for (right, wrong, code, said) in [
        ("as petra\"]", "as carol\"]", 1, "expected the decision `ram:GetUser as carol`"),
        ("expect: {error: EntityNotExist.User}", "expect: success", 1, "petra calls Ram.GetUser"),
        ("- {as: carol", "- {as: karol", 2, "did you mean `carol`?"),
        ("- {as: carol", "- {as: petra of company", 2, "nobody is called `petra of company` here"),
        ("owner: petra", "owner: carol", 2, "a name of the owner's own"),
        ("owner: petra", "owner: owner", 2, "a name of the owner's own"),
        ("owner: petra", "owner: \"petra of x\"", 2, "a name of the owner's own"),
        ("owner: petra", "onwer: petra", 2, "did you mean `owner`?"),
        ("{alice: ,", "{carol: ,", 2, "`carol` is what an account's owner is called"),
        ("eve of partner", "carol of partner", 2, "`carol of partner` is what an account's owner is called"),
    ] {
        assert!(scenario.contains(right), "{right}");
        let run = Lab::with(&[("a.yaml", &scenario.replacen(right, wrong, 1))]).acslab("run");
        assert_eq!(run.code, code, "{wrong}: {}{}", run.out, run.err);
        assert!(format!("{}{}", run.out, run.err).contains(said), "{wrong}: {}{}", run.out, run.err);
    }
}

/// The catalogue has some operations of OSS by other names than those of their pages; of others nothing is performed. Each goes where its
/// bucket is.
#[test]
fn operations_of_oss_go_by_all_their_names() {
    let scenario = "\
title: Names of OSS
story: One operation may have two names.
given:
  buckets: {red-data-of-us: {objects: {a.txt: hi}}}
  users: {ann: [{name: p, document: {Version: \"1\", Statement: [{Effect: Allow, Action: \"oss:ListBuckets\", Resource: \"*\"}]}}]}
steps:
  - {as: owner, call: Oss.ListObjects, with: {Bucket: red-data-of-us}, expect: success}
  - {as: ann, call: Oss.ListObjects, with: {Bucket: red-data-of-us}, expect: {denied: \"oss:ListObjects\"}}
  - {as: ann, call: Oss.ListObjectsV2, with: {Bucket: red-data-of-us}, expect: {denied: \"oss:ListObjects\"}}
  - {as: ann, call: Oss.ListBuckets, expect: success}
  - {as: owner, call: Oss.PutObjectAcl, with: {Bucket: red-data-of-us, Key: a.txt, x-oss-object-acl: private}, expect: success}
  - {as: owner, call: Oss.GetObjectAcl, with: {Bucket: red-data-of-us, Key: a.txt}, expect: success}
  - {as: ann, call: Oss.GetBucketEventNotification, with: {Bucket: red-data-of-us}, expect: {denied: \"oss:GetBucketEventNotification\"}}
  - {as: owner, call: Oss.PutBucketHash, with: {Bucket: red-data-of-us}, expect: {error: OperationNotSupported}}
  - {as: owner, call: Oss.GetUserAntiDDosInfo, expect: {error: OperationNotSupported}}
  - {as: owner, call: Oss.ListAccessPointsForObjectProcess, expect: success}
  - {as: owner, call: Oss.DeleteBucketCommonHeader, with: {Bucket: red-data-of-us}, expect: {error: OperationNotSupported}}
";
    let lab = Lab::with(&[("names.yaml", scenario)]);
    let run = lab.acslab("run --accept");
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

/// The policy may keep out the owner, who puts in what is there at the start.
#[test]
fn a_bucket_is_given_with_a_policy_that_keeps_everybody_out() {
    let scenario = "\
title: A bucket for one VPC
story: Nobody reads or writes from elsewhere.
given:
  buckets:
    vault-of-us:
      objects: {a.txt: {body: hi, acl: private, tags: {k: v}}}
      tags: {team: shop}
      policy: {Version: \"1\", Statement: [{Effect: Deny, Principal: [\"*\"], Action: [\"oss:*\"], Resource: [\"acs:oss:*:${account}:vault-of-us\", \"acs:oss:*:${account}:vault-of-us/*\"], Condition: {StringNotEquals: {\"acs:SourceVpc\": [vpc-1]}}}]}
steps:
  - {as: owner, call: Oss.GetObject, with: {Bucket: vault-of-us, Key: a.txt}, expect: denied}
";
    let lab = Lab::with(&[("vault.yaml", scenario)]);
    let run = lab.acslab("run --accept");
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

#[test]
fn what_no_statement_speaks_of_is_denied_by_no_layer() {
    holds("  - {as: carol, call: Ram.GetUser, with: {UserName: carol}, expect: {denied: {layer: none}}}\n");
}
