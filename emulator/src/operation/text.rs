//! Words of a row: constants of the program, or read from a file.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::Arc;

/// A word of a row.
pub type Text = Cow<'static, str>;

/// Several words of a row, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Texts {
    /// Of a row that comes with the program.
    Native(&'static [&'static str]),
    /// Of a row that was read from a file.
    Loaded(Arc<[String]>),
}

impl Texts {
    /// The words, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let (native, loaded): (&[&str], &[String]) = match self {
            Self::Native(words) => (words, &[]),
            Self::Loaded(words) => (&[], words),
        };
        native.iter().copied().chain(loaded.iter().map(String::as_str))
    }

    /// The first of them.
    pub fn first(&self) -> Option<&str> {
        self.iter().next()
    }

    /// Is this one of them?
    pub fn contains(&self, word: &str) -> bool {
        self.iter().any(|known| known == word)
    }

    /// All of them with something between.
    pub fn join(&self, between: &str) -> String {
        self.iter().collect::<Vec<_>>().join(between)
    }
}

impl serde::Serialize for Texts {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl FromIterator<String> for Texts {
    fn from_iter<I: IntoIterator<Item = String>>(words: I) -> Self {
        Self::Loaded(words.into_iter().collect())
    }
}

/// What several rows name together: a constant of the program, or read from a file and shared.
#[derive(Debug)]
pub enum Shared<T: 'static> {
    /// Comes with the program.
    Native(&'static T),
    /// Was read from a file.
    Loaded(Arc<T>),
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Native(value) => Self::Native(value),
            Self::Loaded(value) => Self::Loaded(Arc::clone(value)),
        }
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Self::Native(value) => value,
            Self::Loaded(value) => value,
        }
    }
}
