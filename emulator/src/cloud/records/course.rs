//! The states that a record goes through by the cloud's clock.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A course of states: each is reached so long after the course began. Nothing has to happen for a record to go on: whoever looks
/// sees where it is by then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Course {
    /// When it began.
    pub since: Timestamp,
    /// The states, in order. None: the record has no state.
    pub steps: Vec<Step>,
}

/// A state of a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The cloud's word for it; none where the record is gone by then.
    pub state: Option<String>,
    /// So many seconds after the course began.
    pub after: u32,
}

/// Where a record is in its course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At<'a> {
    /// There, without a state.
    Stateless,
    /// In this state.
    State(&'a str),
    /// No more.
    Gone,
}

impl Course {
    /// That of a record without states.
    pub fn stateless(since: Timestamp) -> Self {
        Self { since, steps: Vec::new() }
    }

    /// Where it is by then. A clock that was moved back shows the first state.
    pub(super) fn at(&self, now: Timestamp) -> At<'_> {
        let passed = now.duration_since(self.since);
        let reached = |step: &&Step| SignedDuration::from_secs(step.after.into()) <= passed;
        let step = self.steps.iter().rev().find(reached).or_else(|| self.steps.first());
        match step.map(|step| step.state.as_deref()) {
            None => At::Stateless,
            Some(Some(state)) => At::State(state),
            Some(None) => At::Gone,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_course_goes_on_by_the_clock_alone() {
        let since: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let step = |state: Option<&str>, after| Step { state: state.map(str::to_owned), after };
        let course = Course { since, steps: vec![step(Some("Deleting"), 0), step(None, 5)] };
        let at = |seconds| course.at(since + SignedDuration::from_secs(seconds));
        assert_eq!([at(-60), at(0), at(4)], [At::State("Deleting"); 3]);
        assert_eq!([at(5), at(500)], [At::Gone; 2]);
        assert_eq!(Course::stateless(since).at(since), At::Stateless);
    }
}
