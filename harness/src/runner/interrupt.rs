//! Somebody wants the run to end: what is under way ends with its step, and nothing new begins.

use std::sync::atomic::{AtomicBool, Ordering};

static SET: AtomicBool = AtomicBool::new(false);

/// Ends what runs in this process.
pub fn interrupt() {
    SET.store(true, Ordering::Relaxed);
}

/// Does somebody want it to end?
pub fn is_set() -> bool {
    SET.load(Ordering::Relaxed)
}
