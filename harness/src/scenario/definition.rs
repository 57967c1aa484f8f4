//! A scenario, read and checked.

use std::net::IpAddr;
use std::sync::Arc;

use acslab_emulator::state::AuthorizationState;

use super::compare::Compare;
use super::given::Account;
use super::lesson::{Language, Lesson};
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
    /// The title in Chinese, for the console; a lesson has its texts in both languages besides.
    pub title_zh: Option<String>,
    /// The story in Chinese.
    pub story_zh: Option<String>,
    /// Its accounts, the default one first.
    pub accounts: Vec<Account>,
    /// The region its calls address.
    pub region: String,
    /// The time on the cloud's clock when it starts, if it says one.
    pub time: Option<String>,
    /// Where its calls come from, if that is told.
    pub source_address: Option<IpAddr>,
    /// The seed of ids and secrets, if it has one of its own.
    pub seed: Option<u64>,
    /// What it is sought by.
    pub tags: Vec<String>,
    /// Does it go on after a step that is not as expected?
    pub keep_going: bool,
    /// May it be played against the real cloud?
    pub real: bool,
    /// The authorization state that it starts from, if it names one.
    pub state: Option<Arc<AuthorizationState>>,
    /// What runs before its steps: other scenarios' steps, then those behind `given`.
    pub given: Vec<Arc<Step>>,
    /// What it says of itself as a lesson, if it is one.
    pub lesson: Option<Lesson>,
    /// Its steps.
    pub steps: Vec<Step>,
    /// What its snapshot holds beside the state.
    pub compare: Compare,
    /// What is odd in its file and no mistake.
    pub doubts: Vec<Mistake>,
    pub(super) scope: Scope,
}

impl Scenario {
    /// Title and story in Chinese, where it has them. A lesson has a title in each language; its aim is its story.
    pub fn in_chinese(&self) -> (Option<&str>, Option<&str>) {
        let lesson = self.lesson.as_ref();
        let title = lesson.map(|lesson| lesson.title.of(Language::Zh)).or(self.title_zh.as_deref());
        (title, lesson.map(|lesson| lesson.aim.of(Language::Zh)).or(self.story_zh.as_deref()))
    }

    /// A caller as the scenario would write it.
    pub fn display_caller(&self, caller: &Caller) -> String {
        self.scope.display(caller)
    }

    /// The names of owners, each with the alias of its account.
    pub fn owners(&self) -> impl Iterator<Item = (&str, &str)> {
        self.scope.owners()
    }

    /// The aliases of its accounts.
    pub fn aliases(&self) -> Vec<String> {
        self.accounts.iter().map(|account| account.alias.clone()).collect()
    }

    /// Is there a step, wherever it stands, of which this holds?
    pub fn any_step(&self, holds: impl Fn(&Step) -> bool) -> bool {
        self.all_steps().any(|step| step.any(&holds))
    }

    /// All steps, in order.
    pub fn all_steps(&self) -> impl Iterator<Item = &Step> {
        self.given.iter().map(AsRef::as_ref).chain(&self.steps)
    }
}
