//! What happens, a line of JSON each, for programs that look on: written as it happens.

use std::fs::OpenOptions;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use serde_json::{Value, json};

use super::consumer::{End, Report, ReportError};
use super::failure::{self, Mistakes};
use super::paint::Paint;
use crate::runner::{Event, Failure, Finished, Outcome, Stepped};
use crate::snapshot::Verdict;

/// Writes events to a file, or to a pipe.
pub struct Events {
    file: PathBuf,
    out: Option<Box<dyn Write>>,
}

impl Events {
    /// A report that will be written to `file`.
    pub fn new(file: PathBuf) -> Self {
        Self { file, out: None }
    }

    fn write(&mut self, event: &Value) -> Result<(), ReportError> {
        let trouble = |error| ReportError::File(self.file.clone(), error);
        let out = if let Some(out) = &mut self.out {
            out
        } else {
            let opened = OpenOptions::new().write(true).create(true).truncate(true).open(&self.file);
            self.out.insert(Box::new(BufWriter::new(opened.map_err(trouble)?)))
        };
        writeln!(out, "{event}").map_err(|error| ReportError::File(self.file.clone(), error))
    }
}

impl Report for Events {
    fn event(&mut self, event: &Event) -> Result<(), ReportError> {
        match event {
            Event::Started { scenarios } => self.write(&json!({"event": "run", "scenarios": scenarios})),
            Event::Stepped(step) => self.write(&stepped(step)),
            Event::Ended => Ok(()),
            Event::Finished(scenario) => self.write(&finished(scenario)),
        }
    }

    fn end(&mut self, end: &End<'_>) -> Result<(), ReportError> {
        let summary = end.summary;
        self.write(&json!({
            "event": "end",
            "passed": summary.passed,
            "failed": summary.failed,
            "accepted": summary.accepted,
            "pending": summary.pending,
            "skipped": summary.skipped,
            "unreferenced": end.unreferenced,
        }))?;
        let flushed = self.out.as_mut().map_or(Ok(()), Write::flush);
        flushed.map_err(|error| ReportError::File(self.file.clone(), error))
    }
}

fn stepped(step: &Stepped) -> Value {
    let (line, _) = step.source.position(step.span.offset());
    let differences: Vec<_> =
        step.differences.iter().map(|one| json!({"expected": one.expected, "found": one.found})).collect();
    json!({
        "event": "step",
        "scenario": step.scenario,
        "step": step.which,
        "what": step.what,
        "file": step.source.name(),
        "line": line,
        "status": step.answer.as_ref().map(|answer| answer.status),
        "code": step.answer.as_ref().and_then(|answer| answer.code()),
        "request_id": step.answer.as_ref().and_then(|answer| answer.request_id.as_ref()),
        "differences": differences,
        "decided": step.decisions,
        "ms": millis(step.took),
    })
}

fn finished(scenario: &Finished) -> Value {
    let outcome = match &scenario.outcome {
        Outcome::Failed(_) => "failed",
        Outcome::Replayed { verdict: Verdict::Same, .. } => "same",
        Outcome::Replayed { verdict: Verdict::Accepted, .. } => "accepted",
        Outcome::Replayed { verdict: Verdict::Different { .. }, .. } => "different",
    };
    let failure = match &scenario.outcome {
        Outcome::Failed(failure) => Some(failure::text(failure, Mistakes::Shown, Paint::OFF)),
        Outcome::Replayed { .. } => None,
    };
    let mistakes = match &scenario.outcome {
        Outcome::Failed(Failure::Mistakes(mistakes)) => mistakes.as_slice(),
        _ => &[],
    };
    let mistakes = mistakes.iter().map(|one| {
        let (line, column) = one.source().position(one.offset());
        json!({"file": one.source().name(), "line": line, "column": column, "message": one.to_string()})
    });
    json!({
        "event": "scenario",
        "scenario": scenario.name,
        "title": scenario.title,
        "file": scenario.file.display().to_string(),
        "holds": scenario.outcome.holds(),
        "outcome": outcome,
        "failure": failure,
        "mistakes": mistakes.collect::<Vec<_>>(),
        "notes": scenario.notes.iter().map(|note| &note.text).collect::<Vec<_>>(),
        "ms": millis(scenario.took),
    })
}

fn millis(took: std::time::Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}
