//! Something that changed, in a sentence.

use serde::Serialize;

/// Whether something is opened by a change, or closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Somebody may do more.
    Opened,
    /// Somebody may do less.
    Closed,
    /// What policies ask for is another: they tell what follows from it.
    Changed,
}

/// Something that bears on who may do what, and is not as it was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fact {
    /// What follows from it.
    pub mark: Mark,
    /// In words, names in back quotes.
    pub says: String,
}

impl Fact {
    pub(super) fn opened(says: impl Into<String>) -> Self {
        Self { mark: Mark::Opened, says: says.into() }
    }

    pub(super) fn closed(says: impl Into<String>) -> Self {
        Self { mark: Mark::Closed, says: says.into() }
    }

    pub(super) fn changed(says: impl Into<String>) -> Self {
        Self { mark: Mark::Changed, says: says.into() }
    }
}
