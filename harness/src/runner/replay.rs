//! One scenario from start to end: its steps in order, the values and callers that they save.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use acslab_emulator::state::AuthorizationState;
use jiff::Timestamp;

use super::checkpoint::Kept;
use super::decision::{self, Decision};
use super::event::{Failure, Stepped, Trouble};
use super::hooks::Hooks;
use super::interrupt;
use super::judge::Difference;
use super::permissions::{Remembered, Shift};
use super::pool::Plan;
use super::target::Cloud;
use crate::client::{Answer, Client, Key, Request};
use crate::scenario::{Caller, Scenario, Step, StepKind, Variables};
use crate::state;

/// The states of a scenario that was played to its end.
pub(super) struct States {
    /// Before its own steps, if that was asked for.
    pub(super) before: Option<String>,
    /// In the end.
    pub(super) after: String,
}

/// Replays a scenario and gives the state it leaves, rendered. `stepped` is told of each step; with the plan's `decisions`, what the
/// policies said is asked for each, else for one that fails.
pub(super) fn replay(scenario: &Scenario, plan: &Plan, stepped: &dyn Fn(Arc<Stepped>)) -> Result<States, Failure> {
    replay_to(scenario, plan, stepped, |replay, before| Ok(States { before, after: replay.state()? }))
}

/// Replays a scenario and gives what `leave` makes of its end, and of the state before its own steps, if that was asked for.
fn replay_to<T>(
    scenario: &Scenario,
    plan: &Plan,
    stepped: &dyn Fn(Arc<Stepped>),
    leave: impl FnOnce(&Replay<'_>, Option<String>) -> Result<T, state::FetchError>,
) -> Result<T, Failure> {
    let cloud = plan.target.start(scenario, &plan.hooks).map_err(|error| Failure::Trouble(Trouble::Start(error)))?;
    let mut replay = Replay { decisions: plan.decisions, ..Replay::new(scenario, &cloud, &plan.hooks) };
    let given = scenario.given.len();
    let keep_going = plan.keep_going || scenario.keep_going;
    let mut failed = Vec::new();
    let mut before = None;
    let mut lost = None;
    for (index, step) in scenario.all_steps().enumerate() {
        if interrupt::is_set() {
            return Err(Failure::Interrupted);
        }
        if index == given {
            replay.begun = replay.remembered();
            if plan.decisions {
                before = replay.state().ok();
            }
        }
        let row = step.row().filter(|_| index >= given);
        match (lost, row) {
            (None, _) => {}
            // The rows of a table are cases: one that does not hold keeps no other from being tried.
            (Some((table, case)), Some((same, other))) if table == same => {
                if case == other {
                    continue;
                }
            }
            (Some(_), _) => break,
        }
        let mut holds = true;
        for over in replay.step(step, index < given) {
            let case = step.case.clone().filter(|_| index >= given);
            let case = case.map(|(case, name)| (step.number.unwrap_or_default(), case, name));
            let over = Arc::new(Stepped { case, ..over });
            stepped(Arc::clone(&over));
            if !over.differences.is_empty() {
                holds = false;
                failed.push(over);
            }
        }
        // What is given is needed.
        if !holds && (!keep_going || index < given) {
            let Some(row) = row else { break };
            lost = Some(row);
        }
    }
    if let (Some(ended), Some(emulator)) = (&plan.hooks.ended, &cloud.emulator) {
        ended(&scenario.name, emulator);
    }
    if !failed.is_empty() {
        return Err(Failure::Steps(failed));
    }
    leave(&replay, before).map_err(|error| Failure::Trouble(error.into()))
}

/// Plays a scenario in a cloud of its own and gives the state that it leaves, as it is and rendered.
///
/// # Errors
/// A step does not hold, or no cloud can be started.
pub fn left_by(scenario: &Scenario) -> Result<(AuthorizationState, String), Failure> {
    replay_to(scenario, &Plan::default(), &|_| (), |replay, _| Ok((replay.client.whole_state()?, replay.state()?)))
}

/// Plays a scenario's steps, and compares nothing: for whoever wants what it leaves.
///
/// # Errors
/// A step does not hold, or the cloud cannot be reached.
pub fn play(scenario: &Scenario, plan: &Plan) -> Result<(), Failure> {
    replay(scenario, plan, &|_| ()).map(drop)
}

/// Which step it is, in words.
pub(super) fn which(step: &Step, given: bool) -> String {
    let case = step.case.as_ref().map_or(String::new(), |(number, name)| format!(" case {number} ({name})"));
    match (step.number.filter(|_| !given), &step.name) {
        (None, None) => "a step before".to_owned(),
        (None, Some(name)) => format!("a step before, `{name}`,"),
        (Some(number), None) => format!("step {number}{case}"),
        (Some(number), Some(name)) => format!("step {number}{case}, `{name}`"),
    }
}

/// A scenario that is under way.
pub(super) struct Replay<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) cloud: &'a Cloud,
    pub(super) client: &'a Client,
    pub(super) hooks: &'a Hooks,
    /// Is what the policies said asked for each step?
    pub(super) decisions: bool,
    /// The time on a clock that stands still.
    pub(super) time: Option<Timestamp>,
    pub(super) keys: BTreeMap<Caller, Key>,
    pub(super) variables: Variables,
    pub(super) calls: u64,
    /// What tells the nonces of one branch of several from those of the others.
    pub(super) branch: String,
    pub(super) kept: BTreeMap<String, Kept>,
    /// The authorization state after what is given, where the scenario looks back at it.
    pub(super) begun: Option<Remembered>,
    /// How many policies were sent, in this branch.
    pub(super) policies: usize,
    /// The latest call before the step, where that was asked for.
    pub(super) latest: Option<String>,
    /// Who has signed with OSS V1.
    pub(super) outdated: BTreeSet<String>,
    /// The number of the first call of which it was not looked yet how it was signed.
    pub(super) seen: u64,
}

/// What happened in a step.
#[derive(Default)]
pub(super) struct Happened {
    pub(super) what: String,
    pub(super) parameters: Vec<(String, String)>,
    pub(super) request: Option<Request>,
    pub(super) answer: Option<Answer>,
    pub(super) differences: Vec<Difference>,
    /// How many times it was done, if that was several; none for once.
    pub(super) tries: u32,
    /// The permission that moved and was not to, of a step that looks for one.
    pub(super) shift: Option<Shift>,
}

impl Happened {
    /// The step cannot go on: this was needed, and that came.
    pub(super) fn stop(mut self, expected: impl Into<String>, found: impl std::fmt::Display) -> Self {
        self.differences.push(Difference { expected: expected.into(), found: found.to_string() });
        self
    }
}

impl<'a> Replay<'a> {
    pub(super) fn new(scenario: &'a Scenario, cloud: &'a Cloud, hooks: &'a Hooks) -> Self {
        let mut keys = BTreeMap::new();
        let mut variables = Variables::new();
        variables.insert("region".to_owned(), scenario.region.clone());
        for (alias, account) in &cloud.accounts {
            keys.insert(Caller::Owner(alias.clone()), account.owner.clone());
            variables.insert(format!("account.{alias}"), account.id.clone());
        }
        for (owner, alias) in scenario.owners() {
            if let Some(account) = cloud.accounts.get(alias) {
                variables.insert(format!("{owner}.id"), account.id.clone());
            }
        }
        let default = scenario.accounts.first();
        if let Some(account) = default.and_then(|account| cloud.accounts.get(&account.alias)) {
            variables.insert("account".to_owned(), account.id.clone());
        }
        Self {
            scenario,
            client: &cloud.client,
            cloud,
            hooks,
            decisions: false,
            time: cloud.time,
            keys,
            variables,
            calls: 0,
            branch: String::new(),
            kept: BTreeMap::new(),
            begun: None,
            policies: 0,
            latest: None,
            outdated: BTreeSet::new(),
            seen: 0,
        }
    }

    /// Who signed with OSS V1 for the first time since it was looked last, whoever made the calls: a program's count, too.
    fn newly_outdated(&mut self) -> Vec<String> {
        let calls = self.cloud.calls_since(self.seen);
        self.seen = calls.last().map_or(self.seen, |(number, _)| number + 1);
        let callers = calls.into_iter().filter(|(_, call)| call.outdated).filter_map(|(_, call)| call.caller.clone());
        callers.filter(|caller| self.outdated.insert(caller.clone())).collect()
    }

    /// The state of this moment, rendered.
    fn state(&self) -> Result<String, state::FetchError> {
        let account = |alias: &String| Some((alias.clone(), self.cloud.accounts.get(alias)?.id.clone()));
        let question = state::Question {
            accounts: self.scenario.accounts.iter().filter_map(|one| account(&one.alias)).collect(),
            compare: &self.scenario.compare,
            variables: &self.variables,
            from: self.scenario.source_address,
        };
        state::fetch(self.client, &question).map(|document| document.to_string())
    }

    /// What the policies were asked since the step began.
    pub(super) fn decided(&self) -> Vec<Decision> {
        decision::since(self.client, self.latest.as_deref(), false)
    }

    pub(super) fn perform(&mut self, step: &Step) -> Happened {
        match &step.kind {
            StepKind::Act(act) => self.act(act),
            StepKind::SystemPolicies(policies) => self.move_system_policies(policies),
            StepKind::Control(control) => self.control(control),
            StepKind::Checkpoint(checkpoint) => self.checkpoint(checkpoint),
            StepKind::Permissions(moved) => self.permissions(moved),
            StepKind::Parallel(branches) => {
                let played = self.parallel(branches, false).into_iter();
                let differences = played.flat_map(|one| one.differences).collect();
                Happened { what: "several things at the same time".to_owned(), differences, ..Happened::default() }
            }
            StepKind::Prose(_) => Happened { what: "the learner reads".to_owned(), ..Happened::default() },
            StepKind::Task(task) => self.task(task),
        }
    }

    pub(super) fn step(&mut self, step: &Step, given: bool) -> Vec<Stepped> {
        let started = Instant::now();
        if self.decisions || asks_decisions(step) {
            self.latest = decision::latest(self.client);
        }
        if let StepKind::Parallel(branches) = &step.kind {
            return self.parallel(branches, given);
        }
        let happened = self.perform(step);
        let took = started.elapsed();
        vec![self.stepped(step, which(step, given), happened, took)]
    }

    fn stepped(&mut self, step: &Step, which: String, happened: Happened, took: std::time::Duration) -> Stepped {
        let outdated = self.newly_outdated();
        let failed = !happened.differences.is_empty();
        let decisions = if self.decisions {
            decision::since(self.client, self.latest.as_deref(), true)
        } else if failed {
            let id = happened.answer.as_ref().and_then(|answer| answer.request_id.as_deref());
            id.map(|id| decision::of(self.client, id)).unwrap_or_default()
        } else {
            Vec::new()
        };
        let what = match happened.tries {
            0 | 1 => happened.what,
            tries => format!("{}, {}", happened.what, crate::words::count(tries as usize, "time")),
        };
        Stepped {
            scenario: self.scenario.name.clone(),
            source: step.source.clone(),
            span: step.span,
            which,
            case: None,
            what,
            tries: happened.tries.max(1),
            endpoint: self.client.authority().to_owned(),
            parameters: happened.parameters,
            request: happened.request,
            answer: happened.answer,
            decisions,
            differences: happened.differences,
            outdated,
            took,
        }
    }

    /// Plays branches at the same time. What each saves is there afterwards.
    fn parallel(&mut self, branches: &[Vec<Step>], given: bool) -> Vec<Stepped> {
        let mut own: Vec<Replay<'_>> = (1..)
            .zip(branches)
            .map(|(number, _)| Replay {
                keys: self.keys.clone(),
                variables: self.variables.clone(),
                branch: format!("{}-{}.{number}", self.branch, self.calls),
                calls: 0,
                policies: 0,
                kept: self.kept.clone(),
                begun: self.begun.clone(),
                latest: None,
                outdated: self.outdated.clone(),
                // Whose they are could not be told.
                decisions: false,
                ..*self
            })
            .collect();
        let played: Vec<Vec<Stepped>> = thread::scope(|scope| {
            let threads: Vec<_> = own
                .iter_mut()
                .zip(branches)
                .map(|(replay, steps)| scope.spawn(move || replay.branch(steps, given)))
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap_or_default()).collect()
        });
        self.calls += 1;
        let (keys, variables): (Vec<_>, Vec<_>) = own.into_iter().map(|one| (one.keys, one.variables)).unzip();
        self.keys.extend(keys.into_iter().flatten());
        self.variables.extend(variables.into_iter().flatten());
        let mut played: Vec<_> = played.into_iter().flatten().collect();
        // Two branches may have seen the same call.
        for one in &mut played {
            one.outdated.retain(|caller| self.outdated.insert(caller.clone()));
        }
        played
    }

    fn branch(&mut self, steps: &[Step], given: bool) -> Vec<Stepped> {
        let mut all = Vec::new();
        for step in steps {
            let played = self.step(step, given);
            let failed = played.iter().any(|one| !one.differences.is_empty());
            all.extend(played);
            if failed {
                break;
            }
        }
        all
    }
}

/// Does what is expected of a step take the decisions that it caused?
fn asks_decisions(step: &Step) -> bool {
    match &step.kind {
        StepKind::Act(act) => {
            act.expect.asks_decisions()
                || act.repeat.as_ref().is_some_and(|repeat| repeat.until.asks_decisions())
                || act.save.iter().any(|(_, path)| path.starts_at("Decided"))
        }
        _ => false,
    }
}
