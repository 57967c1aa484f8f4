//! What came of changing the policies.

use serde::{Deserialize, Serialize};

use crate::page::Page;
use crate::report::Paint;
use crate::words::{count, visible};

/// How a change was noticed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Noticed {
    /// A step of this scenario went another way.
    Step(String),
    /// What this scenario compares, or leaves, is something else.
    State(String),
    /// The text of the policy, which this scenario's state holds, and nothing else.
    Text(String),
    /// The cloud does not take such a policy: it is no change.
    Refused,
    /// Not at all.
    Nothing,
}

/// A change that was tried.
#[derive(Clone, Debug)]
pub struct Tried {
    /// The policy.
    pub policy: String,
    /// The change.
    pub what: String,
    /// How it was noticed.
    pub noticed: Noticed,
    /// What would notice it, if it was not.
    pub suggestion: Option<String>,
}

/// What came of all changes.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The changes.
    pub tried: Vec<Tried>,
    /// Does the text of a policy count as noticing?
    pub(super) by_behaviour: bool,
}

impl Found {
    /// Was there nothing to change?
    pub fn is_empty(&self) -> bool {
        self.tried.is_empty()
    }

    fn survives(&self, tried: &Tried) -> bool {
        match tried.noticed {
            Noticed::Nothing => true,
            Noticed::Text(_) => self.by_behaviour,
            Noticed::Step(_) | Noticed::State(_) | Noticed::Refused => false,
        }
    }

    /// Those that nothing noticed.
    pub fn survivors(&self) -> impl Iterator<Item = &Tried> {
        self.tried.iter().filter(|tried| self.survives(tried))
    }

    fn counted(&self) -> usize {
        self.tried.iter().filter(|tried| tried.noticed != Noticed::Refused).count()
    }

    /// How many were noticed, from 0 to 100.
    #[expect(clippy::cast_precision_loss, reason = "there are not so many")]
    pub fn percent(&self) -> f64 {
        let all = self.counted();
        if all == 0 { 100.0 } else { (all - self.survivors().count()) as f64 * 100.0 / all as f64 }
    }

    /// For people: the survivors by policy, each with what would notice it.
    pub fn text(&self, paint: Paint) -> String {
        let mut page = Page::default();
        let mut policy = "";
        for tried in self.survivors() {
            if tried.policy != policy {
                policy = &tried.policy;
                page.line(0, visible(policy));
            }
            page.line(1, paint.red(&visible(&tried.what)));
            if let Some(suggestion) = &tried.suggestion {
                page.block(2, &visible(suggestion));
            }
        }
        let by = |wanted: fn(&Noticed) -> bool| self.tried.iter().filter(|tried| wanted(&tried.noticed)).count();
        let steps = by(|noticed| matches!(noticed, Noticed::Step(_)));
        let states = by(|noticed| matches!(noticed, Noticed::State(_)));
        let texts = by(|noticed| matches!(noticed, Noticed::Text(_)));
        let refused = by(|noticed| matches!(noticed, Noticed::Refused));
        let nothing = by(|noticed| matches!(noticed, Noticed::Nothing));
        page.line(0, "");
        page.line(
            0,
            format_args!(
                "{}: {steps} noticed by a step, {states} by a state, {texts} by a policy's text alone, {nothing} by nothing; \
                 {refused} more are no policies",
                count(self.counted(), "change")
            ),
        );
        if self.counted() == 0 {
            page.line(0, "no scenario sends a policy that can be changed, so that there is nothing to notice");
        } else {
            page.line(0, format_args!("{:.1} % noticed", self.percent()));
        }
        page.into_text()
    }
}
