//! The smallest change of a statement that allows: one entry more.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::document::{Document, PrincipalPattern, Principals, Statement};
use crate::explain::{ClauseTrace, StatementTrace};
use crate::glob::{Shape, matches};
use crate::kind::DocumentKind;
use crate::near::{NearKind, NearMiss};
use crate::request::Request;

use super::NewlyAllowed;

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

/// A statement that cannot be used, such that it can: `ForAnyValue:` is what RAM does by itself, so the plain operator says the same.
pub(super) fn mended(document: &Document, trace: &StatementTrace) -> Option<Value> {
    let mut statement = statement_of(document, trace.statement.statement)?;
    let conditions = statement.get_mut("Condition")?.as_object_mut()?;
    let before = std::mem::take(conditions);
    for (operator, keys) in before {
        let plain = operator.strip_prefix("ForAnyValue:").unwrap_or(&operator);
        // Both on one operator would be one member.
        if conditions.insert(plain.to_owned(), keys).is_some() {
            return None;
        }
    }
    Some(statement)
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
            if is_pattern_taken_literally(clause, &value) {
                like(statement.get_mut("Condition")?, &clause.key)?;
            } else {
                append(statement.get_mut("Condition")?.get_mut(&clause.operator)?.get_mut(&clause.key)?, &value);
            }
            Some((statement, besides(&before, request)))
        }
        _ => None,
    }
}

/// All that a statement covers but what is asked, in its own patterns.
fn besides(statement: &Value, request: &Request) -> Vec<NewlyAllowed> {
    let (actions, resources) = (texts(statement.get("Action")), texts(statement.get("Resource")));
    let all = actions.iter().flat_map(|action| resources.iter().map(|resource| covers(action, resource)));
    let asked = covers(request.action().as_str(), request.resource().as_str());
    all.filter(|covered| *covered != asked).collect()
}

/// A statement with what nearly fits, and what it covers besides then: in the place of what is written, where that is a slip of the pen
/// that stands for nobody and nothing, else beside it, for whoever or whatever is meant would lose it. Of whom it names, and of the values of
/// its conditions: that a resource is another one is no slip.
pub(super) fn corrected(document: &Document, miss: &NearMiss, request: &Request) -> Option<(Value, Vec<NewlyAllowed>)> {
    let slips = [
        NearKind::Blank,
        NearKind::LetterCase,
        NearKind::Slash,
        NearKind::UserOrRole,
        NearKind::SessionForm,
        NearKind::BucketPrincipal,
        NearKind::Account,
        NearKind::Spelling,
    ];
    if !slips.contains(&miss.kind) {
        return None;
    }
    let before = statement_of(document, miss.statement.statement)?;
    let mut after = before.clone();
    let mut parts = miss.element.splitn(3, '.');
    let (place, meant) = match (parts.next()?, parts.next(), parts.next()) {
        ("Principal", None, None) => (after.get_mut("Principal")?, miss.asked.clone()),
        ("Condition", Some(operator), Some(key)) => {
            (after.get_mut("Condition")?.get_mut(operator)?.get_mut(key)?, miss.asked.clone())
        }
        (element @ ("Action" | "Resource"), None, None) => (after.get_mut(element)?, without_slip(miss)?),
        _ => return None,
    };
    let put = if means_nothing(document, miss) { replace } else { join };
    put(place, &miss.written, &meant).then_some(())?;
    let (actions, resources) = (texts(after.get("Action")), texts(after.get("Resource")));
    let besides = match miss.element.as_str() {
        "Action" => resources.into_iter().map(|resource| covers(&meant, resource)).collect(),
        "Resource" => actions.into_iter().map(|action| covers(action, &meant)).collect(),
        _ => besides(&before, request),
    };
    let asked = covers(request.action().as_str(), request.resource().as_str());
    let besides = besides.into_iter().filter(|covered| *covered != asked).collect();
    Some((after, besides))
}

/// Can what is written be nobody and nothing? Another account's user of the same name can be somebody, another VPC there, and a key of an
/// object or a tag's value be in other letters.
fn means_nothing(document: &Document, miss: &NearMiss) -> bool {
    match miss.element.as_str() {
        "Principal" => {
            let nobody =
                |entry: &PrincipalPattern| matches!(entry, PrincipalPattern::Nobody(text) if **text == *miss.written);
            let principals = document.statements().get(miss.statement.statement as usize).map(Statement::principals);
            let is_nobody =
                matches!(principals, Some(Principals::Principal(all)) if all.iter().any(|one| nobody(&one.value)));
            is_nobody || matches!(miss.kind, NearKind::Blank | NearKind::LetterCase | NearKind::Slash)
        }
        "Action" | "Resource" => true,
        _ => miss.kind == NearKind::Blank,
    }
}

/// An action or a resource as it was meant. That is a pattern where one is written: another one would be another statement.
fn without_slip(miss: &NearMiss) -> Option<String> {
    let written = miss.written.as_str();
    match miss.kind {
        NearKind::Blank => Some(written.trim().to_owned()),
        // Beside an object there may be one whose key is in other letters.
        NearKind::LetterCase if written.starts_with("acs:oss:") && written.contains('/') => None,
        NearKind::Spelling if written.starts_with("acs:") => {
            let kind = |arn: &str| arn.splitn(5, ':').nth(4)?.split_once('/').map(|(kind, _)| format!(":{kind}/"));
            Some(written.replacen(&kind(written)?, &kind(&miss.asked)?, 1))
        }
        NearKind::Spelling | NearKind::LetterCase => {
            let pattern = written.contains(['*', '?']) && !written.starts_with("acs:");
            // Of an ARN the name alone is compared: region and account stay as they are written.
            let mine: Vec<&str> = written.splitn(5, ':').collect();
            let asked: Vec<&str> = miss.asked.splitn(5, ':').collect();
            match (mine.as_slice(), asked.as_slice()) {
                _ if pattern => None,
                ([acs, service, region, account, id], [.., asked]) if !id.contains(['*', '?']) => {
                    Some([*acs, *service, *region, *account, *asked].join(":"))
                }
                ([_, _, _, _, _], _) => None,
                _ => Some(miss.asked.clone()),
            }
        }
        _ => None,
    }
}

/// Has a text say something else wherever it stands; was there any?
fn replace(value: &mut Value, old: &str, new: &str) -> bool {
    match value {
        Value::String(text) if text == old => {
            new.clone_into(text);
            true
        }
        Value::Array(items) => items.iter_mut().fold(false, |found, item| replace(item, old, new) | found),
        Value::Object(members) => members.values_mut().fold(false, |found, member| replace(member, old, new) | found),
        _ => false,
    }
}

/// Has a text say something else besides wherever it stands; was there any?
fn join(value: &mut Value, old: &str, new: &str) -> bool {
    match value {
        Value::String(text) if text == old => {
            append(value, new);
            true
        }
        Value::Array(items) if items.iter().any(|item| item == old) => {
            append(value, new);
            true
        }
        Value::Object(members) => members.values_mut().fold(false, |found, member| join(member, old, new) | found),
        _ => false,
    }
}

pub(super) fn covers(action: &str, resource: &str) -> NewlyAllowed {
    NewlyAllowed { action: action.to_owned(), resource: resource.to_owned() }
}

pub(super) fn texts(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Adds an entry to a list, which a single text is made into.
pub(super) fn append(place: &mut Value, entry: &str) {
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
    (listable.contains(&clause.operator.as_str()) && is_plain(value)).then(|| value.clone())
}

/// Does a value stand for itself alone? What is empty is whatever comes from none (`acs:SourceVpc` of the public network), and a pattern fits
/// others.
pub(super) fn is_plain(value: &str) -> bool {
    !value.is_empty() && !value.contains(['*', '?'])
}

/// Takes a clause out of conditions.
pub(super) fn without(conditions: &mut Value, clause: &ClauseTrace) -> Option<()> {
    let conditions = conditions.as_object_mut()?;
    let of_operator = conditions.get_mut(&clause.operator)?.as_object_mut()?;
    of_operator.remove(&clause.key)?;
    if of_operator.is_empty() {
        conditions.remove(&clause.operator);
    }
    Some(())
}

/// Does a clause compare for equality with what would fit as a pattern?
fn is_pattern_taken_literally(clause: &ClauseTrace, value: &str) -> bool {
    let fits = |pattern: &str| {
        pattern.contains(['*', '?']) && matches(pattern.as_bytes(), Shape::of(pattern.as_bytes()), value.as_bytes())
    };
    clause.operator == "StringEquals" && clause.values.iter().any(|listed| fits(&listed.expected))
}

/// A condition whose values of a key are patterns, and no longer compared for equality.
fn like(conditions: &mut Value, key: &str) -> Option<()> {
    let conditions = conditions.as_object_mut()?;
    let equal = conditions.get_mut("StringEquals")?.as_object_mut()?;
    let values = equal.remove(key)?;
    if equal.is_empty() {
        conditions.remove("StringEquals");
    }
    let alike = conditions.entry("StringLike").or_insert_with(|| json!({})).as_object_mut()?;
    // Both operators on one key are both to be met.
    alike.get(key).is_none().then(|| drop(alike.insert(key.to_owned(), values)))
}
