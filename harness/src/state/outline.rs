//! An indented outline in which what is not there is not said.

use std::collections::BTreeMap;
use std::fmt::Display;

use crate::page::Page;

/// Lines below headings; a heading with nothing below it is left out, so that a part that the cloud comes to know of changes no
/// state without it.
#[derive(Default)]
pub(super) struct Outline {
    page: Page,
    depth: usize,
}

impl Outline {
    /// One line.
    pub(super) fn line(&mut self, line: impl Display) {
        self.page.line(self.depth, line);
    }

    /// A heading, and what `inside` writes below it.
    pub(super) fn under(&mut self, heading: impl Display, inside: impl FnOnce(&mut Self)) {
        self.line(heading);
        self.depth += 1;
        inside(self);
        self.depth -= 1;
    }

    /// `name: value`, if there is a value.
    pub(super) fn value(&mut self, name: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.line(format_args!("{name}: {value}"));
        }
    }

    /// One line each, in this order.
    pub(super) fn rows(&mut self, rows: impl IntoIterator<Item = impl Display>) {
        for row in rows {
            self.line(row);
        }
    }

    /// A heading with lines in this order.
    pub(super) fn list(&mut self, name: &str, lines: impl IntoIterator<Item = impl Display>) {
        let mut lines = lines.into_iter().peekable();
        if lines.peek().is_some() {
            self.under(name, |outline| outline.rows(lines));
        }
    }

    /// A heading with sorted lines.
    pub(super) fn sorted(&mut self, name: &str, items: impl IntoIterator<Item = impl Display>) {
        let mut lines: Vec<_> = items.into_iter().map(|item| item.to_string()).collect();
        lines.sort();
        self.list(name, lines);
    }

    /// A heading with one for each entry, below which `inside` writes what there is of it.
    pub(super) fn entries<K: Display, V>(
        &mut self,
        name: &str,
        entries: &BTreeMap<K, V>,
        mut inside: impl FnMut(&mut Self, &V),
    ) {
        if !entries.is_empty() {
            self.under(name, |outline| {
                for (key, value) in entries {
                    outline.under(key, |outline| inside(outline, value));
                }
            });
        }
    }

    /// A heading with a line `key: value` for each entry.
    pub(super) fn values<K: Display, V: Display>(&mut self, name: &str, entries: &BTreeMap<K, V>) {
        self.list(name, entries.iter().map(|(key, value)| format!("{key}: {value}")));
    }

    pub(super) fn into_text(self) -> String {
        self.page.into_text()
    }
}
