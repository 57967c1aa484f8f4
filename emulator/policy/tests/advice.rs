//! What is proposed and what is not: nothing that no request can have, nothing that lets more in than it must.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use std::sync::Arc;

use acslab_policy::{
    Action, Change, Dialect, Document, DocumentKind, KeyOf, Layers, NearKind, PolicyRef, PolicySet, Principal,
    Remedies, Request, ResourceLayer, explain, near_misses, ways_to_ask, would_allow,
};
use serde_json::{Value, json};

fn set(kind: DocumentKind, statements: &Value) -> PolicySet {
    let text = json!({ "Version": "1", "Statement": statements }).to_string();
    let document = Document::parse_with(kind, &text, &Dialect::STORED).unwrap();
    PolicySet::compile([(PolicyRef::named("p"), Arc::new(document))])
}

fn alice(action: &str, resource: &str) -> Request {
    let request = Request::new(Principal::ram_user("1", "2001", "alice"), action, resource).unwrap();
    request.with("acs:PrincipalARN", "acs:ram::1:user/alice")
}

/// What would allow it, of identity policies alone.
fn identity(statements: &Value, request: &Request) -> Remedies {
    let set = set(DocumentKind::Identity, statements);
    would_allow(&Layers::new(&set), request, &[])
}

fn on_condition(action: &str, condition: &Value) -> Value {
    json!([{ "Effect": "Allow", "Action": action, "Resource": "*", "Condition": condition }])
}

/// The keys that proposals set, each with its value.
fn keys(remedies: &Remedies) -> Vec<(String, String, KeyOf)> {
    let changes = remedies.remedies.iter().flat_map(|remedy| &remedy.changes);
    let key = |change: &Change| match change {
        Change::SetKey { key, values, of } => Some((key.clone(), values.join(","), *of)),
        _ => None,
    };
    changes.filter_map(key).collect()
}

/// What proposals say in the place of a statement.
fn replaced(remedies: &Remedies) -> Vec<Value> {
    let changes = remedies.remedies.iter().flat_map(|remedy| &remedy.changes);
    let statement = |change: &Change| match change {
        Change::ReplaceStatement { statement, .. } => Some(statement.clone()),
        _ => None,
    };
    changes.filter_map(statement).collect()
}

const PHOTO: &str = "acs:oss:*:1:photos/dir/k";

#[test]
fn no_request_is_asked_to_have_what_none_has() {
    for (action, resource, condition) in [
        // The prefix of a list, where an object is read.
        ("oss:GetObject", PHOTO, json!({ "StringLike": { "oss:Prefix": "dir/*" } })),
        // What OSS has no key for, what another cloud has.
        ("oss:GetObject", PHOTO, json!({ "StringEquals": { "oss:Referer": "https://a.com" } })),
        ("ecs:StopInstance", "acs:ecs:*:1:instance/i", json!({ "StringEquals": { "aws:SourceVpc": "vpc-1" } })),
        // Queries do not fill the tag of a resource.
        (
            "ecs:DescribeInstances",
            "acs:ecs:*:1:instance/*",
            json!({ "StringEquals": { "acs:ResourceTag/env": "dev" } }),
        ),
        // A role for another service is another request.
        ("ram:CreateServiceLinkedRole", "*", json!({ "StringEquals": { "ram:ServiceName": "rds.aliyuncs.com" } })),
        // A pattern is no value.
        ("oss:GetObject", PHOTO, json!({ "StringEquals": { "acs:SourceVpc": ["*"] } })),
    ] {
        let remedies = identity(&on_condition(action, &condition), &alice(action, resource));
        assert_eq!(keys(&remedies), [], "{condition}");
    }
    // What a request or a resource may have is proposed.
    for (action, resource, condition, expected) in [
        (
            "oss:ListObjects",
            "acs:oss:*:1:photos",
            json!({ "StringLike": { "oss:Prefix": "dir/*" } }),
            ("oss:Prefix", "dir/", KeyOf::Request),
        ),
        (
            "ecs:StopInstance",
            "acs:ecs:*:1:instance/i",
            json!({ "StringEquals": { "acs:ResourceTag/env": "dev" } }),
            ("acs:ResourceTag/env", "dev", KeyOf::Resource),
        ),
        (
            "ecs:StopInstance",
            "acs:ecs:*:1:instance/i",
            json!({ "StringEquals": { "ecs:tag/env": "dev" } }),
            ("ecs:tag/env", "dev", KeyOf::Resource),
        ),
        (
            "ecs:RunInstances",
            "acs:ecs:*:1:instance/*",
            json!({ "StringEquals": { "acs:RequestTag/env": "dev" } }),
            ("acs:RequestTag/env", "dev", KeyOf::Request),
        ),
        (
            "oss:GetObject",
            PHOTO,
            json!({ "IpAddress": { "acs:SourceIp": "203.0.113.0/24" } }),
            ("acs:SourceIp", "203.0.113.1", KeyOf::Request),
        ),
        (
            "oss:GetObject",
            PHOTO,
            json!({ "IpAddress": { "acs:SourceIp": "203.0.113.8/32" } }),
            ("acs:SourceIp", "203.0.113.8", KeyOf::Request),
        ),
        (
            "oss:GetObject",
            PHOTO,
            json!({ "IpAddress": { "acs:SourceIp": "2001:db8::/32" } }),
            ("acs:SourceIp", "2001:db8::1", KeyOf::Request),
        ),
    ] {
        let remedies = identity(&on_condition(action, &condition), &alice(action, resource));
        let (key, value, of) = expected;
        assert!(keys(&remedies).contains(&(key.to_owned(), value.to_owned(), of)), "{condition}: {remedies:#?}");
    }
}

#[test]
fn a_pattern_under_equality_is_put_under_likeness() {
    let condition = json!({ "StringEquals": { "acs:SourceVpc": ["*"], "acs:UserAgent": "a" } });
    let request = alice("oss:GetObject", PHOTO).with("acs:SourceVpc", "vpc-1").with("acs:UserAgent", "a");
    let statements = on_condition("oss:GetObject", &condition);
    let remedies = identity(&statements, &request);
    let like = json!({ "StringEquals": { "acs:UserAgent": "a" }, "StringLike": { "acs:SourceVpc": ["*"] } });
    assert!(replaced(&remedies).iter().any(|one| one["Condition"] == like), "{remedies:#?}");
    let set = set(DocumentKind::Identity, &statements);
    let near = near_misses(&explain(&Layers::new(&set), &request));
    assert_eq!(near.iter().map(|miss| miss.kind).collect::<Vec<_>>(), [NearKind::Wildcard]);
}

#[test]
fn an_operation_is_no_action() {
    let none = json!([{ "Effect": "Allow", "Action": "ecs:StopInstance", "Resource": "*" }]);
    for action in ["oss:HeadObject", "sts:AssumeRoleWithOIDC", "sts:AssumeRoleWithSAML"] {
        let remedies = identity(&none, &alice(action, "*"));
        assert!(remedies.impossible.is_some() && remedies.remedies.is_empty() && remedies.wider.is_empty(), "{action}");
    }
    assert!(identity(&none, &alice("oss:GetObject", PHOTO)).impossible.is_none());
}

/// A statement that trusts an identity provider says which token or assertion; where nobody says it, there is none.
#[test]
fn a_provider_is_not_trusted_with_whatever_it_vouches_for() {
    let provider = "acs:ram::1:oidc-provider/github";
    let main =
        json!({ "StringEquals": { "oidc:aud": "sts.aliyuncs.com", "oidc:sub": "repo:acme/app:ref:refs/heads/main" } });
    let ask = |principal: &Value, keys: &[(&str, &str)]| {
        let trust = set(
            DocumentKind::Trust,
            &json!([{ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, "Condition": main }]),
        );
        let request = Request::new(Principal::federated(provider), "sts:AssumeRole", "acs:ram:*:1:role/ci").unwrap();
        let request = keys.iter().fold(request, |request, (key, value)| request.with(*key, *value));
        let nobody = PolicySet::compile([]);
        would_allow(&Layers { resource: ResourceLayer::Trust(&trust), ..Layers::new(&nobody) }, &request, &[])
    };
    let (github, service) = (json!({ "Federated": [provider] }), json!({ "Service": ["ecs.aliyuncs.com"] }));
    let pull = [("oidc:aud", "sts.aliyuncs.com"), ("oidc:sub", "repo:acme/app:pull_request")];
    for (principal, keys) in
        [(&github, &pull[..]), (&service, &pull), (&service, &[]), (&github, &[]), (&service, &pull[..1])]
    {
        let remedies = ask(principal, keys);
        for change in remedies.remedies.iter().chain(&remedies.wider).flat_map(|remedy| &remedy.changes) {
            let (Change::AddStatement { statement, .. } | Change::ReplaceStatement { statement, .. }) = change else {
                continue;
            };
            let said = &statement["Condition"]["StringEquals"];
            assert!(!said["oidc:aud"].is_null() && !said["oidc:sub"].is_null(), "{statement}");
        }
    }
}

fn denied(deny: &Value, request: &Request) -> Remedies {
    let all = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
    identity(&json!([all, deny]), request)
}

#[test]
fn a_deny_on_more_excepts_the_caller_from_what_is_asked_alone() {
    let deny = json!({ "Sid": "no", "Effect": "Deny", "Action": ["oss:Delete*", "oss:PutBucketPolicy"],
        "Resource": ["acs:oss:*:*:photos/*", "acs:oss:*:*:logs/*"] });
    let remedies = denied(&deny, &alice("oss:DeleteObject", PHOTO));
    let but_alice = json!({ "StringNotEquals": { "acs:PrincipalARN": ["acs:ram::1:user/alice"] } });
    let split = json!([
        { "Sid": "no", "Effect": "Deny", "Action": "oss:Delete*", "Resource": "acs:oss:*:*:photos/*", "Condition": but_alice },
        { "Effect": "Deny", "Action": "oss:PutBucketPolicy", "Resource": ["acs:oss:*:*:photos/*", "acs:oss:*:*:logs/*"] },
        { "Effect": "Deny", "Action": "oss:Delete*", "Resource": "acs:oss:*:*:logs/*" },
    ]);
    let found = remedies.remedies.iter().find(
        |remedy| matches!(&remedy.changes[..], [Change::ReplaceStatement { statement, .. }] if *statement == split),
    );
    let opens: Vec<_> = found
        .unwrap_or_else(|| panic!("{remedies:#?}"))
        .opens
        .iter()
        .map(|one| (&*one.action, &*one.resource))
        .collect();
    assert_eq!(opens, [("oss:Delete*", "acs:oss:*:*:photos/*")]);
    // One of the resources may be taken out of it, too.
    let others = json!(["acs:oss:*:*:logs/*"]);
    assert!(replaced(&remedies).iter().any(|one| one["Resource"] == others), "{remedies:#?}");
}

#[test]
fn a_deny_of_all_but_some_lets_one_more_through() {
    let list = |list: Value| json!({ "Effect": "Deny", "Action": "oss:GetObject", "Resource": "*", "Condition": { "NotIpAddress": { "acs:SourceIp": list } } });
    let from = |address: &str| alice("oss:GetObject", PHOTO).with("acs:SourceIp", address);
    let remedies = denied(&list(json!(["10.0.0.0/8"])), &from("203.0.113.7"));
    let more = list(json!(["10.0.0.0/8", "203.0.113.7"]));
    assert!(replaced(&remedies).contains(&more), "{remedies:#?}");
    // Traffic from no VPC is everybody's.
    let vpc = json!({ "Effect": "Deny", "Action": "oss:GetObject", "Resource": "*", "Condition": { "StringNotEquals": { "acs:SourceVpc": ["vpc-1"] } } });
    let remedies = denied(&vpc, &alice("oss:GetObject", PHOTO).with("acs:SourceVpc", ""));
    assert!(
        replaced(&remedies).iter().all(|one| one["Condition"]["StringNotEquals"]["acs:SourceVpc"] == json!(["vpc-1"])),
        "{remedies:#?}"
    );
}

#[test]
fn a_policy_of_the_resource_can_let_in_whom_no_other_can() {
    let nobody = PolicySet::compile([]);
    let ask = |principal: Principal, resource: &str| {
        let action = if resource.contains(":oss:") { "oss:GetObject" } else { "ecs:StopInstance" };
        would_allow(&Layers::new(&nobody), &Request::new(principal, action, resource).unwrap(), &[])
    };
    let abroad = "acs:oss:*:9:photos/dir/k";
    let remedies = ask(Principal::ram_user("1", "2001", "alice"), abroad);
    let [Change::AddStatement { statement, .. }] = &remedies.remedies[0].changes[..] else { panic!("{remedies:#?}") };
    assert_eq!(statement["Principal"], json!(["2001"]));
    // Without its id nobody can name it; and there are resources without policies.
    let unnamed = ask(Principal::ram_user("1", "", "alice"), abroad);
    assert!(unnamed.impossible.is_none() && unnamed.remedies.is_empty());
    assert!(ask(Principal::ram_user("1", "2001", "alice"), "acs:ecs:*:9:instance/i").impossible.is_some());
    let anonymous = ask(Principal::Anonymous, PHOTO);
    assert!(anonymous.impossible.is_none() && anonymous.remedies.is_empty() && !anonymous.wider.is_empty());
}

#[test]
fn how_a_request_would_have_to_be_made() {
    let ask = |statements: &Value, request: &Request| {
        let set = set(DocumentKind::Identity, statements);
        ways_to_ask(&Layers::new(&set), request)
    };
    let request = alice("oss:GetObject", PHOTO);
    let way = |key: &str, value: &str| vec![vec![(key.to_owned(), vec![value.to_owned()])]];
    let allow = |condition: Value| on_condition("oss:GetObject", &condition);
    assert_eq!(ask(&allow(json!({ "Bool": { "acs:MFAPresent": "true" } })), &request), way("acs:MFAPresent", "true"));
    let mut deny = allow(json!({ "StringNotEquals": { "acs:SourceVpc": "vpc-1" } }));
    deny[0]["Effect"] = json!("Deny");
    let all = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
    assert_eq!(ask(&json!([all, deny[0]]), &request), way("acs:SourceVpc", "vpc-1"));
    // What is allowed needs nothing; what tags decide, or nobody chooses, no request changes.
    for statements in [
        json!([all]),
        allow(json!({ "StringEquals": { "oss:BucketTag/a": "b" } })),
        allow(json!({ "StringEquals": { "acs:PrincipalARN": "acs:ram::1:user/bob" } })),
    ] {
        assert_eq!(ask(&statements, &request), Vec::<Vec<(String, Vec<String>)>>::new());
    }
}

#[test]
fn a_trust_statement_opens_no_call_elsewhere() {
    let trust = set(
        DocumentKind::Trust,
        &json!([{ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "Service": ["ecs.aliyuncs.com"] } }]),
    );
    let own = set(DocumentKind::Identity, &json!([{ "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*" }]));
    let layers = Layers { resource: ResourceLayer::Trust(&trust), ..Layers::new(&own) };
    let known = [Action::parse("sts:AssumeRole").unwrap()];
    let remedies = would_allow(&layers, &alice("sts:AssumeRole", "acs:ram:*:1:role/ops"), &known);
    assert!(
        !remedies.remedies.is_empty() && remedies.remedies.iter().all(|one| one.also_allows.is_empty()),
        "{remedies:#?}"
    );
}
