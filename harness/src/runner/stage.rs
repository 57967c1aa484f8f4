//! A scenario that somebody goes through step by step, in a cloud of its own, with calls of their own in between.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use acslab_emulator::Entry;
use jiff::Timestamp;

use super::checkpoint::Kept;
use super::hooks::NOBODY;
use super::permissions::Remembered;
use super::replay::{Happened, Replay, which};
use super::target::{Cloud, start_for};
use super::task::Judged;
use crate::client::{Answer, Key};
use crate::scenario::{Act, Caller, DEFAULT_ACCOUNT, Scenario, Step, StepKind, Task, Variables};

/// A scenario under way.
#[derive(Debug)]
pub struct Stage {
    scenario: Arc<Scenario>,
    cloud: Cloud,
    time: Option<Timestamp>,
    keys: BTreeMap<Caller, Key>,
    variables: Variables,
    calls: u64,
    kept: BTreeMap<String, Kept>,
    begun: Option<Remembered>,
}

/// What came of something that was done on a stage.
#[derive(Debug)]
pub struct Done {
    /// What it was, in words: "alice calls Ram.GetUser".
    pub what: String,
    /// The parameters.
    pub parameters: Vec<(String, String)>,
    /// The answer, if there was one.
    pub answer: Option<Answer>,
    /// What was decided.
    pub entry: Option<Arc<Entry>>,
    /// What was expected and did not come.
    pub differences: Vec<super::Difference>,
}

impl Stage {
    /// Starts a cloud for a scenario and plays what the scenario begins with.
    ///
    /// # Errors
    /// The cloud cannot be started, or what the scenario begins with does not go as expected.
    pub fn open(scenario: &Arc<Scenario>, seed: u64) -> io::Result<Self> {
        let cloud = start_for(scenario, seed)?;
        let Replay { time, keys, variables, calls, .. } = Replay::new(scenario, &cloud, &NOBODY);
        let (kept, begun) = (BTreeMap::new(), None);
        let mut stage = Self { scenario: Arc::clone(scenario), cloud, time, keys, variables, calls, kept, begun };
        for given in &scenario.given {
            let done = stage.play(given);
            if let Some(difference) = done.differences.first() {
                let (which, Done { what, .. }) = (which(given, true), &done);
                let why = format!("{which} {what}: expected {}, found {}", difference.expected, difference.found);
                return Err(io::Error::other(why));
            }
        }
        stage.begun = stage.with(|replay| replay.remembered());
        Ok(stage)
    }

    /// The scenario.
    pub fn scenario(&self) -> &Arc<Scenario> {
        &self.scenario
    }

    /// `http://127.0.0.1:PORT`: where the cloud answers other clients.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.cloud.client.authority())
    }

    /// The key of a caller, if it is known.
    pub fn key(&self, caller: &Caller) -> Option<&Key> {
        self.keys.get(caller)
    }

    /// Who is known by a key, as a scenario would write it.
    pub fn callers(&self) -> Vec<String> {
        self.keys.keys().map(|caller| self.scenario.display_caller(caller)).collect()
    }

    /// The value of `${name}`.
    pub fn variables(&self) -> &Variables {
        &self.variables
    }

    /// The alias of the account meant where none is named.
    pub fn account(&self) -> &str {
        self.scenario.accounts.first().map_or(DEFAULT_ACCOUNT, |account| account.alias.as_str())
    }

    /// From now on a caller is known by this key.
    pub fn keep_key(&mut self, caller: Caller, key: Key) {
        self.keys.insert(caller, key);
    }

    /// Plays a step of the scenario, or any other; of a task its solution.
    pub fn play(&mut self, step: &Step) -> Done {
        let steps = match &step.kind {
            StepKind::Task(task) => task.solution.as_slice(),
            _ => std::slice::from_ref(step),
        };
        let mut done = Done::nothing();
        for step in steps {
            let happened = self.with(|replay| {
                // Somebody may have made a user in a way of their own: then nobody has told its key.
                if let Some((act, _)) = step.call()
                    && !replay.keys.contains_key(&act.caller)
                {
                    replay.have_key(&act.caller);
                }
                replay.perform(step)
            });
            done = self.done(happened);
            if !done.differences.is_empty() {
                break;
            }
        }
        done
    }

    /// Makes a call as somebody who is known by a key.
    pub fn call(&mut self, act: &Act) -> Done {
        let happened = self.with(|replay| replay.act(act));
        self.done(happened)
    }

    /// What of a task holds.
    ///
    /// # Errors
    /// The cloud cannot be copied.
    pub fn judge(&mut self, task: &Task) -> io::Result<Vec<Judged>> {
        self.with(|replay| replay.judge(task))
    }

    /// What was decided on a call.
    pub fn decision(&self, request_id: &str) -> Option<Arc<Entry>> {
        self.cloud.decision(request_id)
    }

    /// The last calls of whatever client, newest first.
    pub fn decisions(&self, most: usize) -> Vec<Arc<Entry>> {
        self.cloud.decisions(most)
    }

    fn done(&self, happened: Happened) -> Done {
        let id = happened.answer.as_ref().and_then(|answer| answer.request_id.as_deref());
        Done {
            entry: id.and_then(|id| self.cloud.decision(id)),
            what: happened.what,
            parameters: happened.parameters,
            answer: happened.answer,
            differences: happened.differences,
        }
    }

    fn with<T>(&mut self, act: impl FnOnce(&mut Replay<'_>) -> T) -> T {
        let mut replay = Replay {
            time: self.time,
            keys: std::mem::take(&mut self.keys),
            variables: std::mem::take(&mut self.variables),
            calls: self.calls,
            kept: std::mem::take(&mut self.kept),
            begun: self.begun.clone(),
            ..Replay::new(&self.scenario, &self.cloud, &NOBODY)
        };
        let result = act(&mut replay);
        let Replay { time, keys, variables, calls, kept, .. } = replay;
        (self.time, self.keys, self.variables, self.calls, self.kept) = (time, keys, variables, calls, kept);
        result
    }
}

impl Done {
    fn nothing() -> Self {
        Self { what: String::new(), parameters: Vec::new(), answer: None, entry: None, differences: Vec::new() }
    }
}
