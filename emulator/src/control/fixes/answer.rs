//! `GET decisions/REQUEST_ID/fixes` and `POST decisions/REQUEST_ID/try`.

use std::collections::BTreeSet;

use acslab_policy::{Action, Remedies, Remedy, Verdict, would_allow};
use bytes::Bytes;
use http::{Response, StatusCode};
use http_body_util::Full;
use serde::Deserialize;
use serde_json::{Value, json};

use super::opening::opening;
use super::others::{OTHERS, others, who};
use super::plan::{ByHand, Planned, plan};
use crate::control::{body, problem, reply};
use crate::gateway::{Decided, Entry, Gateway};
use crate::registry::Registry;

/// Which fix of which question is to be tried.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    #[serde(default)]
    question: usize,
    fix: usize,
}

/// The fixes of each question of a call that was denied.
pub(in crate::control) fn list(gateway: &Gateway, entry: &Entry) -> Response<Full<Bytes>> {
    let known = known_actions(gateway.registry());
    let questions =
        entry.decided.iter().enumerate().filter(|(_, decided)| is_denied(decided)).map(|(number, decided)| {
            let remedies = remedies(decided, &known);
            let fixes = remedies.remedies.iter().map(|remedy| fix(gateway, entry, decided, remedy, false));
            let wider = remedies.wider.iter().map(|remedy| fix(gateway, entry, decided, remedy, true));
            let opening = opening(&gateway.cloud(), decided).map(|opening| {
                let mut fix = json!(opening.remedy);
                fix["wider"] = json!(true);
                fix["calls"] = opening.calls.iter().map(Planned::shown).collect();
                fix
            });
            json!({
                "question": number,
                "action": decided.action(),
                "resource": decided.resource(),
                "impossible": remedies.impossible,
                "fixes": fixes.chain(wider).chain(opening).collect::<Vec<_>>(),
            })
        });
    reply(StatusCode::OK, &json!({"request_id": *entry.request_id, "questions": questions.collect::<Vec<_>>()}))
}

/// Makes the calls of a fix in a fork of the cloud, and asks again there.
pub(in crate::control) fn attempt(gateway: &Gateway, entry: &Entry, body: &[u8]) -> Response<Full<Bytes>> {
    let which: Which = match body::read(body) {
        Ok(which) => which,
        Err(error) => return problem(StatusCode::BAD_REQUEST, format!("not a fix to try: {error}")),
    };
    let Some(decided) = entry.decided.get(which.question).filter(|decided| is_denied(decided)) else {
        return problem(StatusCode::NOT_FOUND, format!("question {} of this call was not denied", which.question));
    };
    let remedies = remedies(decided, &known_actions(gateway.registry()));
    let proposed = remedies.remedies.iter().chain(&remedies.wider);
    let there = proposed.clone().count();
    let (also_allows, calls) = match proposed.into_iter().nth(which.fix) {
        Some(remedy) => match plan(&gateway.cloud(), &entry.request_id, decided, remedy) {
            Ok(calls) => (remedy.also_allows.clone(), calls),
            Err(by_hand) => return problem(StatusCode::CONFLICT, by_hand.why()),
        },
        None => match opening(&gateway.cloud(), decided).filter(|_| which.fix == there) {
            Some(opening) => (opening.remedy.also_allows, opening.calls),
            None => return problem(StatusCode::NOT_FOUND, format!("there is no fix {}", which.fix)),
        },
    };
    match super::attempt::attempt(gateway, entry, decided, &calls) {
        Ok(mut outcome) => {
            outcome["also_allows"] = json!(also_allows);
            reply(StatusCode::OK, &outcome)
        }
        Err(why) => problem(StatusCode::CONFLICT, why),
    }
}

fn fix(gateway: &Gateway, entry: &Entry, decided: &Decided, remedy: &Remedy, wider: bool) -> Value {
    let mut fix = json!(remedy);
    fix["wider"] = json!(wider);
    match plan(&gateway.cloud(), &entry.request_id, decided, remedy) {
        Ok(calls) => {
            fix["calls"] = calls.iter().map(Planned::shown).collect();
            let others = others(&gateway.cloud(), decided, &calls);
            fix["shared_with"] = others.iter().take(OTHERS).map(|caller| json!(who(caller))).collect();
        }
        Err(by_hand) => fix["by_hand"] = json!({"code": by_hand.code(), "why": by_hand.why()}),
    }
    fix
}

fn is_denied(decided: &Decided) -> bool {
    decided.decision.verdict != Verdict::Allow
}

fn remedies(decided: &Decided, known: &[Action]) -> Remedies {
    would_allow(&decided.question.layers.as_layers(), &decided.question.request, known)
}

/// The actions that operations ask for: what a proposal is tried on, to say what it opens besides.
pub(in crate::control) fn known_actions(registry: &Registry) -> Vec<Action> {
    let operations = registry.iter().flat_map(|operation| operation.access.checks());
    let names: BTreeSet<&str> = operations.flat_map(|check| check.actions.iter()).collect();
    names.into_iter().filter_map(Action::parse).collect()
}

impl ByHand {
    fn code(self) -> &'static str {
        self.told().0
    }

    fn why(self) -> &'static str {
        self.told().1
    }

    fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::SystemPolicy => {
                ("system-policy", "a system policy cannot be edited: attach a custom policy in its place")
            }
            Self::ControlPolicy => ("control-policy", "a control policy is edited in its resource directory"),
            Self::SessionPolicy => ("session-policy", "whoever assumes the role has to pass another session policy"),
            Self::ResourceGroup => ("resource-group", "the policy is to be attached for the resource group"),
            Self::Principal => ("principal", "no policy can be attached to this caller"),
            Self::Request => ("request", "the caller has to send the request so"),
            Self::Tags => ("tags", "the resource is to be tagged so, by whoever may"),
            Self::Resource => ("resource", "this policy is part of the resource, and changed with it"),
        }
    }
}
