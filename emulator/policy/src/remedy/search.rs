//! The search: one obstacle after the other is taken out of the way.

use serde::Serialize;

use super::draft::Draft;
use super::propose;
use crate::action::Action;
use crate::layers::{Decision, Layer, Layers};
use crate::principal::Principal;
use crate::request::Request;
use crate::resource::Resource;
use crate::set::PolicyRef;
use crate::{decide, explain};

/// How many layers can be in the way at most: each is met at most a few times.
const MOST_CHANGES: usize = 64;

/// The ways to have a denied request allowed.
#[derive(Debug, Clone, Serialize)]
pub struct Remedies {
    /// The answer as it is.
    pub decision: Decision,
    /// The proposals, the narrowest first; none if the request is allowed already, or if no policy can allow it.
    pub remedies: Vec<Remedy>,
    /// Why no policy can allow it.
    pub impossible: Option<&'static str>,
}

/// Changes that together have the request allowed. Each of them is needed.
#[derive(Debug, Clone, Serialize)]
pub struct Remedy {
    /// The changes.
    pub changes: Vec<Change>,
    /// What the same caller may do besides, of the actions asked about.
    pub also_allows: Vec<NewlyAllowed>,
}

/// Something else that a proposal allows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NewlyAllowed {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
}

/// One change to one document.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Change {
    /// A statement that denies is taken out.
    RemoveStatement(Target),
    /// A statement that denies no longer names what is asked for.
    ReplaceStatement {
        /// Which.
        #[serde(flatten)]
        target: Target,
        /// What it says then.
        statement: serde_json::Value,
    },
    /// A statement that allows is added.
    AddStatement {
        /// To which layer's policies.
        layer: Layer,
        /// To which node of the control policies; 0 in the other layers.
        node: u32,
        /// The ready statement.
        statement: serde_json::Value,
    },
}

/// A statement of a policy in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Target {
    /// The layer.
    pub layer: Layer,
    /// The node of the control policies; 0 in the other layers.
    pub node: u32,
    /// Which of the set's policies.
    pub index: u32,
    /// The policy.
    pub policy: PolicyRef,
    /// Which of its statements, from 0.
    pub statement: u32,
    /// The line it starts in.
    pub line: u32,
}

/// Finds the smallest changes to the policies in force that would allow a request. `known` are the actions that the
/// proposals are tried on, to say what else they allow.
pub fn would_allow(layers: &Layers<'_>, request: &Request, known: &[Action]) -> Remedies {
    let decision = decide(layers, request);
    let mut remedies = Remedies { decision, remedies: Vec::new(), impossible: None };
    if decision.is_allowed() {
        return remedies;
    }
    remedies.impossible = impossible(request, layers);
    if remedies.impossible.is_some() {
        return remedies;
    }
    let draft = Draft::of(layers);
    for grant in propose::Grant::ALL {
        let Some(changes) = search(&draft, layers, request, *grant) else { continue };
        let remedy = Remedy { also_allows: newly_allowed(&draft, layers, request, &changes, known), changes };
        if !remedies.remedies.iter().any(|other| other.changes == remedy.changes) {
            remedies.remedies.push(remedy);
        }
    }
    // Of two proposals the one that opens less comes first; then the shorter one.
    remedies.remedies.sort_by_key(|remedy| (remedy.also_allows.len(), remedy.changes.len()));
    remedies
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

/// Adds what the next obstacle asks for until the request is allowed, then drops what turned out not to be needed.
fn search(draft: &Draft, layers: &Layers<'_>, request: &Request, grant: propose::Grant) -> Option<Vec<Change>> {
    let mut changes: Vec<Change> = Vec::new();
    while changes.len() < MOST_CHANGES {
        let changed = draft.with(&changes)?;
        let explanation = explain(&changed.layers(layers), request);
        if explanation.decision.is_allowed() {
            return Some(only_needed(draft, layers, request, changes));
        }
        let change = propose::next(&explanation, draft, request, layers, grant)?;
        if changes.contains(&change) {
            return None;
        }
        changes.push(change);
    }
    None
}

/// Leaves each change out once: those without which the request is allowed as well are not needed.
fn only_needed(draft: &Draft, layers: &Layers<'_>, request: &Request, mut changes: Vec<Change>) -> Vec<Change> {
    let mut index = 0;
    while index < changes.len() {
        let mut fewer = changes.clone();
        fewer.remove(index);
        if allows(draft, layers, request, &fewer) {
            changes = fewer;
        } else {
            index += 1;
        }
    }
    changes
}

fn allows(draft: &Draft, layers: &Layers<'_>, request: &Request, changes: &[Change]) -> bool {
    draft.with(changes).is_some_and(|changed| decide(&changed.layers(layers), request).is_allowed())
}

/// The known actions that the changes allow besides, on the same resource and on no resource in particular.
fn newly_allowed(
    draft: &Draft,
    layers: &Layers<'_>,
    request: &Request,
    changes: &[Change],
    known: &[Action],
) -> Vec<NewlyAllowed> {
    let Some(changed) = draft.with(changes) else { return Vec::new() };
    let after = changed.layers(layers);
    let mut resources = vec![request.resource().clone()];
    if request.resource() != &Resource::All {
        resources.push(Resource::All);
    }
    let mut found = Vec::new();
    for action in known {
        for resource in &resources {
            if action == request.action() && resource == request.resource() {
                continue;
            }
            let other = request.asking(action.clone(), resource.clone());
            if !decide(layers, &other).is_allowed() && decide(&after, &other).is_allowed() {
                found.push(NewlyAllowed { action: action.as_str().to_owned(), resource: resource.as_str().to_owned() });
            }
        }
    }
    found.sort();
    found.dedup();
    found
}
