//! What is still to be done for a bucket by the service itself, as a role or as the bucket's owner: its log is to be written, its
//! objects to be listed, and to be copied elsewhere. It is noted here and done by whoever may ask the policies.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::VersionId;
use crate::cloud::limits::ACCESS_LOG_BYTES;

/// The time that one file of a log is about, in seconds.
const HOUR: i64 = 60 * 60;

/// Something that was changed in a bucket, for those who copy it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The key.
    pub key: String,
    /// What became of it.
    pub what: Changed,
}

/// What became of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Changed {
    /// A version was written, or what is said of it.
    Put(VersionId),
    /// A marker was set.
    Marked(VersionId),
    /// A version was deleted for good; where no versions are kept, the key.
    Deleted(VersionId),
}

/// How far a rule is with what was there before it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct History {
    /// The last key that was looked at.
    pub after: Option<String>,
    /// How many were, but for those that were refused.
    pub done: u64,
    /// Was any refused?
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub refused: bool,
    /// Is nothing tried any more? It is kept where something was refused: all that was there before is not copied then.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub over: bool,
}

/// What is still to be done for a bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Chores {
    /// The lines of the log that are not yet in a file, by the beginning of their hour.
    log: BTreeMap<i64, String>,
    /// What was changed and is not yet copied, in order.
    changes: VecDeque<Change>,
    /// The rules that copy what was there before them, by their ids.
    histories: BTreeMap<String, History>,
    /// When objects are to be listed next, by the inventory's id.
    listings: BTreeMap<String, Timestamp>,
}

impl Chores {
    /// When the first of it is due, in seconds.
    pub(super) fn due(&self) -> Option<i64> {
        if !self.changes.is_empty() || self.histories.values().any(|history| !history.over) {
            return Some(0);
        }
        let log = self.log.first_key_value().map(|(hour, _)| hour + HOUR);
        let listing = self.listings.values().min().map(|at| at.as_second());
        log.into_iter().chain(listing).min()
    }

    /// Adds a line to the log. What is more than may wait is left out: delivery is the best that can be done.
    pub fn log(&mut self, at: Timestamp, line: &str) {
        let waiting: usize = self.log.values().map(String::len).sum();
        if waiting + line.len() < ACCESS_LOG_BYTES {
            let hour = self.log.entry(at.as_second().div_euclid(HOUR) * HOUR).or_default();
            hour.push_str(line);
            hour.push('\n');
        }
    }

    /// Takes the lines of the hours that have ended, with the beginning of each.
    pub fn take_log(&mut self, now: Timestamp) -> Vec<(Timestamp, String)> {
        let later = self.log.split_off(&(now.as_second().saturating_sub(HOUR) + 1));
        let ended = std::mem::replace(&mut self.log, later);
        ended.into_iter().filter_map(|(hour, lines)| Some((Timestamp::from_second(hour).ok()?, lines))).collect()
    }

    pub(super) fn changed(&mut self, change: Change) {
        // Of a key that is written several times before anybody looks, the last time is enough.
        if self.changes.back() != Some(&change) {
            self.changes.push_back(change);
        }
    }

    /// Takes what was changed.
    pub fn take_changes(&mut self) -> VecDeque<Change> {
        std::mem::take(&mut self.changes)
    }

    /// The rules that copy what was there before them.
    pub fn histories(&self) -> &BTreeMap<String, History> {
        &self.histories
    }

    /// Says how far a rule is with what was there before it; `None` when all of that is done.
    pub fn set_history(&mut self, rule: &str, history: Option<History>) {
        match history {
            Some(history) => drop(self.histories.insert(rule.to_owned(), history)),
            None => drop(self.histories.remove(rule)),
        }
    }

    /// Says when objects are to be listed next by an inventory; `None` for never.
    pub fn set_listing(&mut self, inventory: &str, at: Option<Timestamp>) {
        match at {
            Some(at) => drop(self.listings.insert(inventory.to_owned(), at)),
            None => drop(self.listings.remove(inventory)),
        }
    }

    /// The inventories that are due, and since when.
    pub fn listings_due(&self, now: Timestamp) -> Vec<(String, Timestamp)> {
        let due = self.listings.iter().filter(|(_, at)| **at <= now);
        due.map(|(inventory, at)| (inventory.clone(), *at)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn a_log_is_due_when_its_hour_has_ended_and_waits_within_bounds() {
        let mut chores = Chores::default();
        assert_eq!(chores.due(), None);
        chores.log(at(HOUR + 5), "a");
        chores.log(at(2 * HOUR - 1), "b");
        chores.log(at(2 * HOUR), "c");
        assert_eq!(chores.due(), Some(2 * HOUR));
        assert_eq!(chores.take_log(at(2 * HOUR - 1)), []);
        assert_eq!(chores.take_log(at(2 * HOUR)), [(at(HOUR), "a\nb\n".to_owned())]);
        assert_eq!(chores.due(), Some(3 * HOUR));
        let line = "x".repeat(ACCESS_LOG_BYTES / 2);
        (0..9).for_each(|_| chores.log(at(2 * HOUR), &line));
        assert!(chores.take_log(at(3 * HOUR)).iter().all(|(_, lines)| lines.len() <= ACCESS_LOG_BYTES));
        assert_eq!(chores, Chores::default());
    }

    #[test]
    fn changes_are_due_at_once_and_listings_at_their_time() {
        let mut chores = Chores::default();
        chores.set_listing("daily", Some(at(9)));
        assert_eq!((chores.due(), chores.listings_due(at(8))), (Some(9), Vec::new()));
        assert_eq!(chores.listings_due(at(9)), [("daily".to_owned(), at(9))]);
        let change = Change { key: "k".to_owned(), what: Changed::Put(VersionId::default()) };
        chores.changed(change.clone());
        chores.changed(change.clone());
        assert_eq!(chores.due(), Some(0));
        assert_eq!(chores.take_changes(), [change]);
        chores.set_history("rule", Some(History::default()));
        assert_eq!(chores.due(), Some(0));
        chores.set_history("rule", Some(History { over: true, ..History::default() }));
        assert_eq!(chores.due(), Some(9));
        chores.set_history("rule", None);
        chores.set_listing("daily", None);
        assert_eq!(chores.due(), None);
    }
}
