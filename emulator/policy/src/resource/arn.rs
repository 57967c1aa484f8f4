//! The resource of a request.

use std::ops::Range;

use super::rows::{self, Row, Rows};

/// The ARN of one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arn {
    text: Box<str>,
    /// Where the first four colons are.
    colons: [usize; 4],
    /// From which byte of the relative id on letter case is disregarded: the name of a RAM role.
    folds_from: Option<usize>,
    /// The rows of the relative id: what an index is asked for.
    rows: Box<[Row]>,
    /// Their summary.
    summary: Rows,
}

/// How the relative ids of RAM roles begin.
const ROLE: &[u8] = b"role/";

impl Arn {
    /// Reads an ARN. `None` unless there are five fields and the first is `acs`.
    pub fn parse(text: &str) -> Option<Self> {
        let colons = first_colons(text)?;
        if !text.starts_with("acs:") {
            return None;
        }
        let relative = field(text, colons, 4);
        let folds_from = (field(text, colons, 1) == b"ram" && relative.starts_with(ROLE)).then_some(ROLE.len());
        let rows: Box<[Row]> = rows::of(&rows::mark(relative, true, true)).collect();
        let summary = rows.iter().copied().collect();
        Some(Self { text: text.into(), colons, folds_from, rows, summary })
    }

    /// The ARN as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The service's RAM code.
    pub fn service(&self) -> &str {
        self.text_field(1)
    }

    /// The region; empty or `*` where a service is global.
    pub fn region(&self) -> &str {
        self.text_field(2)
    }

    /// The account that owns the resource; `system` for the system policies.
    pub fn account(&self) -> &str {
        self.text_field(3)
    }

    /// Everything after the fourth colon.
    pub fn relative_id(&self) -> &str {
        self.text_field(4)
    }

    /// One of the five fields, as bytes.
    #[inline]
    pub(super) fn field(&self, index: usize) -> &[u8] {
        field(&self.text, self.colons, index)
    }

    fn text_field(&self, index: usize) -> &str {
        self.text.get(range(self.text.len(), self.colons, index)).unwrap_or_default()
    }

    /// From which byte of the relative id on case is disregarded.
    #[inline]
    pub(super) fn folds_from(&self) -> Option<usize> {
        self.folds_from
    }

    /// The rows of characters in the relative id.
    #[inline]
    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The same rows, as a summary.
    #[inline]
    pub(crate) fn row_summary(&self) -> Rows {
        self.summary
    }
}

pub(super) fn first_colons(text: &str) -> Option<[usize; 4]> {
    let mut colons = text.bytes().enumerate().filter(|&(_, b)| b == b':').map(|(at, _)| at);
    Some([colons.next()?, colons.next()?, colons.next()?, colons.next()?])
}

/// The range of one of the five fields.
#[inline]
fn range(length: usize, colons: [usize; 4], index: usize) -> Range<usize> {
    let [a, b, c, d] = colons;
    match index {
        0 => 0..a,
        1 => a + 1..b,
        2 => b + 1..c,
        3 => c + 1..d,
        _ => d + 1..length,
    }
}

/// One of the five fields.
#[inline]
pub(super) fn field(text: &str, colons: [usize; 4], index: usize) -> &[u8] {
    text.as_bytes().get(range(text.len(), colons, index)).unwrap_or_default()
}

/// What a request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resource {
    /// The operation has no resource-level authorization: it checks `*`.
    All,
    /// One resource, or the collection form of one that is about to exist.
    Arn(Arn),
}

impl Resource {
    /// Reads `*` or an ARN.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "*" { Some(Self::All) } else { Arn::parse(text).map(Self::Arn) }
    }

    /// The resource as written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::All => "*",
            Self::Arn(arn) => arn.as_str(),
        }
    }

    /// The account that owns it. `None` for `*`, for the cloud's own resources (owner `system`), and where the ARN
    /// leaves the account open: such a resource counts as the caller's own.
    pub fn owner(&self) -> Option<&str> {
        match self {
            Self::All => None,
            Self::Arn(arn) => Some(arn.account()).filter(|account| !matches!(*account, "" | "*" | "system")),
        }
    }
}
