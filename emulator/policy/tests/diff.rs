//! Differences between policies: each is shown by a request that is decided differently, and none is missed.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use std::sync::Arc;

use acslab_policy::{
    Action, Dialect, Difference, Document, DocumentKind, Layers, PolicyRef, PolicySet, Principal, Request, decide, diff,
};
use serde_json::{Value, json};

fn set(statements: &Value) -> PolicySet {
    let text = json!({ "Version": "1", "Statement": statements }).to_string();
    let document = Document::parse_with(DocumentKind::Identity, &text, &Dialect::STORED).unwrap();
    PolicySet::compile([(PolicyRef::named("p"), Arc::new(document))])
}

fn known() -> Vec<Action> {
    ["oss:GetObject", "oss:PutObject", "oss:DeleteObject", "oss:ListObjects", "ram:GetUser"]
        .map(|action| Action::parse(action).unwrap())
        .into()
}

fn between(old: &Value, new: &Value) -> Difference {
    diff(&set(old), &set(new), &known())
}

fn shown(examples: &[acslab_policy::Example]) -> Vec<(String, String)> {
    examples.iter().map(|example| (example.action.clone(), example.resource.clone())).collect()
}

#[test]
fn the_same_said_otherwise_is_no_difference() {
    let old = json!([{ "Effect": "Allow", "Action": ["oss:Get*", "oss:GetObject"], "Resource": "acs:oss:*:*:b/*" }]);
    let new = json!([
        { "Effect": "Allow", "Action": "oss:get*", "Resource": ["acs:oss::*:b/*", "acs:oss:*:*:b/x*"] },
        { "Effect": "Deny", "Action": "oss:PutObject", "Resource": "*" },
    ]);
    let difference = between(&old, &new);
    assert!(difference.is_none() && difference.complete, "{difference:#?}");
}

#[test]
fn one_action_more_is_named() {
    let old = json!([{ "Effect": "Allow", "Action": ["oss:GetObject"], "Resource": "*" }]);
    let new = json!([{ "Effect": "Allow", "Action": ["oss:GetObject", "oss:PutObject"], "Resource": "*" }]);
    let difference = between(&old, &new);
    assert!(difference.lost.is_empty());
    assert!(
        difference
            .gained
            .iter()
            .all(|example| example.action == "oss:PutObject" && example.known && !example.conditional)
    );
    assert!(!difference.gained.is_empty());
}

#[test]
fn a_smaller_resource_is_shown_by_one_that_is_lost() {
    let old = json!([{ "Effect": "Allow", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:b/*" }]);
    let new = json!([{ "Effect": "Allow", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:b/public/*" }]);
    let difference = between(&old, &new);
    assert!(difference.gained.is_empty());
    let resource = &difference.lost[0].resource;
    assert!(
        resource.starts_with("acs:oss:cn-hangzhou:1234567890123456:b/") && !resource.contains("public/"),
        "{resource}"
    );
}

#[test]
fn a_changed_condition_is_shown_with_a_value_that_tells() {
    let allow = |range: &str| {
        json!([{ "Effect": "Allow", "Action": "oss:GetObject", "Resource": "*",
                 "Condition": { "IpAddress": { "acs:SourceIp": range } } }])
    };
    let difference = between(&allow("10.0.0.0/8"), &allow("10.0.0.0/16"));
    assert!(difference.gained.is_empty());
    let example = &difference.lost[0];
    assert!(example.conditional);
    assert_eq!(example.context[0].0, "acs:SourceIp");
    assert!(example.context[0].1.starts_with("10.") && !example.context[0].1.starts_with("10.0."), "{example:?}");
}

#[test]
fn a_dropped_deny_is_a_gain() {
    let old = json!([
        { "Effect": "Allow", "Action": "oss:*", "Resource": "*" },
        { "Effect": "Deny", "Action": "oss:DeleteObject", "Resource": "acs:oss:*:*:keep/*" },
    ]);
    let new = json!([{ "Effect": "Allow", "Action": "oss:*", "Resource": "*" }]);
    let gained = shown(&between(&old, &new).gained);
    assert_eq!(gained, [("oss:DeleteObject".to_owned(), "acs:oss:cn-hangzhou:1234567890123456:keep/".to_owned())]);
}

#[test]
fn the_two_langstudio_role_policies_differ_by_the_bucket_tag_alone() {
    let oss = json!(["oss:GetObject", "oss:PutObject", "oss:DeleteObject", "oss:ListObjects"]);
    let old = json!([{ "Effect": "Allow", "Action": oss, "Resource": "*" },
                     { "Effect": "Allow", "Action": "pai:AssumeUser", "Resource": "acs:pai:*:*:users/*" }]);
    let new = json!([{ "Effect": "Allow", "Action": oss, "Resource": "*",
                       "Condition": { "StringEquals": { "oss:BucketTag/Product": "PaiLangStudio" } } },
                     { "Effect": "Allow", "Action": "pai:AssumeUser", "Resource": "acs:pai:*:*:users/*" }]);
    let difference = between(&old, &new);
    assert!(difference.gained.is_empty() && difference.complete);
    for example in &difference.lost {
        assert!(example.action.starts_with("oss:") && example.conditional && example.context.is_empty(), "{example:?}");
    }
}

/// What only a text in mixed case shows.
#[test]
fn every_letter_case_counts() {
    let allow = |operator: &str, values: Value| json!([{ "Effect": "Allow", "Action": "oss:GetObject", "Resource": "*", "Condition": { operator: { "acs:UserAgent": values } } }]);
    let ignoring = allow("StringEqualsIgnoreCase", json!(["PROD"]));
    let difference = between(&ignoring, &allow("StringEquals", json!(["PROD", "prod"])));
    let value = &difference.lost[0].context[0].1;
    assert!(value.eq_ignore_ascii_case("prod") && value != "prod" && value != "PROD", "{value}");
    assert!(difference.gained.is_empty());
    // All cases of two letters, written out.
    let all = allow("StringEquals", json!(["ab", "aB", "Ab", "AB"]));
    assert!(between(&allow("StringEqualsIgnoreCase", json!(["ab"])), &all).is_none());
}

/// Every request says whether it came by TLS and when.
#[test]
fn what_every_request_has_is_in_each() {
    let condition = |effect: &str, condition: Value| json!({ "Effect": effect, "Action": "oss:*", "Resource": "*", "Condition": condition });
    let everything = json!({ "Effect": "Allow", "Action": "oss:*", "Resource": "*" });
    let secure = |value: &str| json!({ "Bool": { "acs:SecureTransport": value } });
    let old = json!([everything, condition("Deny", secure("false"))]);
    assert!(between(&old, &json!([condition("Allow", secure("true"))])).is_none());
}

/// A small generator of its own: the same numbers every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len())]
    }
}

fn statement(dice: &mut Dice) -> Value {
    let actions = ["*", "a:*", "a:B*", "a:Bc", "a:?c", "b:Get", "a:*c", "*:Get"];
    let resources =
        ["*", "acs:a:*:*:x", "acs:a:*:*:x/*", "acs:a:r1:*:x*", "acs:*:*:*:*y", "acs:a:*:2:?", "acs:a::*:x/y", "acs:a*"];
    let clauses = [
        json!({ "StringEquals": { "k:s": ["v", "w"] } }),
        json!({ "StringNotEquals": { "k:s": "v" } }),
        json!({ "StringLike": { "k:s": "v*" } }),
        json!({ "StringEqualsIgnoreCase": { "k:s": ["vw", "W"] } }),
        json!({ "StringNotEqualsIgnoreCase": { "k:s": "VW" } }),
        json!({ "StringEquals": { "K:S": ["vw", "VW", "w"] } }),
        json!({ "NumericLessThan": { "k:n": "10" } }),
        json!({ "NumericGreaterThanEquals": { "k:n": "9" } }),
        json!({ "Bool": { "k:b": "true" } }),
        json!({ "NotIpAddress": { "k:i": "10.0.0.0/8" } }),
    ];
    let effect = if dice.roll(4) == 0 { "Deny" } else { "Allow" };
    let element = if dice.roll(6) == 0 { "NotAction" } else { "Action" };
    let mut statement = json!({ "Effect": effect, "Resource": [dice.one(&resources), dice.one(&resources)] });
    statement[element] = json!([dice.one(&actions), dice.one(&actions)]);
    if dice.roll(2) == 0 {
        statement["Condition"] = clauses[dice.roll(clauses.len())].clone();
    }
    statement
}

/// Every request of a small world, whatever the policies.
fn requests() -> Vec<Request> {
    let mut all = Vec::new();
    for action in ["a:B", "a:Bc", "a:Bcc", "a:xc", "a:Get", "b:Get", "b:Put", "c:Get"] {
        for resource in [
            "*",
            "acs:a:r1:1:x",
            "acs:a:r2:1:x",
            "acs:a:r1:1:x/y",
            "acs:a:r2:2:z",
            "acs:a:r1:1:zy",
            "acs:b:r1:1:q",
            "acs:a:r2:1:x/",
        ] {
            let account = resource.split(':').nth(3).unwrap_or("1");
            for (key, value) in [
                ("", ""),
                ("k:s", "v"),
                ("k:s", "w"),
                ("k:s", "vv"),
                ("k:s", "z"),
                ("k:s", "vw"),
                ("k:s", "vW"),
                ("k:s", "VW"),
                ("k:n", "9"),
                ("k:n", "10"),
                ("k:n", "8"),
                ("k:b", "true"),
                ("k:b", "false"),
                ("k:i", "10.1.1.1"),
                ("k:i", "11.1.1.1"),
            ] {
                let mut request = Request::new(Principal::ram_user(account, "", "u"), action, resource).unwrap();
                if !key.is_empty() {
                    request.set(key, value);
                }
                all.push(request);
            }
        }
    }
    all
}

/// Where any request of a small world is decided differently, a difference of that direction is reported.
#[test]
fn nothing_is_missed() {
    let requests = requests();
    let mut dice = Dice(20_261_123);
    let mut differing = 0;
    for round in 0..400 {
        let policy = |dice: &mut Dice| json!((0..=dice.roll(3)).map(|_| statement(dice)).collect::<Vec<_>>());
        let (old, new) = (policy(&mut dice), policy(&mut dice));
        let (before, after) = (set(&old), set(&new));
        let difference = diff(&before, &after, &[]);
        assert!(difference.complete, "round {round}");
        for request in &requests {
            let allowed = |set: &PolicySet| decide(&Layers::new(set), request).is_allowed();
            let missed = match (allowed(&before), allowed(&after)) {
                (false, true) => difference.gained.is_empty(),
                (true, false) => difference.lost.is_empty(),
                _ => continue,
            };
            differing += 1;
            assert!(!missed, "round {round}: {request:?} is decided differently\n{old:#}\n{new:#}");
        }
    }
    assert!(differing > 10_000, "{differing}");
}
