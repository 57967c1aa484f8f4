//! A JUnit report, for the tools that read one.

use std::io;
use std::path::PathBuf;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::consumer::{End, Report as Consumer, ReportError};
use super::diff::unified;
use super::failure::{self, Mistakes};
use super::paint::Paint;
use super::problem::problems;
use crate::files;
use crate::runner::{Case, Event, Failure, Finished, Outcome};
use crate::snapshot::Verdict;

/// Collects scenarios and writes them to a file at the end.
pub struct Junit {
    file: PathBuf,
    suite: TestSuite,
}

impl Junit {
    /// A report that will be written to `file`.
    pub fn new(file: PathBuf) -> Self {
        Self { file, suite: TestSuite::new("acslab") }
    }
}

impl Consumer for Junit {
    fn event(&mut self, event: &Event) -> Result<(), ReportError> {
        if let Event::Finished(finished) = event {
            self.suite.add_test_case(case(finished));
            self.suite.add_test_cases(finished.cases.iter().map(|row| case_of_row(&finished.name, row)));
        }
        Ok(())
    }

    fn end(&mut self, _: &End<'_>) -> Result<(), ReportError> {
        let mut report = Report::new("acslab");
        report.add_test_suite(self.suite.clone());
        let text = report.to_string().map_err(io::Error::other);
        let written = text.and_then(|text| files::write(&self.file, text.as_bytes()));
        written.map_err(|error| ReportError::File(self.file.clone(), error))
    }
}

fn case(finished: &Finished) -> TestCase {
    let status = match &finished.outcome {
        outcome if outcome.holds() => TestCaseStatus::success(),
        Outcome::Failed(reason) => {
            let first = problems(finished).into_iter().next();
            let message = first.map_or_else(|| "interrupted".to_owned(), |problem| problem.told());
            failed(&message, &failure::text(reason, Mistakes::Shown, Paint::OFF))
        }
        Outcome::Replayed { state, verdict, .. } => {
            let (stored, message) = match verdict {
                Verdict::Different { stored: Some(stored), .. } => (stored.as_str(), "the snapshot differs"),
                _ => ("", "there is no snapshot yet"),
            };
            failed(message, &unified(stored, state, Paint::OFF))
        }
    };
    let mut case = TestCase::new(finished.name.clone(), status);
    case.set_time(finished.took);
    if !finished.notes.is_empty() {
        let notes: Vec<_> = finished.notes.iter().map(|note| note.text.as_str()).collect();
        case.set_system_out(notes.join("\n"));
    }
    case
}

/// A row of a table, beside its scenario.
fn case_of_row(scenario: &str, row: &Case) -> TestCase {
    let status = match row.failed.first() {
        None => TestCaseStatus::success(),
        Some(step) => {
            let text = failure::text(&Failure::Steps(row.failed.clone()), Mistakes::Shown, Paint::OFF);
            failed(&format!("{} is not as expected", step.which), &text)
        }
    };
    let (step, number) = row.number;
    let mut case = TestCase::new(format!("step {step} case {number} ({})", row.name), status);
    case.set_classname(scenario).set_time(row.took);
    case
}

fn failed(message: &str, description: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(message).set_description(description);
    status
}
