//! Paths to more, held against a search that really makes the calls: on random accounts both come to the same.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use acslab::catalogue::{Lookup, find};
use acslab::client::{Answer, Call, Client, Given, Key, Moment};
use acslab::paths::{Asked, Goal, Step, World, closure};
use acslab_emulator::state::{AuthorizationState, StateQuery};
use acslab_emulator::{Emulator, EmulatorHandle};
use jiff::Timestamp;
use serde_json::{Value, json};

const ACCOUNT: &str = "1234567890123456";

/// A cloud that is called.
struct Performed {
    _emulator: EmulatorHandle,
    client: Client,
    keys: BTreeMap<String, Key>,
    state: AuthorizationState,
    calls: u64,
}

impl Performed {
    fn of(state: &AuthorizationState, from: &str) -> Self {
        let emulator = Emulator::builder().authorization_state(state.clone()).start().unwrap();
        let client = Client::new(emulator.address().to_string());
        let owner = &emulator.accounts()[0];
        let owner = Key { id: owner.access_key_id.clone(), secret: owner.access_key_secret.clone(), token: None };
        let keys = BTreeMap::from([("owner".to_owned(), owner)]);
        let mut world = Self { _emulator: emulator, client, keys, state: state.clone(), calls: 0 };
        let name = from.rsplit('/').next().unwrap();
        let answer = world.call("owner", "Ram", "CreateAccessKey", &[("UserName", name)]);
        world.keys.insert(from.to_owned(), Key::in_answer(&answer.fields).unwrap());
        world
    }

    fn call(&mut self, by: &str, product: &str, operation: &str, parameters: &[(&str, &str)]) -> Answer {
        let Lookup::Found(operation) = find(product, operation, None) else { panic!("{product}.{operation}") };
        self.calls += 1;
        let nonce = format!("path-{}-{}", std::process::id(), self.calls);
        let parameters: Vec<(String, Given)> =
            parameters.iter().map(|(name, value)| ((*name).to_owned(), Given::Json(json!(value)))).collect();
        let moment = Moment { at: Timestamp::now(), nonce: &nonce, region: "cn-hangzhou" };
        let key = self.keys.get(by);
        self.client
            .call(&Call { operation, parameters: &parameters, key, signature: None, presigned: None, moment })
            .unwrap()
    }
}

impl World for Performed {
    fn state(&self) -> &AuthorizationState {
        &self.state
    }

    fn take(&mut self, step: &Step) -> bool {
        let by = step.by().to_owned();
        let name = |arn: &str| arn.rsplit('/').next().unwrap().to_owned();
        let everything = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        let answer = match step {
            Step::AssumeRole { role, .. } => {
                let arn = role.to_ascii_lowercase();
                self.call(&by, "Sts", "AssumeRole", &[("RoleArn", &arn), ("RoleSessionName", "path")])
            }
            Step::CreateAccessKey { user, .. } => {
                self.call(&by, "Ram", "CreateAccessKey", &[("UserName", &name(user))])
            }
            Step::AttachAdministrator { to, .. } => {
                let (kind, who) = to.split_once('/').unwrap();
                let (call, parameter) = match kind {
                    "user" => ("AttachPolicyToUser", "UserName"),
                    "group" => ("AttachPolicyToGroup", "GroupName"),
                    _ => ("AttachPolicyToRole", "RoleName"),
                };
                let parameters = [("PolicyType", "System"), ("PolicyName", "AdministratorAccess"), (parameter, who)];
                self.call(&by, "Ram", call, &parameters)
            }
            Step::RewritePolicy { policy, .. } => {
                let parameters =
                    [("PolicyName", policy.as_str()), ("PolicyDocument", everything), ("SetAsDefault", "true")];
                self.call(&by, "Ram", "CreatePolicyVersion", &parameters)
            }
            Step::RewriteTrust { role, .. } => {
                let trust = json!({"Version": "1", "Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow",
                    "Principal": {"RAM": [format!("acs:ram::{ACCOUNT}:root")]}}]});
                let parameters = [("RoleName", name(role)), ("NewAssumeRolePolicyDocument", trust.to_string())];
                let parameters: Vec<(&str, &str)> =
                    parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
                self.call(&by, "Ram", "UpdateRole", &parameters)
            }
            Step::JoinGroup { user, group, .. } => {
                self.call(&by, "Ram", "AddUserToGroup", &[("UserName", &name(user)), ("GroupName", group)])
            }
            Step::RunAs { .. } => panic!("no role of these accounts trusts a service"),
        };
        if !answer.is_success() {
            assert_eq!(answer.status, 403, "{step}: {:?}", answer.fields);
            return false;
        }
        if let Some(who) = step.becomes() {
            self.keys.insert(who.to_owned(), Key::in_answer(&answer.fields).unwrap());
        }
        self.state = self.client.control_post("state", &StateQuery::default()).unwrap();
        true
    }

    fn administers(&mut self, who: &str) -> bool {
        // One that is there already: nothing is made, and who may is told so.
        let made = self.call(who, "Ram", "CreateUser", &[("UserName", "u0")]);
        let described = self.call(who, "Ecs", "DescribeInstances", &[("RegionId", "cn-hangzhou")]);
        made.status != 403 && described.status != 403
    }
}

/// Numbers that depend on the seed alone.
struct Dice(u64);

impl Dice {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % (below as u64)).unwrap()
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.next(of.len())]
    }
}

fn account(dice: &mut Dice) -> AuthorizationState {
    let actions = [
        "sts:AssumeRole",
        "sts:*",
        "ram:CreateAccessKey",
        "ram:AttachPolicyToUser",
        "ram:AttachPolicy*",
        "ram:CreatePolicyVersion",
        "ram:UpdateRole",
        "ram:AddUserToGroup",
        "oss:*",
        "ram:*",
    ];
    let resources = [
        "*".to_owned(),
        format!("acs:ram:*:{ACCOUNT}:user/*"),
        format!("acs:ram:*:{ACCOUNT}:user/u1"),
        format!("acs:ram:*:{ACCOUNT}:role/*"),
        format!("acs:ram:*:{ACCOUNT}:role/r0"),
        format!("acs:ram:*:{ACCOUNT}:group/*"),
        format!("acs:ram:*:{ACCOUNT}:policy/p0"),
        "acs:ram:*:system:policy/*".to_owned(),
    ];
    let mut policies = serde_json::Map::new();
    for number in 0..4 {
        let statements: Vec<Value> = (0..=dice.next(2))
            .map(|_| {
                let effect = if dice.next(6) == 0 { "Deny" } else { "Allow" };
                json!({"Effect": effect, "Action": dice.one(&actions), "Resource": dice.one(&resources)})
            })
            .collect();
        let text = json!({"Version": "1", "Statement": statements});
        policies.insert(format!("p{number}"), json!({"default_version": "v1", "versions": {"v1": text}}));
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
    serde_json::from_value(json!({"accounts": {"company": account}})).unwrap()
}

#[test]
fn asking_and_performing_come_to_the_same() {
    let mut dice = Dice(11);
    // 1,000 in an optimized build; as many as a debug build does in some seconds otherwise.
    let accounts = if cfg!(debug_assertions) { 60 } else { 1_000 };
    let (mut ways, mut administrators) = (0, 0);
    for number in 0..accounts {
        let state = account(&mut dice);
        let from = format!("acs:ram::{ACCOUNT}:user/u0");
        let asked: BTreeSet<Goal> = closure(&mut Asked::of(state.clone()), &from).into_keys().collect();
        let performed: BTreeSet<Goal> = closure(&mut Performed::of(&state, &from), &from).into_keys().collect();
        assert_eq!(asked, performed, "account {number}: {}", json!(state));
        ways += asked.len();
        administrators += asked.iter().filter(|goal| matches!(goal, Goal::Administer(_))).count();
    }
    assert!(ways > accounts / 4 && administrators > 0, "{ways} {administrators}");
}
