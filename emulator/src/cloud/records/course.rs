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

    /// Adds states that it comes to at a time, one a second, once it has come to all others: a machine that is to be stopped.
    pub fn then(&mut self, at: Timestamp, states: &[&str]) {
        let least = self.steps.last().map_or(0, |step| step.after.saturating_add(1));
        let asked = at.duration_since(self.since).as_millis().saturating_add(999) / 1000;
        let first = u32::try_from(asked.max(0)).unwrap_or(u32::MAX).max(least);
        self.steps.extend((first..).zip(states).map(|(after, state)| Step { state: Some((*state).to_owned()), after }));
    }

    /// Takes them out again from the first of them on, unless that is where it began or what it has come to.
    pub fn not_then(&mut self, first: &str, now: Timestamp) {
        let passed = now.duration_since(self.since);
        let ahead = |step: &Step| SignedDuration::from_secs(step.after.into()) > passed;
        let place = self.steps.iter().skip(1).position(|step| step.state.as_deref() == Some(first) && ahead(step));
        if let Some(place) = place {
            self.steps.truncate(place + 1);
        }
    }

    /// The states that it has come to by then, each with the time when it did.
    pub(super) fn reached(&self, now: Timestamp) -> impl Iterator<Item = (&str, Timestamp)> {
        let since = self.since;
        let moment =
            move |step: &Step| since.saturating_add(SignedDuration::from_secs(step.after.into())).unwrap_or(since);
        let timed = self.steps.iter().enumerate().map(move |(place, step)| (place, step, moment(step)));
        let by_now = timed.filter(move |(place, _, at)| *place == 0 || *at <= now);
        by_now.filter_map(|(_, step, at)| Some((step.state.as_deref()?, at)))
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
        let later = since + SignedDuration::from_secs(500);
        assert_eq!(course.reached(later).collect::<Vec<_>>(), [("Deleting", since)]);
        let mut planned = Course { since, steps: vec![step(Some("Starting"), 0), step(Some("Running"), 3)] };
        let plain = planned.clone();
        planned.then(since + SignedDuration::from_millis(9_500), &["Stopping", "Stopped"]);
        let at = |course: &Course, seconds| format!("{:?}", course.at(since + SignedDuration::from_secs(seconds)));
        assert_eq!(
            [at(&planned, 9), at(&planned, 10), at(&planned, 11)],
            [r#"State("Running")"#, r#"State("Stopping")"#, r#"State("Stopped")"#]
        );
        let mut kept = planned.clone();
        kept.not_then("Stopping", since + SignedDuration::from_secs(10));
        assert_eq!(kept, planned);
        planned.not_then("Stopping", since + SignedDuration::from_secs(9));
        assert_eq!(planned, plain);
        // Nothing is stopped before it has started.
        planned.then(since, &["Stopping"]);
        assert_eq!(at(&planned, 4), r#"State("Stopping")"#);
        let mut record = super::super::Record::new("a".to_owned(), "1", since);
        record.course = Course { since, steps: vec![step(Some("Running"), 0), step(Some("Done"), 60)] };
        record.follow(Course { since: later, steps: vec![step(Some("Running"), 0), step(Some("Done"), 60)] }, later);
        let reached: Vec<_> = record.reached(later).map(|(state, _)| state).collect();
        assert_eq!(reached, ["Running", "Done", "Running"]);
    }
}
