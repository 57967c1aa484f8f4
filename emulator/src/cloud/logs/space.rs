//! How much room all logs, and what projects keep, take together.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The room that they take, of which there is only so much. A clone is the same room.
#[derive(Debug, Clone)]
pub struct Space {
    most: u64,
    taken: Arc<AtomicU64>,
}

/// A part of it, given back when it is dropped.
#[derive(Debug)]
pub struct Room {
    bytes: u64,
    taken: Arc<AtomicU64>,
}

impl Space {
    /// A room of so many bytes.
    pub(in crate::cloud) fn of(most: u64) -> Self {
        Self { most, taken: Arc::default() }
    }

    /// Takes room for so many bytes, if there is so much.
    pub fn take(&self, bytes: u64) -> Option<Room> {
        let more = |taken: u64| taken.checked_add(bytes).filter(|taken| *taken <= self.most);
        self.taken.fetch_update(Ordering::AcqRel, Ordering::Acquire, more).ok()?;
        Some(Room { bytes, taken: Arc::clone(&self.taken) })
    }

    /// How many bytes are taken.
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Acquire)
    }
}

impl Room {
    /// The same for what turned out to be no larger than this: the rest is given back.
    #[must_use]
    pub fn cut(mut self, bytes: u64) -> Self {
        self.taken.fetch_sub(self.bytes.saturating_sub(bytes), Ordering::AcqRel);
        self.bytes = self.bytes.min(bytes);
        self
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.taken.fetch_sub(self.bytes, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_comes_back() {
        let space = Space::of(10);
        let (first, second) = (space.take(6).unwrap(), space.take(4).unwrap());
        assert!(space.take(1).is_none());
        assert!(space.take(u64::MAX).is_none());
        drop(first);
        assert_eq!(space.taken(), 4);
        assert!(space.clone().take(6).is_some());
        let second = second.cut(1).cut(3);
        assert_eq!(space.taken(), 1);
        drop(second);
        assert_eq!(space.taken(), 0);
    }
}
