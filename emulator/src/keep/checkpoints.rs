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

/// What checkpoints take together: a payload that several have counts once.
fn bytes<'c>(all: impl Iterator<Item = &'c Checkpoint>) -> u64 {
    let (mut sum, mut payloads) = (0_u64, HashMap::new());
    for checkpoint in all {
        sum = sum.saturating_add(checkpoint.state.document_bytes());
        payloads.extend(checkpoint.state.payloads.iter().map(|(number, payload)| (*number, payload.size())));
    }
    payloads.values().fold(sum, |sum, size| sum.saturating_add(*size))
}
