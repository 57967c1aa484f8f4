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
    /// How long it took.
    pub took: Duration,
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
    /// How long it took.
    pub took: Duration,
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
        }
    }

    /// Counts one more scenario.
    pub fn add(&mut self, outcome: &Outcome) {
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
