//! On which conditions an answer hangs. A permission says what a call would get in the usual circumstances; this says what of them
//! decides it. Nothing is claimed that was not tried: the same policies are asked again with other values.

use acslab_policy::{ClauseTrace, Effect, Question, StatementTrace, Verdict};

/// What an allow takes, beside action and resource: `if acs:MFAPresent`, `unless acs:SourceIp NotIpAddress 10.0.0.0/8`. None where it
/// hangs on nothing, or where no condition that could be met would allow it.
pub(super) fn conditions(question: &Question) -> Option<String> {
    let explanation = question.explain();
    let fitting: Vec<&StatementTrace> =
        explanation.units().flat_map(|unit| &unit.statements).filter(|trace| fits(trace)).collect();
    if explanation.decision.verdict == Verdict::Allow {
        return allowed(&explanation, &fitting);
    }
    // An explicit deny stands before all allows: what lifts it must leave an allow.
    let deny = explanation.deciding_statement().filter(|trace| trace.effect == Effect::Deny);
    if let Some(deny) = deny {
        let lifted = deny.condition.iter().find(|clause| is_allowed(question, [(*clause, false)]));
        return lifted.map(|clause| format!("unless {}", said(clause)));
    }
    let allows = fitting.iter().filter(|trace| trace.effect == Effect::Allow && !trace.counts);
    let met = allows.map(|trace| trace.condition.iter().filter(|clause| !clause.met).collect::<Vec<_>>());
    let mut met = met.filter(|clauses| is_allowed(question, clauses.iter().map(|clause| (*clause, true))));
    met.next().map(|clauses| format!("if {}", joined(&clauses)))
}

/// The conditions of the statement that allows, where no other allows without, and those of statements that would deny.
fn allowed(explanation: &acslab_policy::Explanation, fitting: &[&StatementTrace]) -> Option<String> {
    let mut said_of = Vec::new();
    let deciding = explanation.deciding_statement().filter(|trace| !trace.condition.is_empty());
    if let Some(deciding) = deciding {
        let layer = deciding.statement.layer;
        let whole = explanation.units().filter(|unit| unit.layer == layer).flat_map(|unit| &unit.statements);
        let unconditional =
            |trace: &&StatementTrace| trace.counts && trace.effect == Effect::Allow && trace.condition.is_empty();
        if !whole.into_iter().any(|trace| unconditional(&trace)) {
            said_of.push(format!("if {}", joined(&deciding.condition.iter().collect::<Vec<_>>())));
        }
    }
    let denies = fitting.iter().filter(|trace| trace.effect == Effect::Deny && !trace.counts);
    let mut denies: Vec<_> = denies.map(|trace| joined(&trace.condition.iter().collect::<Vec<_>>())).collect();
    denies.dedup();
    said_of.extend((!denies.is_empty()).then(|| format!("unless {}", denies.join(" or "))));
    (!said_of.is_empty()).then(|| said_of.join(" "))
}

/// Does a statement speak of what is asked, but for its conditions, of which it has some?
fn fits(trace: &StatementTrace) -> bool {
    let element = |element: &Option<acslab_policy::ElementTrace>| element.as_ref().is_none_or(|element| element.fits);
    trace.action.fits && element(&trace.resource) && element(&trace.principal) && !trace.condition.is_empty()
}

/// Would it be allowed if each of these clauses were met, or were not?
fn is_allowed<'c>(question: &Question, wanted: impl IntoIterator<Item = (&'c ClauseTrace, bool)>) -> bool {
    let mut other = question.clone();
    for (clause, meets) in wanted {
        let Some(value) = value(clause, meets) else { return false };
        other.request.set(clause.key.as_str(), value.as_str());
    }
    other.decide().verdict == Verdict::Allow
}

/// A value with which a clause is met, or is not; whether it does so is found out by asking.
fn value(clause: &ClauseTrace, meets: bool) -> Option<String> {
    let first = &clause.values.first()?.expected;
    let operator = clause.operator.rsplit(':').next().unwrap_or_default();
    let operator = operator.strip_suffix("IfExists").unwrap_or(operator).to_ascii_lowercase();
    let meets = meets != operator.contains("not");
    let number = |by: f64| first.parse::<f64>().ok().map(|number| (number + by).to_string());
    match operator.as_str() {
        "bool" if meets => Some(first.clone()),
        "bool" => Some((!first.eq_ignore_ascii_case("true")).to_string()),
        "null" => (first.eq_ignore_ascii_case("false") == meets).then(|| "acslab".to_owned()),
        name if name.contains("ipaddress") && meets => first.split('/').next().map(str::to_owned),
        name if name.contains("ipaddress") => Some("203.0.113.77".to_owned()),
        name if name.starts_with("numericless") => number(if meets { -1.0 } else { 1.0 }),
        name if name.starts_with("numericgreater") => number(if meets { 1.0 } else { -1.0 }),
        name if name.starts_with("dateless") == meets && name.starts_with("date") && !name.contains("equals") => {
            Some("1970-01-02T00:00:00Z".to_owned())
        }
        name if name.starts_with("date") && !name.ends_with("notequals") && name != "dateequals" => {
            let early = name.starts_with("dateless") == meets;
            Some(if early { "1970-01-02T00:00:00Z" } else { "9998-01-01T00:00:00Z" }.to_owned())
        }
        name if meets && name.contains("like") => Some(first.replace('*', "").replace('?', "x")),
        _ if meets => Some(first.clone()),
        name if name.starts_with("numeric") => number(1.0),
        name if name.starts_with("date") => Some("1970-01-02T00:00:00Z".to_owned()),
        _ => Some("acslab-other".to_owned()),
    }
}

fn joined(clauses: &[&ClauseTrace]) -> String {
    clauses.iter().map(|clause| said(clause)).collect::<Vec<_>>().join(" and ")
}

/// `acs:MFAPresent`, `not acs:SecureTransport`, `acs:SourceIp IpAddress 10.0.0.0/8|192.0.2.0/24`.
fn said(clause: &ClauseTrace) -> String {
    let values: Vec<_> = clause.values.iter().map(|value| value.expected.as_str()).collect();
    match (clause.operator.as_str(), values.as_slice()) {
        ("Bool", ["true"]) => clause.key.clone(),
        ("Bool", ["false"]) => format!("not {}", clause.key),
        (operator, values) => format!("{} {operator} {}", clause.key, values.join("|")),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use acslab_policy::{Document, DocumentKind, OwnedLayers, PolicyRef, PolicySet, Principal, Question, Request};

    use super::conditions;

    fn of(statements: &str, mfa: bool) -> Option<String> {
        let text = format!(r#"{{"Version": "1", "Statement": [{statements}]}}"#);
        let document = Arc::new(Document::parse(DocumentKind::Identity, &text).unwrap());
        let identity = PolicySet::compile([(PolicyRef::named("P"), document)]);
        let alice = Principal::ram_user("1234567890123456", "204567890123450001", "alice");
        let mut request = Request::new(alice, "ram:DeleteUser", "acs:ram:*:1234567890123456:user/bob").unwrap();
        request.set("acs:MFAPresent", mfa);
        request.set("acs:SourceIp", "127.0.0.1");
        conditions(&Question { request, layers: OwnedLayers::new(identity) })
    }

    #[test]
    fn what_an_allow_takes_is_said_and_was_tried() {
        let open = r#"{"Effect": "Allow", "Action": "ram:*", "Resource": "*"}"#;
        let with = |effect: &str, condition: &str| {
            format!(r#"{{"Effect": "{effect}", "Action": "ram:*", "Resource": "*", "Condition": {condition}}}"#)
        };
        let mfa = r#"{"Bool": {"acs:MFAPresent": "true"}}"#;
        let no_mfa = r#"{"Bool": {"acs:MFAPresent": "false"}}"#;
        let inside = r#"{"IpAddress": {"acs:SourceIp": "10.0.0.0/8"}}"#;
        let outside = r#"{"NotIpAddress": {"acs:SourceIp": ["10.0.0.0/8"]}}"#;
        assert_eq!(of(open, false), None);
        assert_eq!(of(&with("Allow", mfa), false).as_deref(), Some("if acs:MFAPresent"));
        assert_eq!(of(&with("Allow", mfa), true).as_deref(), Some("if acs:MFAPresent"));
        assert_eq!(of(&with("Allow", inside), false).as_deref(), Some("if acs:SourceIp IpAddress 10.0.0.0/8"));
        let both = format!("{open}, {}", with("Deny", no_mfa));
        assert_eq!(of(&both, false).as_deref(), Some("unless not acs:MFAPresent"));
        assert_eq!(of(&both, true).as_deref(), Some("unless not acs:MFAPresent"));
        let both = format!("{open}, {}", with("Deny", outside));
        assert_eq!(of(&both, false).as_deref(), Some("unless acs:SourceIp NotIpAddress 10.0.0.0/8"));
        // Nothing lifts a deny without conditions, and without an allow lifting it is not enough.
        assert_eq!(of(&with("Deny", no_mfa), false), None);
        assert_eq!(of(&format!("{open}, {}", open.replace("Allow", "Deny")), false), None);
        assert_eq!(of(&format!("{open}, {}", with("Allow", mfa)), false), None, "another statement allows without");
    }
}
