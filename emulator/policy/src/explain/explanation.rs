//! What is kept of the way, and what is read off it.

use std::sync::Arc;

use serde::Serialize;

use super::trace;
use crate::document::{Document, Effect};
use crate::fault::Fault;
use crate::layers::{Decision, Layer, Layers, StatementRef, Verdict};
use crate::principal::Principal;
use crate::reason::Reason;
use crate::request::Request;
use crate::sequence::{self, Skip};
use crate::set::PolicyRef;
use crate::text::{Position, Span};

/// Why a request is decided as it is.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// The answer; the same that [`crate::decide`] gives.
    pub decision: Decision,
    /// What was asked.
    pub request: Asked,
    /// The layers, in the order in which they were asked or passed over.
    pub steps: Vec<Step>,
}

/// The request that is explained.
#[derive(Debug, Clone, Serialize)]
pub struct Asked {
    /// Who asks.
    pub principal: Principal,
    /// The action asked for.
    pub action: String,
    /// The resource asked for.
    pub resource: String,
    /// The resource group of the resource.
    pub resource_group: Option<String>,
    /// The condition keys and their values.
    pub context: Vec<KeyValues>,
}

/// A condition key of a request.
#[derive(Debug, Clone, Serialize)]
pub struct KeyValues {
    /// The key.
    pub key: String,
    /// Its values.
    pub values: Vec<String>,
}

/// One layer on the way.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// The layer had a say.
    Asked(Unit),
    /// It had none.
    Skipped {
        /// Which layer.
        layer: Layer,
        /// Why.
        why: Skip,
    },
}

/// What one set of policies says.
#[derive(Debug, Clone, Serialize)]
pub struct Unit {
    /// The layer it stands for.
    pub layer: Layer,
    /// Which node of the control policies; 0 in the other layers.
    pub node: u32,
    /// What it comes to by itself.
    pub verdict: Verdict,
    /// The statement that makes it so.
    pub settled_by: Option<StatementRef>,
    /// Every statement of the set, in the order of policies.
    pub statements: Vec<StatementTrace>,
}

/// What became of one statement.
#[derive(Debug, Clone, Serialize)]
pub struct StatementTrace {
    /// Which statement.
    pub statement: StatementRef,
    /// The policy it stands in.
    pub policy: PolicyRef,
    /// Its effect.
    pub effect: Effect,
    /// Its `Sid`.
    pub sid: Option<String>,
    /// Where it stands.
    pub place: Place,
    /// Whether it counts: it fits, or it is a Deny that cannot be judged.
    pub counts: bool,
    /// The first element that keeps it from fitting.
    pub failed: Option<Failure>,
    /// Whom it names; none in policies that are attached to their principal.
    pub principal: Option<ElementTrace>,
    /// Its `Action` or `NotAction`.
    pub action: ElementTrace,
    /// Its `Resource` or `NotResource`; none in trust policies.
    pub resource: Option<ElementTrace>,
    /// The clauses of its condition.
    pub condition: Vec<ClauseTrace>,
    /// The document it stands in.
    #[serde(skip)]
    pub document: Arc<Document>,
}

/// The first obstacle in a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Which element, e.g. `Resource` or `Condition.IpAddress`.
    pub element: String,
    /// Why it does not fit.
    pub reason: Reason,
    /// What it asks for.
    pub expected: Vec<String>,
    /// What the request has; empty if it lacks the condition key.
    pub actual: Vec<String>,
    /// Where the element stands.
    pub place: Place,
}

/// What became of an element that lists patterns.
#[derive(Debug, Clone, Serialize)]
pub struct ElementTrace {
    /// The element's name: `Action`, `NotAction`, `Resource`, `NotResource`, `Principal`.
    pub element: &'static str,
    /// Where its value stands.
    pub place: Place,
    /// Whether it fits.
    pub fits: bool,
    /// If not, why.
    pub reason: Option<Reason>,
    /// What the request has.
    pub actual: String,
    /// Each pattern by itself.
    pub patterns: Vec<PatternTrace>,
}

/// What became of one pattern.
#[derive(Debug, Clone, Serialize)]
pub struct PatternTrace {
    /// The pattern as written.
    pub pattern: String,
    /// Where it stands.
    pub place: Place,
    /// Whether it matches, negation aside.
    pub matches: bool,
    /// If not, why.
    pub reason: Option<Reason>,
}

/// What became of one operator on one key.
#[derive(Debug, Clone, Serialize)]
pub struct ClauseTrace {
    /// The operator.
    pub operator: String,
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub place: Place,
    /// Whether it is met.
    pub met: bool,
    /// If not, why; or, if it is met because the key is missing, that.
    pub reason: Option<Reason>,
    /// Whether it cannot be judged because a value in the policy is malformed.
    pub unusable: bool,
    /// What the request has under the key; empty if it lacks it.
    pub actual: Vec<String>,
    /// Each listed value by itself.
    pub values: Vec<ValueTrace>,
}

/// What became of one value that a policy lists.
#[derive(Debug, Clone, Serialize)]
pub struct ValueTrace {
    /// The value as written.
    pub expected: String,
    /// Where it stands.
    pub place: Place,
    /// Whether a value of the request fits it, negation aside.
    pub matches: bool,
    /// If not, why.
    pub reason: Option<Reason>,
}

/// A place in a policy document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The range of bytes.
    pub span: Span,
    /// Line and column of its start.
    #[serde(flatten)]
    pub position: Position,
}

/// Decides a request and tells why.
pub fn explain(layers: &Layers<'_>, request: &Request) -> Explanation {
    let mut tracer = trace::Tracer::default();
    let decision = sequence::settle(layers, request, &mut tracer);
    Explanation { decision, request: trace::asked(request), steps: tracer.steps }
}

impl StatementTrace {
    /// Why it cannot be used, whatever is asked: in a document that was stored all the same.
    pub fn fault(&self) -> Option<&Fault> {
        self.document.statements().get(self.statement.statement as usize)?.fault()
    }

    /// Does it allow what is asked but for its conditions?
    pub fn allows_but_for_conditions(&self) -> bool {
        let fits = |element: &Option<ElementTrace>| element.as_ref().is_none_or(|element| element.fits);
        self.effect == Effect::Allow
            && self.fault().is_none()
            && self.action.fits
            && fits(&self.resource)
            && fits(&self.principal)
    }
}

impl Explanation {
    /// The sets that were asked, in order.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.steps.iter().filter_map(|step| match step {
            Step::Asked(unit) => Some(unit),
            Step::Skipped { .. } => None,
        })
    }

    /// The statement that settled the request.
    pub fn deciding_statement(&self) -> Option<&StatementTrace> {
        let wanted = self.decision.statement?;
        self.units().flat_map(|unit| &unit.statements).find(|trace| trace.statement == wanted)
    }

    /// Every statement that counted for the verdict, as `MatchedPolicies` of *DecodeDiagnosticMessage* lists them:
    /// for a denial those that deny, for an Allow those that allow; none for an implicit denial.
    pub fn matched_statements(&self) -> impl Iterator<Item = &StatementTrace> {
        let wanted = match self.decision.verdict {
            Verdict::Allow => Some(Effect::Allow),
            Verdict::ExplicitDeny => Some(Effect::Deny),
            Verdict::ImplicitDeny => None,
        };
        self.units().flat_map(|unit| &unit.statements).filter(move |trace| trace.counts && Some(trace.effect) == wanted)
    }
}
