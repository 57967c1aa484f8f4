//! Two versions of the lines below a heading.

use std::collections::BTreeSet;

use super::super::tree::Tree;

/// Something in two states; nothing is below it where it is not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair<'t> {
    pub(super) old: &'t Tree,
    pub(super) new: &'t Tree,
}

impl<'t> Pair<'t> {
    /// What is below a heading.
    pub(super) fn at(self, heading: &str) -> Self {
        Self { old: self.old.at(heading), new: self.new.at(heading) }
    }

    pub(super) fn differs(self) -> bool {
        self.old != self.new
    }

    /// The names of what is there in either state, each with what is below it.
    pub(super) fn each(self) -> impl Iterator<Item = (&'t str, Self)> {
        let names: BTreeSet<&'t str> = self.old.lines().chain(self.new.lines()).collect();
        names.into_iter().map(move |name| (name, self.at(name)))
    }

    pub(super) fn had(self, line: &str) -> bool {
        self.old.lines().any(|known| known == line)
    }

    pub(super) fn has(self, line: &str) -> bool {
        self.new.lines().any(|known| known == line)
    }

    /// The lines that are new.
    pub(super) fn added(self) -> impl Iterator<Item = &'t str> {
        self.new.lines().filter(move |line| !self.had(line))
    }

    /// The lines that are gone.
    pub(super) fn removed(self) -> impl Iterator<Item = &'t str> {
        self.old.lines().filter(move |line| !self.has(line))
    }

    /// What a line `name: value` says in each, where that is not the same.
    pub(super) fn value(self, name: &str) -> Option<[Option<&'t str>; 2]> {
        let both = [value(self.old, name), value(self.new, name)];
        let [old, new] = both;
        (old != new).then_some(both)
    }

    /// The names of the lines `name: value` that are not the same.
    pub(super) fn values(self) -> impl Iterator<Item = (&'t str, [Option<&'t str>; 2])> {
        let lines = self.old.lines().chain(self.new.lines());
        let names: BTreeSet<&'t str> = lines.filter_map(|line| Some(line.split_once(": ")?.0)).collect();
        names.into_iter().filter_map(move |name| Some((name, self.value(name)?)))
    }
}

/// What a line `name: value` says.
pub(super) fn value<'t>(tree: &'t Tree, name: &str) -> Option<&'t str> {
    tree.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

/// All lines, and those below them, as one text; `nothing` where there are none.
pub(super) fn all(tree: &Tree) -> String {
    let one = |(line, below): (&str, &Tree)| match below.lines().next() {
        None => format!("`{line}`"),
        Some(_) => format!("`{line}` ({})", all(below)),
    };
    let lines: Vec<_> = tree.entries().map(one).collect();
    if lines.is_empty() { "nothing".to_owned() } else { lines.join(", ") }
}
