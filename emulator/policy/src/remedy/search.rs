//! The search: one obstacle after the other is taken out of the way.

use super::draft::Draft;
use super::propose::{self, Case, Way};
use super::reach::reach;
use super::{Change, KeyOf, NewlyAllowed, Remedies, Remedy, edit, key, narrow};
use crate::action::Action;
use crate::catalogue::{Catalogue, KnownAction, ResourceShapes};
use crate::explain::StatementTrace;
use crate::layers::{Layers, ResourceLayer};
use crate::near::near_misses;
use crate::principal::Principal;
use crate::request::Request;
use crate::resource::Resource;
use crate::set::PolicySet;
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
    // What may have a policy of its own and has none, or of which none is known, has one that says nothing.
    let silent = PolicySet::empty();
    let own = matches!(layers.resource, ResourceLayer::None) && needs_own_policy(request);
    let layers = &if own { Layers { resource: ResourceLayer::Grants(&silent), ..*layers } } else { *layers };
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

/// The ways to make a denied request otherwise so that the policies in force allow it as they are: the condition keys that it has then,
/// each with its values. None for a request that is allowed, and where what would have to change is not the request.
pub fn ways_to_ask(layers: &Layers<'_>, request: &Request) -> Vec<Vec<(String, Vec<String>)>> {
    if decide(layers, request).is_allowed() {
        return Vec::new();
    }
    let draft = Draft::of(layers);
    let case = Case { draft: &draft, request, layers, known: &[] };
    let key = |change: Change| match change {
        Change::SetKey { key, values, of: KeyOf::Request } => Some((key, values)),
        _ => None,
    };
    let ways = search(case, Way::Asked).into_iter();
    ways.filter_map(|changes| changes.into_iter().map(key).collect()).collect()
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
    let (loosened, reaches) = (loosened(case, &changes), reach(case, &changes));
    remedies.push(Remedy { changes, also_allows, opens, loosened, reaches });
}

/// What no policy can change.
fn impossible(request: &Request, layers: &Layers<'_>) -> Option<&'static str> {
    if is_operation(request.action()) {
        return Some(
            "no request asks for this action: it is the name of an operation, which is authorized under another one",
        );
    }
    match (request.principal(), layers.resource) {
        (Principal::Account { .. }, ResourceLayer::Trust(_)) => Some("an account owner may not assume roles"),
        (_, ResourceLayer::None) if needs_own_policy(request) && propose::takes_policy(request) => None,
        (_, ResourceLayer::None) if request.is_foreign() => Some(
            "the resource belongs to another account, and it has no policy of its own that could let the caller in",
        ),
        (Principal::Anonymous, ResourceLayer::None) => Some("a caller without a signature has no policies"),
        _ => None,
    }
}

/// Can nothing but the resource's own policy let the caller in?
fn needs_own_policy(request: &Request) -> bool {
    request.is_foreign() || *request.principal() == Principal::Anonymous
}

/// Is it the name of an operation, and of no action?
fn is_operation(action: &Action) -> bool {
    let Some((code, name)) = action.as_str().split_once(':') else { return false };
    let service = Catalogue::published().service(code);
    service.is_some_and(|service| service.action(name).is_none() && service.operation(name).is_some())
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
            if deny.is_some() { fresh.into_iter().filter(lifts).take(3).collect() } else { fresh };
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
    // What is done to a resource opens nothing elsewhere; nor does whom a role trusts.
    let elsewhere = touches(changes) > 1 && !matches!(case.layers.resource, ResourceLayer::Trust(_));
    let mut found = Vec::new();
    for action in case.known {
        let asks = AsksFor::of(action);
        let other = elsewhere.then(|| asks.elsewhere(request)).flatten();
        let own = Some(request.resource().clone()).filter(|own| asks.may_be(own));
        for resource in own.into_iter().chain(other) {
            if action == request.action() && &resource == request.resource() {
                continue;
            }
            let before = request.asking(action.clone(), resource.clone());
            let after_it = asked.asking(action.clone(), resource.clone());
            if !decide(case.layers, &before).is_allowed() && decide(&after, &after_it).is_allowed() {
                found.push(NewlyAllowed { action: action.as_str().to_owned(), resource: resource.as_str().to_owned() });
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// What requests for an action are on, as far as it is published.
#[derive(Clone, Copy)]
enum AsksFor {
    Unknown,
    These(&'static ResourceShapes),
}

impl AsksFor {
    fn of(action: &Action) -> Self {
        let (code, name) = action.as_str().split_once(':').unwrap_or_default();
        let known = Catalogue::published().service(code).and_then(|service| service.action(name));
        known.map(KnownAction::resources).filter(|kinds| kinds.is_published()).map_or(Self::Unknown, Self::These)
    }

    /// May a request be on this resource? CHOICE: what is published nowhere is looked for on no resource in particular.
    fn may_be(self, resource: &Resource) -> bool {
        match (self, resource) {
            (Self::Unknown, resource) => *resource == Resource::All,
            (Self::These(kinds), Resource::All) => kinds.has_all(),
            (Self::These(kinds), Resource::Arn(arn)) => kinds.arns().iter().any(|form| form.may_match(arn.as_str())),
        }
    }

    /// Something else that a request may be on: no resource in particular, or one thing of the action's form.
    fn elsewhere(self, request: &Request) -> Option<Resource> {
        let Self::These(kinds) = self else { return Some(Resource::All) };
        if kinds.has_all() {
            return Some(Resource::All);
        }
        let account = request.resource().owner().or_else(|| request.principal().account()).unwrap_or("*");
        let form = kinds.arns().iter().find(|form| !form.is_rare())?;
        Resource::parse(&form.filled("*", account, |_, place| format!("<{place}>")))
    }
}

/// The condition keys that changed statements have other values of. One that nobody chooses the value of lets in whom it names alone.
fn loosened(case: Case<'_>, changes: &[Change]) -> Vec<String> {
    let mut keys = Vec::new();
    for change in changes {
        let (Change::ReplaceStatement { target, .. }, Some(statement)) = (change, change.changed()) else { continue };
        let Some((_, document)) = case.draft.document(target.layer, target.node, target.index) else { continue };
        let before = edit::statement_of(document, target.statement);
        let before = before.as_ref().and_then(|before| before.get("Condition"));
        let after = statement.get("Condition").and_then(serde_json::Value::as_object);
        for (operator, conditions) in after.into_iter().flatten() {
            // What could not be used said the same, had it been understood.
            let meant = || before?.get(format!("ForAnyValue:{operator}"));
            let old = before.and_then(|before| before.get(operator)).or_else(meant);
            for (key, values) in conditions.as_object().into_iter().flatten() {
                let same = old.and_then(|old| old.get(key)) == Some(values);
                if !same && !key::is_given(key) && !keys.contains(key) {
                    keys.push(key.clone());
                }
            }
        }
    }
    keys
}

/// What widened statements cover besides, and what narrowed ones no longer deny, in their own patterns.
fn opens(case: Case<'_>, changes: &[Change]) -> Vec<NewlyAllowed> {
    let explanation = explain(case.layers, case.request);
    let all: Vec<&StatementTrace> = explanation.units().flat_map(|unit| &unit.statements).collect();
    let near = near_misses(&explanation);
    let opened = |change: &Change| {
        let Change::ReplaceStatement { target, statement } = change else { return None };
        let (_, document) = case.draft.document(target.layer, target.node, target.index)?;
        let trace = all.iter().find(|trace| {
            let at = trace.statement;
            (target.layer, target.node, target.index, target.statement) == (at.layer, at.node, at.policy, at.statement)
        });
        let ways = match trace.filter(|trace| trace.effect == crate::Effect::Allow) {
            Some(trace) => {
                let slips = near.iter().filter(|miss| miss.statement == trace.statement);
                let slips = slips.filter_map(|miss| edit::corrected(document, miss, case.request));
                slips.chain(edit::widened(document, trace, case.request)).collect()
            }
            None => narrow::narrowed_deny(document, target.statement, case.request, case.known),
        };
        ways.into_iter().find(|(way, _)| way == statement).map(|(_, opens)| opens)
    };
    changes.iter().filter_map(opened).flatten().collect()
}
