//! Which signature nonces were used: a request that arrives a second time is refused.

use std::collections::{HashSet, VecDeque};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::limits::{NONCES, NONCES_REMEMBERED, NONCES_TOGETHER};

/// How far a request's time may be off on either side (OpenAPI: 15 minutes).
pub const WINDOW: SignedDuration = SignedDuration::from_mins(15);

/// How far apart the oldest and the newest of the nonces may be that are forgotten together.
const APART: SignedDuration = SignedDuration::from_mins(5);

/// A nonce with the key that used it: half of their SHA-256.
///
/// Sixteen bytes suffice. That two of the half million that are remembered meet by chance is as likely as one in 10²⁷; and who
/// makes two meet on purpose, with 2⁶⁴ tries, has a request of his own refused, since the key is in it too.
type Mark = [u8; 16];

/// The nonces used lately.
#[derive(Debug, Default)]
pub struct Nonces(Mutex<Seen>);

/// In groups, oldest first: a group is forgotten as a whole, so that nothing need be kept of the order within it.
#[derive(Debug, Default)]
struct Seen(VecDeque<Group>);

#[derive(Debug)]
struct Group {
    first: Timestamp,
    last: Timestamp,
    marks: HashSet<Mark>,
}

impl Nonces {
    /// Uses a nonce, as of the clock that requests are dated by. False: this key has used it already.
    pub fn use_once(&self, key: &str, nonce: &str, now: Timestamp) -> bool {
        let mark = mark(key, nonce);
        let mut seen = self.0.lock();
        seen.forget(now);
        if seen.0.iter().any(|group| group.marks.contains(&mark)) {
            return false;
        }
        seen.remember(mark, now);
        true
    }

    /// How many are remembered.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.0.lock().0.iter().map(|group| group.marks.len()).sum()
    }
}

/// A group as it is saved.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedGroup {
    first: Timestamp,
    last: Timestamp,
    /// All marks, one behind the other, in base64.
    marks: String,
}

/// The nonces as they are saved.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct SavedNonces(Vec<SavedGroup>);

impl Nonces {
    pub(super) fn saved(&self) -> SavedNonces {
        let save = |group: &Group| {
            let mut marks: Vec<_> = group.marks.iter().collect();
            marks.sort_unstable();
            let bytes: Vec<u8> = marks.into_iter().flatten().copied().collect();
            SavedGroup { first: group.first, last: group.last, marks: BASE64_STANDARD.encode(bytes) }
        };
        SavedNonces(self.0.lock().0.iter().map(save).collect())
    }
}

impl TryFrom<SavedNonces> for Nonces {
    type Error = String;

    fn try_from(saved: SavedNonces) -> Result<Self, Self::Error> {
        let load = |group: &SavedGroup| {
            let bytes = BASE64_STANDARD.decode(&group.marks).ok()?;
            let (marks, rest) = bytes.as_chunks::<{ size_of::<Mark>() }>();
            let marks: HashSet<Mark> = marks.iter().copied().collect();
            let fits = rest.is_empty() && marks.len() <= NONCES_TOGETHER;
            fits.then_some(Group { first: group.first, last: group.last, marks })
        };
        let groups: Option<VecDeque<_>> = saved.0.iter().map(load).collect();
        let groups = groups.ok_or("a group of nonces is none")?;
        if groups.iter().map(|group| group.marks.len()).sum::<usize>() > NONCES {
            return Err("there are more nonces than are remembered".to_owned());
        }
        Ok(Self(Mutex::new(Seen(groups))))
    }
}

impl Seen {
    fn forget(&mut self, now: Timestamp) {
        while self.0.front().is_some_and(|oldest| now.duration_since(oldest.last) > NONCES_REMEMBERED) {
            self.0.pop_front();
        }
    }

    fn remember(&mut self, mark: Mark, now: Timestamp) {
        let room =
            |group: &&mut Group| group.marks.len() < NONCES_TOGETHER && now.duration_since(group.first).abs() <= APART;
        if let Some(group) = self.0.back_mut().filter(room) {
            group.last = group.last.max(now);
            group.marks.insert(mark);
            return;
        }
        // The bound counts for a clock that stands still, too.
        if self.0.iter().map(|group| group.marks.len()).sum::<usize>() >= NONCES {
            self.0.pop_front();
        }
        self.0.push_back(Group { first: now, last: now, marks: HashSet::from([mark]) });
    }
}

fn mark(key: &str, nonce: &str) -> Mark {
    let mut hash = Sha256::new();
    hash.update(key.as_bytes());
    // No key has a zero byte in it, so that no two pairs are one text.
    hash.update([0]);
    hash.update(nonce.as_bytes());
    let mut mark = Mark::default();
    for (place, byte) in mark.iter_mut().zip(hash.finalize()) {
        *place = byte;
    }
    mark
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> Timestamp {
        "2026-01-01T00:00:00Z".parse().unwrap()
    }

    #[test]
    fn once_a_key_and_again_after_the_window() {
        let nonces = Nonces::default();
        assert!(nonces.use_once("a", "n", start()));
        assert!(!nonces.use_once("a", "n", start() + SignedDuration::from_mins(29)));
        assert!(nonces.use_once("b", "n", start()));
        assert!(nonces.use_once("a", "n", start() + SignedDuration::from_mins(31)));
    }

    #[test]
    fn a_nonce_is_remembered_as_long_as_its_request_counts_and_then_forgotten() {
        let nonces = Nonces::default();
        for minute in 0..120 {
            assert!(nonces.use_once("a", &minute.to_string(), start() + SignedDuration::from_mins(minute)));
            for before in (minute - 30).max(0)..minute {
                let now = start() + SignedDuration::from_mins(minute);
                assert!(!nonces.use_once("a", &before.to_string(), now), "{before} {minute}");
            }
            assert!(nonces.len() <= 37, "{minute}: {}", nonces.len());
        }
    }

    /// The bytes of the tables: a place and a byte beside it each, and so many places that an eighth stays free.
    fn bytes(nonces: &Nonces) -> usize {
        let of_group = |group: &Group| (group.marks.capacity() * 8 / 7 + 1) * (size_of::<Mark>() + 1) + 128;
        nonces.0.lock().0.iter().map(of_group).sum()
    }

    /// Also where the clock stands still, and no age would ever drop one.
    #[test]
    fn there_is_a_bound_and_each_costs_less_than_48_bytes() {
        let nonces = Nonces::default();
        let of = |number: usize| u128::try_from(number).unwrap_or_default().to_be_bytes();
        let (mut costliest, most) = (0, NONCES + NONCES_TOGETHER);
        for number in 0..most {
            nonces.0.lock().remember(of(number), start());
            let count = nonces.len();
            assert!(count <= NONCES);
            if number % 1024 == 1023 {
                costliest = costliest.max(bytes(&nonces) / count);
            }
        }
        assert!(costliest <= 48, "{costliest}");
        // The newest are remembered, the oldest are not.
        let knows = |number| nonces.0.lock().0.iter().any(|group| group.marks.contains(&of(number)));
        assert!(knows(most - 1) && knows(most - NONCES) && !knows(0));
    }

    #[test]
    fn what_was_saved_is_remembered() {
        let nonces = Nonces::default();
        for number in 0..100 {
            assert!(nonces.use_once("a", &number.to_string(), start() + SignedDuration::from_mins(number / 10)));
        }
        let text = serde_json::to_string(&nonces.saved()).unwrap();
        let again = Nonces::try_from(serde_json::from_str::<SavedNonces>(&text).unwrap()).unwrap();
        assert_eq!(serde_json::to_string(&again.saved()).unwrap(), text);
        for number in 0..100 {
            assert!(!again.use_once("a", &number.to_string(), start()));
        }
        let bad = |marks: &str| {
            let group = SavedGroup { first: start(), last: start(), marks: marks.to_owned() };
            Nonces::try_from(SavedNonces(vec![group])).is_err()
        };
        assert!(bad("?") && bad("AAAA"));
    }

    #[test]
    fn a_key_and_its_nonce_are_two_texts() {
        assert_ne!(mark("ab", "c"), mark("a", "bc"));
    }
}
