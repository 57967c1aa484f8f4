//! Which principals may do an action on a resource.

use acslab_emulator::{Keys, NotAsked};
use acslab_policy::{Effect, Explanation, Layer, StatementTrace, Unit, Verdict};
use serde::Serialize;

use super::words::{by_statement, traced};
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

/// Every principal of the state with what it gets, by ARN.
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
            let layers = answer.question.layers.as_layers();
            by = layers.policy(statement).map(|policy| {
                let line = policy.document.statements().get(statement.statement as usize).map_or(1, |one| {
                    let before = policy.document.text().get(..one.span().start as usize).unwrap_or_default();
                    u32::try_from(before.matches('\n').count()).unwrap_or_default() + 1
                });
                by_statement(&policy.reference, statement.statement, line)
            });
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
        holders.push(Holder { principal, verdict, by, on_condition });
    }
    holders.sort_by(|a, b| a.principal.cmp(&b.principal));
    Ok(holders)
}

/// Does any statement name the action at all? Most principals have none, and need no explanation.
fn speaks(question: &acslab_policy::Question) -> bool {
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
    let fits = |trace: &&StatementTrace| {
        trace.effect == Effect::Allow
            && trace.action.fits
            && trace.resource.as_ref().is_none_or(|element| element.fits)
            && trace.principal.as_ref().is_none_or(|element| element.fits)
            && trace.condition.iter().any(|clause| !clause.met)
    };
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
            let Some(found) = half().flat_map(|unit| &unit.statements).find(fits) else { return Vec::new() };
            needed.push(found);
        }
        return needed;
    }
    explanation.units().flat_map(|unit| &unit.statements).find(fits).into_iter().collect()
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
