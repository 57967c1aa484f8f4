//! The report for people: a line a scenario, details where it fails, a summary at the end.
//!
//! Results go to standard output, in the order of the scenarios and without durations unless they
//! are asked for, so that two runs print the same. The progress bar goes to standard error, and
//! only to a terminal.

use std::io::{self, IsTerminal, Write};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::consumer::{End, Report, ReportError};
use super::diff::unified;
use super::failure::{self, Mistakes};
use super::paint::Paint;
use crate::page::Page;
use crate::runner::{Event, Finished, Outcome};
use crate::snapshot::Verdict;
use crate::words::{cases_hold, count, visible};

/// How to print.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// With or without colours.
    pub paint: Paint,
    /// Whether to print how long each scenario took.
    pub timings: bool,
}

/// Prints events as they come.
pub struct Terminal<W> {
    out: W,
    options: Options,
    progress: ProgressBar,
}

impl<W: Write> Terminal<W> {
    /// Prints to `out`.
    pub fn new(out: W, options: Options) -> Self {
        let progress = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        Self { out, options, progress }
    }

    fn start(&mut self, scenarios: usize) {
        if !io::stderr().is_terminal() {
            return;
        }
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} scenarios");
        self.progress = ProgressBar::new(scenarios as u64);
        if let Ok(style) = style {
            self.progress.set_style(style);
        }
    }

    fn finished(&self, finished: &Finished) -> String {
        let paint = self.options.paint;
        let mut page = Page::default();
        let mark = if finished.outcome.holds() { paint.green("pass") } else { paint.red("FAIL") };
        let took = if self.options.timings { format!("  ({} ms)", finished.took.as_millis()) } else { String::new() };
        let told = visible(&format!("{}  {}", finished.name, finished.title));
        let cases = finished.cases_held().map_or_else(String::new, |held| format!("  ({})", cases_hold(held)));
        page.line(0, format_args!("{mark} {told}{cases}{took}"));
        match &finished.outcome {
            Outcome::Failed(failure) => page.raw(&failure::text(failure, Mistakes::Counted, paint)),
            Outcome::Replayed { state, verdict, .. } => self.verdict(state, verdict, &mut page),
        }
        for note in &finished.notes {
            page.line(1, visible(&format!("note: {}", note.text)));
        }
        page.into_text()
    }

    fn verdict(&self, state: &str, verdict: &Verdict, page: &mut Page) {
        let Verdict::Different { stored, file, .. } = verdict else {
            return;
        };
        let file = file.display().to_string().replace('\\', "/");
        match stored {
            None => page.line(1, format_args!("there is no snapshot `{file}` yet")),
            Some(stored) => {
                page.line(1, format_args!("the state it leaves differs from `{file}`"));
                page.block(1, &unified(stored, state, self.options.paint));
            }
        }
    }
}

impl<W: Write> Report for Terminal<W> {
    fn event(&mut self, event: &Event) -> Result<(), ReportError> {
        match event {
            Event::Started { scenarios } => self.start(*scenarios),
            Event::Stepped(_) => self.progress.tick(),
            Event::Ended => self.progress.inc(1),
            Event::Finished(finished) => {
                let text = self.finished(finished);
                let out = &mut self.out;
                self.progress.suspend(|| out.write_all(text.as_bytes()))?;
            }
        }
        Ok(())
    }

    /// The summary; its last line is for machines too.
    fn end(&mut self, end: &End<'_>) -> Result<(), ReportError> {
        self.progress.finish_and_clear();
        let (paint, summary) = (self.options.paint, end.summary);
        for file in end.unreferenced {
            let line = format!("{file} belongs to no scenario");
            writeln!(self.out, "{}", paint.yellow(&line))?;
        }
        writeln!(self.out)?;
        if summary.accepted > 0 {
            writeln!(self.out, "{} accepted", count(summary.accepted, "snapshot"))?;
        }
        if summary.skipped > 0 {
            writeln!(self.out, "{} not begun", count(summary.skipped, "scenario"))?;
        }
        if summary.pending > 0 {
            let states = count(summary.pending, "new state");
            writeln!(self.out, "{states} to review: `acslab snapshots list --diff`, then `acslab snapshots accept`")?;
        }
        if summary.cases_held < summary.cases {
            writeln!(self.out, "{} of tables", cases_hold((summary.cases_held, summary.cases)))?;
        }
        let line = format!("{} passed, {} failed", summary.passed, summary.failed);
        let line = if summary.failed == 0 { paint.green(&line) } else { paint.red(&line) };
        writeln!(self.out, "{line}")?;
        Ok(self.out.flush()?)
    }
}
