//! Scenarios side by side: workers take the next scenario, results come back in order.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Instant;

use super::event::{Case, Event, Failure, Finished, Note, Outcome, Stepped, Summary, Trouble};
use super::hooks::Hooks;
use super::interrupt;
use super::replay::{States, replay};
use super::target::Target;
use crate::scenario::Scenario;
use crate::snapshot::{Mode, Snapshot, Store, folder_of, source_of};

/// How to run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where.
    pub target: Target,
    /// How many at a time.
    pub jobs: usize,
    /// What may happen to snapshots.
    pub mode: Mode,
    /// The folder of all snapshots; without it each scenario's own.
    pub snapshots: Option<std::path::PathBuf>,
    /// Whether each step is told with what the policies said, and the state before; else only one that fails is.
    pub decisions: bool,
    /// Does a scenario go on after a step that is not as expected?
    pub keep_going: bool,
    /// Does the run end with the first scenario that does not hold?
    pub fail_fast: bool,
    /// Who else looks on.
    pub hooks: Hooks,
}

impl Default for Plan {
    /// Emulators of their own, one after another, with nothing written.
    fn default() -> Self {
        let target = Target::Own { seed: 1, system_policies: None };
        Self {
            target,
            jobs: 1,
            mode: Mode::Check,
            snapshots: None,
            decisions: false,
            keep_going: false,
            fail_fast: false,
            hooks: Hooks::default(),
        }
    }
}

/// Runs all scenarios and tells `report` what happens, on this thread.
pub fn run(scenarios: &[Scenario], plan: &Plan, report: &mut dyn FnMut(Event)) -> Summary {
    report(Event::Started { scenarios: scenarios.len() });
    let mut summary = Summary::default();
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let workers = plan.jobs.clamp(1, scenarios.len().max(1));
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..workers {
            let (sender, next, stop) = (sender.clone(), &next, &stop);
            scope.spawn(move || work(scenarios, plan, next, stop, &sender));
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut told = 0;
        for message in receiver {
            match message {
                Message::Stepped(stepped) => report(Event::Stepped(stepped)),
                Message::Ended(index, finished) => {
                    report(Event::Ended);
                    early.insert(index, finished);
                    while let Some(finished) = early.remove(&told) {
                        summary.add(&finished);
                        report(Event::Finished(finished));
                        told += 1;
                    }
                }
            }
        }
        // What ended beyond the place where others were not begun.
        for finished in early.into_values() {
            summary.add(&finished);
            report(Event::Finished(finished));
        }
    });
    summary.skipped = scenarios.len().saturating_sub(summary.passed + summary.failed);
    summary
}

enum Message {
    Stepped(Arc<Stepped>),
    Ended(usize, Box<Finished>),
}

fn work(scenarios: &[Scenario], plan: &Plan, next: &AtomicUsize, stop: &AtomicBool, sender: &Sender<Message>) {
    loop {
        if interrupt::is_set() || stop.load(Ordering::Relaxed) {
            return;
        }
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(scenario) = scenarios.get(index) else {
            return;
        };
        let started = Instant::now();
        // The receiver lives as long as the scope: sending cannot fail before it ends.
        let rows = RefCell::new(Vec::new());
        let notes: RefCell<Vec<Note>> = RefCell::default();
        let stepped = |stepped: Arc<Stepped>| {
            rows.borrow_mut().extend(stepped.case.is_some().then(|| Arc::clone(&stepped)));
            notes.borrow_mut().extend(stepped.notes());
            drop(sender.send(Message::Stepped(stepped)));
        };
        let outcome = one(scenario, plan, &stepped);
        if plan.fail_fast && !outcome.holds() {
            stop.store(true, Ordering::Relaxed);
        }
        let finished = Finished {
            name: scenario.name.clone(),
            title: scenario.title.value.clone(),
            story: scenario.story.clone(),
            file: scenario.source.path().to_owned(),
            outcome,
            cases: Case::gathered(rows.take()),
            notes: notes.take(),
            took: started.elapsed(),
        };
        drop(sender.send(Message::Ended(index, Box::new(finished))));
    }
}

/// How a scenario went, as far as whoever changes its policies wants to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Played {
    /// It came to its end and left this state.
    Ended(String),
    /// A step was not as expected.
    Failed,
    /// The cloud did not take a policy.
    Refused,
}

/// Plays one scenario and looks at no snapshot.
pub fn play_one(scenario: &Scenario, plan: &Plan) -> Played {
    match replay(scenario, plan, &|_| ()) {
        Ok(states) => Played::Ended(states.after),
        Err(Failure::Steps(steps)) => {
            let code = steps.first().and_then(|step| step.answer.as_ref()?.code());
            let malformed =
                code.is_some_and(|code| code.contains("MalformedPolicy") || code == "InvalidPolicyDocument");
            if malformed { Played::Refused } else { Played::Failed }
        }
        Err(_) => Played::Failed,
    }
}

fn one(scenario: &Scenario, plan: &Plan, stepped: &dyn Fn(Arc<Stepped>)) -> Outcome {
    let States { before, after: state } = match replay(scenario, plan, stepped) {
        Ok(states) => states,
        Err(failure) => return Outcome::Failed(failure),
    };
    let folder = plan.snapshots.clone();
    let store = Store::new(folder.unwrap_or_else(|| folder_of(scenario.source.path())));
    let snapshot = Snapshot {
        source: source_of(scenario.source.path()),
        description: scenario.title.value.clone(),
        contents: state.clone(),
    };
    match store.settle(&scenario.name, &snapshot, plan.mode) {
        Ok(verdict) => Outcome::Replayed { before, state, verdict },
        Err(why) => {
            let folder = store.folder().to_owned();
            Outcome::Failed(Failure::Trouble(Trouble::Snapshot { folder, why }))
        }
    }
}
