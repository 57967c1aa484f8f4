//! The text of a file that people wrote, with the name they know it by.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

/// A scenario file's text, cheap to clone, so that every mistake can show its place.
#[derive(Clone, Debug)]
pub struct Source(Arc<File>);

#[derive(Debug)]
struct File {
    path: PathBuf,
    name: String,
    contents: String,
}

impl Source {
    /// The text of the file at `path`; `path` is also the name shown to people.
    pub fn new(path: &Path, text: String) -> Self {
        let name = path.to_string_lossy().replace('\\', "/");
        Self(Arc::new(File { path: path.to_owned(), name, contents: text }))
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
        let before = self.0.contents.get(..offset).unwrap_or(&self.0.contents);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |tail| tail.chars().count()) + 1;
        (line, column)
    }
}

impl SourceCode for Source {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self.0.contents.read_span(span, before, after)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.0.name.clone(),
            inner.data(),
            *inner.span(),
            inner.line(),
            inner.column(),
            inner.line_count(),
        )))
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
