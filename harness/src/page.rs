//! Text that grows by indented lines.

use std::fmt::{Display, Write};

/// Lines, two blanks deeper for each level.
#[derive(Debug, Default)]
pub(crate) struct Page(String);

impl Page {
    /// Adds a line.
    pub(crate) fn line(&mut self, depth: usize, line: impl Display) {
        // Writing into a text cannot fail.
        let _ = writeln!(self.0, "{:1$}{line}", "", depth * 2);
    }

    /// Adds each line of a text.
    pub(crate) fn block(&mut self, depth: usize, text: &str) {
        for line in text.lines() {
            self.line(depth, line);
        }
    }

    /// Adds a text that has its own margins and line ends.
    pub(crate) fn raw(&mut self, text: &str) {
        self.0.push_str(text);
    }

    /// All of it.
    pub(crate) fn into_text(self) -> String {
        self.0
    }
}
