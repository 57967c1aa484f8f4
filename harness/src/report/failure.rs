//! A failing step as a person needs it: the place in the file, what was sent, expected, answered, decided.

use std::fmt;

use miette::{Diagnostic, LabeledSpan};

use super::paint::Paint;
use super::render::render;
use crate::page::Page;
use crate::runner::{Failure, Stepped, Trouble};
use crate::state::FetchError;
use crate::words::visible;

/// How much is said of the mistakes of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mistakes {
    /// How many there are: they are shown elsewhere.
    Counted,
    /// Each, with its place.
    Shown,
}

/// The whole text of a failure.
pub(super) fn text(failure: &Failure, told: Mistakes, paint: Paint) -> String {
    let mut page = Page::default();
    match failure {
        Failure::Trouble(Trouble::State(FetchError::Nobody(mistake))) => {
            page.raw(&render(mistake, mistake.source(), paint));
        }
        Failure::Trouble(trouble) => page.line(1, paint.red(&visible(&trouble.to_string()))),
        Failure::Steps(steps) => steps.iter().for_each(|step| write(step, paint, &mut page)),
        Failure::Mistakes(mistakes) => {
            let found = crate::words::count(mistakes.len(), "mistake");
            page.line(1, format_args!("{found} in its file, of which nothing ran"));
            if told == Mistakes::Shown {
                mistakes.iter().for_each(|one| page.raw(&render(one, one.source(), paint)));
            }
        }
        Failure::Interrupted => page.line(1, paint.yellow("interrupted")),
    }
    page.into_text()
}

fn write(step: &Stepped, paint: Paint, page: &mut Page) {
    page.raw(&render(&Place(step), &step.source, paint));
    page.line(1, &step.what);
    for (name, value) in &step.parameters {
        page.block(2, &visible(&format!("{name}: {value}")));
    }
    for difference in &step.differences {
        page.line(1, format_args!("expected {}", paint.green(&visible(&difference.expected))));
        page.line(1, format_args!("found    {}", paint.red(&visible(&difference.found))));
    }
    for decision in step.decisions.iter().filter(|decision| decision.verdict != "Allow") {
        let by = decision.policy.as_ref().map_or(String::new(), |policy| format!(", by {}", policy.name));
        let decided = format!("decided  {} on {}: {}{by}", decision.action, decision.resource, decision.verdict);
        page.line(1, visible(&decided));
    }
    // An emulator of the scenario's own listens elsewhere in each run.
    let answer = step.answer.as_ref().map(|answer| answer.readable().replace(&step.endpoint, "ENDPOINT"));
    if let Some(answer) = answer.filter(|answer| !answer.is_empty()) {
        page.line(1, "answer");
        page.block(2, &visible(&answer));
    }
}

/// The step's place in its file.
#[derive(Debug)]
struct Place<'f>(&'f Stepped);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not as expected", self.0.which)
    }
}

impl std::error::Error for Place<'_> {}

impl Diagnostic for Place<'_> {
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_with_span(Some("this step".into()), self.0.span);
        Some(Box::new(std::iter::once(label)))
    }
}
