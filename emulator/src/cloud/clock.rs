//! The cloud's own clock: real, fixed, or moved forward by hand.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// Where the time comes from.
#[derive(Debug)]
enum Source {
    Real,
    Fixed(Timestamp),
}

/// The time that everything in the cloud goes by: signatures' age, sessions' expiry, creation dates, `acs:CurrentTime`.
///
/// A test never waits: it moves the clock.
#[derive(Debug)]
pub struct Clock {
    source: Source,
    /// Milliseconds moved forward by hand.
    moved: AtomicI64,
}

impl Clock {
    /// The machine's clock.
    pub fn real() -> Self {
        Self { source: Source::Real, moved: AtomicI64::new(0) }
    }

    /// A clock that stands still until it is moved.
    pub fn fixed(at: Timestamp) -> Self {
        Self { source: Source::Fixed(at), moved: AtomicI64::new(0) }
    }

    /// The time now, in UTC.
    pub fn now(&self) -> Timestamp {
        let start = match self.source {
            Source::Real => Timestamp::now(),
            Source::Fixed(at) => at,
        };
        let moved = jiff::SignedDuration::from_millis(self.moved.load(Ordering::Relaxed));
        start.saturating_add(moved).unwrap_or(start)
    }

    /// Moves the clock forward (or back, with a negative number) by so many milliseconds.
    pub fn advance(&self, milliseconds: i64) {
        self.moved.fetch_add(milliseconds, Ordering::Relaxed);
    }
}

/// The cloud's way to write a time: `2026-01-02T03:04:05Z`, in UTC, to the second.
pub fn iso8601(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_stands_still_until_moved() {
        let clock = Clock::fixed("2026-01-02T03:04:05Z".parse().unwrap());
        assert_eq!(clock.now(), clock.now());
        clock.advance(3_600_000);
        assert_eq!(iso8601(clock.now()), "2026-01-02T04:04:05Z");
    }
}
