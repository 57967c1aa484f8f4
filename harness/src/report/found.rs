//! A finding of the linter, with its place in the file.

use std::fmt;

use acslab_policy::lint::{Finding, Severity};
use miette::{Diagnostic, LabeledSpan, SourceCode};

use super::Excerpt;

/// How many further places are shown at most; all are in the other formats.
const RELATED: usize = 8;

/// A finding in its file, ready to be rendered.
#[derive(Debug)]
pub struct Found {
    finding: Finding,
    source: Excerpt,
}

impl Found {
    /// A finding in the file at `path`, which holds `text`.
    pub fn new(finding: Finding, path: &str, text: &str) -> Self {
        let related = finding.related.iter().take(RELATED).map(|related| (related.span, related.position));
        let places: Vec<_> = std::iter::once((finding.span, finding.position)).chain(related).collect();
        let source = Excerpt::new(path, text, &places);
        Self { finding, source }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.finding.message)
    }
}

impl std::error::Error for Found {}

impl Diagnostic for Found {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.finding.rule.id))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.finding.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let why = self.finding.why;
        Some(match &self.finding.help {
            Some(help) => Box::new(format!("{help}\nwhy: {why}")),
            None => Box::new(why),
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let mut places = self.source.places().iter().cloned();
        let here = LabeledSpan::new_primary_with_span(None, places.next()?);
        let related = self.finding.related.iter().zip(places);
        let related = related.map(|(related, place)| LabeledSpan::new_with_span(Some(related.message.clone()), place));
        Some(Box::new(std::iter::once(here).chain(related)))
    }
}
