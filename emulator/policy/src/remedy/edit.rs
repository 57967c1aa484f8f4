//! The smallest change of a statement that is there: one entry more in an Allow, one less in a Deny.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use crate::action::Action;
use crate::catalogue::{Catalogue, fits};
use crate::document::Document;
use crate::explain::{ClauseTrace, StatementTrace};
use crate::kind::DocumentKind;
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

/// The resource as a document of this kind writes it: bucket policies have no regions in their resources.
pub(super) fn resource_of(kind: DocumentKind, request: &Request) -> Cow<'_, str> {
    let text = request.resource().as_str();
    let rest = text.strip_prefix("acs:oss:").filter(|_| kind == DocumentKind::Bucket);
    match rest.and_then(|rest| rest.split_once(':')) {
        Some((_, rest)) if !rest.contains(":accesspoint/") => format!("acs:oss:*:{rest}").into(),
        _ => text.into(),
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
            let resource = &*resource_of(document.kind(), request);
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

/// A statement that denies, so that it no longer denies the request and still denies as much else as it can: without the one
/// entry, with the action among those excepted, with the other actions of a pattern in its place, without the caller among those
/// who are named, or with the caller excepted.
/// Each with what else it no longer denies then, in its own patterns.
pub(super) fn narrowed_deny(
    document: &Document,
    statement: u32,
    request: &Request,
    known: &[Action],
) -> Vec<(Value, Vec<NewlyAllowed>)> {
    let Some(before) = statement_of(document, statement) else { return Vec::new() };
    let (action, resource) = (request.action().as_str(), request.resource().as_str());
    // The key is none of a bucket policy's: there it is missing, and the statement would deny nobody.
    let by_caller = document.kind() != DocumentKind::Bucket;
    let (actions, resources) = (covered(&before, "Action"), covered(&before, "Resource"));
    let this_action = vec![action.to_owned()];
    let ways = [
        (without(&before, "Action", action), &this_action, &resources),
        (without(&before, "Resource", resource), &actions, &vec![resource.to_owned()]),
        (excepted(&before, action), &this_action, &resources),
        (spelt_out(&before, action, known), &this_action, &resources),
        (unnamed(&before, request), &actions, &resources),
        (caller_excepted(&before, request).filter(|_| by_caller), &actions, &resources),
    ];
    let asked = |other: &NewlyAllowed| other.action.eq_ignore_ascii_case(action) && other.resource == resource;
    let lifted = |(statement, actions, resources): (Option<Value>, &Vec<String>, &Vec<String>)| {
        let all = actions.iter().flat_map(|action| resources.iter().map(move |resource| covers(action, resource)));
        Some((statement?, all.filter(|other| !asked(other)).collect()))
    };
    ways.into_iter().filter_map(lifted).collect()
}

/// The patterns of an element; of its negation in words; of none everything.
fn covered(statement: &Value, element: &str) -> Vec<String> {
    let but = format!("Not{element}");
    match (texts(statement.get(element)), texts(statement.get(&but))) {
        (patterns, _) if !patterns.is_empty() => patterns.into_iter().map(str::to_owned).collect(),
        (_, excepted) if !excepted.is_empty() => vec![format!("all but {}", excepted.join(", "))],
        _ => vec!["*".to_owned()],
    }
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

/// All actions of each pattern that covers the action, but for the action, in the pattern's place. None if the pattern goes over
/// several services, or nobody has published what the service has.
fn spelt_out(statement: &Value, action: &str, known: &[Action]) -> Option<Value> {
    let mut statement = statement.clone();
    let mut names: Vec<String> = Vec::new();
    for pattern in texts(statement.get("Action")) {
        let others = if fits(pattern, action) { of_service(pattern, known)? } else { vec![pattern.to_owned()] };
        for name in others.into_iter().filter(|name| !name.eq_ignore_ascii_case(action)) {
            if !names.iter().any(|other| other.eq_ignore_ascii_case(&name)) {
                names.push(name);
            }
        }
    }
    if names.is_empty() || names.len() > MOST_NAMED {
        return None;
    }
    *statement.get_mut("Action")? = json!(names);
    Some(statement)
}

/// The actions that a pattern covers: what is published of its service, and what is known besides.
fn of_service(pattern: &str, known: &[Action]) -> Option<Vec<String>> {
    let (code, _) = pattern.split_once(':')?;
    let published = Catalogue::published().service(code).filter(|service| !service.actions().is_empty())?;
    let published = published.actions().iter().map(|action| format!("{code}:{}", action.name()));
    let mut all: Vec<String> = published.chain(known.iter().map(|action| action.as_str().to_owned())).collect();
    all.retain(|name| fits(pattern, name));
    all.sort();
    Some(all)
}

/// A statement of a bucket policy that no longer names the caller, if it does so literally and names others.
fn unnamed(statement: &Value, request: &Request) -> Option<Value> {
    let session = |account: &str, role: &str, session: &str| {
        format!("arn:sts::{account}:assumed-role/{}/{session}", role.to_ascii_lowercase())
    };
    let own = match request.principal() {
        Principal::Account { account } => vec![account.to_string()],
        Principal::RamUser { user_id, .. } => vec![user_id.to_string()],
        Principal::RoleSession { account, role, session: name, .. } => {
            vec![session(account, role, "*"), session(account, role, name)]
        }
        _ => return None,
    };
    let mut statement = statement.clone();
    let named = statement.get_mut("Principal")?.as_array_mut()?;
    let before = named.len();
    named.retain(|entry| !entry.as_str().is_some_and(|entry| own.iter().any(|name| name == entry)));
    (named.len() < before && !named.is_empty()).then_some(statement)
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
