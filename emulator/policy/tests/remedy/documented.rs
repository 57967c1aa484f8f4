//! Every documented denial.

use std::collections::BTreeMap;

use acslab_policy::{Principal, Request};
use serde_json::Value;

use crate::world::World;

/// Every documented case that is denied has a way out, or none is possible; and every way out holds.
#[test]
fn every_documented_denial() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("../data/cases.json")).unwrap();
    let (mut denied, mut closed) = (0, Vec::new());
    for case in &cases {
        let (world, request) = read(case);
        let remedies = world.would_allow(&request, &["oss:GetObject", "ram:CreateUser", "ecs:StopInstance"]);
        assert_eq!(remedies.decision.is_allowed(), case["expect"] == "Allow", "{}", case["id"]);
        if remedies.decision.is_allowed() {
            continue;
        }
        denied += 1;
        if remedies.remedies.is_empty() && remedies.wider.is_empty() {
            closed.push((case["id"].as_str().unwrap(), remedies.impossible));
        }
        world.holds(&request, &remedies);
    }
    assert!(denied > 200, "{denied}");
    let unexplained: Vec<_> = closed.iter().filter(|(_, why)| why.is_none()).collect();
    assert!(unexplained.is_empty(), "no way out and no reason: {unexplained:?}");
}

fn read(case: &Value) -> (World, Request) {
    let asked = &case["request"];
    let principal = &asked["principal"];
    let arn = principal["arn"].as_str().unwrap();
    let resource = asked["resource"].as_str().unwrap();
    let fields: Vec<_> = arn.split(':').collect();
    let text = |name: &str| principal[name].as_str().unwrap_or_default();
    let principal = match principal["type"].as_str().unwrap() {
        "Account" => Principal::owner(fields[3]),
        "RAMUser" => Principal::ram_user(fields[3], text("id"), fields[4].strip_prefix("user/").unwrap()),
        "AssumedRoleUser" => {
            let (role, session) = fields[4].strip_prefix("assumed-role/").unwrap().split_once('/').unwrap();
            Principal::RoleSession {
                account: fields[3].into(),
                role: role.into(),
                session: session.into(),
                service_linked: principal["service_linked"] == true,
            }
        }
        "Service" => Principal::service(arn, resource.split(':').nth(3).unwrap()),
        "Federated" => Principal::federated(arn),
        _ => Principal::Anonymous,
    };
    let action = asked["action"].as_str().unwrap();
    let mut request = Request::new(principal, action, resource).unwrap();
    let context: BTreeMap<String, String> = serde_json::from_value(asked["context"].clone()).unwrap();
    for (key, value) in &context {
        request.set(key, value);
    }
    let layer = |name: &str| case["policies"].get(name).map(|documents| documents.as_array().unwrap().clone());
    let (grants, trust) =
        if action == "sts:AssumeRole" { (None, layer("resource")) } else { (layer("resource"), None) };
    let world = World {
        control: layer("control").into_iter().collect(),
        session: layer("session"),
        identity: layer("identity").unwrap_or_default(),
        group: layer("identity_resource_group"),
        grants,
        trust,
    };
    (world, request)
}
