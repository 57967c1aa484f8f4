//! A scenario, read and checked.

use std::sync::Arc;

use acslab_emulator::state::AuthorizationState;

use super::compare::Compare;
use super::mistake::Mistake;
use super::scope::{Caller, Scope};
use super::step::Step;
use crate::source::{Source, Spanned};

/// One scenario, read and checked.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its file under the root, without extension: `langstudio/owner-authorizes`.
    pub name: String,
    /// Its file.
    pub source: Source,
    /// What it shows.
    pub title: Spanned<String>,
    /// How it came about, in a paragraph.
    pub story: String,
    /// The aliases of its accounts, the default one first.
    pub accounts: Vec<String>,
    /// The region its calls address.
    pub region: String,
    /// The time on the cloud's clock when it starts.
    pub time: String,
    /// The authorization state that it starts from, if it names one.
    pub state: Option<Arc<AuthorizationState>>,
    /// What runs before its steps: other scenarios' steps, then those behind `given.users`.
    pub given: Vec<GivenStep>,
    /// Its steps.
    pub steps: Vec<Step>,
    /// What its snapshot holds beside the state.
    pub compare: Compare,
    /// What is odd in its file and no mistake.
    pub doubts: Vec<Mistake>,
    pub(super) scope: Scope,
}

/// A step that a scenario starts from.
#[derive(Clone, Debug)]
pub struct GivenStep {
    /// The file it comes from.
    pub source: Source,
    /// The step.
    pub step: Arc<Step>,
}

impl Scenario {
    /// A caller as the scenario would write it.
    pub fn display_caller(&self, caller: &Caller) -> String {
        self.scope.display(caller)
    }

    /// All calls, in order, each with the file that it comes from.
    pub fn all_steps(&self) -> impl Iterator<Item = (&Source, &Step)> {
        let given = self.given.iter().map(|given| (&given.source, given.step.as_ref()));
        given.chain(self.steps.iter().map(|step| (&self.source, step)))
    }
}
