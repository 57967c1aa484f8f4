//! States that somebody gave a name.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::error::KeepError;
use crate::cloud::{CHECKPOINT_BYTES, CHECKPOINTS, Snapshot};

/// A state that somebody gave a name.
#[derive(Debug, Clone)]
pub(crate) struct Checkpoint {
    /// The cloud's time when it was.
    pub(crate) time: Timestamp,
    /// What it was like.
    pub(crate) state: Snapshot,
}

/// All of them, by name.
#[derive(Debug, Default)]
pub(super) struct Checkpoints(BTreeMap<String, Checkpoint>);

impl Checkpoints {
    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &Checkpoint)> {
        self.0.iter()
    }

    pub(super) fn get(&self, name: &str) -> Result<&Checkpoint, KeepError> {
        self.0.get(name).ok_or_else(|| KeepError::Missing(name.to_owned()))
    }

    /// May this be added, in the place of the one of its name?
    pub(super) fn check(&self, name: &str, new: &Checkpoint) -> Result<(), KeepError> {
        let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if !plain || name.is_empty() || name.len() > 64 || name.starts_with('.') {
            return Err(KeepError::NotAName(name.to_owned()));
        }
        if self.0.len() >= CHECKPOINTS && !self.0.contains_key(name) {
            return Err(KeepError::TooMany(CHECKPOINTS));
        }
        let others = self.0.iter().filter(|(other, _)| *other != name).map(|(_, checkpoint)| checkpoint);
        let needed = bytes(others.chain([new]));
        if needed > CHECKPOINT_BYTES {
            return Err(KeepError::TooLarge { needed, most: CHECKPOINT_BYTES });
        }
        Ok(())
    }

    pub(super) fn insert(&mut self, name: &str, checkpoint: Checkpoint) {
        self.0.insert(name.to_owned(), checkpoint);
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }
}

/// What checkpoints take of memory together: a payload that several have counts once.
fn bytes<'c>(all: impl Iterator<Item = &'c Checkpoint>) -> u64 {
    let (mut sum, mut payloads) = (0_u64, HashMap::new());
    for checkpoint in all {
        sum = sum.saturating_add(checkpoint.state.document_bytes());
        payloads.extend(checkpoint.state.payloads.iter().map(|(number, payload)| (*number, payload.in_memory())));
    }
    payloads.values().fold(sum, |sum, size| sum.saturating_add(*size))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::payload::Payload;

    fn checkpoint(payloads: &[(u64, Payload)]) -> Checkpoint {
        let payloads: BTreeMap<_, _> = payloads.iter().cloned().collect();
        let state = Snapshot { document: b"0123456789".as_slice().into(), payloads: payloads.into() };
        Checkpoint { time: Timestamp::UNIX_EPOCH, state }
    }

    #[test]
    fn they_take_only_so_much_room_and_what_they_share_once() {
        // Half of what they may take, in one payload, without taking it.
        let part = Payload::copy_of(&vec![0; 1 << 20]);
        let half = Payload::join(vec![&part; 512]);
        assert_eq!(half.size() * 2, CHECKPOINT_BYTES);
        let mut all = Checkpoints::default();
        for name in ["a", "b", "c"] {
            let shared = checkpoint(&[(1, half.clone())]);
            assert!(all.check(name, &shared).is_ok());
            all.insert(name, shared);
        }
        let other = checkpoint(&[(2, half.clone())]);
        let Err(KeepError::TooLarge { needed, most }) = all.check("d", &other) else { panic!("taken") };
        assert_eq!((needed, most), (CHECKPOINT_BYTES + 40, CHECKPOINT_BYTES));
        // In the place of another it would fit no better, as long as two have the first.
        assert!(all.check("a", &other).is_err());
        all.remove("b");
        all.remove("c");
        assert!(all.check("a", &other).is_ok());
    }
}
