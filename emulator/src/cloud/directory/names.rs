//! Names and tags.

use std::collections::BTreeMap;

use super::DirectoryError;

/// Tags by key; keys are case-sensitive.
pub type Tags = BTreeMap<String, String>;

/// Adds tags, up to so many; a value that is there already is replaced.
pub fn add_tags(to: &mut Tags, new: &Tags, most: usize) -> Result<(), DirectoryError> {
    if new.keys().filter(|key| !to.contains_key(*key)).count() + to.len() > most {
        return Err(DirectoryError::LimitExceeded("Tag"));
    }
    to.extend(new.iter().map(|(key, value)| (key.clone(), value.clone())));
    Ok(())
}

/// A name as the directory looks it up: without regard to ASCII letter case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameKey(pub(super) String);

impl NameKey {
    /// The key of a name as somebody wrote it.
    pub fn of(name: &str) -> Self {
        Self(name.to_ascii_lowercase())
    }
}
