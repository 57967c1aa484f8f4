//! How long answers took, counted.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The upper bounds of the classes, in microseconds.
pub(super) const BOUNDS: [u64; 12] =
    [50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 50_000, 100_000, 1_000_000, 10_000_000];

/// How long answers took, from the end of the request's head to the beginning of the answer: a class for each bound, and one for
/// what took longer.
#[derive(Debug, Default)]
pub(crate) struct Latencies {
    classes: [AtomicU64; BOUNDS.len() + 1],
    microseconds: AtomicU64,
}

impl Latencies {
    /// An answer took so long.
    pub(crate) fn add(&self, took: Duration) {
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let class = BOUNDS.iter().position(|bound| took <= *bound).unwrap_or(BOUNDS.len());
        if let Some(class) = self.classes.get(class) {
            class.fetch_add(1, Ordering::Relaxed);
        }
        self.microseconds.fetch_add(took, Ordering::Relaxed);
    }

    /// How many answers there were in each class, and how long all took, in microseconds.
    pub(super) fn read(&self) -> (Vec<u64>, u64) {
        let classes = self.classes.iter().map(|class| class.load(Ordering::Relaxed)).collect();
        (classes, self.microseconds.load(Ordering::Relaxed))
    }
}
