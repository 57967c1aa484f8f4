//! The text of a file that people wrote, with the name they know it by.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use miette::SourceSpan;

/// A file's text, cheap to clone, so that every mistake can show its place.
#[derive(Clone, Debug)]
pub struct Source(Arc<File>);

#[derive(Debug)]
struct File {
    path: PathBuf,
    name: String,
    contents: String,
    /// Where each line starts, so that a place is found without looking at all before it.
    lines: Vec<usize>,
}

impl Source {
    /// The text of the file at `path`; `path` is also the name shown to people.
    pub fn new(path: &Path, text: String) -> Self {
        let name = path.to_string_lossy().replace('\\', "/");
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self(Arc::new(File { path: path.to_owned(), name, contents: text, lines }))
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// The name shown to people.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.0.contents
    }

    /// The line (from 1) and column (from 1, in characters) of a byte offset.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let line = self.line_at(offset);
        let (start, text) = self.line(line).unwrap_or_default();
        let column = text.char_indices().take_while(|(at, _)| start + at < offset).count();
        (line + 1, column + 1)
    }

    /// The line, from 0, that a byte offset is in.
    pub(crate) fn line_at(&self, offset: usize) -> usize {
        self.0.lines.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// Where a line, counted from 0, starts, and its text without its end.
    pub(crate) fn line(&self, number: usize) -> Option<(usize, &str)> {
        let start = *self.0.lines.get(number)?;
        let end = self.0.lines.get(number + 1).copied().unwrap_or(self.0.contents.len());
        let text = self.0.contents.get(start..end)?;
        let text = text.strip_suffix('\n').unwrap_or(text);
        Some((start, text.strip_suffix('\r').unwrap_or(text)))
    }
}

/// A value with the place it was written at.
#[derive(Clone, Debug)]
pub struct Spanned<T> {
    /// What was written.
    pub value: T,
    /// Where.
    pub span: SourceSpan,
}

impl<T> Spanned<T> {
    /// `value`, written at `span`.
    pub fn new(value: T, span: SourceSpan) -> Self {
        Self { value, span }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Source;

    #[test]
    fn a_place_is_a_line_and_a_column_in_characters() {
        let source = Source::new(Path::new("x"), "a\r\né:x\n".to_owned());
        assert_eq!(source.position(0), (1, 1));
        assert_eq!(source.position(3), (2, 1));
        assert_eq!(source.position(6), (2, 3));
        assert_eq!(source.position(99), (3, 1));
        assert_eq!((source.line(0), source.line(1), source.line(2)), (Some((0, "a")), Some((3, "é:x")), Some((8, ""))));
        assert_eq!(source.line(3), None);
    }
}
