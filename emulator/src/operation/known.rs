//! How well what an operation needs is known.

use std::fmt;

use serde::Serialize;

/// How an action or a resource is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// It is published.
    Documented,
    /// It is deduced from what is published.
    Inferred,
    /// Nothing is published: an action is `code:OperationName`, a resource everything of the product in the account.
    Default,
}

/// How the action and the resource of a check are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Known {
    /// The action.
    pub action: Mark,
    /// The resource.
    pub resource: Mark,
}

impl Known {
    /// Both are published.
    pub const DOCUMENTED: Self = Self { action: Mark::Documented, resource: Mark::Documented };
    /// Both are deduced.
    pub const INFERRED: Self = Self { action: Mark::Inferred, resource: Mark::Inferred };
}

impl Mark {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Inferred => "inferred",
            Self::Default => "default",
        }
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// For people: `documented`, or `action documented, resource by default`.
impl fmt::Display for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = |mark: Mark| if mark == Mark::Default { "by default" } else { mark.word() };
        if self.action == self.resource {
            f.write_str(said(self.action))
        } else {
            write!(f, "action {}, resource {}", said(self.action), said(self.resource))
        }
    }
}
