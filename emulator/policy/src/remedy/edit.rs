//! The smallest change of a statement that is there: one entry more in an Allow, one less in a Deny.

use serde_json::{Map, Value, json};

use crate::action::Action;
use crate::catalogue::fits;
use crate::document::Document;
use crate::explain::{ClauseTrace, StatementTrace};
use crate::principal::Principal;
use crate::request::Request;

use super::NewlyAllowed;

/// More names than anybody reads stand in the place of no pattern.
const MOST_NAMED: usize = 24;

/// A statement as it is written.
pub(super) fn statement_of(document: &Document, statement: u32) -> Option<Value> {
    let mut text: Value = serde_json::from_str(document.text()).ok()?;
    match text.get_mut("Statement")? {
        Value::Array(statements) => statements.get_mut(statement as usize).map(Value::take),
        single => (statement == 0).then(|| single.take()),
    }
}

/// A statement that allows, with the one entry more that it lacks; and what it covers besides then. None if more than one element
/// of it does not fit.
pub(super) fn widened(
    document: &Document,
    trace: &StatementTrace,
    request: &Request,
) -> Option<(Value, Vec<NewlyAllowed>)> {
    let before = statement_of(document, trace.statement.statement)?;
    let mut statement = before.clone();
    let resource_fits = trace.resource.as_ref().is_none_or(|element| element.fits);
    let principal_fits = trace.principal.as_ref().is_none_or(|element| element.fits);
    let unmet: Vec<&ClauseTrace> = trace.condition.iter().filter(|clause| !clause.met).collect();
    match (principal_fits, trace.action.fits, resource_fits, unmet.as_slice()) {
        (true, false, true, []) if trace.action.element == "Action" => {
            let action = request.action().as_str();
            append(statement.get_mut("Action")?, action);
            let others = texts(before.get("Resource"));
            let others = others.into_iter().filter(|other| *other != request.resource().as_str());
            Some((statement, others.map(|resource| covers(action, resource)).collect()))
        }
        (true, true, false, []) if trace.resource.as_ref()?.element == "Resource" => {
            let resource = request.resource().as_str();
            append(statement.get_mut("Resource")?, resource);
            let others = texts(before.get("Action").or_else(|| before.get("NotAction")));
            let others = others.into_iter().filter(|other| !other.eq_ignore_ascii_case(request.action().as_str()));
            Some((statement, others.map(|action| covers(action, resource)).collect()))
        }
        (true, true, true, [clause]) => {
            let value = narrowed(clause)?;
            append(statement.get_mut("Condition")?.get_mut(&clause.operator)?.get_mut(&clause.key)?, &value);
            let (actions, resources) = (texts(before.get("Action")), texts(before.get("Resource")));
            let all = actions.iter().flat_map(|action| resources.iter().map(|resource| covers(action, resource)));
            let asked = covers(request.action().as_str(), request.resource().as_str());
            Some((statement, all.filter(|covered| *covered != asked).collect()))
        }
        _ => None,
    }
}

fn covers(action: &str, resource: &str) -> NewlyAllowed {
    NewlyAllowed { action: action.to_owned(), resource: resource.to_owned() }
}

fn texts(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Adds an entry to a list, which a single text is made into.
fn append(place: &mut Value, entry: &str) {
    match place {
        Value::Array(items) => items.push(json!(entry)),
        single => *single = json!([single.take(), entry]),
    }
}

/// The value of the request that a clause with a list could list as well. Of `Bool` the other value would leave nothing of the
/// condition, and a moment that is listed is gone when it is asked again.
pub(super) fn narrowed(clause: &ClauseTrace) -> Option<String> {
    let listable = ["StringEquals", "StringEqualsIgnoreCase", "StringLike", "NumericEquals", "IpAddress"];
    let [value] = clause.actual.as_slice() else { return None };
    listable.contains(&clause.operator.as_str()).then(|| value.clone())
}

/// A statement that denies, so that it no longer denies the request and still denies everything else that it can: without the one
/// entry, with the action among those excepted, with the other actions of a pattern in its place, or with the caller excepted.
pub(super) fn narrowed_deny(document: &Document, statement: u32, request: &Request, known: &[Action]) -> Vec<Value> {
    let Some(before) = statement_of(document, statement) else { return Vec::new() };
    let (action, resource) = (request.action().as_str(), request.resource().as_str());
    let ways = [
        without(&before, "Action", action),
        without(&before, "Resource", resource),
        excepted(&before, action),
        spelt_out(&before, action, known),
        caller_excepted(&before, request),
    ];
    ways.into_iter().flatten().collect()
}

/// A statement whose list no longer names one entry, if it names it literally and others remain.
fn without(statement: &Value, element: &str, entry: &str) -> Option<Value> {
    let mut statement = statement.clone();
    let list = statement.get_mut(element)?.as_array_mut()?;
    let before = list.len();
    list.retain(|item| !item.as_str().is_some_and(|item| item.eq_ignore_ascii_case(entry)));
    (list.len() < before && !list.is_empty()).then_some(statement)
}

fn excepted(statement: &Value, action: &str) -> Option<Value> {
    let mut statement = statement.clone();
    append(statement.get_mut("NotAction")?, action);
    Some(statement)
}

/// The known actions of each pattern that covers the action, but for the action, in the pattern's place.
fn spelt_out(statement: &Value, action: &str, known: &[Action]) -> Option<Value> {
    let mut statement = statement.clone();
    let mut names: Vec<Value> = Vec::new();
    for pattern in texts(statement.get("Action")) {
        if !fits(pattern, action) {
            names.push(json!(pattern));
            continue;
        }
        let others = known.iter().map(Action::as_str).filter(|name| fits(pattern, name));
        for name in others.filter(|name| !name.eq_ignore_ascii_case(action)) {
            if !names.iter().any(|known| known == name) {
                names.push(json!(name));
            }
        }
    }
    if names.is_empty() || names.len() > MOST_NAMED {
        return None;
    }
    *statement.get_mut("Action")? = Value::Array(names);
    Some(statement)
}

/// The statement for everybody but the caller, as `acs:PrincipalARN` names it.
fn caller_excepted(statement: &Value, request: &Request) -> Option<Value> {
    let arn = match request.principal() {
        Principal::RamUser { account, name, .. } => format!("acs:ram::{account}:user/{name}"),
        Principal::RoleSession { account, role, .. } => {
            format!("acs:ram::{account}:role/{}", role.to_ascii_lowercase())
        }
        _ => return None,
    };
    let mut statement = statement.clone();
    let members = statement.as_object_mut()?;
    let conditions = members.entry("Condition").or_insert_with(|| Value::Object(Map::new())).as_object_mut()?;
    let keys = conditions.entry("StringNotEquals").or_insert_with(|| Value::Object(Map::new())).as_object_mut()?;
    match keys.get_mut("acs:PrincipalARN") {
        Some(values) => append(values, &arn),
        None => {
            keys.insert("acs:PrincipalARN".to_owned(), json!([arn]));
        }
    }
    Some(statement)
}
