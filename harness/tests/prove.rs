//! Proofs, held against brute force: on small random accounts every request of a finite world is decided, and both come to the same.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod dice;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use acslab::authorization::Kept;
use acslab::import::Standing;
use acslab::prove::{Invariant, Outcome, prove, read};
use acslab_emulator::state::AuthorizationState;
use acslab_policy::{Action, Dialect, Document, DocumentKind, Resource};
use serde_json::{Value, json};

use dice::Dice;

const PRINCIPALS: [&str; 3] = ["user/u0", "user/u1", "role/r0"];
const ACTIONS: [&str; 5] = ["oss:GetObject", "oss:GetObjectAcl", "oss:PutObject", "ram:GetUser", "ram:GetRole"];
const RESOURCES: [&str; 6] = [
    "acs:oss:*:1234567890123456:b",
    "acs:oss:*:1234567890123456:b/k",
    "acs:oss:*:1234567890123456:b/kk",
    "acs:oss:*:1234567890123456:c/k",
    "acs:ram:*:1234567890123456:user/u",
    "acs:ram:*:1234567890123456:role/u",
];

/// Does an operation ask for the action on such a resource?
fn is_asked(action: &str, resource: &str) -> bool {
    match action {
        "ram:GetUser" => resource.contains(":user/"),
        "ram:GetRole" => resource.contains(":role/"),
        _ => resource.starts_with("acs:oss:") && resource.contains('/'),
    }
}

const ACTION_PATTERNS: [&str; 8] =
    ["*", "oss:*", "oss:GetObject", "oss:GetObject*", "oss:?utObject", "*:Get*", "ram:Get?ser", "ram:*"];
const RESOURCE_PATTERNS: [&str; 8] = [
    "*",
    "acs:oss:*:*:b",
    "acs:oss:*:*:b/*",
    "acs:oss:*:1234567890123456:*",
    "acs:ram:*:*:*",
    "acs:*:*:*:*/k",
    "acs:oss:*:*:?/k*",
    "acs:oss:*:2000000000000001:*",
];

/// Resource groups for which policies are attached.
const GROUPS: [&str; 2] = ["rg-one", "rg-two"];

/// The groups in which a resource may be.
fn groups(resource: &str) -> &'static [Option<&'static str>] {
    match resource {
        "acs:oss:*:1234567890123456:c/k" => &[Some(GROUPS[0])],
        oss if oss.starts_with("acs:oss:") => &[None, Some(GROUPS[0]), Some(GROUPS[1])],
        _ => &[None],
    }
}

/// A condition key, as policies ask for it and as requests carry it.
struct Key {
    name: &'static str,
    operators: &'static [&'static str],
    operands: &'static [&'static str],
    values: &'static [&'static str],
    /// May a request of a user's lack it, or of a role's? Then it has what the server fills by itself.
    absent: [bool; 2],
    /// May a role's request say what is in it?
    of_roles: bool,
}

impl Key {
    const fn new(
        name: &'static str,
        operators: &'static [&'static str],
        operands: &'static [&'static str],
        values: &'static [&'static str],
    ) -> Self {
        Self { name, operators, operands, values, absent: [true, true], of_roles: true }
    }

    /// What is tried of it.
    fn tried(&self, of_role: bool) -> Vec<Option<&'static str>> {
        let [user, role] = self.absent;
        let absent = if of_role { role } else { user };
        let values = if of_role && !self.of_roles { &[] } else { self.values };
        absent.then_some(None).into_iter().chain(values.iter().copied().map(Some)).collect()
    }
}

const TEXT: &[&str] = &["StringEquals", "StringLike", "StringNotEquals", "StringNotLike"];
const KEYS: [Key; 8] = [
    Key::new("acs:SourceVpc", TEXT, &["x", "y", "x*", "*", "z", ""], &["x", "xy", ""]),
    Key::new("oss:Prefix", TEXT, &["x", "y", "x*", "*", "z"], &["x", "xy"]),
    Key::new(
        "acs:UserAgent",
        &[
            "StringEquals",
            "StringLike",
            "StringNotEquals",
            "StringNotLike",
            "StringEqualsIgnoreCase",
            "StringNotEqualsIgnoreCase",
        ],
        &["ab", "AB", "aB", "a*", "?B"],
        &["ab", "AB", "aB", "Ab", "a", "xB"],
    ),
    // No key of a role stands for a second factor.
    Key { of_roles: false, ..Key::new("acs:MFAPresent", &["Bool"], &["true", "false"], &["true", "false"]) },
    Key::new("acs:SecureTransport", &["Bool"], &["true", "false"], &["true", "false"]),
    Key {
        absent: [false, false],
        ..Key::new(
            "acs:CurrentTime",
            &["DateLessThan", "DateGreaterThanEquals", "DateEquals", "DateNotEquals"],
            &["2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z"],
            &[
                "2025-01-01T00:00:00Z",
                "2026-01-01T00:00:00Z",
                "2026-03-01T00:00:00Z",
                "2026-06-01T00:00:00Z",
                "2027-01-01T00:00:00Z",
            ],
        )
    },
    Key {
        absent: [false, true],
        ..Key::new(
            "acs:SourceIp",
            &["IpAddress", "NotIpAddress"],
            &["10.0.0.0/8", "10.1.0.0/16", "10.0.0.0/9", "10.128.0.0/9", "::/0"],
            &["10.0.0.1", "10.1.0.1", "10.128.0.1", "10.200.0.1", "192.0.2.9", "2001:db8::9"],
        )
    },
    Key::new(
        "oss:x-oss-object-acl",
        &["StringEquals", "StringNotEquals"],
        &["default", "private", "public-read"],
        &["default", "private", "public-read", "public-read-write"],
    ),
];

/// A condition on one of the two keys that an account is about: all of what two keys can have is soon tried.
fn condition(dice: &mut Dice, keys: &[&Key; 2]) -> Value {
    let key = *dice.one(keys);
    let operands: BTreeSet<&str> = (0..=dice.next(2)).map(|_| *dice.one(key.operands)).collect();
    json!({*dice.one(key.operators): {key.name: operands}})
}

fn statement(dice: &mut Dice, keys: &[&Key; 2]) -> Value {
    let effect = if dice.next(3) == 0 { "Deny" } else { "Allow" };
    let element = if dice.next(5) == 0 { "NotAction" } else { "Action" };
    let mut statement = json!({"Effect": effect, "Resource": dice.one(&RESOURCE_PATTERNS)});
    statement[element] = json!(dice.one(&ACTION_PATTERNS));
    if dice.next(2) == 0 {
        statement["Condition"] = condition(dice, keys);
    }
    statement
}

/// An account of two users, one of them in a group, and a role, with two policies that any of them may have.
fn account(dice: &mut Dice, keys: &[&Key; 2]) -> AuthorizationState {
    let mut policies = serde_json::Map::new();
    for name in ["p0", "p1"] {
        let statements: Vec<Value> = (0..=dice.next(3)).map(|_| statement(dice, keys)).collect();
        let text = json!({"Version": "1", "Statement": statements});
        policies.insert(name.to_owned(), json!({"default_version": "v1", "versions": {"v1": text}}));
    }
    let mut attached = || {
        let mut all = Vec::new();
        for name in ["p0", "p1"] {
            let mut one = json!({"name": name, "type": "Custom"});
            match dice.next(6) {
                0..=1 => {}
                2 => one["resource_group"] = json!(GROUPS[dice.next(2)]),
                _ => continue,
            }
            all.push(one);
        }
        json!(all)
    };
    let trust = json!({"Version": "1", "Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow",
        "Principal": {"RAM": ["acs:ram::1234567890123456:root"]}}]});
    // Of one bucket the state tells in which group it is, of the other it does not.
    let account = json!({
        "account_id": "1234567890123456",
        "resource_groups": {GROUPS[0]: {"resources": ["oss bucket c"]}, GROUPS[1]: {}},
        "policies": policies,
        "users": {"u0": {"policies": attached()}, "u1": {"policies": attached(), "groups": ["g"]}},
        "groups": {"g": {"policies": attached(), "members": ["u1"]}},
        "roles": {"r0": {"policies": attached(), "trust": trust, "max_session_duration": 3600}},
    });
    serde_json::from_value(json!({"accounts": {"company": account}})).unwrap()
}

/// An invariant, and of whom it speaks.
fn invariant(dice: &mut Dice) -> (Invariant, Vec<&'static str>) {
    let what = format!("{} on {}", dice.one(&ACTION_PATTERNS), dice.one(&RESOURCE_PATTERNS));
    let forms: [(&str, &[&'static str]); 5] = [
        ("nobody may", &PRINCIPALS),
        ("nobody but user u0 may", &PRINCIPALS[1..]),
        ("user u1 may never", &PRINCIPALS[1..2]),
        ("role r0 may never", &PRINCIPALS[2..]),
        ("user u0 may always", &PRINCIPALS[..1]),
    ];
    let (who, of) = *dice.one(&forms);
    (read(&format!("{who} {what}")).unwrap().remove(0), of.to_vec())
}

/// Is there a request of the finite world that breaks it?
fn brute(standing: &Standing, invariant: &Invariant, of: &[&str], keys: &[&Key; 2]) -> bool {
    let asked = json!({"Version": "1", "Statement": [
        {"Effect": "Allow", "Action": invariant.actions, "Resource": invariant.resources}]});
    let asked = Document::parse_with(DocumentKind::Identity, &asked.to_string(), &Dialect::STORED).unwrap();
    let covered = &asked.statements()[0];
    for principal in of {
        let arn = format!("acs:ram::1234567890123456:{principal}");
        let of_role = principal.starts_with("role");
        let [first, second] = keys.map(|key| key.tried(of_role).into_iter().map(move |value| (key.name, value)));
        for action in ACTIONS.iter().filter(|one| covered.actions().test(&Action::parse(one).unwrap()).is_ok()) {
            for resource in RESOURCES
                .iter()
                .filter(|one| is_asked(action, one))
                .filter(|one| covered.resources().test(&Resource::parse(one).unwrap()).is_ok())
            {
                for (first, second) in first.clone().flat_map(|one| second.clone().map(move |other| (one, other))) {
                    let keys: Vec<(String, Vec<String>)> = [first, second]
                        .into_iter()
                        .filter_map(|(key, value)| Some((key.to_owned(), vec![value?.to_owned()])))
                        .collect();
                    let in_group =
                        |group: Option<&str>| standing.authority.ask_in(&arn, action, resource, &keys, group);
                    let mut answers = groups(resource).iter().map(|group| in_group(*group).unwrap());
                    if answers.any(|answer| answer.decision.is_allowed() != invariant.always) {
                        return true;
                    }
                }
            }
        }
    }
    false
}

/// What is said to break it does: it is covered, and decided again.
fn breaks(standing: &Standing, invariant: &Invariant, outcome: &Outcome) -> bool {
    let Outcome::Broken { principal, action, resource, resource_group, keys, .. } = outcome else { return false };
    let keys: Vec<(String, Vec<String>)> = keys.iter().map(|(key, value)| (key.clone(), vec![value.clone()])).collect();
    let group = resource_group.as_deref();
    let answer = standing.authority.ask_in(principal, action, resource, &keys, group).unwrap();
    answer.decision.is_allowed() != invariant.always
}

/// Proves and tries so many accounts on so many threads, each of which has dice of its own.
fn hold(accounts: usize, threads: usize, seed: u64) {
    let (next, broken, held, elsewhere) =
        (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (next, broken, held, elsewhere) = (&next, &broken, &held, &elsewhere);
            scope.spawn(move || {
                let mut dice = Dice(seed * 1_000 + thread as u64);
                while next.fetch_add(1, Ordering::Relaxed) < accounts {
                    let keys = [dice.one(&KEYS), dice.one(&KEYS)];
                    let state = account(&mut dice, &keys);
                    let (invariant, of) = invariant(&mut dice);
                    let standing = Standing::of(Kept::from(state), Vec::new());
                    let proof = prove(&standing, std::slice::from_ref(&invariant)).remove(0);
                    let brute = brute(&standing, &invariant, &of, &keys);
                    let told = || format!("{}: {:?}\n{}", invariant.text, proof.outcome, json!(standing.kept.state));
                    match &proof.outcome {
                        Outcome::Holds => {
                            assert!(!brute, "missed: {}", told());
                            held.fetch_add(1, Ordering::Relaxed);
                        }
                        Outcome::Broken { .. } => {
                            assert!(breaks(&standing, &invariant, &proof.outcome), "does not break: {}", told());
                            // By a request that the finite world does not have: it has no object `b/kkk`.
                            elsewhere.fetch_add(usize::from(!brute), Ordering::Relaxed);
                            broken.fetch_add(1, Ordering::Relaxed);
                        }
                        Outcome::NotDecided(_) | Outcome::Nobody(_) => panic!("{}", told()),
                    }
                }
            });
        }
    });
    let (broken, held, elsewhere) = (broken.into_inner(), held.into_inner(), elsewhere.into_inner());
    println!("{broken} broken, {elsewhere} of them outside of the finite world alone; {held} hold");
    assert!(broken + held == accounts, "{broken} {held}");
    assert!(broken > accounts / 8 && held > accounts / 8 && elsewhere < broken / 2, "{broken} {held} {elsewhere}");
}

#[test]
fn a_proof_and_brute_force_come_to_the_same() {
    hold(200, 2, 1);
}

#[test]
#[ignore = "some minutes: `./test --only proofs`"]
fn a_hundred_thousand_proofs_and_brute_force_come_to_the_same() {
    hold(100_000, 4, 2);
}
