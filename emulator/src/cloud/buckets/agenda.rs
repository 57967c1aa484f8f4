//! What the service itself is to do for buckets, by the time at which it is.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use parking_lot::Mutex;

use super::Bucket;
use super::slot::Held;

/// The buckets for which something is to be done by the service itself.
#[derive(Debug)]
pub(super) struct Agenda {
    /// By the second at which it is. Taken behind a bucket's lock, and nothing behind it.
    buckets: Mutex<BTreeMap<(i64, String), Held>>,
    /// The first second of those; the latest there is for never.
    next: AtomicI64,
}

impl Default for Agenda {
    fn default() -> Self {
        Self { buckets: Mutex::default(), next: AtomicI64::new(i64::MAX) }
    }
}

impl Agenda {
    /// Is there never anything to be done?
    pub(super) fn is_empty(&self) -> bool {
        self.next.load(Ordering::Relaxed) == i64::MAX
    }

    /// The bucket is locked: whoever takes what is due meanwhile finds it changed, whether or not it was in here.
    pub(super) fn note(&self, held: &Held, bucket: &Bucket) {
        let due = bucket.chores.due().unwrap_or(i64::MAX);
        if held.chores.load(Ordering::Relaxed) == due {
            return;
        }
        let mut buckets = self.buckets.lock();
        let before = held.chores.swap(due, Ordering::Relaxed);
        buckets.remove(&(before, bucket.name.clone()));
        if due < i64::MAX {
            buckets.insert((due, bucket.name.clone()), Arc::clone(held));
        }
        self.note_next(&buckets);
    }

    fn note_next(&self, buckets: &BTreeMap<(i64, String), Held>) {
        let next = buckets.first_key_value().map_or(i64::MAX, |((due, _), _)| *due);
        self.next.store(next, Ordering::Relaxed);
    }

    /// Those for which it is time, in the order of their names: they are in here no more.
    pub(super) fn take(&self, now: i64) -> Vec<String> {
        if self.next.load(Ordering::Relaxed) > now {
            return Vec::new();
        }
        let mut buckets = self.buckets.lock();
        let later = buckets.split_off(&(now.saturating_add(1), String::new()));
        let due = std::mem::replace(&mut *buckets, later);
        due.values().for_each(|held| held.chores.store(i64::MAX, Ordering::Relaxed));
        self.note_next(&buckets);
        let mut names: Vec<_> = due.into_keys().map(|(_, name)| name).collect();
        names.sort();
        names
    }
}
