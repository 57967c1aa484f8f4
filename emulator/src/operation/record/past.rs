//! What is shown of the states that a record came to: when, and for how long.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::kind::{States, Times, Unit};
use crate::cloud::Record;

/// The past of a record.
pub(super) struct Past<'r> {
    pub(super) record: &'r Record,
    pub(super) times: Times,
    pub(super) now: Timestamp,
}

impl Past<'_> {
    /// The states that it came to, from when to when; the last one goes on.
    fn spans(&self) -> Vec<(&str, Timestamp, Option<Timestamp>)> {
        let reached: Vec<_> = self.record.reached(self.now).collect();
        let ends = reached.iter().skip(1).map(|(_, at)| Some(*at)).chain([None]);
        reached.iter().zip(ends).map(|((state, from), to)| (*state, *from, to)).collect()
    }

    /// Adds what its kind shows of it.
    pub(super) fn show(&self, states: &States, view: &mut Map<String, Value>) {
        if states.reached.is_empty() && states.ended.is_empty() && states.lasted.is_empty() && states.history.is_none()
        {
            return;
        }
        let spans = self.spans();
        let last = |of: &[String]| spans.iter().rev().find(|(state, ..)| of.iter().any(|one| one == state));
        for (field, of) in &states.reached {
            if let Some((_, at, _)) = last(of) {
                view.insert(field.clone(), self.times.write(*at));
            }
        }
        for (field, of) in &states.ended {
            if let Some((_, at, None)) = last(of) {
                view.insert(field.clone(), self.times.write(*at));
            }
        }
        for (field, lasted) in &states.lasted {
            let of = spans.iter().filter(|(state, ..)| *state == lasted.0);
            let millis: i64 = of.map(|(_, from, to)| self.length(*from, *to)).sum();
            let shown = if lasted.1 == Unit::Seconds { millis / 1000 } else { millis };
            view.insert(field.clone(), shown.into());
        }
        if let Some(field) = &states.history {
            let all = spans.iter().map(|(state, from, to)| {
                let mut one = json!({"Status": state, "StartTime": self.times.write(*from)});
                if let (Some(to), Some(one)) = (to, one.as_object_mut()) {
                    one.insert("EndTime".to_owned(), self.times.write(*to));
                }
                one
            });
            view.insert(field.clone(), all.collect());
        }
    }

    /// A clock that was moved back makes no time negative.
    fn length(&self, from: Timestamp, to: Option<Timestamp>) -> i64 {
        to.unwrap_or(self.now).as_millisecond().saturating_sub(from.as_millisecond()).max(0)
    }
}
