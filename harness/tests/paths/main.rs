//! Paths to more, held against a search that really makes the calls: on random accounts both come to the same.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod accounts;
mod bounds;
#[path = "../dice/mod.rs"]
mod dice;
mod exhausted;
mod performed;

use std::collections::{BTreeMap, BTreeSet};

use acslab::paths::{Asked, Chain, Goal, MOST_LOSING, Powers, Step, World, closure, paths};
use acslab_emulator::state::AuthorizationState;
use serde_json::{Value, json};

use accounts::account;
use dice::Dice;
use exhausted::exhausted;
use performed::Performed;

pub(crate) const ACCOUNT: &str = "1234567890123456";

#[test]
fn asking_and_performing_come_to_the_same() {
    compare(40, 11);
}

#[test]
#[ignore = "some minutes: `./test --only proofs`"]
fn asking_and_performing_come_to_the_same_on_a_thousand_accounts() {
    compare(1_000, 12);
}

/// Seeks the paths in so many random accounts, by asking and by calling.
fn compare(accounts: usize, seed: u64) {
    let mut dice = Dice(seed);
    let (mut ways, mut administrators) = (0, 0);
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for number in 0..accounts {
        let state = account(&mut dice);
        let from = format!("acs:ram::{ACCOUNT}:user/u0");
        let found = |chain: Chain| -> BTreeSet<Goal> { chain.goals().cloned().collect() };
        let asked = found(closure(&mut Asked::of(state.clone()), &from));
        // By the same search without an index of what policies name, and by none.
        let performed = found(closure(&mut Performed::of(&state, &from), &from));
        let mut exhausted = exhausted(&mut Performed::of(&state, &from), BTreeSet::from([from.clone()]), MOST_LOSING);
        exhausted.remove(&Goal::Become(from.clone()));
        assert_eq!(asked, performed, "account {number}: {}", json!(state));
        assert_eq!(asked, exhausted, "account {number}: {}", json!(state));
        for path in paths(&state, std::slice::from_ref(&from), |_| true).paths {
            for step in &path.steps {
                *kinds.entry(json!(step)["step"].as_str().unwrap().to_owned()).or_insert(0) += 1;
            }
        }
        ways += asked.len();
        administrators += asked.iter().filter(|goal| matches!(goal, Goal::Administer(_))).count();
    }
    println!("{accounts} accounts: {ways} ways to more, {administrators} of them to all of the account; {kinds:?}");
    assert!(ways > accounts / 4 && administrators > 0, "{ways} {administrators}");
}

/// Leaves out each step of each path: nothing leads there without it.
#[test]
fn every_step_of_a_path_is_needed() {
    leave_out(120, 7);
}

#[test]
#[ignore = "some minutes: `./test --only proofs`"]
fn every_step_of_a_path_is_needed_in_two_thousand_accounts() {
    leave_out(2_000, 8);
}

/// Leaves out each step of each path in so many random accounts.
fn leave_out(accounts: usize, seed: u64) {
    let mut dice = Dice(seed);
    let mut steps = 0;
    for number in 0..accounts {
        let state = account(&mut dice);
        let from = [format!("acs:ram::{ACCOUNT}:user/u0")];
        for path in paths(&state, &from, |_| true).paths {
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
    println!("{accounts} accounts: {steps} steps, each needed");
    assert!(steps > accounts, "{steps}");
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

    fn fork(&self) -> Self {
        Self { world: self.world.fork(), tried: self.tried }
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
    let steps: Vec<String> = found.paths[0].steps.iter().map(ToString::to_string).collect();
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

/// A step is one call: it cannot come from two networks at once.
#[test]
fn what_a_step_needs_agrees_with_itself() {
    let by = format!("acs:ram::{ACCOUNT}:user/alice");
    let step =
        Step::AttachAdministrator { by, account: ACCOUNT.to_owned(), to: "user/alice".to_owned(), manager: false };
    let on = |effect: &str, resource: &str, operator: &str, vpc: &str| {
        json!({"Effect": effect, "Action": "ram:AttachPolicyToUser", "Resource": resource,
            "Condition": {operator: {"acs:SourceVpc": vpc}}})
    };
    let (user, policy) = ("acs:ram:*:*:user/*", "acs:ram:*:*:policy/*");
    let one = on("Allow", user, "StringEquals", "vpc-1");
    let anywhere = json!({"Effect": "Allow", "Action": "ram:AttachPolicyToUser", "Resource": policy});
    for (other, taken) in [
        (vec![on("Allow", policy, "StringEquals", "vpc-1")], true),
        (vec![on("Allow", policy, "StringEquals", "vpc-2")], false),
        // A pattern takes what the other asks for.
        (vec![on("Allow", policy, "StringLike", "vpc-*")], true),
        (vec![anywhere.clone()], true),
        // What is allowed without the key is denied with it.
        (vec![anywhere, on("Deny", policy, "StringEquals", "vpc-1")], false),
    ] {
        let statements = [vec![one.clone()], other.clone()].concat();
        let document = json!({"Version": "1", "Statement": statements});
        let state = json!({"accounts": {"company": {"account_id": ACCOUNT,
            "policies": {"Own": {"default_version": "v1", "versions": {"v1": document}}},
            "users": {"alice": {"policies": [{"name": "Own", "type": "Custom"}]}}}}});
        let mut world = Asked::of(serde_json::from_value(state).unwrap());
        assert_eq!(world.take(&step), taken, "{other:?}");
    }
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
        paths(&state, &[format!("acs:ram::{ACCOUNT}:user/u0")], |_| true).paths.len()
    };
    assert_eq!(come_to(&[statement("Allow", "fc.aliyuncs.com")]), 1);
    assert_eq!(come_to(&[statement("Allow", "fc.aliyuncs.com"), statement("Deny", "fc.aliyuncs.com")]), 0);
    assert_eq!(come_to(&[statement("Allow", "notfc.aliyuncs.com")]), 0);
    assert_eq!(come_to(&[statement("Deny", "fc.aliyuncs.com"), statement("Allow", "ecs.aliyuncs.com")]), 0);
}

/// What alice may do by these statements, beside root2, who administers the account: whether she comes to administer it, and by what.
fn alices_way(statements: &Value) -> Option<(Vec<Step>, AuthorizationState)> {
    let own = json!({"default_version": "v1", "versions": {"v1": {"Version": "1", "Statement": statements}}});
    let state = json!({"accounts": {"company": {"account_id": ACCOUNT, "policies": {"P": own}, "groups": {"admins":
        {"policies": [{"name": "AdministratorAccess", "type": "System"}]}}, "users": {
        "alice": {"policies": [{"name": "P", "type": "Custom"}]},
        "root2": {"policies": [{"name": "AdministratorAccess", "type": "System"}], "console_password": true}}}}});
    let state: AuthorizationState = serde_json::from_value(state).unwrap();
    let from = format!("acs:ram::{ACCOUNT}:user/alice");
    let found = paths(&state, &[from], |goal| matches!(goal, Goal::Administer(_)));
    found.paths.into_iter().next().map(|path| (path.steps, state))
}

/// Each is really performed as well.
#[test]
fn what_ims_lets_do_by_its_own_name_leads_on() {
    let allow = |actions: Value| json!({"Effect": "Allow", "Action": actions, "Resource": "*"});
    for actions in [
        json!("ims:CreateAccessKey"),
        json!("ims:AddUserToGroup"),
        json!("ims:UpdateLoginProfile"),
        json!("ram:UpdateLoginProfile"),
    ] {
        let (steps, state) = alices_way(&json!([allow(actions.clone())])).unwrap_or_else(|| panic!("{actions}"));
        let mut world = Performed::of(&state, steps[0].by());
        world.with_password("root2");
        assert!(steps.iter().all(|step| world.take(step)), "{steps:?}");
    }
    // A password that is there is not made, and a Deny of either name outweighs.
    assert_eq!(alices_way(&json!([allow(json!("ram:CreateLoginProfile"))])).map(|(steps, _)| steps), None);
    let deny = json!({"Effect": "Deny", "Action": "ram:CreateAccessKey", "Resource": "*"});
    assert_eq!(alices_way(&json!([allow(json!("ims:CreateAccessKey")), deny])).map(|(steps, _)| steps), None);
}
