//! Which principals may do an action on a resource.

use acslab_emulator::{Keys, NotAsked};
use acslab_policy::{Effect, Explanation, StatementTrace, Verdict};
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
            if let Some(trace) = conditional(&explanation) {
                by = Some(by_statement(&trace.policy, trace.statement.statement, trace.place.position.line));
                on_condition = Some(trace.condition.iter().filter(|clause| !clause.met).map(traced).collect());
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

/// An Allow that fits but for its conditions, where nothing else is in the way.
fn conditional(explanation: &Explanation) -> Option<&StatementTrace> {
    if explanation.decision.verdict != Verdict::ImplicitDeny {
        return None;
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
        let filters = matches!(unit.layer, acslab_policy::Layer::Control | acslab_policy::Layer::Session);
        filters && unit.verdict == Verdict::ImplicitDeny
    });
    if shut {
        return None;
    }
    explanation.units().flat_map(|unit| &unit.statements).find(fits)
}
