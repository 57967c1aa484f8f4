//! A failing step as a person needs it: the place in the file, what was sent, expected, answered.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, SourceCode};

use super::paint::Paint;
use super::render;
use crate::page::Page;
use crate::runner::{Failure, StepFailure};

/// The whole text of a failure.
pub(super) fn text(failure: &Failure, paint: Paint) -> String {
    let mut page = Page::default();
    match failure {
        Failure::Trouble(what) => page.line(1, paint.red(what)),
        Failure::Step(step) => write(step, paint, &mut page),
    }
    page.into_text()
}

fn write(step: &StepFailure, paint: Paint, page: &mut Page) {
    page.raw(&render(&Place(step), paint));
    page.line(1, &step.call);
    for (name, value) in &step.parameters {
        page.block(2, &format!("{name}: {value}"));
    }
    for difference in &step.differences {
        page.line(1, format_args!("expected {}", paint.green(&difference.expected)));
        page.line(1, format_args!("found    {}", paint.red(&difference.found)));
    }
    if let Some(answer) = step.answer.as_deref().filter(|answer| !answer.is_empty()) {
        page.line(1, "answer");
        page.block(2, answer);
    }
}

/// The step's place in its file.
#[derive(Debug)]
struct Place<'f>(&'f StepFailure);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not as expected", self.0.which)
    }
}

impl std::error::Error for Place<'_> {}

impl Diagnostic for Place<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.0.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_with_span(Some("this step".into()), self.0.span);
        Some(Box::new(std::iter::once(label)))
    }
}
