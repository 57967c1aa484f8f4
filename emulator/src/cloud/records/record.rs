//! One record.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::course::{At, Course};

/// One record: who made it, when, and the fields of its kind.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Its id, behind those of the records that it is in: `d-…/v1`.
    pub key: String,
    /// Who made it: the id of the account, the RAM user or the RAM role.
    pub creator: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
    /// Its fields.
    pub fields: Map<String, Value>,
    /// Its tags, which conditions read.
    pub tags: BTreeMap<String, String>,
    /// The states that it goes through.
    pub course: Course,
    /// The states that it came to in earlier courses, each with the time; the oldest are forgotten first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<(String, Timestamp)>,
}

/// So many states of earlier courses are remembered of a record (CHOICE).
const REMEMBERED: usize = 100;

impl Record {
    /// A record without fields and states, made now.
    pub fn new(key: String, creator: &str, now: Timestamp) -> Self {
        Self {
            key,
            creator: creator.to_owned(),
            created: now,
            modified: now,
            fields: Map::new(),
            tags: BTreeMap::new(),
            course: Course::stateless(now),
            history: Vec::new(),
        }
    }

    /// The state that it is in; none of one without states, or one that is gone.
    pub fn state(&self, now: Timestamp) -> Option<&str> {
        match self.course.at(now) {
            At::State(state) => Some(state),
            At::Stateless | At::Gone => None,
        }
    }

    /// The states that it has come to by now, in order, each with the time.
    pub fn reached(&self, now: Timestamp) -> impl Iterator<Item = (&str, Timestamp)> {
        let earlier = self.history.iter().map(|(state, at)| (state.as_str(), *at));
        earlier.chain(self.course.reached(now))
    }

    /// Leads it through other states from now on. What it came to before is remembered.
    pub fn follow(&mut self, next: Course, now: Timestamp) {
        let reached: Vec<_> = self.course.reached(now).map(|(state, at)| (state.to_owned(), at)).collect();
        self.history.extend(reached);
        let too_many = self.history.len().saturating_sub(REMEMBERED);
        self.history.drain(..too_many);
        self.course = next;
    }

    /// Is it still there?
    pub fn is_there(&self, now: Timestamp) -> bool {
        self.course.at(now) != At::Gone
    }

    /// A field that is text.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field).and_then(Value::as_str)
    }
}

impl fmt::Debug for Record {
    // Some fields are secrets: a connection's, a service's token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").field("key", &self.key).finish_non_exhaustive()
    }
}
