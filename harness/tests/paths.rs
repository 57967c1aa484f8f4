//! Paths to more, held against a search that really makes the calls: on random accounts both come to the same.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use acslab::catalogue::{Lookup, find};
use acslab::client::{Answer, Call, Client, Given, Key, Moment};
use acslab::paths::{Asked, Chain, Goal, Powers, Step, World, closure, paths};
use acslab_emulator::state::{AuthorizationState, Effective, Permission, StateQuery, Who};
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
        if made.status == 403 || described.status == 403 {
            return false;
        }
        // Whatever a policy of these accounts may deny, the server is asked for one by one.
        let literal = |pattern: &&str| pattern.replace("AttachPolicy*", "AttachPolicyToUser").replace('*', "x");
        let query = StateQuery {
            actions: ACTIONS.iter().map(literal).collect(),
            resources: resources()
                .iter()
                .map(|one| if one == "*" { one.clone() } else { one.replace("/*", "/x").replace(":*:", "::") })
                .collect(),
            ..StateQuery::default()
        };
        let state: AuthorizationState = self.client.control_post("state", &query).unwrap();
        let (kind, name) = who.rsplit(':').next().unwrap().split_once('/').unwrap();
        let who = if kind == "user" { Who::User(name.to_owned()) } else { Who::Role(name.to_owned()) };
        let permissions = &state.account(ACCOUNT).unwrap().permissions[&who];
        assert_eq!(permissions.len(), ACTIONS.len() * resources().len());
        // Whom a role does not trust does not assume it, whatever they may do.
        let half = |one: &Permission| one.action.starts_with("sts:") && one.verdict == Effective::ImplicitDeny;
        permissions.iter().all(|one| one.verdict == Effective::Allow || half(one))
    }
}

/// What the policies of these accounts name.
const ACTIONS: [&str; 10] = [
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

fn resources() -> [String; 8] {
    [
        "*".to_owned(),
        format!("acs:ram:*:{ACCOUNT}:user/*"),
        format!("acs:ram:*:{ACCOUNT}:user/u1"),
        format!("acs:ram:*:{ACCOUNT}:role/*"),
        format!("acs:ram:*:{ACCOUNT}:role/r0"),
        format!("acs:ram:*:{ACCOUNT}:group/*"),
        format!("acs:ram:*:{ACCOUNT}:policy/p0"),
        "acs:ram:*:system:policy/*".to_owned(),
    ]
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
    let resources = resources();
    let mut policies = serde_json::Map::new();
    for number in 0..4 {
        let statements: Vec<Value> = (0..=dice.next(2))
            .map(|_| {
                let effect = if dice.next(6) == 0 { "Deny" } else { "Allow" };
                json!({"Effect": effect, "Action": dice.one(&ACTIONS), "Resource": dice.one(&resources)})
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

/// Every step that there is, by everybody who is held: nothing is looked up, and nothing left out.
fn every_step(state: &AuthorizationState, held: &BTreeSet<String>) -> Vec<Step> {
    let account = state.account(ACCOUNT).unwrap();
    let arn = |kind: &str, name: &String| format!("acs:ram::{ACCOUNT}:{kind}/{name}");
    let denies = |group: &String| {
        let policies = account.groups[group].policies.iter().filter_map(|one| account.policies.get(&one.name));
        policies.map(|policy| policy.versions[&policy.default_version].to_string()).any(|text| text.contains("Deny"))
    };
    let mut all = Vec::new();
    for by in held {
        let by = || by.clone();
        for name in account.roles.keys() {
            let role = || arn("role", name);
            all.push(Step::AssumeRole { by: by(), role: role() });
            all.push(Step::RewriteTrust { by: by(), role: role() });
            all.push(Step::AttachAdministrator { by: by(), account: ACCOUNT.to_owned(), to: format!("role/{name}") });
        }
        for name in account.users.keys() {
            all.push(Step::CreateAccessKey { by: by(), user: arn("user", name) });
            all.push(Step::AttachAdministrator { by: by(), account: ACCOUNT.to_owned(), to: format!("user/{name}") });
            for group in account.groups.keys().filter(|group| !denies(group)) {
                let joined = account.users[name].groups.contains(group) || account.groups[group].members.contains(name);
                if held.contains(&arn("user", name)) && !joined {
                    all.push(Step::JoinGroup { by: by(), user: arn("user", name), group: group.clone() });
                }
            }
        }
        for group in account.groups.keys() {
            all.push(Step::AttachAdministrator { by: by(), account: ACCOUNT.to_owned(), to: format!("group/{group}") });
        }
        for policy in account.policies.keys() {
            all.push(Step::RewritePolicy { by: by(), account: ACCOUNT.to_owned(), policy: policy.clone() });
        }
    }
    all
}

/// What somebody comes to who calls whatever there is, until nothing more comes of it.
fn exhausted(world: &mut Performed, from: &str) -> BTreeSet<Goal> {
    let (mut held, mut taken) = (BTreeSet::from([from.to_owned()]), BTreeSet::new());
    loop {
        let mut more = false;
        for step in every_step(&world.state.clone(), &held) {
            // Nobody does twice what somebody did.
            let mut once = json!(step);
            once["by"] = Value::Null;
            if taken.contains(&once.to_string())
                || step.becomes().is_some_and(|who| held.contains(who))
                || !world.take(&step)
            {
                continue;
            }
            taken.insert(once.to_string());
            held.extend(step.becomes().map(str::to_owned));
            more = true;
        }
        if !more {
            break;
        }
    }
    let mut goals: BTreeSet<Goal> = held.iter().filter(|who| *who != from).cloned().map(Goal::Become).collect();
    if held.iter().any(|who| world.administers(who)) {
        goals.insert(Goal::Administer(ACCOUNT.to_owned()));
    }
    goals
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
        let found = |chain: Chain| -> BTreeSet<Goal> { chain.goals().cloned().collect() };
        let asked = found(closure(&mut Asked::of(state.clone()), &from));
        // By the same search without an index of what policies name, and by none.
        let performed = found(closure(&mut Performed::of(&state, &from), &from));
        let exhausted = exhausted(&mut Performed::of(&state, &from), &from);
        assert_eq!(asked, performed, "account {number}: {}", json!(state));
        assert_eq!(asked, exhausted, "account {number}: {}", json!(state));
        ways += asked.len();
        administrators += asked.iter().filter(|goal| matches!(goal, Goal::Administer(_))).count();
    }
    assert!(ways > accounts / 4 && administrators > 0, "{ways} {administrators}");
}

/// Leaves out each step of each path: nothing leads there without it.
#[test]
fn every_step_of_a_path_is_needed() {
    let mut dice = Dice(7);
    let mut steps = 0;
    for number in 0..if cfg!(debug_assertions) { 200 } else { 2_000 } {
        let state = account(&mut dice);
        let from = [format!("acs:ram::{ACCOUNT}:user/u0")];
        for path in paths(&state, &from, |_| true) {
            let leads = |left_out: Option<usize>| {
                let mut world = Asked::of(state.clone());
                let mut held = vec![path.from.clone()];
                for (_, step) in path.steps.iter().enumerate().filter(|(number, _)| Some(*number) != left_out) {
                    if !held.iter().any(|who| who == step.by()) || !world.take(step) {
                        return false;
                    }
                    held.extend(step.becomes().map(str::to_owned));
                    world.settle();
                }
                match &path.goal {
                    Goal::Become(who) => held.contains(who),
                    Goal::Administer(_) => held.iter().any(|who| world.administers(who)),
                }
            };
            assert!(leads(None), "account {number}: {path:?}");
            for one in 0..path.steps.len() {
                assert!(!leads(Some(one)), "account {number}, step {one}: {path:?}");
            }
            steps += path.steps.len();
        }
    }
    assert!(steps > 200, "{steps}");
}

/// Counts what is tried.
struct Counted {
    world: Asked,
    tried: usize,
}

impl World for Counted {
    fn state(&self) -> &AuthorizationState {
        self.world.state()
    }

    fn powers(&mut self, who: &str) -> Powers {
        self.world.powers(who)
    }

    fn take(&mut self, step: &Step) -> bool {
        self.tried += 1;
        self.world.take(step)
    }

    fn settle(&mut self) {
        self.world.settle();
    }

    fn administers(&mut self, who: &str) -> bool {
        self.world.administers(who)
    }
}

/// A chain of roles, each of which may assume the next, among many that trust everybody and whom nobody may assume.
fn long(roles: usize) -> AuthorizationState {
    let allow = |action: &str, resource: String| {
        json!({"default_version": "v1", "versions": {"v1": {"Version": "1", "Statement": [
            {"Effect": "Allow", "Action": action, "Resource": resource}]}}})
    };
    let trust = json!({"Version": "1", "Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow",
        "Principal": {"RAM": [format!("acs:ram::{ACCOUNT}:root")]}}]});
    let mut account = json!({"account_id": ACCOUNT, "users": {}, "roles": {}, "policies": {}});
    for number in 0..roles {
        let next = format!("acs:ram:*:{ACCOUNT}:role/r{}", number + 1);
        account["policies"][format!("p{number}")] = allow("sts:AssumeRole", next);
        let attached = json!([{"name": format!("p{number}"), "type": "Custom"}]);
        account["roles"][format!("r{number}")] =
            json!({"trust": trust, "policies": attached, "max_session_duration": 3600});
        account["users"][format!("u{number}")] = json!({});
    }
    account["policies"]["all"] = allow("*", "*".to_owned());
    account["users"]["admin"] = json!({"policies": [{"name": "all", "type": "Custom"}]});
    serde_json::from_value(json!({"accounts": {"company": account}})).unwrap()
}

#[test]
fn a_search_tries_about_as_much_as_it_finds() {
    let state = long(120);
    let searched = |from: &str| {
        let mut world = Counted { world: Asked::of(state.clone()), tried: 0 };
        let found = closure(&mut world, &format!("acs:ram::{ACCOUNT}:{from}"));
        (found.goals().count(), world.tried)
    };
    // Whom no statement lets do anything is not asked about.
    assert_eq!(searched("user/u7"), (0, 0));
    let (goals, tried) = searched("role/r0");
    assert!(goals == 119 && tried <= 240, "{goals} {tried}");
    let (goals, tried) = searched("user/admin");
    assert!(goals == 241 && tried <= 600, "{goals} {tried}");
}

/// Whoever administers an account still gives more to those whom roles of others trust.
#[test]
fn an_administrator_goes_abroad_as_those_who_are_trusted_there() {
    let mut state = json!(long(3));
    let trust = json!({"Version": "1", "Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow",
        "Principal": {"RAM": [format!("acs:ram::{ACCOUNT}:user/u2")]}}]});
    state["accounts"]["other"] =
        json!({"account_id": "2000000000000001", "roles": {"guest": {"trust": trust, "max_session_duration": 3600}}});
    let state: AuthorizationState = serde_json::from_value(state).unwrap();
    let guest = Goal::Become("acs:ram::2000000000000001:role/guest".to_owned());
    let found = paths(&state, &[format!("acs:ram::{ACCOUNT}:user/admin")], |goal| *goal == guest);
    let steps: Vec<String> = found[0].steps.iter().map(ToString::to_string).collect();
    let (admin, trusted) = (format!("acs:ram::{ACCOUNT}:user/admin"), format!("acs:ram::{ACCOUNT}:user/u2"));
    assert_eq!(
        steps,
        [
            format!("{admin} makes an access key for {trusted}"),
            format!("{admin} attaches AdministratorAccess to user/u2"),
            format!("{trusted} assumes acs:ram::2000000000000001:role/guest"),
        ]
    );
}

/// A role that a service may not run code as is none to pass, whatever its trust policy mentions.
#[test]
fn the_engine_reads_trust() {
    let statement = |effect: &str, service: &str| json!({"Action": "sts:AssumeRole", "Effect": effect, "Principal": {"Service": [service]}});
    let come_to = |statements: &[Value]| {
        let mut state = json!(long(1));
        let trust = json!({"Version": "1", "Statement": statements});
        let company = &mut state["accounts"]["company"];
        company["roles"]["runs"] = json!({"trust": trust, "max_session_duration": 3600});
        let pass = json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": ["ram:PassRole", "fc:*"], "Resource": "*"}]});
        company["policies"]["pass"] = json!({"default_version": "v1", "versions": {"v1": pass}});
        company["users"]["u0"] = json!({"policies": [{"name": "pass", "type": "Custom"}]});
        let state: AuthorizationState = serde_json::from_value(state).unwrap();
        paths(&state, &[format!("acs:ram::{ACCOUNT}:user/u0")], |_| true).len()
    };
    assert_eq!(come_to(&[statement("Allow", "fc.aliyuncs.com")]), 1);
    assert_eq!(come_to(&[statement("Allow", "fc.aliyuncs.com"), statement("Deny", "fc.aliyuncs.com")]), 0);
    assert_eq!(come_to(&[statement("Allow", "notfc.aliyuncs.com")]), 0);
    assert_eq!(come_to(&[statement("Deny", "fc.aliyuncs.com"), statement("Allow", "ecs.aliyuncs.com")]), 0);
}
