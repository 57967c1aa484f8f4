//! Where what is known of an operation comes from.

use std::fmt;

use super::Text;

/// Where an operation's behaviour comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The public documentation; the page's title.
    Documented(Text),
    /// An official SDK or the official metadata.
    Sdk(Text),
    /// Deduced; why.
    Inferred(Text),
    /// acslab's own: not an operation of the cloud.
    Acslab(Text),
    /// The catalogue of operations; how the action is known.
    Catalogue(Text),
    /// A file that was loaded at start.
    File(Text),
}

impl Source {
    /// The public documentation, by a page's title.
    pub const fn documented(page: &'static str) -> Self {
        Self::Documented(Text::Borrowed(page))
    }

    /// An official SDK or the official metadata.
    pub const fn sdk(what: &'static str) -> Self {
        Self::Sdk(Text::Borrowed(what))
    }

    /// Deduced, and why.
    pub const fn inferred(why: &'static str) -> Self {
        Self::Inferred(Text::Borrowed(why))
    }

    /// acslab's own, and why.
    pub const fn acslab(why: &'static str) -> Self {
        Self::Acslab(Text::Borrowed(why))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Documented(page) => write!(f, "documented: {page}"),
            Self::Sdk(what) => write!(f, "from the SDKs: {what}"),
            Self::Inferred(why) => write!(f, "inferred: {why}"),
            Self::Acslab(why) => write!(f, "acslab's own: {why}"),
            Self::Catalogue(how) => write!(f, "from the catalogue, by {how}"),
            Self::File(name) => write!(f, "from the file {name}"),
        }
    }
}
