//! Which principals may do an action on a resource.

use acslab_emulator::{Keys, NotAsked};
use acslab_policy::{
    Effect, Explanation, Layer, Principal, Question, StatementRef, StatementTrace, Unit, Verdict, ways_to_ask,
};
use serde::Serialize;

use super::outside::outsiders;
use super::scoped::scoped;
use super::words::{by_question, by_statement, traced};
use crate::import::Standing;

/// What the policies say of one principal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Holder {
    /// Who, by ARN.
    pub principal: String,
    /// The answer, without any condition key but those that were given.
    pub verdict: Verdict,
    /// The statement that settles it, in words.
    pub by: Option<String>,
    /// It is not allowed as it was asked, and is where these conditions hold, each in words.
    pub on_condition: Option<Vec<String>>,
}

/// Every principal of the state with what it gets, by ARN; and whom the resource's own policy lets in from outside, everybody as `*`.
///
/// # Errors
/// Action and resource make no request.
pub fn who(standing: &Standing, action: &str, resource: &str, keys: &Keys) -> Result<Vec<Holder>, NotAsked> {
    let mut holders = Vec::new();
    for principal in standing.authority.principals() {
        let answer = standing.authority.ask(&principal, action, resource, keys)?;
        let verdict = answer.decision.verdict;
        let (mut by, mut on_condition) = (None, None);
        if let Some(statement) = answer.decision.statement {
            on_condition = unless_denied(&answer.question, statement, keys);
            by = by_question(&answer.question, statement);
        } else if speaks(&answer.question) {
            let explanation = answer.question.explain();
            let traces = conditional(&explanation);
            if !traces.is_empty() {
                let named = |trace: &&StatementTrace| {
                    by_statement(&trace.policy, trace.statement.statement, trace.place.position.line)
                };
                by = Some(traces.iter().map(named).collect::<Vec<_>>().join(" and "));
                let unmet = traces.iter().flat_map(|trace| &trace.condition).filter(|clause| !clause.met);
                on_condition = Some(unmet.map(traced).collect());
            }
        }
        if verdict == Verdict::ImplicitDeny && on_condition.is_none() {
            let groups = scoped(standing, &principal, (action, resource, keys));
            if let Some(found) = groups.into_iter().find(|found| !found.in_vain) {
                on_condition = Some(vec![format!("the resource is in resource group {}", found.resource_group)]);
                by = Some(found.by);
            }
        }
        holders.push(Holder { principal, verdict, by, on_condition });
    }
    if let Ok(anybody) = standing.authority.ask("*", action, resource, keys) {
        for who in outsiders(standing, &anybody.question) {
            holders.extend(outsider(standing, who, (action, resource, keys)));
        }
    }
    holders.sort_by(|a, b| a.principal.cmp(&b.principal));
    Ok(holders)
}

/// What somebody gets who is not in the state; none if nothing. Of a role that is assumed the other half is its own account's.
fn outsider(standing: &Standing, who: String, (action, resource, keys): (&str, &str, &Keys)) -> Option<Holder> {
    let answer = standing.authority.ask(&who, action, resource, keys).ok()?;
    if answer.decision.verdict == Verdict::ExplicitDeny {
        let statement = answer.decision.statement?;
        let on_condition = Some(unless_denied(&answer.question, statement, keys)?);
        let by = by_question(&answer.question, statement);
        return Some(Holder { principal: who, verdict: Verdict::ExplicitDeny, by, on_condition });
    }
    let explanation = answer.question.explain();
    let own = explanation.units().find(|unit| matches!(unit.layer, Layer::Trust | Layer::Resource))?;
    let speaks = |trace: &&StatementTrace| trace.effect == Effect::Allow && trace.counts;
    let by = |trace: &StatementTrace| by_statement(&trace.policy, trace.statement.statement, trace.place.position.line);
    let Some(statement) = own.statements.iter().find(speaks) else {
        // Whom a condition lets in is let in by whoever meets it.
        // What is given stays as it is.
        let is_given = |key: &str| keys.iter().any(|(known, _)| known.eq_ignore_ascii_case(key));
        let is_open = |trace: &&StatementTrace| {
            fits_but_for_conditions(trace) && !trace.condition.iter().any(|clause| !clause.met && is_given(&clause.key))
        };
        let statement = own.statements.iter().find(is_open)?;
        let unmet = statement.condition.iter().filter(|clause| !clause.met).map(traced);
        let other_half = (own.layer == Layer::Trust && has_policies(&answer.question)).then(|| OTHER_HALF.to_owned());
        let on_condition = Some(unmet.chain(other_half).collect());
        let verdict = answer.decision.verdict;
        return Some(Holder { principal: who, verdict, by: Some(by(statement)), on_condition });
    };
    let allowed = answer.decision.is_allowed();
    let half =
        own.layer == Layer::Trust && own.verdict == Verdict::Allow && answer.decision.verdict == Verdict::ImplicitDeny;
    let on_condition = (!allowed && half).then(|| vec![OTHER_HALF.to_owned()]);
    let verdict = answer.decision.verdict;
    (allowed || half).then(|| Holder { principal: who, verdict, by: Some(by(statement)), on_condition })
}

/// What else it takes for somebody of another account to assume a role.
const OTHER_HALF: &str = "its own account's policies allow it";

/// Does the caller have policies of its own? Services and identity providers have none.
fn has_policies(question: &Question) -> bool {
    matches!(question.request.principal(), Principal::RamUser { .. } | Principal::RoleSession { .. })
}

/// Does a key say what a caller is, which it cannot be otherwise?
fn is_of_caller(key: &str) -> bool {
    ["acs:PrincipalARN", "acs:PrincipalType"].iter().any(|known| known.eq_ignore_ascii_case(key))
}

/// Does a statement allow what is asked but for its conditions?
fn fits_but_for_conditions(trace: &StatementTrace) -> bool {
    trace.effect == Effect::Allow
        && trace.fault().is_none()
        && trace.action.fits
        && trace.resource.as_ref().is_none_or(|element| element.fits)
        && trace.principal.as_ref().is_none_or(|element| element.fits)
        && trace.condition.iter().any(|clause| !clause.met)
        && trace.condition.iter().filter(|clause| !clause.met).all(|clause| !is_of_caller(&clause.key))
}

/// Where a Deny stands against it that depends on the request: what the request has to be so that it is allowed, in words. What is given
/// stays as it is.
fn unless_denied(question: &Question, statement: StatementRef, given: &Keys) -> Option<Vec<String>> {
    let layers = question.layers.as_layers();
    let policy = layers.policy(statement)?;
    let deny = policy.document.statements().get(statement.statement as usize)?;
    if deny.effect() != Effect::Deny || deny.clauses().is_empty() {
        return None;
    }
    let is_given = |key: &str| given.iter().any(|(known, _)| known.eq_ignore_ascii_case(key));
    let ways = ways_to_ask(&layers, &question.request).into_iter();
    let mut open = ways.filter(|way| !way.iter().any(|(key, _)| is_given(key)));
    let words = |(key, values): (String, Vec<String>)| format!("{key} is `{}`", values.join("`, `"));
    open.next().map(|way| way.into_iter().map(words).collect())
}

/// Does any statement name the action at all? Most principals have none, and need no explanation.
fn speaks(question: &Question) -> bool {
    let action = question.request.action();
    question.sets().flat_map(acslab_policy::PolicySet::policies).any(|policy| {
        policy
            .document
            .statements()
            .iter()
            .any(|statement| !statement.clauses().is_empty() && statement.actions().test(action).is_ok())
    })
}

/// The Allows that fit but for their conditions, where nothing else is in the way: one, or for a role that is assumed one of each
/// half that does not allow it already. None if there is no such way.
fn conditional(explanation: &Explanation) -> Vec<&StatementTrace> {
    if explanation.decision.verdict != Verdict::ImplicitDeny {
        return Vec::new();
    }
    // A layer that filters, and is silent of it, keeps it shut.
    let shut = explanation.units().any(|unit| {
        let filters = matches!(unit.layer, Layer::Control | Layer::Session);
        filters && unit.verdict == Verdict::ImplicitDeny
    });
    if shut {
        return Vec::new();
    }
    // Whoever assumes a role needs its own policies and the role's: each allows, or would on a condition.
    if explanation.units().any(|unit| unit.layer == Layer::Trust) {
        let mut needed = Vec::new();
        for trust in [false, true] {
            let half = || explanation.units().filter(|unit| (unit.layer == Layer::Trust) == trust);
            let allows =
                |unit: &Unit| unit.verdict == Verdict::Allow && !matches!(unit.layer, Layer::Control | Layer::Session);
            if half().any(allows) {
                continue;
            }
            let Some(found) = half().flat_map(|unit| &unit.statements).find(|trace| fits_but_for_conditions(trace))
            else {
                return Vec::new();
            };
            needed.push(found);
        }
        return needed;
    }
    explanation
        .units()
        .flat_map(|unit| &unit.statements)
        .find(|trace| fits_but_for_conditions(trace))
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Standing, who};
    use crate::authorization::Kept;

    /// What alice gets who may assume roles or not, of a role that trusts her on a condition: the conditions, if there is a way.
    fn asked(identity: &Value) -> Option<Vec<String>> {
        let condition = json!({"StringEquals": {"sts:ExternalId": "42"}});
        let trust = json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": {"RAM": ["acs:ram::1234567890123456:root"]}, "Condition": condition}]});
        let own = json!({"default_version": "v1", "versions": {"v1": {"Version": "1", "Statement": identity}}});
        let state = json!({"accounts": {"company": {"account_id": "1234567890123456",
            "policies": {"Own": own}, "users": {"alice": {"policies": [{"name": "Own", "type": "Custom"}]}},
            "roles": {"ops": {"trust": trust, "max_session_duration": 3600}}}}});
        let state: acslab_emulator::state::AuthorizationState = serde_json::from_value(state).unwrap();
        let standing = Standing::of(Kept::from(state), Vec::new());
        let holders = who(&standing, "sts:AssumeRole", "acs:ram:*:1234567890123456:role/ops", &[]).unwrap();
        holders.into_iter().find(|one| one.principal.ends_with("user/alice")).unwrap().on_condition
    }

    #[test]
    fn a_role_is_assumed_by_both_halves() {
        let allow = |action: &str| json!([{"Effect": "Allow", "Action": action, "Resource": "*"}]);
        assert_eq!(asked(&allow("oss:GetObject")), None);
        assert_eq!(asked(&allow("sts:AssumeRole")).unwrap().len(), 1);
        let mut conditional = allow("sts:AssumeRole");
        conditional[0]["Condition"] = json!({"Bool": {"acs:MFAPresent": "true"}});
        assert_eq!(asked(&conditional).unwrap().len(), 2);
    }
}
