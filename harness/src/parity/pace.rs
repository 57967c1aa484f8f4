//! How fast a run calls, how long it waits for what it changed to be known, and what it sends again.

use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::client::Answer;
use crate::runner;

/// How fast a run calls.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// At most so many calls a second.
    pub calls_a_second: u32,
    /// How long the cloud is given until what was changed of an identity counts everywhere.
    pub settle: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { calls_a_second: 5, settle: Duration::from_secs(10) }
    }
}

/// Keeps to a pace.
#[derive(Debug)]
pub(super) struct Pacer {
    gap: Duration,
    settle: Duration,
    next: Mutex<Option<Instant>>,
}

/// How often a throttled call is sent again.
const MOST: u32 = 6;

impl Pacer {
    pub(super) fn new(pace: Pace) -> Self {
        let gap = Duration::from_secs(1) / pace.calls_a_second.max(1);
        Self { gap, settle: pace.settle, next: Mutex::new(None) }
    }

    /// Waits until the next call may be sent.
    pub(super) fn wait(&self) {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let at = next.map_or(now, |at| at.max(now));
        thread::sleep(at - now);
        *next = Some(at + self.gap);
    }

    /// Waits until what was changed counts; an interrupt ends it.
    pub(super) fn settle(&self) {
        const SLICE: Duration = Duration::from_millis(50);
        let end = Instant::now() + self.settle;
        while Instant::now() < end && !runner::is_interrupted() {
            thread::sleep(SLICE.min(end.saturating_duration_since(Instant::now())));
        }
    }

    /// After the answer to the try of this number, from 1: is it sent again? Then it has been waited, each time twice as long.
    pub(super) fn again(&self, tried: u32, answer: &Answer) -> bool {
        if !is_throttled(answer) || tried > MOST {
            return false;
        }
        thread::sleep(self.gap * 5 * 2_u32.pow(tried - 1));
        true
    }
}

/// Does the cloud say that it is asked too often?
fn is_throttled(answer: &Answer) -> bool {
    const CODES: &[&str] = &["SlowDown", "TooManyRequests", "QpsLimitExceeded", "RequestThrottled"];
    let code = answer.code().unwrap_or_default();
    answer.status == 429 || code.starts_with("Throttling") || CODES.contains(&code)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use http::HeaderMap;

    use super::{Pace, Pacer};
    use crate::catalogue::Style;
    use crate::client::Answer;

    #[test]
    fn calls_keep_their_distance() {
        let pacer = Pacer::new(Pace { calls_a_second: 50, settle: Duration::ZERO });
        let began = Instant::now();
        (0..4).for_each(|_| pacer.wait());
        assert!(began.elapsed() >= Duration::from_millis(60), "{:?}", began.elapsed());
    }

    #[test]
    fn what_is_throttled_is_sent_again_and_nothing_else() {
        let pacer = Pacer::new(Pace { calls_a_second: 10_000, settle: Duration::ZERO });
        let answer = |status, body: &str| Answer::new(status, &HeaderMap::new(), body.as_bytes(), Style::Rpc);
        for (status, body, again) in [
            (400, r#"{"Code":"Throttling.User"}"#, true),
            (503, r#"{"Code":"SlowDown"}"#, true),
            (429, "", true),
            (400, r#"{"Code":"InvalidParameter"}"#, false),
            (503, r#"{"Code":"ServiceUnavailable"}"#, false),
            (200, "{}", false),
        ] {
            assert_eq!(pacer.again(1, &answer(status, body)), again, "{body}");
        }
        assert!(!pacer.again(7, &answer(429, "")), "some time it is the answer");
    }
}
