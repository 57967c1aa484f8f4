//! Members that are deleted: what was asked before, and what is told afterwards.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ResourceDirectory, ResourceDirectoryError, Result};
use crate::cloud::limits::DELETIONS;

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
        self.keep_deletion(account, Deletion { asked: at, done: None });
        Ok(())
    }

    /// What is known of the deletion of a member, of one that is gone as well.
    pub fn deletion(&self, account: &str) -> Result<Deletion> {
        let known = self.deletions.get(account).copied();
        let unknown = || self.member(account).map_or_else(|gone| gone, |_| ResourceDirectoryError::NoCheck);
        known.ok_or_else(unknown)
    }

    pub(super) fn note_deletion(&mut self, account: &str, at: Timestamp) {
        let asked = self.deletions.get(account).map_or(at, |known| known.asked);
        self.keep_deletion(account, Deletion { asked, done: Some(at) });
    }

    /// Of members that are still there all is kept: they are no more than there may be.
    fn keep_deletion(&mut self, account: &str, deletion: Deletion) {
        if self.deletions.len() >= DELETIONS && !self.deletions.contains_key(account) {
            let done = self.deletions.iter().filter_map(|(account, known)| Some((known.done?, account)));
            if let Some(oldest) = done.min().map(|(_, account)| account.clone()) {
                self.deletions.remove(&oldest);
            }
        }
        self.deletions.insert(account.to_owned(), deletion);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::directory;
    use super::*;
    use crate::cloud::directory::Tags;
    use crate::cloud::resource_directory::Member;

    #[test]
    fn the_deletion_that_was_done_first_is_forgotten() {
        let mut directory = directory();
        let at = |second: usize| Timestamp::from_second(i64::try_from(second).unwrap()).unwrap();
        let member = Member::new("asked", "name".to_owned(), "shown", "r-0", Tags::default(), at(0));
        directory.members.insert("asked".to_owned(), member);
        directory.ask_deletion("asked", at(0)).unwrap();
        for number in 1..=DELETIONS {
            // Later ones have earlier names.
            directory.note_deletion(&format!("{:04}", DELETIONS - number), at(number));
        }
        assert_eq!(directory.deletions.len(), DELETIONS);
        assert_eq!(directory.deletion("asked"), Ok(Deletion { asked: at(0), done: None }));
        assert!(directory.deletion("0999").is_err());
        assert_eq!(directory.deletion("0998"), Ok(Deletion { asked: at(2), done: Some(at(2)) }));
        directory.note_deletion("asked", at(DELETIONS + 1));
        let kept = Deletion { asked: at(0), done: Some(at(DELETIONS + 1)) };
        assert_eq!((directory.deletion("asked"), directory.deletions.len()), (Ok(kept), DELETIONS));
    }
}
