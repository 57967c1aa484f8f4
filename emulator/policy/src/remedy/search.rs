//! The search: one obstacle after the other is taken out of the way.

use super::draft::Draft;
use super::propose::{self, Case, Way};
use super::{Change, KeyOf, NewlyAllowed, Remedies, Remedy, edit, key};
use crate::action::Action;
use crate::explain::StatementTrace;
use crate::layers::Layers;
use crate::principal::Principal;
use crate::request::Request;
use crate::resource::Resource;
use crate::{decide, explain};

/// How many layers can be in the way at most: each is met at most a few times.
const MOST_CHANGES: usize = 64;
/// How many changes are tried at all, along all ways.
const MOST_TRIES: usize = 256;
/// How many proposals of one kind are shown.
const MOST_SHOWN: usize = 6;

/// Finds the smallest changes to the request, the resource and the policies in force that would allow a request. `known` are the
/// actions that the proposals are tried on, to say what else they allow.
///
/// ```
/// use std::sync::Arc;
/// use acslab_policy::{Change, Document, DocumentKind, Layers, PolicyRef, PolicySet, Principal, Request, would_allow};
///
/// let text = r#"{ "Version": "1", "Statement": [ { "Effect": "Allow", "Action": "oss:GetObject", "Resource": "*",
///     "Condition": { "StringEquals": { "oss:BucketTag/Product": "PaiLangStudio" } } } ] }"#;
/// let document = Arc::new(Document::parse(DocumentKind::Identity, text)?);
/// let identity = PolicySet::compile([(PolicyRef::named("Tagged"), document)]);
///
/// let alice = Principal::ram_user("1234567890123456", "", "alice");
/// let request = Request::new(alice, "oss:GetObject", "acs:oss:*:1234567890123456:photos/a.jpg")?;
/// let remedies = would_allow(&Layers::new(&identity), &request, &[]);
/// assert!(matches!(&remedies.remedies[0].changes[..], [Change::SetKey { key, .. }] if key == "oss:BucketTag/Product"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn would_allow(layers: &Layers<'_>, request: &Request, known: &[Action]) -> Remedies {
    let decision = decide(layers, request);
    let mut remedies = Remedies { decision, remedies: Vec::new(), wider: Vec::new(), impossible: None };
    if decision.is_allowed() {
        return remedies;
    }
    remedies.impossible = impossible(request, layers);
    if remedies.impossible.is_some() {
        return remedies;
    }
    let draft = Draft::of(layers);
    let case = Case { draft: &draft, request, layers, known };
    for way in Way::NARROW {
        for changes in search(case, *way) {
            push(&mut remedies.remedies, case, changes);
        }
    }
    for changes in search(case, Way::Plain) {
        if !remedies.remedies.iter().any(|other| other.changes == changes) {
            push(&mut remedies.wider, case, changes);
        }
    }
    // What changes no policy comes first; of the others the one that opens less, then the shorter one.
    let order = |remedy: &Remedy| {
        (touches(&remedy.changes), remedy.also_allows.len() + remedy.opens.len(), remedy.changes.len())
    };
    remedies.remedies.sort_by_key(order);
    remedies.remedies.truncate(MOST_SHOWN);
    remedies
}

/// What proposals touch, the least first: the request, the resource, policies.
fn touches(changes: &[Change]) -> u8 {
    let touch = |change: &Change| match change {
        Change::SetKey { of: KeyOf::Request, .. } => 0,
        Change::SetKey { of: KeyOf::Resource, .. } => 1,
        _ => 2,
    };
    changes.iter().map(touch).max().unwrap_or_default()
}

fn push(remedies: &mut Vec<Remedy>, case: Case<'_>, changes: Vec<Change>) {
    if remedies.iter().any(|other| other.changes == changes) {
        return;
    }
    let (also_allows, opens) = (newly_allowed(case, &changes), opens(case, &changes));
    remedies.push(Remedy { changes, also_allows, opens });
}

/// What no policy can change.
fn impossible(request: &Request, layers: &Layers<'_>) -> Option<&'static str> {
    match (request.principal(), layers.resource) {
        (Principal::Account { .. }, crate::ResourceLayer::Trust(_)) => Some("an account owner may not assume roles"),
        (_, crate::ResourceLayer::None) if request.is_foreign() => Some(
            "the resource belongs to another account, and it has no policy of its own that could let the caller in",
        ),
        (Principal::Anonymous, crate::ResourceLayer::None) => Some("a caller without a signature has no policies"),
        _ => None,
    }
}

/// Adds what the next obstacle asks for until the request is allowed, then drops what turned out not to be needed. Where an
/// obstacle leaves a choice, each that leads on is followed, as far as the tries go.
fn search(case: Case<'_>, way: Way) -> Vec<Vec<Change>> {
    let (mut found, mut tries) = (Vec::new(), 0);
    let mut open: Vec<Vec<Change>> = vec![Vec::new()];
    while let Some(changes) = open.pop() {
        tries += 1;
        if tries > MOST_TRIES || changes.len() > MOST_CHANGES || found.len() >= MOST_SHOWN {
            break;
        }
        let Some(changed) = case.draft.with(&changes) else { continue };
        let explanation = explain(&changed.layers(case.layers), &key::asked(case.request, &changes));
        if explanation.decision.is_allowed() {
            let needed = only_needed(case, changes);
            if !found.contains(&needed) {
                found.push(needed);
            }
            continue;
        }
        let next = propose::next(&explanation, case, way);
        // Of several narrowings of a Deny the first that lifts it is enough.
        let deny = explanation.deciding_statement().map(|trace| trace.statement);
        let lifts = |change: &Change| {
            let Some(tried) = with(case, &changes, change) else { return false };
            let after = explain(&tried.0.layers(case.layers), &tried.1);
            after.deciding_statement().map(|trace| trace.statement) != deny || after.decision.is_allowed()
        };
        let fresh: Vec<Change> = next.into_iter().filter(|change| !changes.contains(change)).collect();
        let chosen: Vec<Change> =
            if deny.is_some() { fresh.into_iter().filter(lifts).take(2).collect() } else { fresh };
        open.extend(chosen.into_iter().rev().map(|change| {
            let mut more = changes.clone();
            more.push(change);
            more
        }));
    }
    found
}

fn with(case: Case<'_>, changes: &[Change], change: &Change) -> Option<(super::draft::Compiled, Request)> {
    let mut more = changes.to_vec();
    more.push(change.clone());
    Some((case.draft.with(&more)?, key::asked(case.request, &more)))
}

/// Leaves each change out once: those without which the request is allowed as well are not needed.
fn only_needed(case: Case<'_>, mut changes: Vec<Change>) -> Vec<Change> {
    let mut index = 0;
    while index < changes.len() {
        let mut fewer = changes.clone();
        fewer.remove(index);
        if allows(case, &fewer) {
            changes = fewer;
        } else {
            index += 1;
        }
    }
    changes
}

fn allows(case: Case<'_>, changes: &[Change]) -> bool {
    let asked = key::asked(case.request, changes);
    case.draft.with(changes).is_some_and(|changed| decide(&changed.layers(case.layers), &asked).is_allowed())
}

/// The known actions that the changes allow besides, on the same resource and on no resource in particular. What the caller does
/// otherwise opens nothing.
fn newly_allowed(case: Case<'_>, changes: &[Change]) -> Vec<NewlyAllowed> {
    let request = case.request;
    let Some(changed) = case.draft.with(changes).filter(|_| touches(changes) > 0) else { return Vec::new() };
    let after = changed.layers(case.layers);
    let asked = key::asked(request, changes);
    let mut resources = vec![request.resource().clone()];
    // What is done to a resource opens nothing elsewhere.
    if request.resource() != &Resource::All && touches(changes) > 1 {
        resources.push(Resource::All);
    }
    let mut found = Vec::new();
    for action in case.known {
        for resource in &resources {
            if action == request.action() && resource == request.resource() {
                continue;
            }
            let before = request.asking(action.clone(), resource.clone());
            let other = asked.asking(action.clone(), resource.clone());
            if !decide(case.layers, &before).is_allowed() && decide(&after, &other).is_allowed() {
                found.push(NewlyAllowed { action: action.as_str().to_owned(), resource: resource.as_str().to_owned() });
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// What widened statements cover besides, and what narrowed ones no longer deny, in their own patterns.
fn opens(case: Case<'_>, changes: &[Change]) -> Vec<NewlyAllowed> {
    let explanation = explain(case.layers, case.request);
    let all: Vec<&StatementTrace> = explanation.units().flat_map(|unit| &unit.statements).collect();
    let opened = |change: &Change| {
        let Change::ReplaceStatement { target, statement } = change else { return None };
        let (_, document) = case.draft.document(target.layer, target.node, target.index)?;
        let narrowed = edit::narrowed_deny(document, target.statement, case.request, case.known);
        let trace = all.iter().find(|trace| {
            let at = trace.statement;
            (target.layer, target.node, target.index, target.statement) == (at.layer, at.node, at.policy, at.statement)
        });
        let ways = match trace.filter(|trace| trace.effect == crate::Effect::Allow) {
            Some(trace) => edit::widened(document, trace, case.request).into_iter().collect(),
            None => narrowed,
        };
        ways.into_iter().find(|(way, _)| way == statement).map(|(_, opens)| opens)
    };
    changes.iter().filter_map(opened).flatten().collect()
}
