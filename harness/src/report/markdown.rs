//! What changed in who may do what, and what fails, as Markdown for a pull request.

use std::path::PathBuf;

use super::changes::changes_markdown;
use super::consumer::{End, Report, ReportError};
use super::diff::unified;
use super::failure::{self, Mistakes};
use super::paint::Paint;
use crate::files;
use crate::page::Page;
use crate::runner::{Event, Finished, Outcome};
use crate::snapshot::Verdict;
use crate::state::Changes;
use crate::words::{cases_hold, count};

/// Collects what a reviewer has to see and writes it to a file at the end.
pub struct Markdown {
    file: PathBuf,
    sections: Page,
}

impl Markdown {
    /// A report that will be written to `file`.
    pub fn new(file: PathBuf) -> Self {
        Self { file, sections: Page::default() }
    }
}

impl Report for Markdown {
    fn event(&mut self, event: &Event) -> Result<(), ReportError> {
        if let Event::Finished(finished) = event
            && !finished.outcome.holds()
        {
            self.sections.raw(&section(finished));
        }
        Ok(())
    }

    fn end(&mut self, end: &End<'_>) -> Result<(), ReportError> {
        let mut page = Page::default();
        page.line(0, "## Who may do what\n");
        let summary = end.summary;
        page.line(0, format_args!("{} held, {} did not.\n", count(summary.passed, "scenario"), summary.failed));
        if summary.cases > 0 {
            page.line(0, format_args!("{} of tables.\n", cases_hold((summary.cases_held, summary.cases))));
        }
        for file in end.unreferenced {
            page.line(0, format_args!("- `{file}` belongs to no scenario"));
        }
        page.raw(&std::mem::take(&mut self.sections).into_text());
        let written = files::write(&self.file, page.into_text().as_bytes());
        written.map_err(|error| ReportError::File(self.file.clone(), error))
    }
}

fn section(finished: &Finished) -> String {
    let mut page = Page::default();
    page.line(0, format_args!("### {} (`{}`)\n", finished.title.replace('<', "&lt;"), finished.name));
    if let Some(held) = finished.cases_held() {
        page.line(0, format_args!("{}.\n", cases_hold(held)));
    }
    match &finished.outcome {
        Outcome::Failed(failure) => {
            page.line(0, format_args!("{}\n", fenced("text", &failure::text(failure, Mistakes::Shown, Paint::OFF))));
        }
        Outcome::Replayed { state, verdict: Verdict::Different { stored, .. }, .. } => {
            let stored = stored.as_deref().unwrap_or_default();
            let changes = Changes::between(stored, state);
            if changes.is_none() {
                page.line(0, "Everybody may do what they might; what is noted otherwise:\n");
            } else {
                page.raw(&changes_markdown(&changes));
            }
            let facts = fenced("diff", &unified(stored, state, Paint::OFF));
            page.line(0, format_args!("\n<details><summary>The facts behind it</summary>\n\n{facts}\n\n</details>\n"));
        }
        Outcome::Replayed { .. } => {}
    }
    page.into_text()
}

/// A block that nothing in it ends.
fn fenced(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::fenced;

    #[test]
    fn no_text_ends_its_block() {
        assert_eq!(fenced("text", "a\n"), "```text\na\n```");
        assert!(fenced("text", "```\nx").starts_with("````text\n"));
    }
}
