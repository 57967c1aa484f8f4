//! Looking for near misses in a trace.

use super::{NearKind, NearMiss, differ};
use crate::catalogue::Catalogue;
use crate::document::Effect;
use crate::document::suggest::nearest_within;
use crate::explain::{Asked, ClauseTrace, ElementTrace, Explanation, PatternTrace, StatementTrace, Unit};
use crate::layers::{Layer, Verdict};
use crate::principal::Principal;
use crate::reason::Reason;

/// What the statements that could have allowed a denied request say and nearly fits it, the likeliest first. Nothing of a request
/// that is allowed, or that a statement denies.
///
/// ```
/// use std::sync::Arc;
/// use acslab_policy::{Document, DocumentKind, Layers, NearKind, PolicyRef, PolicySet, Principal, Request, explain, near_misses};
///
/// let text = r#"{ "Version": "1", "Statement": [
///     { "Effect": "Allow", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:photos" } ] }"#;
/// let document = Arc::new(Document::parse(DocumentKind::Identity, text)?);
/// let identity = PolicySet::compile([(PolicyRef::named("Photos"), document)]);
/// let alice = Principal::ram_user("1234567890123456", "", "alice");
/// let request = Request::new(alice, "oss:GetObject", "acs:oss:*:1234567890123456:photos/a.jpg")?;
/// let near = near_misses(&explain(&Layers::new(&identity), &request));
/// assert_eq!(near[0].kind, NearKind::ObjectNeeded);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn near_misses(explanation: &Explanation) -> Vec<NearMiss> {
    if explanation.decision.verdict != Verdict::ImplicitDeny {
        return Vec::new();
    }
    let silent = explanation.units().filter(|unit| unit.verdict == Verdict::ImplicitDeny);
    let mut found = Vec::new();
    for unit in silent {
        for trace in unit.statements.iter().filter(|trace| trace.effect == Effect::Allow && !trace.counts) {
            if let Some(misses) = of_statement(unit, trace, &explanation.request) {
                found.extend(misses);
            }
        }
    }
    found.sort_by_key(|(others, miss)| (*others, miss.kind));
    found.into_iter().map(|(_, miss)| miss).collect()
}

/// The misses of a statement, each with how many elements besides do not fit. None where something is off by more.
fn of_statement(unit: &Unit, trace: &StatementTrace, asked: &Asked) -> Option<Vec<(usize, NearMiss)>> {
    let mut found: Vec<NearMiss> = Vec::new();
    let mut far = 0;
    let mut look = |near: Option<NearMiss>| match near {
        Some(near) => found.push(near),
        None => far += 1,
    };
    if let Some(element) = trace.principal.as_ref().filter(|element| !element.fits) {
        look(nearest(trace, element, |pattern| principal(unit.layer, pattern, asked)));
    }
    if !trace.action.fits && trace.action.element == "Action" {
        look(nearest(trace, &trace.action, |pattern| action(pattern, &asked.action)));
    }
    if let Some(element) = trace.resource.as_ref().filter(|element| !element.fits && element.element == "Resource") {
        look(nearest(trace, element, |pattern| resource(pattern, asked)));
    }
    for clause in trace.condition.iter().filter(|clause| !clause.met) {
        look(condition(trace, clause, asked));
    }
    let count = found.len();
    // A statement of which nothing else fits is not about the request.
    (far <= 1 && count > 0).then(|| found.into_iter().map(|miss| (far + count - 1, miss)).collect())
}

fn nearest(
    trace: &StatementTrace,
    element: &ElementTrace,
    near: impl Fn(&str) -> Option<(NearKind, String)>,
) -> Option<NearMiss> {
    let missed = |pattern: &PatternTrace| {
        let (kind, asked) = near(&pattern.pattern)?;
        Some(NearMiss {
            kind,
            statement: trace.statement,
            policy: trace.policy.clone(),
            line: pattern.place.position.line,
            element: element.element.to_owned(),
            written: pattern.pattern.clone(),
            asked,
        })
    };
    element.patterns.iter().filter(|pattern| !pattern.matches).find_map(missed)
}

/// The names that a principal goes by: the one for a trust policy first, then that for a bucket policy.
fn names(principal: &Principal) -> Vec<String> {
    match principal {
        Principal::Account { account } => vec![format!("acs:ram::{account}:root"), account.to_string()],
        Principal::RamUser { account, user_id, name } => {
            vec![format!("acs:ram::{account}:user/{name}"), user_id.to_string()]
        }
        Principal::RoleSession { account, role, session, .. } => {
            let role = role.to_ascii_lowercase();
            vec![format!("acs:ram::{account}:role/{role}"), format!("arn:sts::{account}:assumed-role/{role}/{session}")]
        }
        other => vec![other.to_string(), other.to_string()],
    }
}

fn principal(layer: Layer, written: &str, asked: &Asked) -> Option<(NearKind, String)> {
    let names = names(&asked.principal);
    let [of_trust, of_bucket] = names.as_slice() else { return None };
    if layer == Layer::Resource {
        let meant = written == of_trust || differ::text(written, of_trust).is_some();
        if meant && !of_bucket.is_empty() {
            return Some((NearKind::BucketPrincipal, of_bucket.clone()));
        }
        return differ::text(written, of_bucket).map(|kind| (kind, of_bucket.clone()));
    }
    differ::text(written, of_trust).map(|kind| (kind, of_trust.clone()))
}

fn action(written: &str, asked: &str) -> Option<(NearKind, String)> {
    let ((code, name), (code_asked, name_asked)) = (written.split_once(':')?, asked.split_once(':')?);
    let kind = if written.trim() != written {
        NearKind::Blank
    } else if !code.eq_ignore_ascii_case(code_asked) {
        // A pattern that takes everything is meant for its own service.
        let same = name.trim_matches('*').len() > 3 && crate::catalogue::fits(name, name_asked);
        same.then_some(NearKind::OtherService)?
    } else {
        let service = Catalogue::published().service(code);
        let asks = |names: Option<&[&str]>| names.is_some_and(|names| names.contains(&name_asked));
        if service.is_some_and(|service| asks(service.operation(name)) || asks(service.alternative(name))) {
            NearKind::OperationName
        } else if name.len() > 5 && nearest_within(name, [name_asked], 2).is_some() && !other_action(code, name) {
            NearKind::Spelling
        } else {
            return None;
        }
    };
    Some((kind, asked.to_owned()))
}

/// Is it an action of its own, and no slip?
fn other_action(code: &str, name: &str) -> bool {
    Catalogue::published().service(code).is_some_and(|service| service.action(name).is_some())
}

fn resource(written: &str, asked: &Asked) -> Option<(NearKind, String)> {
    let kind =
        if asked.resource == "*" { Some(NearKind::NoSingleResource) } else { differ::text(written, &asked.resource) };
    kind.map(|kind| (kind, asked.resource.clone()))
}

fn condition(trace: &StatementTrace, clause: &ClauseTrace, asked: &Asked) -> Option<NearMiss> {
    let miss = |kind, written: &str, asked: &str| NearMiss {
        kind,
        statement: trace.statement,
        policy: trace.policy.clone(),
        line: clause.place.position.line,
        element: format!("Condition.{}.{}", clause.operator, clause.key),
        written: written.to_owned(),
        asked: asked.to_owned(),
    };
    if clause.actual.is_empty() && clause.reason == Some(Reason::KeyMissing) {
        let other = asked.context.iter().find(|other| other.key.eq_ignore_ascii_case(&clause.key))?;
        return Some(miss(NearKind::KeyCase, &clause.key, &other.key));
    }
    let text = clause.operator.starts_with("String") && !clause.operator.contains("Not");
    let near = |value: &String| {
        let near = clause.values.iter().find_map(|listed| {
            let spelt = listed.expected.len() > 4 && nearest_within(&listed.expected, [value.as_str()], 1).is_some();
            let kind = differ::text(&listed.expected, value).or(spelt.then_some(NearKind::Spelling))?;
            Some((kind, listed.expected.clone()))
        });
        near.map(|(kind, written)| miss(kind, &written, value))
    };
    clause.actual.iter().filter(|_| text).find_map(near)
}
