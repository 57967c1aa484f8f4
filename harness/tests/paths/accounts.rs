//! Random accounts, with what makes paths in them.

use std::collections::BTreeSet;

use acslab_emulator::state::AuthorizationState;
use serde_json::{Value, json};

use crate::ACCOUNT;
use crate::dice::Dice;

/// What the policies of these accounts name.
pub(crate) const ACTIONS: [&str; 21] = [
    "sts:AssumeRole",
    "sts:*",
    "ram:CreateAccessKey",
    "ram:AttachPolicyToUser",
    "ram:AttachPolicy*",
    "ram:CreatePolicyVersion",
    "ram:UpdateRole",
    "ram:AddUserToGroup",
    "ram:AttachPolicy",
    "ram:AttachPolicyToRole",
    "ram:CreateLoginProfile",
    "ram:CreateRole",
    "ram:CreateUser",
    "ram:CreatePolicy",
    "ram:DetachPolicyFromGroup",
    "ram:DetachPolicyFromUser",
    "ram:DetachPolicy",
    "ram:RemoveUserFromGroup",
    "ram:SetDefaultPolicyVersion",
    "oss:*",
    "ram:*",
];

pub(crate) fn resources() -> [String; 10] {
    [
        "*".to_owned(),
        format!("acs:ram:*:{ACCOUNT}:user/*"),
        format!("acs:ram:*:{ACCOUNT}:user/u1"),
        format!("acs:ram:*:{ACCOUNT}:role/*"),
        format!("acs:ram:*:{ACCOUNT}:role/r0"),
        format!("acs:ram:*:{ACCOUNT}:group/*"),
        format!("acs:ram:*:{ACCOUNT}:policy/p0"),
        format!("acs:ram:*:{ACCOUNT}:policy/*"),
        format!("acs:ram:*:{ACCOUNT}:user/svc-*"),
        "acs:ram:*:system:policy/*".to_owned(),
    ]
}

pub(crate) fn account(dice: &mut Dice) -> AuthorizationState {
    let resources = resources();
    // An account is about some of the ways: what leads on together meets.
    let told: Vec<&str> = (0..7).map(|_| *dice.one(&ACTIONS)).collect();
    let mut policies = serde_json::Map::new();
    for number in 0..4 {
        let mut text = || {
            let denies = dice.next(3) == 0;
            let statements: Vec<Value> = (0..=dice.next(3))
                .map(|_| {
                    let effect = if denies && dice.next(2) == 0 { "Deny" } else { "Allow" };
                    let actions: BTreeSet<&str> = (0..=dice.next(3)).map(|_| *dice.one(&told)).collect();
                    let resource = if dice.next(2) == 0 { "*" } else { dice.one(&resources).as_str() };
                    json!({"Effect": effect, "Action": actions, "Resource": resource})
                })
                .collect();
            json!({"Version": "1", "Statement": statements})
        };
        let mut versions = json!({"v1": text()});
        if number % 2 == 0 {
            versions["v2"] = text();
        }
        policies.insert(format!("p{number}"), json!({"default_version": "v1", "versions": versions}));
    }
    let attached = |dice: &mut Dice| {
        let names: BTreeSet<usize> = (0..dice.next(3)).map(|_| dice.next(4)).collect();
        let all: Vec<Value> =
            names.iter().map(|number| json!({"name": format!("p{number}"), "type": "Custom"})).collect();
        json!(all)
    };
    let mut account = json!({"account_id": ACCOUNT, "users": {}, "groups": {}, "roles": {}, "policies": policies});
    for number in 0..3 {
        account["users"][format!("u{number}")] = json!({"policies": attached(dice)});
    }
    for number in 0..2 {
        let member = format!("u{}", dice.next(3));
        account["groups"][format!("g{number}")] = json!({"policies": attached(dice), "members": [member]});
        let whom = dice.one(&["root", "user/u0", "user/u1", "role/r0"]);
        let trust = json!({"Version": "1", "Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow",
            "Principal": {"RAM": [format!("acs:ram::{ACCOUNT}:{whom}")]}}]});
        account["roles"][format!("r{number}")] =
            json!({"policies": attached(dice), "trust": trust, "max_session_duration": 3600});
    }
    special(dice, &mut account);
    serde_json::from_value(json!({"accounts": {"company": account}})).unwrap()
}

/// In some accounts u0 has besides what leads on by a way that chance seldom makes: by somebody new, or out of what denies.
fn special(dice: &mut Dice, account: &mut Value) {
    let allow = |action: Value, resource: Value| json!({"Effect": "Allow", "Action": action, "Resource": resource});
    let all = || "acs:ram:*:system:policy/*";
    let named = |kind: &str, name: &str| format!("acs:ram:*:{ACCOUNT}:{kind}/{name}");
    let new_user = [
        allow(json!("ram:CreateUser"), json!(named("user", "*"))),
        allow(json!("ram:AttachPolicyToUser"), json!([named("user", "svc-*"), all()])),
        allow(json!(dice.one(&["ram:CreateAccessKey", "ram:CreateLoginProfile"])), json!(named("user", "svc-*"))),
    ];
    let roles = *dice.one(&["fr*", "*"]);
    let new_role = [
        allow(json!(["ram:CreateRole", "sts:AssumeRole"]), json!("*")),
        allow(
            json!(dice.one(&["ram:AttachPolicyToRole", "ram:AttachPolicy"])),
            json!([named("role", roles), all(), named("resourcegroup", "*")]),
        ),
    ];
    let everything = [allow(json!("*"), json!("*"))];
    let own: &[Value] = match dice.next(6) {
        0 => &new_user,
        1 => &new_role,
        2 | 3 => &everything,
        _ => return,
    };
    let text = |statements: &Value| json!({"default_version": "v1", "versions": {"v1": {"Version": "1", "Statement": statements}}});
    account["policies"]["own"] = text(&json!(own));
    // What stands against it: with nothing that it allows itself, or with something.
    let mut cage = vec![json!({"Effect": "Deny", "Resource": "*",
        "Action": ["ram:Attach*", "ram:Create*", "ram:Update*", "ram:Add*", "ram:PassRole", "sts:*", *dice.one(&["ram:Set*", "ram:Detach*", "ram:Remove*"])]})];
    if dice.next(2) == 0 {
        cage.push(allow(json!("oss:*"), json!("*")));
    }
    account["policies"]["cage"] = text(&json!(cage));
    let attached = |name: &str| json!({"name": name, "type": "Custom"});
    account["users"]["u0"]["policies"].as_array_mut().unwrap().push(attached("own"));
    match dice.next(3) {
        0 => account["users"]["u0"]["policies"].as_array_mut().unwrap().push(attached("cage")),
        1 => {
            account["groups"]["g0"]["policies"].as_array_mut().unwrap().push(attached("cage"));
            account["groups"]["g0"]["members"] = json!(["u0"]);
        }
        _ => {}
    }
}
