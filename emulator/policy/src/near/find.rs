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
    // What is written as it has to be comes first, then a value alone: it is nearer than anything that has to be written otherwise.
    let place = |kind| [NearKind::PublicAccessBlocked, NearKind::Condition].iter().position(|known| *known == kind);
    found.sort_by_key(|(others, miss)| (*others, place(miss.kind).unwrap_or(2), miss.kind));
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
        look(if element.reason == Some(Reason::PublicAccessBlocked) {
            element.patterns.first().map(|pattern| blocked(trace, element, pattern))
        } else {
            nearest(trace, element, |pattern| principal(unit.layer, pattern, asked))
        });
    }
    if !trace.action.fits && trace.action.element == "Action" {
        // A statement on other actions is not about the request, whatever else of it nearly fits.
        look(Some(nearest(trace, &trace.action, |pattern| action(pattern, &asked.action))?));
    }
    if let Some(element) = trace.resource.as_ref().filter(|element| !element.fits && element.element == "Resource") {
        look(nearest(trace, element, |pattern| resource(pattern, asked)));
    }
    let unmet: Vec<_> = trace.condition.iter().filter(|clause| !clause.met).collect();
    // Where all else fits, the values alone keep it from fitting.
    let fits = |element: &Option<ElementTrace>| element.as_ref().is_none_or(|element| element.fits);
    let alone = trace.action.fits && fits(&trace.principal) && fits(&trace.resource);
    for clause in unmet {
        look(condition(trace, clause, asked).or_else(|| alone.then(|| value(trace, clause))));
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

/// What would count, did it not let in the public.
fn blocked(trace: &StatementTrace, element: &ElementTrace, pattern: &PatternTrace) -> NearMiss {
    NearMiss {
        kind: NearKind::PublicAccessBlocked,
        statement: trace.statement,
        policy: trace.policy.clone(),
        line: pattern.place.position.line,
        element: element.element.to_owned(),
        written: pattern.pattern.clone(),
        asked: element.actual.clone(),
    }
}

/// The names that a principal goes by: the one for a trust policy first, then that for a bucket policy.
fn names(principal: &Principal) -> Vec<String> {
    match principal {
        Principal::Account { account } => vec![format!("acs:ram::{account}:root"), account.to_string()],
        Principal::RamUser { account, user_id, name } => {
            // What nobody knows has to be asked for.
            let id = if user_id.is_empty() { format!("<UserId of {name}>") } else { user_id.to_string() };
            vec![format!("acs:ram::{account}:user/{name}"), id]
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
        let account = of_trust.split(':').nth(3).unwrap_or_default();
        let whole = written.strip_prefix("acs:ram::").and_then(|rest| rest.strip_suffix(":root"));
        // Of whom only the id is known every user of the account may be meant.
        let by_id = || of_trust.ends_with(&format!(":user/{of_bucket}"));
        let of_account = || written.starts_with(&format!("acs:ram::{account}:user/"));
        let meant = written == of_trust
            || differ::text(written, of_trust).is_some()
            || whole == Some(account)
            || (of_account() && by_id());
        if meant {
            return Some((NearKind::BucketPrincipal, of_bucket.clone()));
        }
        return differ::text(written, of_bucket).map(|kind| (kind, of_bucket.clone()));
    }
    if let Some(kind) = differ::text(written, of_trust) {
        return Some((kind, of_trust.clone()));
    }
    // The account itself, its id mistyped.
    let id = written.strip_prefix("acs:ram::")?.strip_suffix(":root")?;
    let account = of_trust.split(':').nth(3).filter(|account| *account != id)?;
    nearest_within(id, [account], 2).map(|_| (NearKind::Account, format!("acs:ram::{account}:root")))
}

fn action(written: &str, asked: &str) -> Option<(NearKind, String)> {
    let ((code, name), (code_asked, name_asked)) = (written.split_once(':')?, asked.split_once(':')?);
    let kind = if written.trim() != written {
        NearKind::Blank
    } else if !code.eq_ignore_ascii_case(code_asked) {
        // A pattern that takes everything, or all of a verb, is meant for its own service; if that is another part of the same product it
        // may be meant for both.
        let words = name.bytes().filter(u8::is_ascii_uppercase).count();
        let named = if name.contains('*') { words > 1 } else { true };
        let kin = |one: &str, other: &str| {
            one.len() > 2
                && other.len() > one.len()
                && other.to_ascii_lowercase().starts_with(&one.to_ascii_lowercase())
        };
        let same =
            crate::catalogue::fits(name, name_asked) && (named || kin(code, code_asked) || kin(code_asked, code));
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
    let kind = if asked.resource == "*" {
        Some(NearKind::NoSingleResource)
    } else {
        differ::text(written, &asked.resource).or_else(|| differ::variable(written, &asked.resource))
    };
    kind.map(|kind| (kind, asked.resource.clone()))
}

/// The value that a condition wants and the one that the request has.
fn value(trace: &StatementTrace, clause: &ClauseTrace) -> NearMiss {
    let wanted: Vec<&str> = clause.values.iter().map(|value| value.expected.as_str()).collect();
    NearMiss {
        kind: NearKind::Condition,
        statement: trace.statement,
        policy: trace.policy.clone(),
        line: clause.place.position.line,
        element: format!("Condition.{}.{}", clause.operator, clause.key),
        written: wanted.join("`, `"),
        asked: clause.actual.join("`, `"),
    }
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
            if clause.operator.contains("Equals") && differ::is_literal_pattern(&listed.expected, value) {
                return Some((NearKind::Wildcard, listed.expected.clone()));
            }
            let spelt = listed.expected.len() > 4 && nearest_within(&listed.expected, [value.as_str()], 1).is_some();
            let kind = differ::text(&listed.expected, value).or_else(|| differ::variable(&listed.expected, value));
            let kind = kind.or(spelt.then_some(NearKind::Spelling))?;
            Some((kind, listed.expected.clone()))
        });
        near.map(|(kind, written)| miss(kind, &written, value))
    };
    clause.actual.iter().filter(|_| text).find_map(near)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::near_misses;
    use crate::DocumentKind;
    use crate::document::Document;
    use crate::explain;
    use crate::layers::Layers;
    use crate::near::NearKind;
    use crate::principal::Principal;
    use crate::request::Request;
    use crate::set::{PolicyRef, PolicySet};

    fn kinds(statement: &str, action: &str, resource: &str) -> Vec<NearKind> {
        let text = format!(r#"{{"Version":"1","Statement":[{statement}]}}"#);
        let document = Arc::new(Document::parse(DocumentKind::Identity, &text).unwrap());
        let set = PolicySet::compile([(PolicyRef::named("P"), document)]);
        let alice = Principal::ram_user("1234567890123456", "", "alice");
        let request = Request::new(alice, action, resource).unwrap();
        near_misses(&explain(&Layers::new(&set), &request)).into_iter().map(|miss| miss.kind).collect()
    }

    fn allow(action: &str, resource: &str) -> String {
        format!(r#"{{"Effect":"Allow","Action":{action},"Resource":"{resource}"}}"#)
    }

    #[test]
    fn what_is_of_other_actions_is_not_near() {
        let (list, bucket) = ("oss:ListObjects", "acs:oss:*:1234567890123456:photos");
        assert_eq!(kinds(&allow(r#""ecs:List*""#, "*"), list, bucket), []);
        assert_eq!(kinds(&allow(r#"["oss:GetObject", "oss:PutObject"]"#, "acs:oss:*:*:photos/*"), list, bucket), []);
        assert_eq!(
            kinds(&allow(r#""oss:ListObjects""#, "acs:oss:*:*:photos/*"), list, bucket),
            [NearKind::BucketNeeded]
        );
        let (get, object) = ("oss:GetObject", "acs:oss:*:1234567890123456:photos/k");
        assert_eq!(kinds(&allow(r#""ots:GetObject*""#, "*"), get, object), [NearKind::OtherService]);
        assert_eq!(kinds(&allow(r#""pai:*""#, "*"), "paidlc:CreateJob", "*"), [NearKind::OtherService]);
        assert_eq!(kinds(&allow(r#""ecs:*""#, "*"), get, object), []);
    }

    #[test]
    fn a_condition_that_alone_keeps_a_statement_from_fitting_is_nearest() {
        let statement = |resource: &str, condition: &str| {
            format!(
                r#"{{"Effect":"Allow","Action":"oss:GetObject","Resource":"{resource}","Condition":{{{condition}}}}}"#
            )
        };
        let asked = "acs:oss:*:1234567890123456:photos/k";
        let condition = r#""StringEquals":{"oss:BucketTag/team":"red"},"IpAddress":{"acs:SourceIp":"10.0.0.0/8"}"#;
        let near = |resource: &str| kinds(&statement(resource, condition), "oss:GetObject", asked);
        assert_eq!(near("acs:oss:*:*:photos/*"), [NearKind::Condition, NearKind::Condition]);
        assert_eq!(near("acs:oss:*:*:other/*"), []);
        let one = r#""StringEquals":{"oss:BucketTag/team":"red"}"#;
        assert_eq!(kinds(&statement("*", one), "oss:GetObject", asked), [NearKind::Condition]);
        let both = format!("{},{}", allow(r#""oss:GetObject""#, "acs:oss:*:*:photos"), statement("*", one));
        assert_eq!(kinds(&both, "oss:GetObject", asked), [NearKind::Condition, NearKind::ObjectNeeded]);
    }

    #[test]
    fn a_variable_is_plain_text() {
        let written = allow(r#""oss:GetObject""#, "acs:oss:*:*:photos/${acs:PrincipalName}/*");
        let asked = "acs:oss:*:1234567890123456:photos/alice/k";
        assert_eq!(kinds(&written, "oss:GetObject", asked), [NearKind::Variable]);
    }
}
