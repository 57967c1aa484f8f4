//! That the representatives stand for every request: on small random policies whatever some request of a finite world is allowed, one of
//! them is allowed too, and each that is allowed really is.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use std::sync::Arc;

use acslab_policy::{
    Action, Dialect, Document, DocumentKind, Layers, Manner, PolicyRef, PolicySet, Principal, Request, Resource,
    decide, representatives_of,
};
use serde_json::{Value, json};

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

const ACTIONS: &[&str] = &["oss:Get", "oss:Got", "oss:Put", "ram:Get", "ram:Put"];
const RESOURCES: &[&str] = &[
    "*",
    "acs:oss:*:1:b",
    "acs:oss:*:1:b/k",
    "acs:oss:*:1:b/kk",
    "acs:oss:*:1:c/k",
    "acs:ram:*:1:user/u",
    "acs:oss:*:2:b/k",
];
const VALUES: &[Option<&str>] = &[None, Some("x"), Some("y"), Some("xy"), Some("xY"), Some("Xy")];

const ACTION_PATTERNS: &[&str] = &["*", "oss:*", "oss:Get", "oss:G?t", "*:Get", "ram:P*", "oss:Put", "*t"];
const RESOURCE_PATTERNS: &[&str] =
    &["*", "acs:oss:*:*:b", "acs:oss:*:*:b/*", "acs:oss:*:1:*", "acs:ram:*:*:*", "acs:*:*:*:*/k", "acs:oss:*:*:?/k*"];
const VALUE_PATTERNS: &[&str] = &["x", "y", "x*", "*", "z", "xy", "XY"];

fn policy(dice: &mut Dice) -> Value {
    let count = 1 + dice.next(3);
    let statements: Vec<Value> = (0..count).map(|_| statement(dice)).collect();
    json!({"Version": "1", "Statement": statements})
}

fn statement(dice: &mut Dice) -> Value {
    let effect = if dice.next(3) == 0 { "Deny" } else { "Allow" };
    let element = if dice.next(5) == 0 { "NotAction" } else { "Action" };
    let mut statement = json!({"Effect": effect, "Resource": dice.one(RESOURCE_PATTERNS)});
    statement[element] = json!(dice.one(ACTION_PATTERNS));
    if dice.next(2) == 0 {
        let operator = *dice.one(&[
            "StringEquals",
            "StringLike",
            "StringNotEquals",
            "StringNotLike",
            "StringEqualsIgnoreCase",
            "StringNotEqualsIgnoreCase",
        ]);
        // Letter case does not count in a key.
        let key = *dice.one(&["acs:SourceVpc", "oss:Prefix", "OSS:prefix"]);
        statement["Condition"] = json!({operator: {key: [dice.one(VALUE_PATTERNS), dice.one(VALUE_PATTERNS)]}});
    }
    statement
}

fn read(document: &Value) -> Option<Document> {
    Document::parse_with(DocumentKind::Identity, &document.to_string(), &Dialect::STORED).ok()
}

fn alice(action: &str, resource: &str) -> Request {
    Request::new(Principal::ram_user("1", "2001", "alice"), action, resource).unwrap()
}

/// A request of hers carries whatever it likes.
struct Alice;

impl Manner for Alice {
    fn plain(&self, action: &Action, resource: &Resource) -> Request {
        alice(action.as_str(), resource.as_str())
    }

    fn may_carry(&self, _: &str, _: Option<&str>) -> bool {
        true
    }

    fn varies(&self, _: &str) -> bool {
        true
    }
}

#[test]
fn whatever_some_request_may_a_representative_may() {
    compare(1_500, 7);
}

#[test]
#[ignore = "some minutes: `./test --only proofs`"]
fn whatever_some_request_may_a_representative_may_of_a_hundred_thousand_sets() {
    compare(100_000, 8);
}

/// Tries every request of the finite world, and the representatives, on so many random sets.
fn compare(sets: usize, seed: u64) {
    let (mut dice, mut broken, mut held) = (Dice(seed), 0, 0);
    // Whose a resource is counts besides: what is abroad is out of reach.
    let own = json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "acs:*:*:1:*"}]});
    let own = read(&own).unwrap();
    for _ in 0..sets {
        let asked = json!({"Version": "1", "Statement": [
            {"Effect": "Allow", "Action": dice.one(ACTION_PATTERNS), "Resource": dice.one(RESOURCE_PATTERNS)}]});
        let (Some(asked), Some(policy)) = (read(&asked), read(&policy(&mut dice))) else { continue };
        let set = PolicySet::compile([(PolicyRef::named("p"), Arc::new(policy.clone()))]);
        let layers = Layers::new(&set);
        let covers = |request: &Request| {
            let one = &asked.statements()[0];
            one.actions().test(request.action()).is_ok() && one.resources().test(request.resource()).is_ok()
        };
        let brute = ACTIONS.iter().any(|action| {
            RESOURCES.iter().any(|resource| {
                VALUES.iter().any(|vpc| {
                    VALUES.iter().any(|prefix| {
                        let mut request = alice(action, resource);
                        for (key, value) in [("acs:SourceVpc", vpc), ("oss:Prefix", prefix)] {
                            if let Some(value) = value {
                                request.set(key, *value);
                            }
                        }
                        covers(&request) && decide(&layers, &request).is_allowed()
                    })
                })
            })
        });
        let (representatives, complete) = representatives_of(&asked, &[&policy, &own], &[], &Alice);
        assert!(complete);
        let mut found = false;
        for one in &representatives {
            for context in &one.contexts {
                let mut request = alice(one.action.as_str(), one.resource.as_str());
                for (key, value) in context {
                    request.set(key.as_str(), value.as_str());
                }
                assert!(covers(&request), "{one:?}");
                found |= decide(&layers, &request).is_allowed();
            }
        }
        // A foreign resource is out of reach for both; what only a made-up request shows, the finite world does not have.
        assert!(found || !brute, "missed: {}\nasked {}", policy.text(), asked.text());
        if brute { broken += 1 } else { held += 1 }
    }
    println!("{broken} sets allow some request, {held} none");
    assert!(broken > 100 && held > 100, "{broken} {held}");
}
