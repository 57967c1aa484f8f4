//! `acslab simulate --cases`

use std::io::Write;
use std::path::Path;

use miette::Diagnostic;
use serde_json::{Value, json};

use super::format::Format;
use super::out::stdout;
use crate::exit::Exit;
use crate::page::Page;
use crate::simulate::{Case, CaseOutcome, read_cases};
use crate::words::plain;

/// Why nothing is asked.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum CasesError {
    #[error("cannot read `{path}`: {why}")]
    Unreadable { path: String, why: String },
    #[error("`{path}` is {why}")]
    #[diagnostic(help("it is a JSON list of cases, each with `id`, `request`, `policies` and `expect`"))]
    NotCases { path: String, why: String },
    #[error("`{0}` has no cases")]
    #[diagnostic(help("a file of cases is a JSON list with at least one"))]
    None(String),
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

pub(super) fn run(path: &Path, format: Format) -> Result<Exit, CasesError> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| CasesError::Unreadable { path: name.clone(), why: crate::words::io_reason(&error) })?;
    let cases =
        read_cases(&text).map_err(|error| CasesError::NotCases { path: name.clone(), why: error.to_string() })?;
    if cases.is_empty() {
        return Err(CasesError::None(name));
    }
    let ran: Vec<(&Case, CaseOutcome)> = cases.iter().map(|case| (case, case.run())).collect();
    let failed = ran.iter().filter(|(_, outcome)| !matches!(outcome, CaseOutcome::Passed)).count();
    let mut out = stdout();
    match format {
        Format::Json => {
            let all: Vec<Value> = ran.iter().map(|(case, outcome)| in_json(case, outcome)).collect();
            writeln!(out, "{:#}", json!({"passed": ran.len() - failed, "failed": failed, "cases": all}))?;
        }
        Format::Text => {
            for (case, outcome) in &ran {
                if let Some(text) = failure(case, outcome) {
                    writeln!(out, "{}", plain(&text))?;
                }
            }
            writeln!(out, "{} passed, {failed} failed", ran.len() - failed)?;
        }
    }
    Ok(Exit::held(failed == 0))
}

fn failure(case: &Case, outcome: &CaseOutcome) -> Option<String> {
    let note = if case.note.is_empty() { String::new() } else { format!(" ({})", case.note) };
    let mut page = Page::default();
    match outcome {
        CaseOutcome::Passed => return None,
        CaseOutcome::Unusable(why) => page.line(0, format_args!("FAIL {}{note}: cannot be asked: {why}", case.id)),
        CaseOutcome::Failed { found, expected, explanation } => {
            let by = |layer: &str| if layer == "none" { "no layer".to_owned() } else { layer.to_owned() };
            let expected_by = expected.1.as_deref().map_or_else(String::new, |layer| format!(" by {}", by(layer)));
            let (verdict, layer) = (&found.0, by(&found.1));
            page.line(
                0,
                format_args!("FAIL {}{note}: {verdict} by {layer}, expected {}{expected_by}", case.id, expected.0),
            );
            page.block(1, &explanation.to_string());
        }
    }
    Some(page.into_text())
}

fn in_json(case: &Case, outcome: &CaseOutcome) -> Value {
    let mut told = json!({"id": case.id, "note": case.note, "passed": matches!(outcome, CaseOutcome::Passed)});
    match outcome {
        CaseOutcome::Passed => {}
        CaseOutcome::Unusable(why) => told["why"] = json!(why),
        CaseOutcome::Failed { found, expected, explanation } => {
            told["found"] = json!({"verdict": found.0, "layer": found.1});
            told["expected"] = json!({"verdict": expected.0, "layer": expected.1});
            told["explanation"] = json!(explanation);
        }
    }
    told
}
