//! One scenario from start to end: its steps in order, the values and callers that they save.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

use super::decision::Decision;
use super::event::{Failure, Stepped, Trouble};
use super::judge::Difference;
use super::target::{Cloud, Target};
use crate::client::{Answer, Client, Key, Request};
use crate::scenario::{Caller, Scenario, Source, Step, StepKind, Variables};
use crate::state;

/// Replays a scenario and gives the state it leaves, rendered. `stepped` is told of each step; with `decisions`, what the policies
/// said is asked for each, else for one that fails.
pub(super) fn replay(
    scenario: &Scenario,
    target: &Target,
    decisions: bool,
    stepped: &dyn Fn(Arc<Stepped>),
) -> Result<String, Failure> {
    let cloud = target.start(scenario).map_err(|error| Failure::Trouble(Trouble::Start(error)))?;
    let mut replay = Replay::new(scenario, &cloud);
    let given = scenario.given.len();
    for (index, (source, step)) in scenario.all_steps().enumerate() {
        let over = Arc::new(replay.step(source, step, which(step, index < given), decisions));
        stepped(Arc::clone(&over));
        if !over.differences.is_empty() {
            return Err(Failure::Step(over));
        }
    }
    let question = state::Question {
        accounts: scenario
            .accounts
            .iter()
            .filter_map(|alias| Some((alias.clone(), cloud.accounts.get(alias)?.id.clone())))
            .collect(),
        compare: &scenario.compare,
        variables: &replay.variables,
    };
    state::fetch(&cloud.client, &question)
        .map(|document| document.to_string())
        .map_err(|error| Failure::Trouble(error.into()))
}

/// Plays a scenario's steps, and compares nothing: for whoever wants what it leaves.
///
/// # Errors
/// A step does not hold, or the cloud cannot be reached.
pub fn play(scenario: &Scenario, target: &Target) -> Result<(), Failure> {
    replay(scenario, target, false, &|_| ()).map(drop)
}

/// Which step it is, in words.
pub(super) fn which(step: &Step, given: bool) -> String {
    match (step.number.filter(|_| !given), &step.name) {
        (None, None) => "a step before".to_owned(),
        (None, Some(name)) => format!("a step before, `{name}`,"),
        (Some(number), None) => format!("step {number}"),
        (Some(number), Some(name)) => format!("step {number}, `{name}`"),
    }
}

/// A scenario that is under way.
pub(super) struct Replay<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) cloud: &'a Cloud,
    pub(super) client: &'a Client,
    /// The time on a clock that stands still.
    pub(super) time: Option<Timestamp>,
    pub(super) keys: BTreeMap<Caller, Key>,
    pub(super) variables: Variables,
    pub(super) calls: u64,
}

/// What happened in a step.
#[derive(Default)]
pub(super) struct Happened {
    pub(super) what: String,
    pub(super) parameters: Vec<(String, String)>,
    pub(super) request: Option<Request>,
    pub(super) answer: Option<Answer>,
    pub(super) differences: Vec<Difference>,
}

impl Happened {
    /// The step cannot go on: this was needed, and that came.
    pub(super) fn stop(mut self, expected: impl Into<String>, found: impl std::fmt::Display) -> Self {
        self.differences.push(Difference { expected: expected.into(), found: found.to_string() });
        self
    }
}

impl<'a> Replay<'a> {
    pub(super) fn new(scenario: &'a Scenario, cloud: &'a Cloud) -> Self {
        let mut keys = BTreeMap::new();
        let mut variables = Variables::new();
        variables.insert("region".to_owned(), scenario.region.clone());
        for (alias, account) in &cloud.accounts {
            keys.insert(Caller::Owner(alias.clone()), account.owner.clone());
            variables.insert(format!("account.{alias}"), account.id.clone());
        }
        let default = scenario.accounts.first();
        if let Some(account) = default.and_then(|alias| cloud.accounts.get(alias)) {
            variables.insert("account".to_owned(), account.id.clone());
        }
        Self { scenario, cloud, client: &cloud.client, time: cloud.time, keys, variables, calls: 0 }
    }

    pub(super) fn perform(&mut self, step: &Step) -> Happened {
        match &step.kind {
            StepKind::Call(call) => self.call(call),
            StepKind::SystemPolicies(policies) => self.move_system_policies(policies),
            StepKind::Control(control) => self.control(control),
            StepKind::Prose(_) => Happened { what: "the learner reads".to_owned(), ..Happened::default() },
            StepKind::Task(task) => self.task(task),
        }
    }

    fn step(&mut self, source: &Source, step: &Step, which: String, decisions: bool) -> Stepped {
        let started = Instant::now();
        let happened = self.perform(step);
        let took = started.elapsed();
        let wanted = decisions || !happened.differences.is_empty();
        let id = happened.answer.as_ref().and_then(|answer| answer.request_id.as_deref());
        let decisions = id.filter(|_| wanted).map(|id| Decision::of(self.client, id)).unwrap_or_default();
        Stepped {
            scenario: self.scenario.name.clone(),
            source: source.clone(),
            span: step.span,
            which,
            what: happened.what,
            endpoint: self.client.authority().to_owned(),
            parameters: happened.parameters,
            request: happened.request,
            answer: happened.answer,
            decisions,
            differences: happened.differences,
            took,
        }
    }
}
