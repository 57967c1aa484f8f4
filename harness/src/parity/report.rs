//! What was found: for people, and as a file that can be kept.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::compare::Difference;
use super::plan::NotPlayed;
use crate::page::Page;
use crate::words::count;

/// A run's findings. Nothing of it tells whose account it was.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// The version of acslab.
    pub acslab: String,
    /// The day.
    pub date: String,
    /// The operations that were called and answered, as the ledger names them.
    pub operations: BTreeMap<String, OperationSeen>,
    /// The scenarios that were played.
    pub scenarios: Vec<Compared>,
    /// Those that were not.
    #[serde(serialize_with = "not_played")]
    pub not_played: Vec<NotPlayed>,
    /// How much was made and removed.
    pub removed: usize,
    /// What is left.
    pub left: Vec<String>,
}

/// An operation that was seen in the cloud.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct OperationSeen {
    /// How many calls were answered.
    pub calls: usize,
    /// In how many of them the emulator answers differently.
    pub differ: usize,
}

/// A scenario that was played at both.
#[derive(Clone, Debug, Serialize)]
pub struct Compared {
    /// Its name.
    pub name: String,
    /// What it asks.
    pub title: String,
    /// The region.
    pub region: String,
    /// Its steps.
    pub steps: Vec<Step>,
}

/// A step that was played at both.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// Which.
    pub step: String,
    /// The operation, as the ledger names it.
    pub operation: String,
    /// Who called.
    pub caller: String,
    /// What the cloud answered, redacted; nothing if it did not.
    pub cloud: Option<Value>,
    /// In what the emulator differs.
    pub differences: Vec<Difference>,
}

fn not_played<S: serde::Serializer>(all: &[NotPlayed], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(all.iter().map(|not| (&not.scenario, &not.why)))
}

impl Compared {
    /// Whether the emulator answers as the cloud does.
    pub fn is_equal(&self) -> bool {
        self.steps.iter().all(|step| step.differences.is_empty())
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut page = Page::default();
        let word = if self.is_equal() { "same   " } else { "differs" };
        page.line(0, format_args!("{word} {}  {}", self.name, self.title));
        for step in self.steps.iter().filter(|step| !step.differences.is_empty()) {
            page.line(1, format_args!("{}: {} calls {}", step.step, step.caller, step.operation));
            for difference in &step.differences {
                page.line(2, difference);
            }
        }
        page.into_text()
    }
}

impl Report {
    /// One without findings yet.
    pub(super) fn new(date: String, not_played: Vec<NotPlayed>) -> Self {
        Self { acslab: env!("CARGO_PKG_VERSION").to_owned(), date, not_played, ..Self::default() }
    }

    pub(super) fn add(&mut self, compared: Compared) {
        for step in compared.steps.iter().filter(|step| step.cloud.is_some()) {
            let seen = self.operations.entry(step.operation.clone()).or_default();
            seen.calls += 1;
            seen.differ += usize::from(!step.differences.is_empty());
        }
        self.scenarios.push(compared);
    }

    /// Whether the emulator answers as the cloud does, everywhere.
    pub fn is_equal(&self) -> bool {
        self.scenarios.iter().all(Compared::is_equal)
    }

    /// How many differences there are.
    pub fn differences(&self) -> usize {
        let steps = self.scenarios.iter().flat_map(|compared| &compared.steps);
        steps.map(|step| step.differences.len()).sum()
    }

    /// The last lines, for people.
    pub fn summary(&self) -> String {
        let mut page = Page::default();
        let steps: usize = self.scenarios.iter().map(|compared| compared.steps.len()).sum();
        let (scenarios, steps) = (count(self.scenarios.len(), "scenario"), count(steps, "step"));
        page.line(0, format_args!("\n{scenarios}, {steps}, {}", count(self.differences(), "difference")));
        page.line(0, format_args!("{} made by the run removed", count(self.removed, "thing")));
        for left in &self.left {
            page.line(0, format_args!("LEFT: {left}"));
        }
        page.into_text()
    }

    /// As a file.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}
