//! A policy file as a diagnostic shows it: long lines cut around the places that are meant, nothing that a terminal obeys.

use std::ops::Range;

use acslab_policy::{Position, Shown, Span, printable};
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

/// A file, with the places that one diagnostic marks in it.
#[derive(Debug)]
pub(crate) struct Excerpt {
    name: String,
    shown: Shown,
    /// The columns of the places in the file itself, from 0.
    columns: Vec<usize>,
}

impl Excerpt {
    /// The file at `path`, which holds `text`, with these places marked.
    pub(crate) fn new(path: &str, text: &str, places: &[(Span, Position)]) -> Self {
        let spans: Vec<Span> = places.iter().map(|(span, _)| *span).collect();
        let column = |position: Position| (position.column as usize).saturating_sub(1);
        Self {
            name: printable(path).into_owned(),
            shown: Shown::of(text, &spans),
            columns: places.iter().map(|(_, position)| column(*position)).collect(),
        }
    }

    /// The places, as the diagnostic must mark them in what is shown.
    pub(crate) fn places(&self) -> &[Range<usize>] {
        self.shown.places()
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let contents = self.shown.text().read_span(span, before, after)?;
        // Without lines around it the place itself is asked for, whose column in a line that is cut is another one.
        let alone = (before, after) == (0, 0);
        let place = self.places().iter().position(|place| alone && place.start == span.offset());
        let column = place.and_then(|place| self.columns.get(place).copied()).unwrap_or_else(|| contents.column());
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            contents.data(),
            *contents.span(),
            contents.line(),
            column,
            contents.line_count(),
        )))
    }
}
