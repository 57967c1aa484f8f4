//! Asking every statement, and keeping the answers.

use std::sync::Arc;

use super::lines::Lines;
use super::{
    Asked, ClauseTrace, ElementTrace, Failure, KeyValues, PatternTrace, StatementTrace, Step, Unit, ValueTrace,
};
use crate::condition::{Clause, Comparison, Outcome};
use crate::document::{Actions, Effect, Fit, Principals, Resources, Statement};
use crate::fault::Fault;
use crate::layers::{Layer, StatementRef, Verdict};
use crate::reason::Reason;
use crate::request::Request;
use crate::sequence::{Judge, Skip};
use crate::set::{Hit, Policy, PolicySet};
use crate::text::{Span, Spanned};

#[derive(Default)]
pub(super) struct Tracer {
    pub(super) steps: Vec<Step>,
}

pub(super) fn asked(request: &Request) -> Asked {
    Asked {
        principal: request.principal().clone(),
        action: request.action().as_str().to_owned(),
        resource: request.resource().as_str().to_owned(),
        resource_group: request.resource_group().map(str::to_owned),
        context: request
            .context()
            .iter()
            .map(|(key, values)| KeyValues {
                key: key.to_owned(),
                values: values.iter().map(|value| value.as_str().to_owned()).collect(),
            })
            .collect(),
    }
}

impl Judge for Tracer {
    fn judge(&mut self, layer: Layer, node: u32, set: &PolicySet, request: &Request) -> Option<Hit> {
        let mut statements = Vec::new();
        for (policy, entry) in (0u32..).zip(set.policies()) {
            let tracer = StatementTracer { policy: entry, lines: Lines::of(entry.document.text()), request };
            for (statement, subject) in (0u32..).zip(entry.document.statements()) {
                statements.push(tracer.trace(StatementRef { layer, node, policy, statement }, subject));
            }
        }
        let first = |effect| statements.iter().find(|trace: &&StatementTrace| trace.counts && trace.effect == effect);
        let settled = first(Effect::Deny).or_else(|| first(Effect::Allow));
        let verdict = match settled.map(|trace| trace.effect) {
            Some(Effect::Deny) => Verdict::ExplicitDeny,
            Some(Effect::Allow) => Verdict::Allow,
            None => Verdict::ImplicitDeny,
        };
        let settled_by = settled.map(|trace| trace.statement);
        let hit = settled.map(|trace| Hit {
            effect: trace.effect,
            policy: trace.statement.policy,
            statement: trace.statement.statement,
        });
        self.steps.push(Step::Asked(Unit { layer, node, verdict, settled_by, statements }));
        hit
    }

    fn skip(&mut self, layer: Layer, why: Skip) {
        self.steps.push(Step::Skipped { layer, why });
    }
}

struct StatementTracer<'t> {
    policy: &'t Policy,
    lines: Lines<'t>,
    request: &'t Request,
}

impl StatementTracer<'_> {
    fn trace(&self, reference: StatementRef, statement: &Statement) -> StatementTrace {
        let principal = self.principal(statement);
        let action = self.action(statement);
        let resource = self.resource(statement);
        let condition: Vec<_> = statement.clauses().iter().map(|clause| self.clause(clause)).collect();
        let elements = [principal.as_ref(), Some(&action), resource.as_ref()];
        let failed = elements
            .into_iter()
            .flatten()
            .find_map(element_failure)
            .or_else(|| condition.iter().filter(|clause| !clause.unusable).find_map(clause_failure))
            .or_else(|| statement.fault().map(|fault| self.unusable(fault)))
            .or_else(|| condition.iter().find_map(clause_failure));
        let fit = match &failed {
            None => Fit::Fits,
            Some(failure) if matches!(failure.reason, Reason::MalformedValue | Reason::UnusableStatement) => {
                Fit::Unusable
            }
            Some(_) => Fit::Not,
        };
        StatementTrace {
            statement: reference,
            policy: self.policy.reference.clone(),
            effect: statement.effect(),
            sid: statement.sid().map(str::to_owned),
            place: self.lines.place(statement.span()),
            counts: fit.counts(statement.effect()),
            failed,
            principal,
            action,
            resource,
            condition,
            document: Arc::clone(&self.policy.document),
        }
    }

    fn element<T>(
        &self,
        element: &'static str,
        span: Span,
        outcome: Result<(), Reason>,
        actual: String,
        patterns: &[Spanned<T>],
        test: impl Fn(&T) -> Result<(), Reason>,
    ) -> ElementTrace {
        let patterns = patterns
            .iter()
            .map(|pattern| {
                let outcome = test(&pattern.value);
                PatternTrace {
                    pattern: self.written(pattern.span),
                    place: self.lines.place(pattern.span),
                    matches: outcome.is_ok(),
                    reason: outcome.err(),
                }
            })
            .collect();
        let place = self.lines.place(span);
        ElementTrace { element, place, fits: outcome.is_ok(), reason: outcome.err(), actual, patterns }
    }

    /// What keeps a statement from being used.
    fn unusable(&self, fault: &Fault) -> Failure {
        Failure {
            element: fault.path.clone(),
            reason: Reason::UnusableStatement,
            expected: fault.expected.iter().cloned().collect(),
            actual: vec![fault.message.clone()],
            place: self.lines.place(fault.span),
        }
    }

    /// What stands at a place, without its quotes.
    fn written(&self, span: Span) -> String {
        let text = span.of(self.policy.document.text());
        text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text).to_owned()
    }

    fn principal(&self, statement: &Statement) -> Option<ElementTrace> {
        let Principals::Principal(entries) = statement.principals() else { return None };
        let conditional = !statement.clauses().is_empty();
        let dialect = self.policy.document.dialect();
        let outcome = statement.principal_test(self.request, dialect);
        let actual = self.request.principal().to_string();
        Some(self.element("Principal", statement.principals_span(), outcome, actual, entries, |entry| {
            entry.test(self.request, conditional, dialect)
        }))
    }

    fn action(&self, statement: &Statement) -> ElementTrace {
        let (name, patterns) = match statement.actions() {
            Actions::Action(patterns) => ("Action", patterns),
            Actions::NotAction(patterns) => ("NotAction", patterns),
        };
        let action = self.request.action();
        let outcome = statement.actions().test(action);
        let actual = action.as_str().to_owned();
        self.element(name, statement.actions_span(), outcome, actual, patterns, |pattern| pattern.test(action))
    }

    fn resource(&self, statement: &Statement) -> Option<ElementTrace> {
        let (name, patterns) = match statement.resources() {
            Resources::Unstated => return None,
            Resources::Resource(patterns) => ("Resource", patterns),
            Resources::NotResource(patterns) => ("NotResource", patterns),
        };
        let resource = self.request.resource();
        let outcome = statement.resources().test(resource);
        let actual = resource.as_str().to_owned();
        Some(
            self.element(name, statement.resources_span(), outcome, actual, patterns, |pattern| pattern.test(resource)),
        )
    }

    fn clause(&self, clause: &Clause) -> ClauseTrace {
        let actual = self.request.context().values(clause.key());
        let (met, reason, unusable) = match clause.judge(self.request.context()) {
            Outcome::Met(reason) => (true, reason, false),
            Outcome::NotMet(reason) => (false, Some(reason), false),
            Outcome::Unusable => (false, Some(Reason::MalformedValue), true),
        };
        let values = clause
            .operands()
            .iter()
            .map(|operand| {
                let test = |value| operand.test(clause.operator().comparison, value);
                let matches = match clause.operator().comparison {
                    Comparison::Null => operand.wants_missing() == Some(actual.is_empty()),
                    _ => actual.iter().any(|value| test(value) == Ok(true)),
                };
                let failure = || match actual.last().map(test) {
                    None => Reason::KeyMissing,
                    Some(Err(reason)) => reason,
                    Some(Ok(_)) => Reason::ValueDiffers,
                };
                ValueTrace {
                    expected: operand.as_str().to_owned(),
                    place: self.lines.place(operand.span()),
                    matches,
                    reason: (!matches).then(failure),
                }
            })
            .collect();
        ClauseTrace {
            operator: clause.operator().to_string(),
            key: clause.key().as_str().to_owned(),
            place: self.lines.place(clause.key_span()),
            met,
            reason,
            unusable,
            actual: actual.iter().map(|value| value.as_str().to_owned()).collect(),
            values,
        }
    }
}

fn element_failure(trace: &ElementTrace) -> Option<Failure> {
    trace.reason.map(|reason| Failure {
        element: trace.element.to_owned(),
        reason,
        expected: trace.patterns.iter().map(|pattern| pattern.pattern.clone()).collect(),
        actual: vec![trace.actual.clone()],
        place: trace.place,
    })
}

fn clause_failure(trace: &ClauseTrace) -> Option<Failure> {
    let reason = trace.reason.filter(|_| !trace.met)?;
    Some(Failure {
        element: format!("Condition.{}.{}", trace.operator, trace.key),
        reason,
        expected: trace.values.iter().map(|value| value.expected.clone()).collect(),
        actual: trace.actual.clone(),
        place: trace.place,
    })
}
