//! A query that was read.

use std::fmt;

/// A query.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::services::sls) struct Query {
    /// What is searched for.
    pub(super) search: Node,
    /// How much of the query that is, in bytes.
    pub(in crate::services::sls) length: usize,
    /// The analytic statement behind it.
    pub(in crate::services::sls) analysis: Option<String>,
}

/// What is searched for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// `*`, and nothing at all.
    All,
    /// `a b`, `a and b`
    And(Box<Node>, Box<Node>),
    /// `a or b`
    Or(Box<Node>, Box<Node>),
    /// `not a`
    Not(Box<Node>),
    /// A word anywhere, or several.
    Text(Words),
    /// `key: word`, `key: "two words"`
    Field(String, Words),
    /// `key: *`, whatever the value.
    Exists(String),
    /// `key > 1`, `key in [1 2)`
    Number(String, Range),
}

/// Words to be found. In quotes an asterisk is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) text: String,
    pub(super) quoted: bool,
}

/// Numbers from, to; each end may belong to them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Range {
    pub(super) from: Option<(f64, bool)>,
    pub(super) to: Option<(f64, bool)>,
}

impl Range {
    pub(super) fn has(&self, number: f64) -> bool {
        self.from.is_none_or(|(end, closed)| number > end || (closed && number >= end))
            && self.to.is_none_or(|(end, closed)| number < end || (closed && number <= end))
    }
}

/// Why a query is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::services::sls) enum Wrong {
    /// What stands at this place, from 1, cannot stand there.
    Syntax(usize, String),
    /// There are more words than may be, or too many parentheses in one another.
    TooMuch(&'static str),
    /// A field that no index covers.
    NotIndexed(String),
}

/// The first two in the manner of the cloud's, of which only the last is published word by word.
impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(column, near) => write!(
                f,
                "ErrorType:OLSQueryParseError.ErrorMessage:syntax error error position is from column:{column},error near < {near} >"
            ),
            Self::TooMuch(what) => write!(f, "ErrorType:OLSQueryParseError.ErrorMessage:{what}"),
            Self::NotIndexed(key) => write!(
                f,
                "key ({key}) is not config as key value config,if symbol : is in your log,please wrap : with quotation mark \""
            ),
        }
    }
}
