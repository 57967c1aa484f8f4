//! What does not hold as SARIF 2.1.0, the format that code hosts and editors read.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::consumer::{End, Report, ReportError};
use super::problem::{Problem, problems};
use crate::files;
use crate::runner::Event;

/// The rules: what a result is about.
const RULES: [(&str, &str); 4] = [
    ("step", "A step of a scenario is not as expected"),
    ("snapshot", "The authorization state differs from the snapshot"),
    ("mistake", "A scenario file has a mistake"),
    ("trouble", "A scenario could not be played"),
];

/// Collects what does not hold and writes it to a file at the end.
pub struct Sarif {
    file: PathBuf,
    results: Vec<Value>,
}

impl Sarif {
    /// A report that will be written to `file`.
    pub fn new(file: PathBuf) -> Self {
        Self { file, results: Vec::new() }
    }
}

impl Report for Sarif {
    fn event(&mut self, event: &Event) -> Result<(), ReportError> {
        if let Event::Finished(finished) = event {
            self.results.extend(problems(finished).iter().map(result));
        }
        Ok(())
    }

    fn end(&mut self, _: &End<'_>) -> Result<(), ReportError> {
        let rules: Vec<_> =
            RULES.iter().map(|(id, text)| json!({"id": id, "shortDescription": {"text": text}})).collect();
        let driver = json!({"name": "acslab", "version": env!("CARGO_PKG_VERSION"), "rules": rules});
        let log = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": self.results}],
        });
        let written = files::write(&self.file, format!("{log:#}\n").as_bytes());
        written.map_err(|error| ReportError::File(self.file.clone(), error))
    }
}

fn result(problem: &Problem) -> Value {
    let (line, column) = problem.place;
    json!({
        "ruleId": problem.rule,
        "level": "error",
        "message": {"text": problem.message},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": problem.file},
            "region": {"startLine": line, "startColumn": column},
        }}],
    })
}
