//! Which signature nonces were used: a request that arrives a second time is refused.

use std::collections::{HashSet, VecDeque};

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;

/// How long a nonce is remembered, and how far a request's time may be off on either side (OpenAPI: 15 minutes).
pub const WINDOW: SignedDuration = SignedDuration::from_mins(15);

/// The nonces used within the window, each with its key.
#[derive(Debug, Default)]
pub struct Nonces(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    set: HashSet<(String, String)>,
    order: VecDeque<(Timestamp, (String, String))>,
}

impl Nonces {
    /// Uses a nonce. False: this key has used it already.
    ///
    /// A request signed up to one window ahead stays acceptable for two windows, so that is how long it is remembered.
    pub fn use_once(&self, key: &str, nonce: &str, now: Timestamp) -> bool {
        let mut seen = self.0.lock();
        while let Some((at, old)) = seen.order.front()
            && now.duration_since(*at) > WINDOW * 2
        {
            let old = old.clone();
            seen.order.pop_front();
            seen.set.remove(&old);
        }
        let entry = (key.to_owned(), nonce.to_owned());
        let fresh = seen.set.insert(entry.clone());
        if fresh {
            seen.order.push_back((now, entry));
        }
        fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_a_key_and_again_after_the_window() {
        let nonces = Nonces::default();
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        assert!(nonces.use_once("a", "n", start));
        assert!(!nonces.use_once("a", "n", start + SignedDuration::from_mins(29)));
        assert!(nonces.use_once("b", "n", start));
        assert!(nonces.use_once("a", "n", start + SignedDuration::from_mins(31)));
    }
}
