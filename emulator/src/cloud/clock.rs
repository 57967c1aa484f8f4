//! The cloud's own clock: real, fixed, or moved by hand; and the clock of those who sign requests.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

use crate::signature::TimeFormat;

/// The earliest time that the clock may show: OSS counts the end of a presigned URL from here.
pub(super) const EARLIEST: Timestamp = Timestamp::UNIX_EPOCH;

/// The latest time that the clock may show. CHOICE: a year before the last one that the cloud can write with four digits, so that
/// what ends after a while (a session, a key's report, a deleted group) still has a date to end at.
pub(super) const LATEST: Timestamp = Timestamp::constant(253_370_764_799, 0);

/// Where the time comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Real,
    Fixed(Timestamp),
}

/// By which clock those date their requests who sign them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signers {
    /// By the machine's clock, as every SDK does: it cannot know how far the cloud's own has been moved.
    Machine,
    /// By the cloud's own clock: those are tests that ask it before they sign.
    Cloud,
}

/// A time that the clock cannot show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the clock goes from {EARLIEST} to {LATEST}")]
pub struct ClockError;

/// The time that everything in the cloud goes by: sessions' expiry, creation dates, `acs:CurrentTime`. Only the age of a
/// signature is judged by the clock of whoever signed it: see [`Clock::signers_now`].
///
/// A test never waits: it moves the clock.
#[derive(Debug)]
pub struct Clock {
    pub(super) source: Source,
    /// Milliseconds moved forward by hand.
    pub(super) moved: AtomicI64,
    pub(super) signers: Signers,
}

impl Clone for Clock {
    fn clone(&self) -> Self {
        let moved = AtomicI64::new(self.moved.load(Ordering::Relaxed));
        Self { source: self.source, moved, signers: self.signers }
    }
}

impl Clock {
    /// The machine's clock. Requests are dated by it too, however far this one is moved.
    pub fn real() -> Self {
        Self { source: Source::Real, moved: AtomicI64::new(0), signers: Signers::Machine }
    }

    /// A clock that stands still until it is moved. Requests are dated by it, so that nothing depends on the machine's clock;
    /// for a fixed cloud that SDKs talk to, see [`Clock::signed_by`].
    pub fn fixed(at: Timestamp) -> Self {
        Self { source: Source::Fixed(at), moved: AtomicI64::new(0), signers: Signers::Cloud }
    }

    /// The same clock, with requests dated by another.
    ///
    /// CHOICE: the cloud has one clock, and its clients the same. Where they differ because somebody moved the cloud's, the
    /// difference is none of the client's, and a right signature is not refused for it.
    #[must_use]
    pub fn signed_by(self, signers: Signers) -> Self {
        Self { signers, ..self }
    }

    /// The time now, in UTC.
    pub fn now(&self) -> Timestamp {
        let start = match self.source {
            Source::Real => Timestamp::now(),
            Source::Fixed(at) => at,
        };
        start.saturating_add(self.moved()).unwrap_or(start).clamp(EARLIEST, LATEST)
    }

    /// The time now as those know it who sign requests: what the age of a signature is judged by.
    pub fn signers_now(&self) -> Timestamp {
        match self.signers {
            Signers::Machine => Timestamp::now(),
            Signers::Cloud => self.now(),
        }
    }

    /// The time now by which presigned URLs end: that of those who sign them, and as far on as the clock was moved forward.
    ///
    /// CHOICE: to see a URL end, somebody moves the clock, and a URL does not say when it was made: one that is made after such a move
    /// must last longer than it. That the cloud was started at another time is none of the URL's.
    pub fn urls_now(&self) -> Timestamp {
        match self.signers {
            Signers::Machine => {
                let now = Timestamp::now();
                now.saturating_add(self.moved().max(SignedDuration::ZERO)).unwrap_or(now)
            }
            Signers::Cloud => self.now(),
        }
    }

    /// By which clock requests are dated.
    pub fn signers(&self) -> Signers {
        self.signers
    }

    /// Moves the clock forward (or back, with a negative number) by so many milliseconds. Gives the time from then on.
    ///
    /// # Errors
    /// The clock cannot show that time; then it has not moved.
    pub fn advance(&self, milliseconds: i64) -> Result<Timestamp, ClockError> {
        let start = match self.source {
            Source::Real => Timestamp::now(),
            Source::Fixed(at) => at,
        };
        let mut then = start;
        let moved = self.moved.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |moved| {
            let moved = moved.checked_add(milliseconds)?;
            then = shown(start, moved)?;
            Some(moved)
        });
        moved.map(|_| then).map_err(|_| ClockError)
    }

    /// Can the clock show the time that it was set to?
    pub(crate) fn check(&self) -> Result<(), ClockError> {
        self.advance(0).map(|_| ())
    }

    fn moved(&self) -> SignedDuration {
        SignedDuration::from_millis(self.moved.load(Ordering::Relaxed))
    }
}

/// The time so many milliseconds later, if the clock can show it.
fn shown(start: Timestamp, milliseconds: i64) -> Option<Timestamp> {
    let then = start.checked_add(SignedDuration::from_millis(milliseconds)).ok()?;
    (EARLIEST..=LATEST).contains(&then).then_some(then)
}

/// The cloud's way to write a time: `2026-01-02T03:04:05Z`, in UTC, to the second.
pub fn iso8601(at: Timestamp) -> String {
    TimeFormat::Iso8601.format(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed() -> Clock {
        Clock::fixed("2026-01-02T03:04:05Z".parse().unwrap())
    }

    #[test]
    fn a_fixed_clock_stands_still_until_moved() {
        let clock = fixed();
        assert_eq!(clock.now(), clock.now());
        assert_eq!(clock.advance(3_600_000).map(iso8601).as_deref(), Ok("2026-01-02T04:04:05Z"));
        assert_eq!(iso8601(clock.now()), "2026-01-02T04:04:05Z");
    }

    #[test]
    fn no_move_leads_out_of_the_time_that_can_be_shown() {
        let clock = fixed();
        for milliseconds in [i64::MAX, i64::MIN, -60 * 366 * 86_400_000, 8_000 * 366 * 86_400_000] {
            assert_eq!(clock.advance(milliseconds), Err(ClockError), "{milliseconds}");
            assert_eq!(clock.now(), fixed().now());
        }
        // Neither do many moves of which each could be made.
        let far = 7_000 * 365 * 86_400_000;
        assert!(clock.advance(far).is_ok());
        assert_eq!(clock.advance(far), Err(ClockError));
        assert_eq!(clock.advance(-far).map(iso8601).as_deref(), Ok("2026-01-02T03:04:05Z"));
        assert_eq!(ClockError.to_string(), "the clock goes from 1970-01-01T00:00:00Z to 9998-12-31T23:59:59Z");
        assert!(Clock::fixed(Timestamp::MIN).check().is_err() && Clock::fixed(LATEST).check().is_ok());
    }

    /// A clock that is moved moves those who sign by it, and nobody who signs by the machine's.
    #[test]
    fn whoever_signs_goes_by_a_clock_of_their_own() {
        let clock = fixed();
        assert_eq!(clock.advance(3_600_000).ok(), Some(clock.signers_now()));
        let before = Timestamp::now();
        let clock = fixed().signed_by(Signers::Machine);
        assert!(clock.signers_now() >= before && clock.now() < before);
        assert!(clock.urls_now() >= before);
        let clock = Clock::real();
        assert!(clock.advance(3_600_000).is_ok());
        assert!(clock.now().duration_since(clock.signers_now()) > SignedDuration::from_mins(59));
        assert!(clock.urls_now().duration_since(clock.signers_now()) > SignedDuration::from_mins(59));
    }
}
