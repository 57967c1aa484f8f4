//! Making a change out of an obstacle.

use serde_json::{Map, Value, json};

use super::draft::Draft;
use super::{Change, Target};
use crate::document::{Document, Effect};
use crate::explain::{ClauseTrace, Explanation, StatementTrace, Unit};
use crate::layers::{Layer, Layers, ResourceLayer, Verdict};
use crate::principal::Principal;
use crate::request::Request;

/// The ways to write a missing grant and to lift a Deny, tried in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grant {
    /// The caller's own policies; conditions of the nearest statement are kept, lists lose one entry.
    Narrow,
    /// The same, by the resource's own policy where it has one that can grant.
    OnResource,
    /// Without conditions; whole statements are taken out.
    Plain,
}

impl Grant {
    pub(super) const ALL: &'static [Self] = &[Self::Narrow, Self::OnResource, Self::Plain];
}

/// The change that the first obstacle asks for.
pub(super) fn next(
    explanation: &Explanation,
    draft: &Draft,
    request: &Request,
    layers: &Layers<'_>,
    grant: Grant,
) -> Option<Change> {
    match explanation.decision.verdict {
        Verdict::Allow => None,
        Verdict::ExplicitDeny => lift(explanation.deciding_statement()?, draft, request, grant),
        Verdict::ImplicitDeny => allow(explanation, draft, request, layers, grant),
    }
}

/// Takes the request out of what a statement denies.
fn lift(trace: &StatementTrace, draft: &Draft, request: &Request, grant: Grant) -> Option<Change> {
    let at = trace.statement;
    let (policy, document) = draft.document(at.layer, at.node, at.policy)?;
    // A Deny in a statement that a change of ours brought would be ours.
    let target = Target {
        layer: at.layer,
        node: at.node,
        index: at.policy,
        policy: policy.clone(),
        statement: at.statement,
        line: document.statements().get(at.statement as usize).map_or(1, |_| trace.place.position.line),
    };
    if grant != Grant::Plain
        && let Some(statement) = without(document, at.statement, "Action", request.action().as_str())
            .or_else(|| without(document, at.statement, "Resource", request.resource().as_str()))
    {
        return Some(Change::ReplaceStatement { target, statement });
    }
    Some(Change::RemoveStatement(target))
}

/// A statement whose list no longer names one entry, if it names it literally and others remain.
fn without(document: &Document, statement: u32, element: &str, entry: &str) -> Option<Value> {
    let mut statement = statement_of(document, statement)?;
    let list = statement.get_mut(element)?.as_array_mut()?;
    let before = list.len();
    list.retain(|item| !item.as_str().is_some_and(|item| item.eq_ignore_ascii_case(entry)));
    (list.len() < before && !list.is_empty()).then_some(statement)
}

fn statement_of(document: &Document, statement: u32) -> Option<Value> {
    let mut text: Value = serde_json::from_str(document.text()).ok()?;
    text.get_mut("Statement")?.get_mut(statement as usize).map(Value::take)
}

/// The one grant that is missing in the layer that is silent.
fn allow(
    explanation: &Explanation,
    draft: &Draft,
    request: &Request,
    layers: &Layers<'_>,
    grant: Grant,
) -> Option<Change> {
    let silent = |unit: &&Unit| unit.verdict == Verdict::ImplicitDeny;
    let filter = explanation.units().find(|unit| silent(unit) && matches!(unit.layer, Layer::Control | Layer::Session));
    let trust = matches!(layers.resource, ResourceLayer::Trust(_));
    let unit = match filter {
        Some(unit) => unit,
        // Both halves of a role assumption are needed; the identity half is asked first.
        None if trust => explanation.units().find(silent)?,
        None => {
            let own = explanation.units().find(|unit| unit.layer == Layer::Resource);
            // Identity policies do not reach abroad, nor a caller without any.
            let identity = explanation.units().find(|unit| unit.layer == Layer::Identity && !request.is_foreign());
            match grant {
                Grant::OnResource => own?,
                Grant::Narrow | Grant::Plain => identity.or(own)?,
            }
        }
    };
    let conditions = if grant == Grant::Plain { None } else { nearest(unit).and_then(|trace| kept(trace, draft)) };
    let mut statement = Map::new();
    statement.insert("Effect".to_owned(), json!("Allow"));
    statement.insert("Action".to_owned(), json!(request.action().as_str()));
    match unit.layer {
        Layer::Trust => {
            statement.insert("Principal".to_owned(), trusted(request)?);
        }
        Layer::Resource => {
            statement.insert("Principal".to_owned(), named(request.principal())?);
            statement.insert("Resource".to_owned(), json!(request.resource().as_str()));
        }
        _ => {
            statement.insert("Resource".to_owned(), json!(request.resource().as_str()));
        }
    }
    if let Some(conditions) = conditions {
        statement.insert("Condition".to_owned(), conditions);
    }
    Some(Change::AddStatement { layer: unit.layer, node: unit.node, statement: Value::Object(statement) })
}

/// The statement that allows the most of what is asked: of those that allow the action, one that fails late.
fn nearest(unit: &Unit) -> Option<&StatementTrace> {
    let allows = unit.statements.iter().filter(|trace| trace.effect == Effect::Allow && trace.action.fits);
    allows.max_by_key(|trace| {
        let resource = trace.resource.as_ref().is_none_or(|resource| resource.fits);
        let met = trace.condition.iter().filter(|clause| clause.met).count();
        (resource, met, std::cmp::Reverse((trace.statement.policy, trace.statement.statement)))
    })
}

/// The conditions of a statement, kept so that the request meets them: a clause that it meets stays as it is, one that it
/// fails with a value is narrowed to that value, one that it fails for want of a key goes.
fn kept(trace: &StatementTrace, draft: &Draft) -> Option<Value> {
    let at = trace.statement;
    let (_, document) = draft.document(at.layer, at.node, at.policy)?;
    let mut conditions = statement_of(document, at.statement)?.get_mut("Condition")?.take();
    for clause in trace.condition.iter().filter(|clause| !clause.met) {
        let keys = conditions.get_mut(&clause.operator)?.as_object_mut()?;
        match narrowed(clause) {
            Some(value) => keys.insert(clause.key.clone(), value),
            None => keys.remove(&clause.key),
        };
    }
    let operators = conditions.as_object_mut()?;
    operators.retain(|_, keys| keys.as_object().is_some_and(|keys| !keys.is_empty()));
    (!operators.is_empty()).then_some(conditions)
}

/// Only an equality or a range of addresses can be narrowed to the value that the request has.
fn narrowed(clause: &ClauseTrace) -> Option<Value> {
    let listable =
        ["StringEquals", "StringEqualsIgnoreCase", "StringLike", "NumericEquals", "DateEquals", "Bool", "IpAddress"];
    let [value] = clause.actual.as_slice() else { return None };
    listable.contains(&clause.operator.as_str()).then(|| json!(value))
}

/// The caller in the words of a trust policy.
fn trusted(request: &Request) -> Option<Value> {
    let owner = request.resource().owner().unwrap_or_default();
    Some(match request.principal() {
        Principal::RamUser { account, name, .. } => json!({ "RAM": [format!("acs:ram::{account}:user/{name}")] }),
        Principal::RoleSession { account, role, .. } => json!({ "RAM": [format!("acs:ram::{account}:role/{role}")] }),
        Principal::Service { name, acting_for } if **acting_for == *owner => json!({ "Service": [name] }),
        Principal::Service { name, acting_for } => json!({ "Service": [format!("{acting_for}@{name}")] }),
        Principal::Federated { provider_arn } => json!({ "Federated": [provider_arn] }),
        Principal::Account { .. } | Principal::Anonymous => return None,
    })
}

/// The caller in the words of a bucket policy.
fn named(principal: &Principal) -> Option<Value> {
    Some(match principal {
        Principal::Account { account } => json!([account]),
        Principal::RamUser { user_id, .. } if !user_id.is_empty() => json!([user_id]),
        Principal::RoleSession { account, role, .. } => {
            json!([format!("arn:sts::{account}:assumed-role/{}/*", role.to_ascii_lowercase())])
        }
        Principal::Anonymous => json!(["*"]),
        Principal::RamUser { .. } | Principal::Service { .. } | Principal::Federated { .. } => return None,
    })
}
