//! Finding the statements that can fit a request, without looking at the others.
//!
//! Each statement is filed under keys that a request must have for the statement to fit:
//! - under its actions: the whole text of an action without wildcards, or what stands before the first wildcard
//!   (nothing at all for `*` and for `NotAction`);
//! - or, where many statements share an action, under its resources: four characters in a row that stand in the
//!   pattern's relative id outside of wildcards, chosen to be as rare as possible in the set.
//!
//! A request has one action, a few dozen beginnings of it and a few dozen rows of four characters, whatever the size of
//! the set. Keys compare without case and are hashed, so what is found may fit and is then tested in full.

use super::table::{Filed, Table};
use crate::action::{Action, Begins};
use crate::document::{Actions, Resources, Statement};
use crate::hash;
use crate::resource::{Resource, ResourcePattern, Row, Rows};

/// How many statements may share an action key before those that can are filed by resource instead: testing a few
/// statements costs less than going through the rows of a resource.
const CROWD: u32 = 32;

/// Where to find statements, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Index {
    actions: Table,
    /// Bit *n* is set if there are keys for beginnings of length *n*.
    starts: u32,
    resources: Table,
}

impl Index {
    /// Files statements under their positions in `statements`.
    pub(super) fn build(statements: &[&Statement]) -> Self {
        let action_crowd = Census::of(statements.len(), statements.iter().flat_map(|statement| action_keys(statement)));
        let patterns = statements.iter().flat_map(|statement| resource_patterns(statement));
        let row_crowd = Census::of(statements.len(), patterns.flat_map(row_keys));
        let mut index = Self::default();
        let (mut by_action, mut by_resource) = (Vec::new(), Vec::new());
        for (number, statement) in (0u32..).zip(statements) {
            let filed = Filed { number, rows: common_rows(statement) };
            let crowd = action_keys(statement).map(|key| action_crowd.count(key)).max().unwrap_or_default();
            let rows = if crowd > CROWD { rarest_rows(statement, &row_crowd, crowd) } else { None };
            if let Some(rows) = rows {
                by_resource.extend(rows.into_iter().map(|row| (row, filed)));
            } else {
                by_action.extend(action_keys(statement).map(|key| (key, filed)));
                index.starts |= start_lengths(statement);
            }
        }
        index.actions = Table::build(by_action);
        index.resources = Table::build(by_resource);
        index
    }

    /// How many bytes of memory it takes besides its own.
    pub(super) fn bytes(&self) -> usize {
        self.actions.bytes() + self.resources.bytes()
    }

    /// The first statement of those that can fit, for which `fits` holds.
    #[inline]
    pub(super) fn first(&self, action: &Action, resource: &Resource, fits: impl Fn(u32) -> bool) -> Option<u32> {
        let rows = match resource {
            Resource::All => Rows::default(),
            Resource::Arn(arn) => arn.row_summary(),
        };
        let mut search = Search { first: u32::MAX, rows, fits };
        search.go_through(self.actions.get(whole_key(action.whole())));
        let mut lengths = self.starts;
        while lengths != 0 {
            let length = lengths.trailing_zeros();
            lengths &= lengths - 1;
            // Ascending, so a beginning longer than the action ends the search.
            let Some(start) = action.start(length as usize) else { break };
            search.go_through(self.actions.get(start_key(length, start)));
        }
        if let (Resource::Arn(arn), false) = (resource, self.resources.is_empty()) {
            arn.rows().for_each(|row| search.go_through(self.resources.get(row.key())));
        }
        (search.first != u32::MAX).then_some(search.first)
    }
}

/// A search for the lowest number that fits.
struct Search<F> {
    first: u32,
    rows: Rows,
    fits: F,
}

impl<F: Fn(u32) -> bool> Search<F> {
    /// Goes through a list, which is in ascending order.
    #[inline]
    fn go_through(&mut self, list: &[Filed]) {
        for filed in list {
            if filed.number >= self.first {
                return;
            }
            if filed.rows.may_be_in(self.rows) && (self.fits)(filed.number) {
                self.first = filed.number;
                return;
            }
        }
    }
}

/// The key of an action without wildcards, from the hash of its text.
#[inline]
fn whole_key(hash: u32) -> u64 {
    hash::mix(u64::from(hash) << 1 | 1)
}

/// The key of a beginning.
#[inline]
fn start_key(length: u32, hash: u16) -> u64 {
    hash::mix((u64::from(length) << 16 | u64::from(hash)) << 1)
}

/// By what a statement's actions begin. One that excludes actions can fit any other.
fn beginnings(statement: &Statement) -> impl Iterator<Item = Begins> {
    let (patterns, rest) = match statement.actions() {
        Actions::Action(patterns) => (&**patterns, None),
        Actions::NotAction(_) => (&[][..], Some(Begins::with_anything())),
    };
    patterns.iter().map(|pattern| pattern.value.begins()).chain(rest)
}

/// The keys of a statement's actions.
fn action_keys(statement: &Statement) -> impl Iterator<Item = u64> {
    beginnings(statement).map(|begins| match begins {
        Begins::Whole(hash) => whole_key(hash),
        Begins::With { length, hash } => start_key(length.into(), hash),
    })
}

/// The lengths of the beginnings that a statement is filed under, as bits.
fn start_lengths(statement: &Statement) -> u32 {
    beginnings(statement).fold(0, |bits, begins| match begins {
        Begins::Whole(_) => bits,
        Begins::With { length, .. } => bits | 1 << length,
    })
}

fn resource_patterns(statement: &Statement) -> impl Iterator<Item = &ResourcePattern> {
    let patterns = match statement.resources() {
        Resources::Resource(patterns) => &**patterns,
        Resources::Unstated | Resources::NotResource(_) => &[],
    };
    patterns.iter().map(|pattern| &pattern.value)
}

fn row_keys(pattern: &ResourcePattern) -> impl Iterator<Item = u64> {
    pattern.rows().map(Row::key)
}

/// The rows that stand in every resource of a statement.
fn common_rows(statement: &Statement) -> Rows {
    match statement.resources() {
        Resources::Resource(_) => {
            resource_patterns(statement).map(ResourcePattern::row_summary).fold(Rows::EVERY, Rows::common)
        }
        Resources::Unstated | Resources::NotResource(_) => Rows::default(),
    }
}

/// For each resource of a statement its rarest row; `None` if one has no row, or only rows as common as the actions.
fn rarest_rows(statement: &Statement, census: &Census, crowd: u32) -> Option<Vec<u64>> {
    let Resources::Resource(patterns) = statement.resources() else { return None };
    let rarest = |pattern: &ResourcePattern| {
        row_keys(pattern).map(|row| (census.count(row), row)).min().filter(|(count, _)| *count < crowd)
    };
    patterns.iter().map(|pattern| rarest(&pattern.value).map(|(_, row)| row)).collect()
}

/// How often keys occur: roughly, since keys that meet in one cell are counted together.
struct Census {
    cells: Box<[u32]>,
}

impl Census {
    fn of(statements: usize, keys: impl Iterator<Item = u64>) -> Self {
        const CELLS_PER_STATEMENT: usize = 16;
        const MOST: usize = 1 << 16;
        let cells = statements.max(1).saturating_mul(CELLS_PER_STATEMENT).min(MOST).next_power_of_two();
        let mut census = Self { cells: vec![0; cells].into() };
        for key in keys {
            let cell = census.cell(key);
            if let Some(count) = census.cells.get_mut(cell) {
                *count = count.saturating_add(1);
            }
        }
        census
    }

    #[expect(clippy::cast_possible_truncation, reason = "only some bits of a hash are wanted")]
    fn cell(&self, key: u64) -> usize {
        key as usize & (self.cells.len() - 1)
    }

    fn count(&self, key: u64) -> u32 {
        self.cells.get(self.cell(key)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::fmt::Write as _;

    use super::*;
    use crate::dialect::Dialect;
    use crate::document::Document;
    use crate::kind::DocumentKind;

    /// Which of the statements, each an action and a resource, are looked at for a request.
    fn looked_at(statements: impl Iterator<Item = (String, String)>, action: &str, resource: &str) -> Vec<u32> {
        let mut text = String::new();
        for (action, resource) in statements {
            let comma = if text.is_empty() { "" } else { "," };
            write!(text, r#"{comma}{{"Effect":"Allow","Action":"{action}","Resource":"{resource}"}}"#).unwrap();
        }
        let text = format!(r#"{{"Version":"1","Statement":[{text}]}}"#);
        let document = Document::parse_with(DocumentKind::Identity, &text, &Dialect::STORED).unwrap();
        let index = Index::build(&document.statements().iter().collect::<Vec<_>>());
        let looked_at = RefCell::new(Vec::new());
        let fits = |number| {
            looked_at.borrow_mut().push(number);
            false
        };
        assert_eq!(index.first(&Action::parse(action).unwrap(), &Resource::parse(resource).unwrap(), fits), None);
        looked_at.into_inner()
    }

    /// A thousand statements that differ in one place, of which a request can fit the one in the middle.
    #[test]
    fn statements_that_cannot_fit_are_not_looked_at() {
        let many = || 1000..2000;
        let bucket = "acs:oss:*:1:some-bucket";
        let by_action = many().map(|n| (format!("oss:Get{n}"), "*".into()));
        assert_eq!(looked_at(by_action, "oss:get1500", bucket), [500], "by action");
        let by_start = many().map(|n| (format!("oss:Get{n}*"), "*".into()));
        assert_eq!(looked_at(by_start, "oss:Get1500Acl", bucket), [500], "by how the action begins");
        let by_long_start = many().map(|n| (format!("oss:Get{n}{}*", "x".repeat(60)), "*".into()));
        let long = format!("oss:Get1500{}Acl", "x".repeat(60));
        assert_eq!(looked_at(by_long_start, &long, bucket), [500], "by how a long action begins");
        // Rows of four characters are told apart by a few bits before a statement is looked at: one or two more may be.
        let few = |found: Vec<u32>| found.contains(&500) && found.len() <= 3;
        let by_resource = || many().map(|n| ("oss:GetObject".into(), format!("acs:oss:*:*:bucket-{n}/*")));
        assert!(few(looked_at(by_resource(), "oss:GetObject", "acs:oss:*:1:bucket-1500/a")), "by resource");
        assert!(looked_at(by_resource(), "oss:GetObject", bucket).is_empty(), "no such resource");
        let anywhere = many().map(|n| ("*".into(), format!("acs:oss:*:*:*/part-{n}/*")));
        assert!(few(looked_at(anywhere, "oss:GetObject", "acs:oss:*:1:b/part-1500/x")), "by what stands in the middle");
    }
}
