//! Conditions that a proposal keeps, and slips of the pen that it corrects.

use acslab_policy::{Change, Remedies};
use serde_json::{Value, json};

use crate::world::{PHOTO, World, alice, policy};

/// The statements that proposals bring, and whether they change the request besides.
fn brought(remedies: &Remedies) -> Vec<(Value, bool)> {
    let of_remedy = |changes: &[Change]| {
        let statements = changes.iter().filter_map(|change| match change {
            Change::AddStatement { statement, .. } | Change::ReplaceStatement { statement, .. } => {
                Some(statement.clone())
            }
            _ => None,
        });
        let asks = changes.iter().any(|change| matches!(change, Change::SetKey { .. }));
        statements.map(|statement| (statement, asks)).collect::<Vec<_>>()
    };
    remedies.remedies.iter().flat_map(|remedy| of_remedy(&remedy.changes)).collect()
}

/// What all statements for a service ask of a call, a statement that is added for it asks as well: met, or for the request to meet. What
/// they ask of single resources, and what one of them alone asks, is not asked.
#[test]
fn a_guard_of_all_of_a_service_is_kept() {
    let office = json!({ "IpAddress": { "acs:SourceIp": ["10.0.0.0/8"] } });
    let statement = |action: &str, resource: &str, conditions: &Value| json!({ "Effect": "Allow", "Action": action, "Resource": resource, "Condition": conditions });
    let tagged = json!({ "IpAddress": { "acs:SourceIp": ["10.0.0.0/8"] }, "StringEquals": { "oss:BucketTag/a": "b" } });
    let other = statement("ecs:*", "*", &json!({ "Bool": { "acs:MFAPresent": "true" } }));
    let asked = alice("oss:PutObject", PHOTO);
    let added = |statements: Value, request: &acslab_policy::Request| {
        let world = World::identity(statements);
        let remedies = world.would_allow(request, &[]);
        world.holds(request, &remedies);
        let added = remedies.remedies.iter().flat_map(|remedy| &remedy.changes).filter_map(|change| match change {
            Change::AddStatement { statement, .. } => Some(statement["Condition"].clone()),
            _ => None,
        });
        added.collect::<Vec<_>>()
    };
    let guarded = json!([
        statement("oss:GetObject", "acs:oss:*:*:a/*", &office),
        statement("oss:DeleteObject", "acs:oss:*:*:b/*", &tagged),
        other
    ]);
    let inside = asked.clone().with("acs:SourceIp", "10.1.1.1");
    for request in [&asked, &inside] {
        assert_eq!(added(guarded.clone(), request), std::slice::from_ref(&office));
    }
    let open = json!([
        statement("oss:GetObject", "acs:oss:*:*:a/*", &office),
        { "Effect": "Allow", "Action": "oss:DeleteObject", "Resource": "acs:oss:*:*:b/*" },
        other
    ]);
    assert_eq!(added(open, &inside), [Value::Null]);
    assert_eq!(added(json!([other]), &inside), [Value::Null]);
}

/// One key that no request carries is left out, and the others stay: narrowed to what the request has, or for the request to meet.
#[test]
fn a_condition_beside_one_that_no_request_carries_is_kept() {
    for (action, resource, dead, alive, key, value) in [
        (
            "ecs:DescribeInstances",
            "acs:ecs:cn-hangzhou:1:instance/*",
            json!({ "StringEquals": { "acs:ResourceTag/env": "dev" } }),
            ("IpAddress", "acs:SourceIp", "10.0.0.0/8"),
            "acs:SourceIp",
            "47.1.1.1",
        ),
        (
            "oss:PutObject",
            "acs:oss:*:1:up/k",
            json!({ "NumericLessThan": { "oss:object-remaining-retention-days": 10 } }),
            ("StringEquals", "oss:x-oss-object-acl", "private"),
            "oss:x-oss-object-acl",
            "public-read",
        ),
    ] {
        let (operator, name, wanted) = alive;
        let mut conditions = dead;
        conditions[operator][name] = json!(wanted);
        let world =
            World::identity(json!([{ "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": conditions }]));
        for said in [true, false] {
            let request = alice(action, resource);
            let request = if said { request.with(key, value) } else { request };
            let remedies = world.would_allow(&request, &[action]);
            let brought = brought(&remedies);
            let kept = json!({ operator: { name: wanted } });
            assert!(brought.iter().any(|(statement, asks)| statement["Condition"] == kept && *asks), "{brought:#?}");
            for (statement, _) in &brought {
                assert!(statement["Condition"][operator].get(name).is_some(), "{action}: {statement:#}");
            }
            world.holds(&request, &remedies);
        }
    }
}

/// With nothing else in the condition it is not left out: whoever wants that asks for more than is needed.
#[test]
fn a_condition_that_no_request_meets_is_no_reason_for_a_grant_without() {
    let condition = json!({ "StringEquals": { "acs:ResourceTag/env": "dev" } });
    let world =
        World::identity(json!([{ "Effect": "Allow", "Action": "ecs:*", "Resource": "*", "Condition": condition }]));
    let remedies = world.would_allow(&alice("ecs:DescribeInstances", "acs:ecs:cn-hangzhou:1:instance/*"), &[]);
    assert!(remedies.remedies.is_empty() && !remedies.wider.is_empty(), "{remedies:#?}");
}

#[test]
fn a_slip_is_corrected_where_it_stands() {
    for (action, resource, written, asked, corrected) in [
        ("ram:CreateRole", "acs:ram:*:1:role/x", ("ram:CreatRole", "acs:ram:*:*:role/*"), "Action", "ram:CreateRole"),
        (
            "ram:CreateRole",
            "acs:ram:*:1:role/x",
            ("ram:CreateRole", "acs:ram:*:*:roles/*"),
            "Resource",
            "acs:ram:*:*:role/*",
        ),
        (
            "oss:GetObject",
            "acs:oss:*:1:photos/k",
            ("oss:GetObject", "acs:oss:*:*:photos/* "),
            "Resource",
            "acs:oss:*:*:photos/*",
        ),
        (
            "ram:GetUser",
            "acs:ram:*:1:user/rds-admin",
            ("ram:GetUser", "acs:ram:*:*:user/RDS-Admin"),
            "Resource",
            "acs:ram:*:*:user/rds-admin",
        ),
    ] {
        let world = World::identity(json!([{ "Effect": "Allow", "Action": written.0, "Resource": written.1 }]));
        let request = alice(action, resource);
        let remedies = world.would_allow(&request, &[]);
        let brought = brought(&remedies);
        assert!(brought.iter().any(|(statement, _)| statement[asked] == corrected), "{brought:#?}");
        // None keeps the slip beside an entry more.
        assert!(brought.iter().all(|(statement, _)| !statement[asked].is_array()), "{brought:#?}");
        world.holds(&request, &remedies);
    }
}

/// What nearly fits may be somebody or something else: whoever is let in by it is let in after the fix.
#[test]
fn what_may_be_meant_as_it_is_written_stays() {
    let trust = |arn: &str| World {
        trust: Some(vec![policy(
            json!([{ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "RAM": [arn] } }]),
        )]),
        ..World::identity(json!([{ "Effect": "Allow", "Action": "*", "Resource": "*" }]))
    };
    let valued = |key: &str, value: &str| {
        let condition = json!({ "StringEquals": { key: value } });
        World::identity(
            json!([{ "Effect": "Allow", "Action": "oss:GetObject", "Resource": "*", "Condition": condition }]),
        )
    };
    let assumes = || alice("sts:AssumeRole", "acs:ram:*:1:role/ops");
    for (world, request, written, meant) in [
        (trust("acs:ram::2:user/alice"), assumes(), "acs:ram::2:user/alice", "acs:ram::1:user/alice"),
        (trust("acs:ram::1:role/alice"), assumes(), "acs:ram::1:role/alice", "acs:ram::1:user/alice"),
        (
            valued("acs:SourceVpc", "vpc-bp1aaa1"),
            alice("oss:GetObject", PHOTO).with("acs:SourceVpc", "vpc-bp1aaa2"),
            "vpc-bp1aaa1",
            "vpc-bp1aaa2",
        ),
        (
            valued("oss:BucketTag/team", "Red"),
            alice("oss:GetObject", PHOTO).with("oss:BucketTag/team", "red"),
            "Red",
            "red",
        ),
    ] {
        let remedies = world.would_allow(&request, &[]);
        world.holds(&request, &remedies);
        let brought = brought(&remedies);
        let both = brought.iter().map(|(statement, _)| statement.to_string()).collect::<Vec<_>>();
        assert!(both.iter().any(|text| text.contains(written) && text.contains(meant)), "{both:#?}");
        let replaces = |change: &Change| matches!(change, Change::ReplaceStatement { statement, .. } if !statement.to_string().contains(written));
        assert!(!remedies.remedies.iter().flat_map(|one| &one.changes).any(replaces), "{remedies:#?}");
    }
    // A key in other letters may be another object's.
    let objects =
        World::identity(json!([{ "Effect": "Allow", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:photos/A" }]));
    let remedies = objects.would_allow(&alice("oss:GetObject", "acs:oss:*:1:photos/a"), &[]);
    let kept = |statement: &Value| {
        statement["Resource"].as_array().is_some_and(|all| all.contains(&json!("acs:oss:*:*:photos/A")))
    };
    assert!(brought(&remedies).iter().any(|(statement, _)| kept(statement)), "{remedies:#?}");
}

/// A listing of one prefix needs no more than that prefix.
#[test]
fn a_listing_is_allowed_with_its_prefix() {
    let world = World::identity(json!([{ "Effect": "Allow", "Action": "oss:GetObject", "Resource": "*" }]));
    let condition = json!({ "StringEquals": { "oss:Prefix": "2026/" } });
    // One that no list knows may well carry it; to write an object never does.
    let unlisted = "oss:ListObjectsOfAnotherDay";
    for (action, limited) in
        [("oss:ListObjects", true), ("oss:listobjectversions", true), (unlisted, true), ("oss:PutObject", false)]
    {
        let request = alice(action, "acs:oss:*:1:photos").with("oss:Prefix", "2026/");
        let remedies = world.would_allow(&request, &[]);
        let any = brought(&remedies).iter().any(|(statement, _)| statement["Condition"] == condition);
        assert_eq!(any, limited, "{action}: {remedies:#?}");
        world.holds(&request, &remedies);
    }
}

/// A statement that nothing guards is no place for what another one guards.
#[test]
fn a_guard_that_failed_is_not_gone_by_another_statement() {
    let guard = json!({ "IpAddress": { "acs:SourceIp": ["10.0.0.0/8"] }, "Bool": { "acs:SecureTransport": "true" } });
    let world = World::identity(json!([
        { "Effect": "Allow", "Action": "oss:PutObject", "Resource": "*", "Condition": guard },
        { "Effect": "Allow", "Action": ["oss:GetObject", "oss:DeleteObject"], "Resource": "acs:oss:*:*:photos/*" },
    ]));
    let request = alice("oss:PutObject", PHOTO).with("acs:SourceIp", "203.0.113.7").with("acs:SecureTransport", "true");
    let remedies = world.would_allow(&request, &[]);
    let unguarded = |(statement, _): &(Value, bool)| statement.get("Condition").is_none();
    assert!(!brought(&remedies).iter().any(unguarded) && !remedies.remedies.is_empty(), "{remedies:#?}");
    world.holds(&request, &remedies);
}

/// No VPC at all is the public network, and no value to be listed beside one.
#[test]
fn the_public_network_is_no_vpc_more() {
    let condition = json!({ "StringEquals": { "acs:SourceVpc": ["vpc-1"] } });
    let world = World::identity(
        json!([{ "Effect": "Allow", "Action": "oss:GetObject", "Resource": "*", "Condition": condition }]),
    );
    let request = alice("oss:GetObject", PHOTO).with("acs:SourceVpc", "");
    let remedies = world.would_allow(&request, &[]);
    let empty = |(statement, _): &(Value, bool)| statement["Condition"].to_string().contains("\"\"");
    assert!(!brought(&remedies).iter().any(empty) && !remedies.remedies.is_empty(), "{remedies:#?}");
    world.holds(&request, &remedies);
}
