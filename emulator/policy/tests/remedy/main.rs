//! What would allow a denied request: the proposals themselves, and that each of them does what it says.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod conditions;
mod documented;
mod resource;
mod world;

use std::sync::Arc;

use acslab_policy::{
    Attachment, Change, Document, DocumentKind, KeyOf, Layer, Layers, PolicyRef, PolicySet, Principal, Remedies,
    Remedy, Request, would_allow,
};
use serde_json::{Value, json};

use world::{PHOTO, World, added, alice, keys, opened, policy};

#[test]
fn a_missing_grant_is_as_narrow_as_the_request() {
    let world = World::identity(json!([{ "Effect": "Allow", "Action": "oss:GetObject", "Resource": PHOTO }]));
    let request = alice("oss:PutObject", PHOTO);
    let remedies = world.would_allow(&request, &["oss:PutObject", "oss:DeleteObject"]);
    assert_eq!(added(&remedies), &json!({ "Effect": "Allow", "Action": "oss:PutObject", "Resource": PHOTO }));
    assert_eq!(remedies.remedies[0].also_allows, []);
    world.holds(&request, &remedies);
}

#[test]
fn what_is_allowed_needs_nothing() {
    let world = World::identity(json!([{ "Effect": "Allow", "Action": "oss:*", "Resource": "*" }]));
    assert!(world.would_allow(&alice("oss:PutObject", PHOTO), &[]).remedies.is_empty());
}

#[test]
fn a_list_that_denies_loses_one_entry_rather_than_the_whole_statement() {
    let world = World::identity(json!([
        { "Effect": "Allow", "Action": "oss:*", "Resource": "*" },
        { "Effect": "Deny", "Action": ["oss:PutObject", "oss:DeleteObject"], "Resource": "*" },
    ]));
    let request = alice("oss:PutObject", PHOTO);
    let remedies = world.would_allow(&request, &["oss:PutObject", "oss:DeleteObject", "oss:GetObject"]);
    let [Change::ReplaceStatement { target, statement }] = remedies.remedies[0].changes.as_slice() else {
        panic!("{remedies:#?}")
    };
    assert_eq!((target.statement, &statement["Action"]), (1, &json!(["oss:DeleteObject"])));
    // The other resource that the same action then reaches is said; DeleteObject stays denied.
    assert!(remedies.remedies[0].also_allows.iter().all(|other| other.action == "oss:PutObject"));
    // Taking the whole statement out opens more: it is not proposed unless somebody asks for it.
    let removes = |remedy: &Remedy| remedy.changes.iter().any(|change| matches!(change, Change::RemoveStatement(_)));
    assert!(!remedies.remedies.iter().any(removes));
    assert!(removes(&remedies.wider[0]));
    assert!(remedies.wider[0].also_allows.iter().any(|other| other.action == "oss:DeleteObject"));
    world.holds(&request, &remedies);
}

/// Whatever is put in the place of a statement, those behind it are still meant by their numbers.
#[test]
fn several_statements_of_one_document_deny() {
    let world = World::identity(json!([
        { "Effect": "Allow", "Action": "*", "Resource": "*" },
        { "Effect": "Deny", "Action": ["oss:*", "ram:CreateUser"], "Resource": "*" },
        { "Effect": "Deny", "Action": "oss:*", "Resource": "acs:oss:*:*:photos/*" },
    ]));
    let request = alice("oss:DeleteObject", PHOTO).with("acs:PrincipalARN", "acs:ram::1:user/alice");
    let remedies = world.would_allow(&request, &["oss:DeleteObject", "oss:GetObject", "ram:CreateUser"]);
    let targets = |remedy: &Remedy| -> Vec<u32> {
        let target = |change: &Change| match change {
            Change::ReplaceStatement { target, .. } | Change::RemoveStatement(target) => Some(target.statement),
            _ => None,
        };
        remedy.changes.iter().filter_map(target).collect()
    };
    for found in [&remedies.remedies, &remedies.wider] {
        assert!(!found.is_empty(), "{remedies:#?}");
        assert!(found.iter().all(|remedy| targets(remedy) == [1, 2]), "{remedies:#?}");
    }
    // The one that was cut in two still denies the other action.
    assert!(!remedies.remedies[0].also_allows.iter().any(|other| other.action == "ram:CreateUser"), "{remedies:#?}");
    world.holds(&request, &remedies);
}

#[test]
fn several_obstacles_are_all_named() {
    let mut world =
        World::identity(json!([{ "Effect": "Deny", "Action": "oss:Put*", "Resource": "acs:oss:*:*:photos/*" }]));
    world.identity.push(policy(json!([{ "Effect": "Deny", "NotAction": "oss:GetObject", "Resource": "*" }])));
    world.session = Some(vec![policy(json!([{ "Effect": "Allow", "Action": "oss:GetObject", "Resource": "*" }]))]);
    world.control = vec![vec![policy(json!([{ "Effect": "Allow", "Action": "ecs:*", "Resource": "*" }]))]];
    let request = Request::new(Principal::role_session("1", "ops", "s"), "oss:PutObject", PHOTO).unwrap();
    let remedies = world.would_allow(&request, &[]);
    let layers: Vec<_> = remedies.wider[0]
        .changes
        .iter()
        .map(|change| match change {
            Change::AddStatement { layer, .. } => ("add", *layer),
            Change::RemoveStatement(target) | Change::ReplaceStatement { target, .. } => ("lift", target.layer),
            Change::SetKey { .. } | Change::Setting(_) => ("set", Layer::None),
        })
        .collect();
    assert_eq!(
        layers,
        [
            ("add", Layer::Control),
            ("add", Layer::Session),
            ("lift", Layer::Identity),
            ("lift", Layer::Identity),
            ("add", Layer::Identity)
        ]
    );
    world.holds(&request, &remedies);
}

#[test]
fn conditions_of_the_nearest_statement_are_kept() {
    let conditions =
        json!({ "IpAddress": { "acs:SourceIp": "10.0.0.0/8" }, "StringEquals": { "oss:BucketTag/Product": "A" } });
    let world = World::identity(json!([
        { "Effect": "Allow", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:other/*", "Condition": conditions },
    ]));
    let request = alice("oss:GetObject", PHOTO).with("acs:SourceIp", "10.1.1.1").with("oss:BucketTag/Product", "A");
    let remedies = world.would_allow(&request, &[]);
    assert_eq!(added(&remedies)["Condition"], conditions);
    world.holds(&request, &remedies);

    // A value that does not fit is narrowed to the one that the request has. A condition that fails for want of a key stays: it is
    // the bucket that has to be tagged.
    let request = alice("oss:GetObject", PHOTO).with("acs:SourceIp", "11.1.1.1");
    let remedies = world.would_allow(&request, &[]);
    let [Change::AddStatement { statement, .. }, Change::SetKey { key, values, of: KeyOf::Resource }] =
        remedies.remedies[0].changes.as_slice()
    else {
        panic!("{remedies:#?}")
    };
    let narrowed =
        json!({ "IpAddress": { "acs:SourceIp": "11.1.1.1" }, "StringEquals": { "oss:BucketTag/Product": "A" } });
    assert_eq!(statement["Condition"], narrowed);
    assert_eq!((key.as_str(), values.as_slice()), ("oss:BucketTag/Product", &["A".to_owned()][..]));
    world.holds(&request, &remedies);
}

/// What the caller or the resource can do about it comes before any policy, and no proposal drops the condition that failed.
#[test]
fn the_request_and_the_resource_come_first() {
    let tagged = json!({ "StringEquals": { "oss:BucketTag/Product": "PaiLangStudio" } });
    let world = World::identity(json!([
        { "Effect": "Allow", "Action": "oss:GetObject", "Resource": "*", "Condition": tagged },
    ]));
    let request = alice("oss:GetObject", PHOTO).with("oss:BucketTag/Product", "PAILangStudio");
    let remedies = world.would_allow(&request, &["oss:GetObject", "oss:PutObject"]);
    assert_eq!(keys(&remedies.remedies[0]), Some(vec![("oss:BucketTag/Product", "PaiLangStudio", KeyOf::Resource)]));
    let unconditional = |change: &Change| matches!(change, Change::AddStatement { statement, .. } | Change::ReplaceStatement { statement, .. } if statement.get("Condition").is_none());
    assert!(!remedies.remedies.iter().flat_map(|remedy| &remedy.changes).any(unconditional));
    assert!(remedies.wider.iter().flat_map(|remedy| &remedy.changes).any(unconditional));
    world.holds(&request, &remedies);

    let world = World {
        trust: Some(vec![policy(json!([
            { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "RAM": ["acs:ram::1:root"] },
              "Condition": { "StringEquals": { "sts:ExternalId": "42" } } },
        ]))]),
        ..World::identity(json!([{ "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*" }]))
    };
    let request = alice("sts:AssumeRole", "acs:ram:*:1:role/ops");
    let remedies = world.would_allow(&request, &[]);
    assert_eq!(keys(&remedies.remedies[0]), Some(vec![("sts:ExternalId", "42", KeyOf::Request)]));
    world.holds(&request, &remedies);

    let world = World::identity(json!([
        { "Effect": "Allow", "Action": "oss:*", "Resource": "*" },
        { "Effect": "Deny", "Action": "oss:*", "Resource": "*", "Condition": { "Bool": { "acs:SecureTransport": "false" } } },
        { "Effect": "Deny", "Action": "oss:*", "Resource": "*", "Condition": { "NotIpAddress": { "acs:SourceIp": "10.0.0.0/8" } } },
    ]));
    let request = alice("oss:GetObject", PHOTO).with("acs:SecureTransport", "false").with("acs:SourceIp", "11.1.1.1");
    let remedies = world.would_allow(&request, &[]);
    let both = vec![("acs:SecureTransport", "true", KeyOf::Request), ("acs:SourceIp", "10.0.0.1", KeyOf::Request)];
    assert_eq!(keys(&remedies.remedies[0]), Some(both));
    world.holds(&request, &remedies);
}

#[test]
fn a_condition_on_yes_or_no_stays() {
    let world = World::identity(json!([
        { "Effect": "Allow", "Action": "ram:*", "Resource": "*", "Condition": { "Bool": { "acs:MFAPresent": "true" } } },
        { "Effect": "Allow", "Action": "oss:*", "Resource": "*",
          "Condition": { "DateEquals": { "acs:CurrentTime": "2026-01-01T00:00:00Z" } } },
    ]));
    let request = alice("ram:CreateUser", "acs:ram:*:1:user/bob").with("acs:MFAPresent", "false");
    let remedies = world.would_allow(&request, &["ram:CreateUser", "ram:DeleteUser"]);
    assert_eq!(keys(&remedies.remedies[0]), Some(vec![("acs:MFAPresent", "true", KeyOf::Request)]));
    let others = remedies.remedies.iter().flat_map(|remedy| &remedy.changes).filter_map(|change| match change {
        Change::ReplaceStatement { statement, .. } | Change::AddStatement { statement, .. } => Some(statement),
        _ => None,
    });
    for statement in others {
        assert_eq!(statement["Condition"], json!({ "Bool": { "acs:MFAPresent": "true" } }));
    }
    world.holds(&request, &remedies);

    let request = alice("oss:GetObject", PHOTO).with("acs:CurrentTime", "2026-05-05T00:00:00Z");
    let remedies = world.would_allow(&request, &[]);
    let moments = format!("{:?}", remedies.remedies);
    assert!(!moments.contains("2026-05-05"), "{moments}");
    world.holds(&request, &remedies);
}

#[test]
fn a_statement_that_is_there_gets_one_entry_more() {
    let world = World::identity(json!([
        { "Effect": "Allow", "Action": "oss:GetObject", "Resource": ["acs:oss:*:*:photos/*", "acs:oss:*:*:videos/*"] },
    ]));
    let request = alice("oss:PutObject", PHOTO);
    let remedies = world.would_allow(&request, &["oss:GetObject", "oss:PutObject"]);
    let edit = remedies.remedies.iter().find(|remedy| matches!(remedy.changes[..], [Change::ReplaceStatement { .. }]));
    let edit = edit.unwrap();
    let [Change::ReplaceStatement { statement, .. }] = edit.changes.as_slice() else { panic!() };
    assert_eq!(statement["Action"], json!(["oss:GetObject", "oss:PutObject"]));
    let opens: Vec<_> = edit.opens.iter().map(|opened| (opened.action.as_str(), opened.resource.as_str())).collect();
    assert_eq!(opens, [("oss:PutObject", "acs:oss:*:*:photos/*"), ("oss:PutObject", "acs:oss:*:*:videos/*")]);
    world.holds(&request, &remedies);
}

#[test]
fn a_deny_by_a_pattern_is_narrowed() {
    let world = World::identity(json!([
        { "Effect": "Allow", "Action": "oss:*", "Resource": "*" },
        { "Effect": "Deny", "Action": "oss:PutObject*", "Resource": "*" },
    ]));
    let request = alice("oss:PutObject", PHOTO).with("acs:PrincipalARN", "acs:ram::1:user/alice");
    let remedies = world.would_allow(&request, &["oss:PutObject", "oss:PutObjectAcl"]);
    let statements: Vec<&Value> = remedies
        .remedies
        .iter()
        .filter_map(|remedy| match remedy.changes.as_slice() {
            [Change::ReplaceStatement { statement, .. }] => Some(statement),
            _ => None,
        })
        .collect();
    // All that is published, not only what was asked about.
    let names = ["Acl", "LegalHold", "Retention", "Tagging", "VersionAcl", "VersionTagging"];
    let others = json!(names.map(|name| format!("oss:PutObject{name}")));
    assert!(statements.iter().any(|one| one["Action"] == others), "{statements:#?}");
    let but_alice = json!({ "StringNotEquals": { "acs:PrincipalARN": ["acs:ram::1:user/alice"] } });
    assert!(statements.iter().any(|one| one["Condition"] == but_alice), "{statements:#?}");
    assert!(matches!(remedies.wider[0].changes[..], [Change::RemoveStatement(_)]));
    world.holds(&request, &remedies);
}

#[test]
fn what_a_narrowed_deny_no_longer_denies_is_said() {
    let find = |remedies: &Remedies, says: &dyn Fn(&Value) -> bool| {
        let found = remedies.remedies.iter().find(
            |remedy| matches!(remedy.changes.as_slice(), [Change::ReplaceStatement { statement, .. }] if says(statement)),
        );
        found.cloned().unwrap_or_else(|| panic!("{remedies:#?}"))
    };
    let world = World::identity(json!([
        { "Effect": "Allow", "Action": "oss:*", "Resource": "*" },
        { "Effect": "Deny", "Action": ["oss:PutObject", "oss:DeleteObject"], "Resource": [PHOTO, "acs:oss:*:*:videos/*"] },
    ]));
    let request = alice("oss:PutObject", PHOTO);
    let remedies = world.would_allow(&request, &[]);
    let fewer_actions = find(&remedies, &|statement| statement["Action"] == json!(["oss:DeleteObject"]));
    assert_eq!(opened(&fewer_actions), [("oss:PutObject", "acs:oss:*:*:videos/*")]);
    let fewer_resources = find(&remedies, &|statement| statement["Resource"] == json!(["acs:oss:*:*:videos/*"]));
    assert_eq!(opened(&fewer_resources), [("oss:DeleteObject", PHOTO)]);
    world.holds(&request, &remedies);

    let world = World::identity(json!([
        { "Effect": "Allow", "Action": "oss:*", "Resource": "*" },
        { "Effect": "Deny", "Action": "*", "Resource": "*" },
    ]));
    let request = request.with("acs:PrincipalARN", "acs:ram::1:user/alice");
    let remedies = world.would_allow(&request, &["oss:PutObject", "oss:GetObject"]);
    // A pattern over all services is not spelt out: all but what is asked stays denied to everybody.
    let but_alice = find(&remedies, &|statement| {
        statement[0]["Action"] == json!("oss:PutObject") && statement[1]["NotAction"] == json!("oss:PutObject")
    });
    assert_eq!((opened(&but_alice).as_slice(), remedies.remedies.len()), (&[("oss:PutObject", "*")][..], 1));
    world.holds(&request, &remedies);
}

/// Whoever is excepted from a guard over everything is excepted for what was asked alone, whatever the guard is.
#[test]
fn a_guard_over_everything_is_opened_for_one_action() {
    let but_boss = json!({ "StringNotEquals": { "acs:PrincipalARN": ["acs:ram::1:user/boss"] } });
    let world = World::identity(json!([
        { "Effect": "Allow", "Action": "*", "Resource": "*" },
        { "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": but_boss },
    ]));
    let request = alice("ecs:StopInstance", "acs:ecs:cn-hangzhou:1:instance/i-1");
    let request = request.with("acs:PrincipalARN", "acs:ram::1:user/alice");
    let remedies = world.would_allow(&request, &["ram:CreateUser", "ecs:DeleteInstance"]);
    let both = json!({ "StringNotEquals": { "acs:PrincipalARN": ["acs:ram::1:user/boss", "acs:ram::1:user/alice"] } });
    let [remedy] = remedies.remedies.as_slice() else { panic!("{remedies:#?}") };
    let [Change::ReplaceStatement { statement, .. }] = remedy.changes.as_slice() else { panic!("{remedies:#?}") };
    assert_eq!((&statement[0]["Action"], &statement[0]["Condition"]), (&json!("ecs:StopInstance"), &both));
    assert_eq!((&statement[1]["NotAction"], &statement[1]["Condition"]), (&json!("ecs:StopInstance"), &but_boss));
    assert_eq!((remedy.also_allows.as_slice(), opened(remedy).as_slice()), (&[][..], &[("ecs:StopInstance", "*")][..]));
    world.holds(&request, &remedies);
}

/// A guard that asks for a tag of some value is met by one that carries it: nobody has to be excepted.
#[test]
fn a_guard_that_asks_for_a_tag_is_given_one_first() {
    let world = World::identity(json!([
        { "Effect": "Allow", "Action": "*", "Resource": "*" },
        { "Effect": "Deny", "Action": "ecs:RunInstances", "Resource": "*",
          "Condition": { "StringNotLike": { "acs:RequestTag/team": "*" } } },
    ]));
    let request = alice("ecs:RunInstances", "acs:ecs:cn-hangzhou:1:instance/*");
    let remedies = world.would_allow(&request, &[]);
    assert_eq!(keys(&remedies.remedies[0]), Some(vec![("acs:RequestTag/team", "any", KeyOf::Request)]));
    world.holds(&request, &remedies);
}

/// A group's policy is changed for all of it, whoever else a statement excepts; the caller alone is excepted for the caller alone.
#[test]
fn whom_a_change_of_a_groups_policy_reaches_is_said() {
    for guard in [json!({}), json!({ "StringNotEquals": { "acs:PrincipalARN": "acs:ram::1:user/boss" } })] {
        let text = policy(json!([
            { "Effect": "Allow", "Action": "*", "Resource": "*" },
            { "Effect": "Deny", "Action": ["ecs:StopInstance", "ecs:DeleteInstance"], "Resource": "*", "Condition": guard },
        ]));
        let document = Arc::new(Document::parse(DocumentKind::Identity, &text.to_string()).unwrap());
        let group = PolicyRef { attached: Attachment::Group("dev".into()), ..PolicyRef::named("Guard") };
        let identity = PolicySet::compile([(group, document)]);
        let request = alice("ecs:StopInstance", "acs:ecs:cn-hangzhou:1:instance/i-1");
        let request = request.with("acs:PrincipalARN", "acs:ram::1:user/alice");
        let remedies = would_allow(&Layers::new(&identity), &request, &[]);
        let of = |says: &dyn Fn(&Value) -> bool| {
            let is = |remedy: &&Remedy| matches!(&remedy.changes[..], [Change::ReplaceStatement { statement, .. }] if says(statement));
            remedies.remedies.iter().find(is).unwrap_or_else(|| panic!("{remedies:#?}")).reaches.clone()
        };
        let fewer = of(&|statement| statement["Action"] == json!(["ecs:DeleteInstance"]));
        assert_eq!(fewer, [Attachment::Group("dev".into())], "{guard}");
        let but_alice = of(&|statement| statement.to_string().contains("user/alice"));
        assert_eq!(but_alice, [], "{guard}");
    }
}
