//! `acslab lint`

use std::io::Write;
use std::path::{Path, PathBuf};

use acslab_policy::DocumentKind;
use acslab_policy::lint::{Artifact, RULES, Report, Severity, guess_kind, lint_bytes, rule, sarif};
use clap::{Args, ValueEnum};
use miette::Diagnostic;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};

use super::out::stdout;
use crate::catalogue;
use crate::exit::Exit;
use crate::page::Page;
use crate::report::{Found, Paint, render};
use crate::simulate::PolicyError;
use crate::source::Source;
use crate::words::{count, io_reason, nearest};

const EXAMPLES: &str = "\
Examples:
  acslab lint policy.json              what is wrong with a policy, or looks so
  acslab lint policies/                all `.json` files of a folder
  acslab lint --kind bucket b.json     the kind of document, where it cannot be seen from its principals
  acslab lint --format sarif policies/ > lint.sarif
                                       for code hosts and editors
  acslab lint --rules                  all rules

Exit codes: 0 nothing graver than notes, 1 warnings or errors, 2 the input is wrong";

/// Look for mistakes in policy documents
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Lint {
    /// Policy files, or folders with `.json` files in them
    #[arg(value_name = "FILE", required_unless_present = "rules")]
    files: Vec<PathBuf>,
    /// What the documents are [default: what their principals say; without principals, identity policies]
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// How to print what is found
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Leave out a rule
    #[arg(long, value_name = "RULE")]
    allow: Vec<String>,
    /// List the rules instead
    #[arg(long, conflicts_with_all = ["files", "kind", "allow"])]
    rules: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Attached to a user, a group or a role
    Identity,
    /// A role's trust policy
    Trust,
    /// A bucket policy
    Bucket,
    /// Passed to AssumeRole
    Session,
    /// A control policy of a resource directory
    Control,
}

impl From<Kind> for DocumentKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Identity => Self::Identity,
            Kind::Trust => Self::Trust,
            Kind::Bucket => Self::Bucket,
            Kind::Session => Self::Session,
            Kind::Control => Self::Control,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// For code hosts and editors: SARIF 2.1.0
    Sarif,
}

/// A file that was looked at.
struct Linted {
    source: Source,
    report: Report,
}

/// Why nothing can be looked at.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum LintError {
    #[error("there is no rule `{id}`")]
    NoSuchRule {
        id: String,
        #[help]
        help: String,
    },
    #[error(transparent)]
    #[diagnostic(transparent)]
    Policy(#[from] PolicyError),
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl Lint {
    pub(super) fn execute(self) -> Result<Exit, LintError> {
        if self.rules {
            return list_rules(self.format);
        }
        for id in &self.allow {
            if rule(id).is_none() {
                let near = nearest(id, RULES.iter().copied().flatten().map(|rule| rule.id));
                let list = || "`acslab lint --rules` lists all rules".to_owned();
                let help = near.map_or_else(list, |near| format!("did you mean `{near}`?"));
                return Err(LintError::NoSuchRule { id: id.clone(), help });
            }
        }
        let linted = self.lint()?;
        let mut out = stdout();
        match self.format {
            Format::Text => write!(out, "{}", text(&linted))?,
            Format::Json => {
                let files: Vec<Value> = linted
                    .iter()
                    .map(
                        |file| json!({ "file": file.source.name(), "kind": file.report.kind, "findings": file.report.findings }),
                    )
                    .collect();
                writeln!(out, "{:#}", json!(files))?;
            }
            Format::Sarif => {
                let uris: Vec<String> = linted.iter().map(|file| uri(file.source.name())).collect();
                let artifacts: Vec<Artifact<'_>> = linted
                    .iter()
                    .zip(&uris)
                    .map(|(file, uri)| Artifact { uri, text: file.source.text(), report: &file.report })
                    .collect();
                writeln!(out, "{:#}", sarif(env!("CARGO_PKG_VERSION"), &artifacts))?;
            }
        }
        let grave = linted.iter().any(|file| file.report.worst().is_some_and(|worst| worst > Severity::Note));
        Ok(Exit::held(!grave))
    }

    fn lint(&self) -> Result<Vec<Linted>, LintError> {
        let mut linted = Vec::new();
        for path in files(&self.files)? {
            let bytes = std::fs::read(&path).map_err(|error| unreadable(&path, &error))?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let kind = self.kind.map_or_else(|| guess_kind(&text), DocumentKind::from);
            let mut report = lint_bytes(kind, &bytes, &catalogue::Published);
            report.findings.retain(|finding| !self.allow.iter().any(|id| id == finding.rule.id));
            linted.push(Linted { source: Source::new(&path, text), report });
        }
        Ok(linted)
    }
}

/// The files named, and those of the folders named, in order.
fn files(named: &[PathBuf]) -> Result<Vec<PathBuf>, LintError> {
    let mut files = Vec::new();
    for path in named {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut found = Vec::new();
        for entry in std::fs::read_dir(path).map_err(|error| unreadable(path, &error))? {
            found.push(entry.map_err(|error| unreadable(path, &error))?.path());
        }
        found.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
        if found.is_empty() {
            let why = "the folder has no `.json` files".to_owned();
            return Err(PolicyError::Unreadable { path: path.display().to_string(), why }.into());
        }
        found.sort();
        files.append(&mut found);
    }
    Ok(files)
}

fn unreadable(path: &Path, error: &std::io::Error) -> LintError {
    PolicyError::Unreadable { path: path.display().to_string(), why: io_reason(error) }.into()
}

fn text(linted: &[Linted]) -> String {
    let mut text = String::new();
    let (mut errors, mut warnings, mut notes) = (0, 0, 0);
    for file in linted {
        for finding in &file.report.findings {
            match finding.severity {
                Severity::Error => errors += 1,
                Severity::Warning => warnings += 1,
                Severity::Note => notes += 1,
            }
            text.push_str(&render(&Found(finding), &file.source, Paint::auto()));
            text.push('\n');
        }
    }
    let mut parts = Vec::new();
    for (number, what) in [(errors, "error"), (warnings, "warning"), (notes, "note")] {
        if number > 0 {
            parts.push(count(number, what));
        }
    }
    let found = if parts.is_empty() { "nothing found".to_owned() } else { parts.join(", ") };
    text + &format!("{found} in {}\n", count(linted.len(), "file"))
}

/// A path as a SARIF log refers to it.
fn uri(path: &str) -> String {
    const RESERVED: &AsciiSet =
        &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'?').add(b'`').add(b'{').add(b'}');
    utf8_percent_encode(&path.replace('\\', "/"), RESERVED).to_string()
}

fn list_rules(format: Format) -> Result<Exit, LintError> {
    let mut out = stdout();
    let rules = || RULES.iter().copied().flatten();
    if format != Format::Text {
        let list: Vec<Value> = rules().map(|rule| json!(rule)).collect();
        writeln!(out, "{:#}", json!(list))?;
        return Ok(Exit::Holds);
    }
    let mut page = Page::default();
    let widest = rules().map(|rule| rule.id.len()).max().unwrap_or_default();
    for rule in rules() {
        page.line(0, format_args!("{:widest$}  {:7}  {}", rule.id, rule.severity.as_str(), rule.summary));
    }
    write!(out, "{}", page.into_text())?;
    Ok(Exit::Holds)
}
