//! The reports that are asked for: always the one for people.

use std::io::{IsTerminal, Write};

use super::arguments::{Run, When};
use crate::command::out::{stderr, stdout};
use crate::report::{Events, Github, Html, Junit, Markdown, Options, Paint, Report, Sarif, Terminal, render};
use crate::scenario::Mistake;

impl Run {
    pub(super) fn reports(&self) -> Vec<Box<dyn Report>> {
        let options = Options { paint: self.paint(), timings: self.timings };
        let mut reports: Vec<Box<dyn Report>> = vec![Box::new(Terminal::new(stdout(), options))];
        reports.extend(self.file_reports());
        reports
    }

    /// All but the one for people.
    pub(super) fn file_reports(&self) -> Vec<Box<dyn Report>> {
        let mut reports: Vec<Box<dyn Report>> = Vec::new();
        if std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true") {
            reports.push(Box::new(Github::new(stdout())));
        }
        if let Some(file) = &self.junit {
            reports.push(Box::new(Junit::new(file.clone())));
        }
        if let Some(file) = &self.html {
            reports.push(Box::new(Html::new(file.clone())));
        }
        if let Some(file) = &self.markdown {
            reports.push(Box::new(Markdown::new(file.clone())));
        }
        if let Some(file) = &self.sarif {
            reports.push(Box::new(Sarif::new(file.clone())));
        }
        if let Some(file) = &self.events {
            reports.push(Box::new(Events::new(file.clone())));
        }
        reports
    }

    pub(super) fn paint(&self) -> Paint {
        match self.color {
            When::Auto => Paint::auto(),
            When::Always => Paint::ON,
            When::Never => Paint::OFF,
        }
    }

    /// Shows places in scenario files on standard error.
    pub(super) fn show<'m>(&self, all: impl Iterator<Item = &'m Mistake>) -> std::io::Result<()> {
        let paint = match self.color {
            When::Auto if !std::io::stderr().is_terminal() => Paint::OFF,
            _ => self.paint(),
        };
        let mut err = std::io::BufWriter::new(stderr());
        for one in all {
            writeln!(err, "{}", render(one, one.source(), paint))?;
        }
        err.flush()
    }
}
