//! Members that are deleted: what was asked before, and what is told afterwards.

use std::collections::btree_map::Entry;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ResourceDirectory, ResourceDirectoryError, Result};

/// What is known of the deletion of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deletion {
    /// When somebody asked for it, or whether it is possible.
    pub asked: Timestamp,
    /// When the member was deleted.
    pub done: Option<Timestamp>,
}

impl ResourceDirectory {
    /// Somebody asks whether a member may be deleted.
    pub fn ask_deletion(&mut self, account: &str, at: Timestamp) -> Result<()> {
        self.member(account)?;
        self.deletions.insert(account.to_owned(), Deletion { asked: at, done: None });
        Ok(())
    }

    /// What is known of the deletion of a member, of one that is gone as well.
    pub fn deletion(&self, account: &str) -> Result<Deletion> {
        let known = self.deletions.get(account).copied();
        let unknown = || self.member(account).map_or_else(|gone| gone, |_| ResourceDirectoryError::NoCheck);
        known.ok_or_else(unknown)
    }

    pub(super) fn note_deletion(&mut self, account: &str, at: Timestamp) {
        match self.deletions.entry(account.to_owned()) {
            Entry::Occupied(mut known) => known.get_mut().done = Some(at),
            Entry::Vacant(new) => {
                new.insert(Deletion { asked: at, done: Some(at) });
            }
        }
    }
}
