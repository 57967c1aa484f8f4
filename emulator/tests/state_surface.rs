//! The control surface lets in whom it should, whatever is asked of it.
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod kit;

use acslab_emulator::state::{AccountState, AuthorizationState};
use acslab_emulator::{EmulatorHandle, Service};
use kit::{Answer, Client, Raw, headers};
use serde_json::{Value, json};

/// All that there is, each with a body that it takes.
const ALL: &[(&str, &str, &str)] = &[
    ("GET", "health", ""),
    ("GET", "decisions", ""),
    ("POST", "state", "{}"),
    ("GET", "sessions", ""),
    ("GET", "policies/names?of=key", ""),
    ("POST", "policies/lint", r#"{"kind": "Identity", "text": "{}"}"#),
    ("POST", "clock", r#"{"advance_seconds": 1}"#),
    ("POST", "system-policies", r#"{"AliyunKMSCryptoUserAccess": "v1"}"#),
    ("GET", "oidc-keys", ""),
    ("GET", "instance-roles", ""),
    ("GET", "quotas", ""),
    ("PUT", "quotas", r#"{"Users": 7}"#),
    ("POST", "accounts", ""),
    ("GET", "accounts", ""),
    ("POST", "accounts/1234567890123456/users", r#"{"name": "nobody"}"#),
];

fn ask(cloud: &EmulatorHandle, (method, path, body): (&str, &str, &str), lines: &[(&str, &str)]) -> Answer {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    Raw::new(method, &format!("/_acslab/{path}"))
        .query(query.to_owned())
        .headers(headers(lines))
        .body(body)
        .send(cloud.address())
}

#[test]
fn every_part_of_it_is_guarded() {
    let cloud = kit::start();
    let host = cloud.address().to_string();
    let own = format!("http://{host}");
    let accounts = || cloud.gateway().cloud().accounts().len();
    let before = (cloud.gateway().cloud().clock.now(), cloud.gateway().cloud().system_policies());
    for part in ALL {
        for lines in [
            &[("host", "evil.example")][..],
            &[("host", "evil.example"), ("origin", "http://evil.example")],
            &[("host", host.as_str()), ("origin", "http://evil.example")],
            &[("host", host.as_str()), ("origin", "null")],
            &[("host", host.as_str()), ("sec-fetch-site", "cross-site")],
            &[("host", host.as_str()), ("x-forwarded-for", "192.0.2.1")],
        ] {
            let answer = ask(&cloud, *part, lines);
            assert_eq!(answer.status, 403, "{part:?} {lines:?}: {}", answer.text());
        }
    }
    let after = (cloud.gateway().cloud().clock.now(), cloud.gateway().cloud().system_policies());
    assert_eq!((before.0, accounts()), (after.0, 1));
    assert!(std::sync::Arc::ptr_eq(&before.1, &after.1));
    for part in ALL {
        for lines in [&[("host", host.as_str())][..], &[("host", "localhost")]] {
            // People are made once.
            if part.1.ends_with("/users") && lines != [("host", host.as_str())] {
                continue;
            }
            ask(&cloud, *part, lines).ok();
        }
        // A page of this origin may ask what changes nothing. What else it may do takes the console's token.
        let looks = part.0 == "GET" || ["state", "policies/lint"].contains(&part.1);
        let page = [("host", host.as_str()), ("origin", own.as_str()), ("sec-fetch-site", "same-origin")];
        assert_eq!(ask(&cloud, *part, &page).status, if looks { 200 } else { 403 }, "{part:?}");
    }
}

#[test]
fn the_builder_names_further_hosts() {
    let cloud = kit::builder().control_host("acslab").start().expect("an emulator");
    ask(&cloud, ALL[0], &[("host", "acslab:8820")]).ok();
    assert_eq!(ask(&cloud, ALL[0], &[("host", "acslab.example:8820")]).status, 403);
}

/// A key that the surface gave, at work.
fn client<'e>(cloud: &'e EmulatorHandle, given: &Value) -> Client<'e> {
    let text = |name: &str| given[name].as_str().expect("a key");
    Client::owner(cloud).with_key(text("access_key_id"), text("access_key_secret"), None)
}

#[test]
fn a_fresh_account_is_ready_and_has_nothing_of_anybody_else() {
    let cloud = kit::builder().open(Service::Oss).start().expect("an emulator");
    let host = cloud.address().to_string();
    let post = |path: &str, body: &str| ask(&cloud, ("POST", path, body), &[("host", &host)]);
    Client::owner(&cloud).user("alice");
    let (one, two) = (post("accounts", "").ok(), post("accounts", r#"{"name": "second", "open": ["pai"]}"#).ok());
    assert_ne!(one["account_id"], two["account_id"]);
    assert_eq!((&two["name"], &one["endpoint"]), (&json!("second"), &json!(format!("http://{host}"))));
    assert_eq!(one["environment"]["ALIBABA_CLOUD_ACCESS_KEY_ID"], one["access_key_id"]);
    assert_eq!(one["environment"]["OSS_ACCESS_KEY_SECRET"], one["access_key_secret"]);
    assert_eq!(one["environment"]["ACSLAB_ENDPOINT"], one["endpoint"]);
    let owner = client(&cloud, &one);
    assert_eq!(owner.ram("ListUsers", &[]).ok()["Users"]["User"], json!([]));
    owner.ram("GetUser", &[("UserName", "alice")]).refused(404, "EntityNotExist.User");
    // Open are what is open in every account, and what was asked for.
    let open = |given: &Value| {
        let account =
            cloud.gateway().cloud().account(given["account_id"].as_str().expect("an id")).expect("it is open");
        account.activations.read().iter().map(|(service, _)| service.name()).collect::<Vec<_>>()
    };
    assert_eq!((open(&one), open(&two)), (vec!["oss"], vec!["oss", "pai"]));

    post("accounts", r#"{"name": "second"}"#).refused(409, "");
    post("accounts", r#"{"id": "12"}"#).refused(400, "");
    post("accounts", r#"{"open": ["ecs"]}"#).refused(400, "");
    post("accounts", r#"{"nam": "x"}"#).refused(400, "");
    let all = ask(&cloud, ("GET", "accounts", ""), &[("host", &host)]).ok();
    assert_eq!(all["accounts"].as_array().map(Vec::len), Some(3));

    // It goes with its keys; once.
    let path = format!("accounts/{}", one["account_id"].as_str().expect("an id"));
    ask(&cloud, ("DELETE", &path, ""), &[("host", &host)]).ok();
    owner.sts("GetCallerIdentity", &[]).refused(404, "InvalidAccessKeyId.NotFound");
    ask(&cloud, ("DELETE", &path, ""), &[("host", &host)]).refused(404, "");
    client(&cloud, &two).sts("GetCallerIdentity", &[]).ok();
    ask(&cloud, ("DELETE", "accounts", ""), &[("host", &host)]).refused(405, "");
}

#[test]
fn an_account_in_a_resource_directory_is_not_closed_from_outside() {
    let cloud = kit::start();
    let host = cloud.address().to_string();
    Client::owner(&cloud).rpc("2020-03-31", "EnableResourceDirectory", &[("EnableMode", "CurrentAccount")]).ok();
    ask(&cloud, ("DELETE", "accounts/1234567890123456", ""), &[("host", &host)]).refused(409, "");
    Client::owner(&cloud).ram("ListUsers", &[]).ok();
}

#[test]
fn people_of_an_account_are_made_with_what_they_may() {
    let cloud = kit::start();
    let host = cloud.address().to_string();
    let post = |path: &str, body: &str| ask(&cloud, ("POST", path, body), &[("host", &host)]);
    let account = post("accounts", "").ok();
    let users = format!("accounts/{}/users", account["account_id"].as_str().expect("an id"));
    let own = kit::policy("Allow", "ram:CreateUser", "*");
    let body = format!(r#"{{"name": "alice", "policies": ["AliyunRAMReadOnlyAccess", {own}]}}"#);
    let given = post(&users, &body).ok();
    assert!(given["arn"].as_str().is_some_and(|arn| arn.ends_with(":user/alice")), "{given}");
    let alice = client(&cloud, &given);
    alice.ram("ListUsers", &[]).ok();
    alice.ram("CreateUser", &[("UserName", "bob")]).ok();
    alice.ram("DeleteUser", &[("UserName", "bob")]).refused(403, "NoPermission");
    assert!(post(&users, &body).text().contains("EntityAlreadyExists.User"));
    post(&users, r#"{"name": "carol", "policies": [1]}"#).refused(400, "");
    // Nobody is there in part: which policy is not there is told, and the right call afterwards goes through.
    let misspelt = r#"{"name": "carol", "policies": ["AliyunRAMReadOnlyAccess", "AliyunOSSReadOnlyAcces"]}"#;
    let refused = post(&users, misspelt);
    assert!(
        refused.text().contains("`AliyunOSSReadOnlyAcces`. Did you mean `AliyunOSSReadOnlyAccess`?"),
        "{}",
        refused.text()
    );
    let unreadable = format!(r#"{{"name": "carol", "policies": [{own}, {{"Version": "1", "Statement": 5}}]}}"#);
    post(&users, &unreadable).refused(400, "");
    post(&users, &format!(r#"{{"name": "carol", "policies": [{own}]}}"#)).ok();
    // Nor is a policy left that was made and could not be attached.
    ask(&cloud, ("PUT", "quotas", r#"{"AttachedPoliciesPerUser": 1}"#), &[("host", &host)]).ok();
    post(&users, &format!(r#"{{"name": "dora", "policies": [{own}, {own}]}}"#)).refused(409, "");
    let left = client(&cloud, &account).ram("ListPolicies", &[("PolicyType", "Custom")]).text();
    assert!(left.contains("carol") && !left.contains("dora"), "{left}");
    post("accounts/1/users", r#"{"name": "carol"}"#).refused(404, "");
    // Keys are not for other machines, even where the surface is.
    let far = kit::builder().control_host("acslab").start().expect("an emulator");
    let asked = ("POST", "accounts/1234567890123456/users", r#"{"name": "carol"}"#);
    ask(&far, asked, &[("host", "acslab")]).refused(403, "");
}

/// Everything that a state can say and a cloud can take.
fn whole_state() -> Value {
    let allow = |action: &str, resource: &str| json!({"Effect": "Allow", "Action": action, "Resource": resource});
    let policy = |statement: Value| json!({"Version": "1", "Statement": [statement]});
    let of_bucket = |action: &str, resource: &str| json!({"Effect": "Allow", "Principal": ["2000000000000001"], "Action": [action], "Resource": [resource]});
    let trust = json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"RAM": ["acs:ram::1234567890123456:root"]}});
    let attached = json!([{"name": "Read", "type": "Custom", "version": "v2"}]);
    let of_group = json!([{"name": "Read", "type": "Custom", "version": "v2", "resource_group": "research"}]);
    let point = "acs:oss:cn-hangzhou:1234567890123456:accesspoint/reader/object/*";
    let vpc = "acs:oss:cn-hangzhou:1234567890123456:accesspoint/inner/object/*";
    let log = json!({"Effect": "Deny", "Action": ["log:Post*"], "Resource": "acs:log:*:*:project/logs/*"});
    json!({"accounts": {"company": {
        "account_id": "1234567890123456",
        "activated": ["oss", "sls", "pai/cn-hangzhou"],
        "users": {"alice": {"groups": ["readers"], "policies": of_group}, "bob": {}},
        "groups": {"readers": {"members": ["alice"], "policies": attached}},
        "roles": {"ops": {"trust": policy(trust), "policies": attached, "max_session_duration": 7200}},
        "policies": {"Read": {"default_version": "v2", "versions": {
            "v1": policy(allow("oss:*", "*")), "v2": policy(allow("oss:Get*", "*"))}}},
        "access_key_policies": {"account": [{"Status": "Active", "Statements": [
            {"Type": "ClassicWhiteList", "IPList": ["192.0.2.0/24"]}]}]},
        "resource_groups": {"research": {"display_name": "Research", "tags": {"team": "a"},
            "resources": ["log project logs", "oss bucket photos"]}},
        "identity_providers": {"oidc": {"github": {"issuer_url": "https://token.actions.githubusercontent.com",
            "client_ids": ["sts.aliyuncs.com"], "fingerprints": ["902ef2deeb3c5b13ea4c3d5193629309e231ae55"],
            "issuance_limit_hours": 6}}},
        "security_preference": {"change_password": false, "login_session_hours": 3, "mfa_for_login": "mandatory",
            "verification_types": ["email"]},
        "buckets": {"photos": {
            "region": "cn-hangzhou", "acl": "private", "public_access_blocked": true, "tags": {"env": "test"},
            "policy": policy(of_bucket("oss:GetObject", "acs:oss:*:1234567890123456:photos/*")),
            "access_points": {
                "reader": {"origin": "internet", "policy": policy(of_bucket("oss:GetObject", point))},
                "inner": {"origin": "vpc-1", "policy": policy(of_bucket("oss:*", vpc)), "public_access_blocked": true}},
            "object_acls": {"a/b": "public-read", "c": "private"},
            "object_tags": {"c": {"secret": "yes"}, "d": {"secret": "no", "team": "a"}}}},
        "log_projects": {"cn-hangzhou/logs": {"policy": policy(log), "tags": {"env": "test"}},
            "cn-shanghai/logs": {"tags": {"env": "other"}}},
        "workspaces": {"cn-hangzhou/research": {"members": {
            "owner": ["PAI.WorkspaceOwner"], "user/alice": ["PAI.LabelManager", "PAI.AlgoDeveloper"], "role/ops": ["PAI.WorkspaceAdmin"]}}},
        "permissions": {}
    }}})
}

#[test]
fn a_state_is_taken_as_it_is_shown() {
    let given: AuthorizationState = serde_json::from_value(whole_state()).expect("a state");
    let (_, unused) = acslab_emulator::Authority::of(&given);
    assert_eq!(unused, []);
    let cloud = kit::builder().authorization_state(given.clone()).start().expect("starts");
    let shown = |body: &str| -> AuthorizationState {
        serde_json::from_value(ask(&cloud, ("POST", "state", body), &[]).ok()).expect("a state")
    };
    let before = shown("{}");
    for part in [
        (|one: &AccountState| json!(one.buckets)) as fn(&AccountState) -> Value,
        |one| json!(one.log_projects),
        |one| json!(one.identity_providers),
        |one| json!(one.security_preference),
        |one| json!(one.access_key_policies),
        |one| json!(one.resource_groups),
        |one| json!(one.users),
        |one| json!(one.roles),
        |one| json!(one.policies),
    ] {
        assert_eq!(part(&before.accounts["company"]), part(&given.accounts["company"]));
    }
    let members = |of: &AuthorizationState| of.accounts["company"].workspaces["cn-hangzhou/research"].members.len();
    assert_eq!(members(&before), members(&given));
    // And once more, of what was shown.
    let again = kit::builder().authorization_state(before.clone()).start().expect("starts");
    let after: AuthorizationState =
        serde_json::from_value(ask(&again, ("POST", "state", "{}"), &[]).ok()).expect("a state");
    assert_eq!(after, before);
}

#[test]
fn what_a_state_cannot_give_is_told() {
    let sound: Value = serde_json::from_str(&kit::policy("Allow", "ram:*", "*")).expect("a document");
    let policies = json!({
        "Blind": {"default_version": "v2", "versions": {"v1": sound, "v2": {"Version": "1"}}},
        "Seen": {"default_version": "v2", "versions": {"v1": {"Version": "1"}, "v2": sound}}});
    let state = json!({"accounts": {"company": {"account_id": "1234567890123456", "policies": policies,
        "users": {"alice": {"access_key_policies": [{"Version": 1}]}},
        "access_key_policies": {"owner": [{"Version": 1}], "account": [{"Version": 7}]},
        "identity_providers": {"saml": {"idp": {"metadata_sha256": "00"}}, "user_sso": {"with_domain": true, "metadata_sha256": "00"}},
        "buckets": {"photos": {"object_acls": {"a": "everybody"}, "access_points": {"p": {"origin": "internet", "policy": {"Version": "2"}}}}},
        "log_projects": {"cn-hangzhou/logs": {"policy": {"Version": "1", "Statement": "none"}}},
        "workspaces": {"cn-hangzhou/w": {"members": {"user/nobody": [], "owner": ["PAI.King"]}}}}}});
    let state: AuthorizationState = serde_json::from_value(state).expect("a state");
    let (_, unused) = acslab_emulator::Authority::of(&state);
    let places: Vec<&str> = unused.iter().map(|one| one.place.as_str()).collect();
    assert_eq!(
        places,
        [
            // Of a policy whose version in force cannot be read no other version is in force.
            "company/policies/Blind",
            "company/policies/Seen/v1",
            "company/buckets/photos/access points/p/policy",
            "company/buckets/photos/object ACLs/a",
            "company/log projects/cn-hangzhou/logs/policy",
            "company/workspaces/cn-hangzhou/w/members/owner",
            "company/workspaces/cn-hangzhou/w/members/user/nobody",
            "company/SAML providers/idp",
            "company/single sign-on of users",
            "company/access key policies/account",
            "company/access key policies/owner",
            "company/users/alice/access key policies",
        ]
    );
}
