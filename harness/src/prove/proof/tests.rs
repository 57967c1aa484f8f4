use serde_json::{Value, json};

use super::{Outcome, Standing, prove};
use crate::authorization::Kept;
use crate::prove::read;

#[test]
fn what_is_granted_to_a_session_alone_is_seen() {
    let policy = |session: &str| {
        json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "oss:DeleteObject", "Resource": "acs:oss:*:*:photos/*",
            "Principal": [format!("arn:sts::1234567890123456:assumed-role/ops/{session}")]}]})
    };
    let trust = json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"Service": ["ecs.aliyuncs.com"]}}]});
    for session in ["deploy", "*"] {
        let account = json!({"roles": {"ops": {"trust": trust}}, "buckets": {"photos": {"policy": policy(session)}}});
        let (principal, _) = breaks(&account, "nobody may oss:DeleteObject on acs:oss:*:*:photos/*").unwrap();
        assert!(principal.contains("ops"), "{principal}");
        assert!(breaks(&account, "nobody but role ops may oss:DeleteObject on acs:oss:*:*:photos/*").is_none());
    }
}

#[test]
fn tags_that_no_state_holds_may_be_any() {
    let document = json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ram:CreateAccessKey", "Resource": "*",
        "Condition": {"StringEquals": {"acs:ResourceTag/team": "a"}}}]});
    let account = json!({"policies": {"Own": {"default_version": "v1", "versions": {"v1": document}}},
        "users": {"alice": {"policies": [{"name": "Own", "type": "Custom"}]}}});
    let (_, keys) = breaks(&account, "user alice may never ram:CreateAccessKey on *").unwrap();
    assert!(keys.iter().any(|(key, value)| key == "acs:ResourceTag/team" && value == "a"), "{keys:?}");
}

fn outcome(account: &Value, invariant: &str) -> Outcome {
    let mut state = json!({"accounts": {"company": {"account_id": "1234567890123456"}}});
    for (key, value) in account.as_object().into_iter().flatten() {
        state["accounts"]["company"][key] = value.clone();
    }
    let standing = Standing::of(
        Kept::from(serde_json::from_value::<acslab_emulator::state::AuthorizationState>(state).unwrap()),
        Vec::new(),
    );
    prove(&standing, &read(invariant).unwrap()).pop().unwrap().outcome
}

fn breaks(account: &Value, invariant: &str) -> Option<(String, Vec<(String, String)>)> {
    match outcome(account, invariant) {
        Outcome::Broken { principal, keys, .. } => Some((principal, keys)),
        Outcome::Holds => None,
        other => panic!("{other:?}"),
    }
}

#[test]
fn whoever_a_trust_or_bucket_policy_names_is_outside() {
    let trusting = |arn: &str| {
        let statement = json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"RAM": [arn]}});
        json!({"roles": {"ops": {"trust": {"Version": "1", "Statement": [statement]}, "max_session_duration": 3600}}})
    };
    let never = "no principal outside the account may sts:AssumeRole";
    let who = |arn: &str| breaks(&trusting(arn), never).map(|(who, _)| who);
    assert_eq!(who("acs:ram::2000000000000001:root").as_deref(), Some("acs:ram::2000000000000001:user/somebody"));
    assert_eq!(who("acs:ram::2000000000000001:role/ci").as_deref(), Some("acs:ram::2000000000000001:role/ci"));
    assert_eq!(who("acs:ram::2000000000000001:user/eve").as_deref(), Some("acs:ram::2000000000000001:user/eve"));
    assert_eq!(who("acs:ram::1234567890123456:root"), None);
    let granting = |principal: &str| {
        let resource = json!(["acs:oss:*:1234567890123456:photos", "acs:oss:*:1234567890123456:photos/*"]);
        let statement =
            json!({"Effect": "Allow", "Action": ["oss:GetObject"], "Principal": [principal], "Resource": resource});
        json!({"buckets": {"photos": {"region": "cn-hangzhou", "acl": "private", "policy": {"Version": "1", "Statement": [statement]}}}})
    };
    let never = "no principal outside the account may oss:GetObject on acs:oss:*:*:photos/*";
    let who = |principal: &str| breaks(&granting(principal), never).map(|(who, _)| who);
    let session = "arn:sts::2000000000000001:assumed-role/ci/*";
    assert_eq!(who(session).as_deref(), Some("acs:ram::2000000000000001:role/ci"));
    assert_eq!(who("204567890123450001").as_deref(), Some("acs:ram::9999999999999999:user/user-204567890123450001"));
    assert_eq!(who("1234567890123456"), None);
}

#[test]
fn a_user_may_have_given_a_second_factor() {
    let statement = json!({"Effect": "Allow", "Action": "ram:*", "Resource": "*", "Condition": {"Bool": {"acs:MFAPresent": "true"}}});
    let policies =
        json!({"Own": {"default_version": "v1", "versions": {"v1": {"Version": "1", "Statement": [statement]}}}});
    let attached = json!([{"name": "Own", "type": "Custom"}]);
    let account = json!({"policies": policies, "users": {"alice": {"policies": attached}}});
    let (who, keys) = breaks(&account, "nobody may ram:CreateUser on *").unwrap();
    assert_eq!(who, "acs:ram::1234567890123456:user/alice");
    assert!(keys.contains(&("acs:MFAPresent".to_owned(), "true".to_owned())), "{keys:?}");
    let owner = json!({"RAM": ["acs:ram::1234567890123456:root"]});
    let statement = json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": owner});
    let trust = json!({"Version": "1", "Statement": [statement]});
    let role = json!({"trust": trust, "max_session_duration": 3600, "policies": attached});
    assert_eq!(breaks(&json!({"policies": policies, "roles": {"ops": role}}), "nobody may ram:CreateUser on *"), None);
}

#[test]
fn what_is_left_out_is_not_decided() {
    let why = |account: &Value, invariant: &str| match outcome(account, invariant) {
        Outcome::NotDecided(why) => Some(why),
        Outcome::Holds => None,
        other => panic!("{other:?}"),
    };
    let bucket = json!({"region": "cn-hangzhou", "acl": "private", "policy": {"Version": "2"}});
    let account = json!({"buckets": {"photos": bucket}, "users": {"alice": {}}});
    let told = why(&account, "nobody may oss:GetObject").unwrap();
    assert!(told.contains("company/buckets/photos/policy"), "{told}");
    assert!(why(&account, "nobody may oss:*").is_some());
    assert_eq!(why(&account, "nobody may ram:*"), None);
    let account = json!({"users": {"alice": {"policies": [{"name": "Unknown", "type": "Custom"}]}}});
    let told = why(&account, "nobody may ram:*").unwrap();
    assert!(told.contains("company/users/alice/policies/Unknown"), "{told}");
}

#[test]
fn acls_and_policies_of_resources_let_in_too() {
    let bucket = json!({"region": "cn-hangzhou", "acl": "private", "object_acls": {"a/open": "public-read"}});
    let account = json!({"buckets": {"photos": bucket}});
    let never = "no principal outside the account may oss:GetObject on acs:oss:*:*:photos/*";
    let Outcome::Broken { resource, .. } = outcome(&account, never) else { panic!() };
    assert!(resource.ends_with(":photos/a/open"), "{resource}");
    assert_eq!(breaks(&account, "no principal outside the account may oss:PutObject on acs:oss:*:*:photos/*"), None);
    let statement = json!({"Effect": "Allow", "Principal": ["2000000000000001"], "Action": ["log:PostLogStoreLogs"],
        "Resource": "acs:log:cn-hangzhou:1234567890123456:project/logs/*"});
    let logs = json!({"policy": {"Version": "1", "Statement": [statement]}});
    let account = json!({"log_projects": {"cn-hangzhou/logs": logs}});
    let who = breaks(&account, "no principal outside the account may log:Post* on *").map(|(who, _)| who);
    assert_eq!(who.as_deref(), Some("acs:ram::2000000000000001:root"));
    assert_eq!(breaks(&account, "no principal outside the account may log:Get* on *"), None);
}

#[test]
fn what_is_attached_for_a_resource_group_counts_in_it() {
    let attached = json!([{"name": "AliyunECSFullAccess", "type": "System", "resource_group": "rg-one"}]);
    let account = json!({"users": {"alice": {"policies": attached}},
        "resource_groups": {"rg-one": {"resources": ["ecs instance i-one"]}, "rg-two": {"resources": ["ecs instance i-two"]}}});
    let never = |of: &str| format!("nobody may ecs:DeleteInstance on {of}");
    let broken_in = |invariant: &str| match outcome(&account, invariant) {
        Outcome::Broken { resource_group, .. } => Some(resource_group),
        Outcome::Holds => None,
        other => panic!("{other:?}"),
    };
    // In which group it is the state says, or nobody does.
    assert_eq!(broken_in(&never("acs:ecs:*:*:instance/i-one")), Some(None));
    assert_eq!(broken_in(&never("acs:ecs:*:*:instance/i-two")), None);
    assert_eq!(broken_in(&never("acs:ecs:*:*:instance/i-x")), Some(Some("rg-one".to_owned())));
    assert!(broken_in(&never("*")).is_some());
    assert_eq!(broken_in("nobody may rds:* on *"), None);
    // Identities are in no group.
    let attached = json!([{"name": "AdministratorAccess", "type": "System", "resource_group": "rg-one"}]);
    let account = json!({"users": {"alice": {"policies": attached}}, "resource_groups": {"rg-one": {}}});
    assert!(breaks(&account, "nobody may ram:* on *").is_none());
    // A bucket that no group lists is in the default one if all is listed, and nobody says that it is.
    let attached = json!([{"name": "AliyunOSSFullAccess", "type": "System", "resource_group": "rg-one"}]);
    let account = json!({"users": {"alice": {"policies": attached}}, "resource_groups": {"rg-one": {}}, "buckets": {"photos": {}}});
    let invariant = "nobody may oss:DeleteObject on acs:oss:*:*:photos/*";
    match outcome(&account, invariant) {
        Outcome::Broken { resource_group, .. } => assert_eq!(resource_group.as_deref(), Some("rg-one")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_no_operation_asks_for_breaks_nothing() {
    let account = |statements: Value| {
        let policies =
            json!({"Own": {"default_version": "v1", "versions": {"v1": {"Version": "1", "Statement": statements}}}});
        json!({"policies": policies, "users": {"alice": {"policies": [{"name": "Own", "type": "Custom"}]}}})
    };
    let allow = |action: &str, resource: &str| json!({"Effect": "Allow", "Action": action, "Resource": resource});
    let broken_by = |statements: Value, invariant: &str| match outcome(&account(statements), invariant) {
        Outcome::Broken { action, resource, .. } => Some((action, resource)),
        Outcome::Holds => None,
        other => panic!("{other:?}"),
    };
    // An object is deleted, never a bucket, nor what is no thing of OSS.
    let deny = json!({"Effect": "Deny", "Action": "oss:DeleteObject", "Resource": "acs:oss:*:*:*"});
    assert_eq!(broken_by(json!([allow("oss:*", "*"), deny]), "user alice may never oss:DeleteObject on *"), None);
    let bucket = json!([allow("oss:*", "acs:oss:*:*:photos")]);
    assert_eq!(broken_by(bucket.clone(), "user alice may never oss:DeleteObject on *"), None);
    assert!(broken_by(bucket, "user alice may never oss:* on *").is_some());
    // Of actions that no statement tells apart, one that is on roles.
    let (action, resource) =
        broken_by(json!([allow("ram:Get*", "acs:ram:*:*:role/*")]), "user alice may never ram:* on *").unwrap();
    assert!(action.starts_with("ram:Get") && resource.contains(":role/"), "{action} {resource}");
    assert!(crate::simulate::may_be_on(&action, &resource), "{action} {resource}");
    assert_eq!(broken_by(json!([allow("ram:CreateUser", "acs:oss:*:*:*")]), "nobody may ram:CreateUser on *"), None);
}

#[test]
fn what_is_left_out_of_somebody_elses_policies_is_no_doubt() {
    let broken = json!({"Effect": "Allow", "Action": "oss:GetObject", "Resource": "*", "Condition": {"StringEqual": {"a": "b"}}});
    let policies =
        json!({"Odd": {"default_version": "v1", "versions": {"v1": {"Version": "1", "Statement": [broken]}}}});
    let account =
        json!({"policies": policies, "users": {"alice": {}, "bob": {"policies": [{"name": "Odd", "type": "Custom"}]}}});
    let decided = |invariant: &str| !matches!(outcome(&account, invariant), Outcome::NotDecided(_));
    assert!(decided("user alice may never oss:* on *"));
    assert!(decided("user bob may never ram:* on *"));
    assert!(!decided("user bob may never oss:Get* on *"));
    assert!(!decided("nobody may oss:* on *"));
}

#[test]
fn whoever_is_of_another_account_of_the_state_is_outside() {
    let admin = json!([{"name": "AdministratorAccess", "type": "System"}]);
    let granting = json!([{"Effect": "Allow", "Action": ["oss:GetObject"], "Principal": ["2000000000000001"],
        "Resource": ["acs:oss:*:1234567890123456:half/*"]}]);
    let trusting = json!([{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"RAM": ["acs:ram::2000000000000001:root"]}}]);
    let state = json!({"accounts": {
        "company": {"account_id": "1234567890123456", "users": {"alice": {"policies": admin}},
            "roles": {"ops": {"trust": {"Version": "1", "Statement": trusting}}},
            "buckets": {"half": {"region": "cn-hangzhou", "acl": "private", "policy": {"Version": "1", "Statement": granting}}}},
        "partner": {"account_id": "2000000000000001", "users": {"ext": {"policies": admin}},
            "buckets": {"other": {"region": "cn-hangzhou", "acl": "private"}}}}});
    let state: acslab_emulator::state::AuthorizationState = serde_json::from_value(state).unwrap();
    let standing = Standing::of(Kept::from(state), Vec::new());
    let who = |invariant: &str| match prove(&standing, &read(invariant).unwrap()).pop().unwrap().outcome {
        Outcome::Broken { principal, .. } => Some(principal),
        Outcome::Holds => None,
        other => panic!("{other:?}"),
    };
    let never = "no principal outside the account may";
    let partner = |invariant: &str| who(&format!("{never} {invariant}")).unwrap();
    assert_eq!(partner("oss:GetObject on acs:oss:*:*:half/*"), "acs:ram::2000000000000001:root");
    assert_eq!(partner("sts:AssumeRole on *"), "acs:ram::2000000000000001:user/ext");
    // Each does what it likes with its own account's.
    assert_eq!(who(&format!("{never} oss:DeleteObject on *")), None);
    assert_eq!(who(&format!("{never} oss:GetObject on acs:oss:*:*:other/*")), None);
}
