//! What the runner tells: typed events, which reports turn into text.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use miette::SourceSpan;

use super::decision::Decision;
use super::judge::Difference;
use crate::client::{Answer, Request};
use crate::scenario::{Mistake, Source};
use crate::snapshot::Verdict;
use crate::state::FetchError;
use crate::words::io_reason;

/// Something happened. `Finished` comes in the order of the scenarios, the others as they happen.
#[derive(Debug)]
pub enum Event {
    /// The run starts.
    Started {
        /// How many scenarios it has.
        scenarios: usize,
    },
    /// A step is over.
    Stepped(Arc<Stepped>),
    /// A scenario ended; its place in the order may not have come.
    Ended,
    /// A scenario ended and all before it have been told.
    Finished(Box<Finished>),
}

/// A step that is over, with all that happened in it.
#[derive(Debug)]
pub struct Stepped {
    /// The scenario's name.
    pub scenario: String,
    /// The file that the step stands in.
    pub source: Source,
    /// Where.
    pub span: SourceSpan,
    /// Which step, in words: "step 3, `Quick Authorization`".
    pub which: String,
    /// Of a row of a table: the step's number, the row's, and its values.
    pub case: Option<(usize, usize, String)>,
    /// What it does: "alice calls Ram.CreateRole".
    pub what: String,
    /// How many times it was done: what the last time came to stands here.
    pub tries: u32,
    /// Host and port of the cloud.
    pub endpoint: String,
    /// The parameters as they were given, with their values filled in.
    pub parameters: Vec<(String, String)>,
    /// The request, if one was made.
    pub request: Option<Request>,
    /// The answer, if there was one.
    pub answer: Option<Answer>,
    /// What the policies were asked, and what they said; empty if that was not asked for, or nobody can tell.
    pub decisions: Vec<Decision>,
    /// What was expected and did not come, one by one; empty if the step went as expected.
    pub differences: Vec<Difference>,
    /// Who signed with OSS V1 in it, and in no step before.
    pub outdated: Vec<String>,
    /// How long it took.
    pub took: Duration,
}

/// Something that is told of a scenario, however it goes.
#[derive(Debug)]
pub struct Note {
    /// The file of the step that it is about, and line and column in it, from 1.
    pub file: String,
    /// The line and the column.
    pub place: (usize, usize),
    /// What there is to be told.
    pub text: String,
}

impl Stepped {
    /// What there is to be told of the step.
    pub fn notes(&self) -> impl Iterator<Item = Note> + '_ {
        self.outdated.iter().map(|who| Note {
            file: self.source.name().to_owned(),
            place: self.source.position(self.span.offset()),
            text: format!(
                "{}: {who} signs with OSS V1, which the cloud refuses from new accounts and for new buckets",
                self.which
            ),
        })
    }
}

/// A scenario that ended.
#[derive(Debug)]
pub struct Finished {
    /// The scenario's name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What happens in it and why.
    pub story: String,
    /// Its file.
    pub file: PathBuf,
    /// How it went.
    pub outcome: Outcome,
    /// The rows of its tables, in order.
    pub cases: Vec<Case>,
    /// What is told of it besides.
    pub notes: Vec<Note>,
    /// How long it took.
    pub took: Duration,
}

/// A row of a table that was played.
#[derive(Clone, Debug)]
pub struct Case {
    /// The number of the step whose table it is, and its own.
    pub number: (usize, usize),
    /// Its values.
    pub name: String,
    /// What of it was not as expected; nothing where it holds.
    pub failed: Vec<Arc<Stepped>>,
    /// How long it took.
    pub took: Duration,
}

impl Case {
    /// The rows behind steps that were played, in their order. Those of steps behind `given` are no cases.
    pub(super) fn gathered(steps: Vec<Arc<Stepped>>) -> Vec<Self> {
        let mut cases: Vec<Self> = Vec::new();
        for step in steps {
            let Some((of, number, name)) = step.case.clone() else { continue };
            let number = (of, number);
            if cases.last().is_none_or(|case| case.number != number) {
                cases.push(Self { number, name, failed: Vec::new(), took: Duration::ZERO });
            }
            if let Some(case) = cases.last_mut() {
                case.took += step.took;
                case.failed.extend(Some(step).filter(|step| !step.differences.is_empty()));
            }
        }
        cases
    }
}

impl Finished {
    /// How many rows of its tables hold, and how many there are; none where it has no tables.
    pub fn cases_held(&self) -> Option<(usize, usize)> {
        let held = self.cases.iter().filter(|case| case.failed.is_empty()).count();
        (!self.cases.is_empty()).then_some((held, self.cases.len()))
    }
}

/// How a scenario went.
#[derive(Debug)]
pub enum Outcome {
    /// Every step was as expected; the state against its snapshot.
    Replayed {
        /// The state before its own steps, where that was asked for.
        before: Option<String>,
        /// The state that it left.
        state: String,
        /// The snapshot's word on it.
        verdict: Verdict,
    },
    /// It stopped.
    Failed(Failure),
}

impl Outcome {
    /// Whether the scenario holds.
    pub fn holds(&self) -> bool {
        matches!(self, Self::Replayed { verdict: Verdict::Same | Verdict::Accepted, .. })
    }
}

/// Why a scenario stopped.
#[derive(Debug)]
pub enum Failure {
    /// Steps were not as expected: the first, or all where it went on.
    Steps(Vec<Arc<Stepped>>),
    /// Somebody wanted the run to end.
    Interrupted,
    /// Its file has mistakes; nothing of it ran.
    Mistakes(Vec<Mistake>),
    /// Something besides the steps went wrong.
    Trouble(Trouble),
}

/// What goes wrong besides the steps of a scenario.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The cloud cannot be started.
    #[error("cannot start: {0}")]
    Start(#[source] std::io::Error),
    /// The cloud cannot be asked for the state.
    #[error("cannot read the state it leaves: {0}")]
    State(#[from] FetchError),
    /// The snapshot cannot be read or written.
    #[error("cannot use its snapshot in `{}`: {}", .folder.display(), io_reason(.why))]
    Snapshot {
        /// The folder of snapshots.
        folder: PathBuf,
        /// The reason.
        #[source]
        why: std::io::Error,
    },
}

/// The end of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Scenarios that hold.
    pub passed: usize,
    /// Scenarios that do not.
    pub failed: usize,
    /// Snapshots written because that was asked for.
    pub accepted: usize,
    /// States left for review.
    pub pending: usize,
    /// Scenarios that were not begun.
    pub skipped: usize,
    /// Rows of tables that hold.
    pub cases_held: usize,
    /// Rows of tables that were played.
    pub cases: usize,
}

impl Summary {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            accepted: self.accepted + other.accepted,
            pending: self.pending + other.pending,
            skipped: self.skipped + other.skipped,
            cases_held: self.cases_held + other.cases_held,
            cases: self.cases + other.cases,
        }
    }

    /// Counts one more scenario.
    pub fn add(&mut self, finished: &Finished) {
        let (held, all) = finished.cases_held().unwrap_or_default();
        self.cases_held += held;
        self.cases += all;
        let outcome = &finished.outcome;
        if outcome.holds() {
            self.passed += 1;
        } else {
            self.failed += 1;
        }
        match outcome {
            Outcome::Replayed { verdict: Verdict::Accepted, .. } => self.accepted += 1,
            Outcome::Replayed { verdict: Verdict::Different { pending: Some(_), .. }, .. } => self.pending += 1,
            _ => {}
        }
    }
}
