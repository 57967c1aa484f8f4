//! The cloud's own clock: real, fixed, or moved by hand; and the clock of those who sign requests.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;

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
    moved: AtomicI64,
    moves: Mutex<Moves>,
    pub(super) signers: Signers,
}

impl Clone for Clock {
    fn clone(&self) -> Self {
        let moves = Mutex::new(self.moves.lock().clone());
        Self { source: self.source, moved: AtomicI64::new(self.milliseconds_moved()), moves, signers: self.signers }
    }
}

/// When the clock was moved, by the machine's clock, and how far it had been moved before, in milliseconds: the latest moves, in
/// their order. Of earlier ones no URL that is still good needs to know.
#[derive(Debug, Default, Clone)]
struct Moves(VecDeque<(Timestamp, i64)>);

impl Moves {
    /// The most that are kept.
    const MOST: usize = 1024;

    fn add(&mut self, at: Timestamp, before: i64) {
        if self.0.len() == Self::MOST {
            self.0.pop_front();
        }
        self.0.push_back((at, before));
    }

    /// How far the clock had been moved at a time; `None` when it was not moved since.
    fn moved_at(&self, time: Timestamp) -> Option<i64> {
        self.0.iter().find(|(at, _)| *at >= time).map(|(_, before)| *before)
    }
}

impl Clock {
    /// The machine's clock. Requests are dated by it too, however far this one is moved.
    pub fn real() -> Self {
        Self::of(Source::Real, Signers::Machine)
    }

    /// A clock that stands still until it is moved. Requests are dated by it, so that nothing depends on the machine's clock;
    /// for a fixed cloud that SDKs talk to, see [`Clock::signed_by`].
    pub fn fixed(at: Timestamp) -> Self {
        Self::of(Source::Fixed(at), Signers::Cloud)
    }

    fn of(source: Source, signers: Signers) -> Self {
        Self { source, moved: AtomicI64::new(0), moves: Mutex::default(), signers }
    }

    /// The same clock, with requests dated by another.
    ///
    /// CHOICE: the cloud has one clock, and its clients the same. Where they differ because somebody moved the cloud's, the
    /// difference is none of the client's, and a right signature is not refused for it.
    #[must_use]
    pub fn signed_by(self, signers: Signers) -> Self {
        Self { signers, ..self }
    }

    /// The same clock, as it was when it had been moved so far.
    #[must_use]
    pub(super) fn moved_by(self, milliseconds: i64) -> Self {
        Self { moved: AtomicI64::new(milliseconds), ..self }
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

    /// The time now by which a presigned URL ends that was made at a time: that of those who sign, and as far on as the clock was
    /// moved forward since, so that a URL can be seen to end.
    ///
    /// CHOICE: a URL of signature V1 does not say when it was made. All moves count then, and one that is made after a move must last
    /// longer than it. That the cloud was started at another time is none of the URL's.
    pub fn urls_now(&self, made: Option<Timestamp>) -> Timestamp {
        match self.signers {
            Signers::Machine => {
                let (now, moved) = (Timestamp::now(), self.milliseconds_moved());
                let before = match made {
                    Some(_) if moved == 0 => 0,
                    Some(made) => self.moves.lock().moved_at(made).unwrap_or(moved),
                    None => 0,
                };
                let since = SignedDuration::from_millis(moved.saturating_sub(before).max(0));
                now.saturating_add(since).unwrap_or(now)
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
        let mut moves = self.moves.lock();
        let moved = self.moved.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |moved| {
            let moved = moved.checked_add(milliseconds)?;
            then = shown(start, moved)?;
            Some(moved)
        });
        let before = moved.map_err(|_| ClockError)?;
        if milliseconds != 0 {
            moves.add(Timestamp::now(), before);
        }
        Ok(then)
    }

    /// Can the clock show the time that it was set to?
    pub(crate) fn check(&self) -> Result<(), ClockError> {
        self.advance(0).map(|_| ())
    }

    fn moved(&self) -> SignedDuration {
        SignedDuration::from_millis(self.milliseconds_moved())
    }

    /// How far it was moved.
    pub(super) fn milliseconds_moved(&self) -> i64 {
        self.moved.load(Ordering::Relaxed)
    }
}

/// The time so many milliseconds later, if the clock can show it.
fn shown(start: Timestamp, milliseconds: i64) -> Option<Timestamp> {
    let then = start.checked_add(SignedDuration::from_millis(milliseconds)).ok()?;
    (EARLIEST..=LATEST).contains(&then).then_some(then)
}

/// The same to the millisecond: `2026-01-02T03:04:05.678Z`.
pub fn iso8601_millis(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
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
        assert!(clock.urls_now(None) >= before);
        let clock = Clock::real();
        assert!(clock.advance(3_600_000).is_ok());
        assert!(clock.now().duration_since(clock.signers_now()) > SignedDuration::from_mins(59));
        assert!(clock.urls_now(None).duration_since(clock.signers_now()) > SignedDuration::from_mins(59));
    }

    /// A URL that says when it was made ends by the moves since; those before it are none of its.
    #[test]
    fn a_url_ends_by_the_moves_since_it_was_made() {
        let clock = Clock::real();
        let ahead = |made| clock.urls_now(Some(made)).duration_since(clock.signers_now()).as_hours();
        let (earlier, later) =
            (Timestamp::now() - SignedDuration::from_secs(9), Timestamp::now() + SignedDuration::from_secs(9));
        assert!(clock.advance(90 * 60_000).is_ok());
        assert_eq!((ahead(earlier), ahead(later)), (1, 0));
        assert!(clock.clone().urls_now(Some(later)) < later + SignedDuration::from_mins(1));
        // However many moves there were.
        for _ in 0..2 * Moves::MOST {
            assert!(clock.advance(60_000).is_ok());
        }
        assert_eq!(clock.moves.lock().0.len(), Moves::MOST);
        assert_eq!((ahead(earlier), ahead(later)), (17, 0));
    }
}
