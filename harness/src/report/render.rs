//! A mistake, a finding or a failure with its place in the file, as text.

use std::fmt;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, Severity, SourceCode};

use super::excerpt::Excerpt;
use super::paint::Paint;
use crate::source::Source;
use crate::words::visible;

/// Wide enough for an ARN beside its label.
const WIDTH: usize = 110;

/// What `diagnostic` says of `source`. Long lines are cut, and nothing of the file reaches the terminal but what can be seen.
pub fn render(diagnostic: &dyn Diagnostic, source: &Source, paint: Paint) -> String {
    let shown = Shown {
        message: visible(&diagnostic.to_string()),
        help: diagnostic.help().map(|help| visible(&help.to_string())),
        excerpt: Excerpt::new(source, diagnostic.labels().into_iter().flatten()),
        of: diagnostic,
    };
    let theme = if paint.is_on() { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let mut text = String::new();
    let handler = GraphicalReportHandler::new_themed(theme).with_width(WIDTH).with_links(false);
    // Writing into a text cannot fail; a diagnostic whose span is off loses its snippet.
    if handler.render_report(&mut text, &shown).is_err() {
        text = format!("{}\n", shown.message);
    }
    text
}

/// A diagnostic as it is shown.
#[derive(Debug)]
struct Shown<'d> {
    of: &'d dyn Diagnostic,
    message: String,
    help: Option<String>,
    excerpt: Excerpt,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.of.code()
    }

    fn severity(&self) -> Option<Severity> {
        self.of.severity()
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpt.labels()))
    }
}
