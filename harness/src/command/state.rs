//! `acslab state`

use std::io::Write;
use std::path::Path;
use std::{fs, io};

use acslab_emulator::state::AuthorizationState;
use acslab_emulator::{Builder, Emulator};
use clap::{Args, Subcommand, ValueEnum};
use miette::Diagnostic;
use serde_json::json;
use tempfile::TempDir;

use super::from::{self, default_endpoint};
use super::out::stdout;
use crate::authorization;
use crate::client::{Client, ControlError};
use crate::exit::Exit;
use crate::import::StandingError;
use crate::report::{Paint, changes_markdown, changes_text, unified};
use crate::runner::{self, Failure};
use crate::scenario::{self, LoadError};
use crate::snapshot::Snapshot;
use crate::state::{Changes, document_of};
use crate::words::io_reason;

const EXAMPLES: &str = "\
Examples:
  acslab state                                     of the cloud at http://127.0.0.1:8820
  acslab state --format json > before.json         kept, to be compared later
  acslab state diff before.json http://127.0.0.1:8820
                                                   who gained or lost what since, and by which statement
  acslab state diff snapshots/a.snap snapshots/a.snap.new --format markdown
                                                   of a snapshot that changed, for a pull request

A state is the address of `acslab serve`, a folder of `acslab serve --state` or `acslab import`, a file that `acslab state` wrote (as text or JSON), a
snapshot, or a scenario, which is replayed.

Exit codes: 0 printed, or both are the same; 1 the states differ; 2 the input is wrong";

/// Print the authorization state, or what changed between two: who may do what
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(super) struct State {
    #[command(subcommand)]
    action: Option<Action>,
    /// Whose state [default: `$ACSLAB_ENDPOINT`, or http://127.0.0.1:8820]
    of: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Say who gained or lost what from one state to another, by which statement
    #[command(after_help = EXAMPLES)]
    Diff {
        /// The state before
        old: String,
        /// The state after [default: `$ACSLAB_ENDPOINT`, or http://127.0.0.1:8820]
        new: Option<String>,
        /// How to print it
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For a pull request
    Markdown,
    /// For programs
    Json,
}

/// Why there is no state to show.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum StateError {
    #[error("cannot read `{path}`: {why}")]
    #[diagnostic(help("a state is an address, a folder of `acslab serve --state`, a file, a snapshot or a scenario"))]
    Unreadable { path: String, why: String },
    #[error("cannot ask {endpoint}: {why}")]
    #[diagnostic(help("start `acslab serve`, or name another state: an address, a folder, a file or a scenario"))]
    Endpoint { endpoint: String, why: ControlError },
    #[error("`{path}` holds no state: {why}")]
    #[diagnostic(help("`acslab state --format json` writes one"))]
    NoState { path: String, why: String },
    #[error("`{0}` holds a state as text, of which there is no JSON")]
    #[diagnostic(help("leave `--format json` out, or name the scenario that leaves the state, or a cloud"))]
    TextAlone(String),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Standing(#[from] StandingError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Load(#[from] LoadError),
    #[error("`{path}` cannot be replayed: {why}")]
    #[diagnostic(help("`acslab run` shows it in full"))]
    Scenario { path: String, why: String },
    #[error("cannot write: {0}")]
    Output(#[from] io::Error),
}

/// A state, as it was found.
enum Found {
    /// As types, from a cloud.
    Typed(Box<AuthorizationState>),
    /// As types and as its snapshot would be, from a scenario.
    Replayed(Box<AuthorizationState>, String),
    /// As text, from a snapshot.
    Outline(String),
}

impl Found {
    fn outline(&self) -> String {
        match self {
            Self::Typed(state) => document_of(state).to_string(),
            Self::Replayed(_, text) | Self::Outline(text) => text.clone(),
        }
    }
}

impl State {
    pub(super) fn execute(self) -> Result<Exit, StateError> {
        match self.action {
            None => print(&self.of.unwrap_or_else(default_endpoint), self.format),
            Some(Action::Diff { old, new, format }) => difference(&old, &new.unwrap_or_else(default_endpoint), format),
        }
    }
}

fn print(of: &str, format: Format) -> Result<Exit, StateError> {
    let found = find(of)?;
    let mut out = stdout();
    match (format, &found) {
        (Format::Json, Found::Typed(state)) => writeln!(out, "{:#}", json!(state))?,
        (Format::Json, Found::Replayed(state, _)) => writeln!(out, "{:#}", json!(state))?,
        (Format::Json, Found::Outline(_)) => return Err(StateError::TextAlone(of.to_owned())),
        (Format::Markdown, found) => writeln!(out, "```text\n{}```", found.outline())?,
        (Format::Text, found) => write!(out, "{}", found.outline())?,
    }
    Ok(Exit::Holds)
}

fn difference(old: &str, new: &str, format: Format) -> Result<Exit, StateError> {
    let (old, new) = (find(old)?.outline(), find(new)?.outline());
    let changes = Changes::between(&old, &new);
    let same = old.trim_end() == new.trim_end();
    let paint = if format == Format::Text { Paint::auto() } else { Paint::OFF };
    let lines = unified(&old, &new, paint);
    let mut out = stdout();
    match format {
        Format::Text if same => writeln!(out, "both are the same")?,
        Format::Text => {
            if changes.is_none() {
                writeln!(out, "everybody may do what they might; what is noted otherwise:\n\n{lines}")?;
            } else {
                writeln!(out, "{}\nthe facts behind it:\n\n{lines}", changes_text(&changes, paint))?;
            }
        }
        Format::Markdown if same => writeln!(out, "The authorization state is the same.")?,
        Format::Markdown => {
            let words = if changes.is_none() {
                "Everybody may do what they might.\n".to_owned()
            } else {
                changes_markdown(&changes)
            };
            let facts = "<details><summary>The facts behind it</summary>";
            writeln!(out, "{words}\n{facts}\n\n```diff\n{lines}```\n\n</details>")?;
        }
        Format::Json => {
            let lines: Vec<_> = lines.lines().filter(|line| line.starts_with(['+', '-', '@'])).collect();
            writeln!(out, "{:#}", json!({"same": same, "changes": changes, "lines": lines}))?;
        }
    }
    Ok(Exit::held(same))
}

fn find(named: &str) -> Result<Found, StateError> {
    if let Some(authority) = named.strip_prefix("http://") {
        return ask(&Client::new(authority.trim_end_matches('/')), named);
    }
    let path = Path::new(named);
    let unreadable = |error: &io::Error| StateError::Unreadable { path: named.to_owned(), why: io_reason(error) };
    if path.is_dir() && authorization::is_state(path) {
        let builder = from::begin(Emulator::builder(), path)?;
        return started(builder, named);
    }
    if path.is_dir() {
        let copy = kept(path).map_err(|error| unreadable(&error))?;
        return found_in(copy.path(), named);
    }
    if path.extension().is_some_and(|ending| ending == "yaml") {
        return replayed(path);
    }
    let text = fs::read_to_string(path).map_err(|error| unreadable(&error))?;
    let no_state = |why: String| StateError::NoState { path: named.to_owned(), why };
    if text.trim_start().starts_with('{') {
        let state = serde_json::from_str(&text).map_err(|error| no_state(error.to_string()))?;
        return Ok(Found::Typed(Box::new(state)));
    }
    let text = Snapshot::contents_of(&text) + "\n";
    if text.lines().any(|line| line.starts_with("account ")) {
        return Ok(Found::Outline(text));
    }
    Err(no_state("no account is in it".to_owned()))
}

fn ask(client: &Client, named: &str) -> Result<Found, StateError> {
    let failed = |why| StateError::Endpoint { endpoint: named.to_owned(), why };
    client.whole_state().map(|state| Found::Typed(Box::new(state))).map_err(failed)
}

/// The state that a scenario leaves.
fn replayed(path: &Path) -> Result<Found, StateError> {
    let failed = |why: String| StateError::Scenario { path: path.display().to_string(), why };
    let loaded = scenario::load(&[path.to_owned()])?;
    if let Some(mistake) = loaded.mistakes().first() {
        return Err(failed(mistake.to_string()));
    }
    let scenario = loaded.scenarios.first().ok_or_else(|| failed("no scenario is in it".to_owned()))?;
    match runner::left_by(scenario) {
        Ok((state, text)) => Ok(Found::Replayed(Box::new(state), text)),
        Err(Failure::Trouble(trouble)) => Err(failed(trouble.to_string())),
        Err(_) => Err(failed("a step is not as expected".to_owned())),
    }
}

/// A copy of a kept state, so that whoever serves it is not disturbed, in a folder of its own that nobody else may read. It goes when it
/// is dropped.
fn kept(folder: &Path) -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("acslab-state-");
    // There are secrets in it.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    let copy = builder.tempdir()?;
    copy_folder(folder, copy.path())?;
    Ok(copy)
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        match entry.file_type()? {
            kind if kind.is_dir() => copy_folder(&entry.path(), &to)?,
            kind if kind.is_file() => fs::copy(entry.path(), to).map(|_| ())?,
            _ => {}
        }
    }
    Ok(())
}

/// The state that is kept in a folder.
fn found_in(folder: &Path, named: &str) -> Result<Found, StateError> {
    let no_state = |why: String| StateError::NoState { path: named.to_owned(), why };
    if fs::read_dir(folder)?.next().is_none() {
        return Err(no_state("the folder is empty".to_owned()));
    }
    started(Emulator::builder().state(folder), named)
}

fn started(builder: Builder, named: &str) -> Result<Found, StateError> {
    let no_state = |why: String| StateError::NoState { path: named.to_owned(), why };
    let emulator = builder.start().map_err(|error| no_state(error.to_string()))?;
    ask(&Client::new(emulator.address().to_string()), named)
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::kept;

    #[test]
    fn a_copy_is_nobody_elses_and_goes() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("payloads")).unwrap();
        fs::write(folder.path().join("payloads/1"), "one").unwrap();
        let (one, other) = (kept(folder.path()).unwrap(), kept(folder.path()).unwrap());
        assert_ne!(one.path(), other.path());
        assert_eq!(fs::metadata(one.path()).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(fs::read_to_string(one.path().join("payloads/1")).unwrap(), "one");
        let path = one.path().to_owned();
        drop(one);
        assert!(!path.exists() && other.path().exists());
    }
}
