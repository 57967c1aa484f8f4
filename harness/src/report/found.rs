//! A finding of the linter, with its place in the file.

use std::fmt;

use acslab_policy::Span;
use acslab_policy::lint::{Finding, Severity};
use miette::{Diagnostic, LabeledSpan};

/// How many further places are shown at most; all are in the other formats.
const RELATED: usize = 8;

/// A finding, ready to be rendered with its file.
#[derive(Debug)]
pub struct Found<'f>(pub &'f Finding);

impl fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Found<'_> {}

impl Diagnostic for Found<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.0.rule.id))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.0.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let why = self.0.why;
        Some(match &self.0.help {
            Some(help) => Box::new(format!("{help}\nwhy: {why}")),
            None => Box::new(why),
        })
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let range = |span: Span| span.start as usize..span.end as usize;
        let here = LabeledSpan::new_primary_with_span(None, range(self.0.span));
        let related = self
            .0
            .related
            .iter()
            .take(RELATED)
            .map(move |related| LabeledSpan::new_with_span(Some(related.message.clone()), range(related.span)));
        Some(Box::new(std::iter::once(here).chain(related)))
    }
}
