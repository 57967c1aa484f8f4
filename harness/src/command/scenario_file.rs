//! A scenario that was made, written to a file, with the state that it starts from in a folder beside it.

use std::io::Write;
use std::path::Path;

use miette::Diagnostic;

use super::out::stderr;
use crate::authorization::{self, FolderError};
use crate::files;
use crate::record::Made;
use crate::runner::{Difference, Failure, Plan, play};
use crate::scenario;
use crate::words::visible;

/// Why it was not written.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum ScenarioFileError {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Folder(#[from] FolderError),
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

/// The folder beside a scenario: `bug.state` of `bug.yaml`.
pub(super) fn state_of(path: &Path) -> String {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    format!("{stem}.state")
}

/// Writes it, and says so on standard error.
pub(super) fn write(path: &Path, made: &Made) -> Result<(), ScenarioFileError> {
    let mut with = String::new();
    if let Some(state) = &made.state {
        let folder = path.with_file_name(state_of(path));
        authorization::write(&folder, state)?;
        with = format!(", its state to {}", folder.display());
    }
    files::write(path, made.text.as_bytes())?;
    let text = format!("scenario written to {}{with}\n", path.display());
    write!(stderr(), "{}", visible(&text))?;
    Ok(())
}

/// Writes it and plays it once. One whose call comes to something else than the policies say is written without it; whether it holds
/// then is told. `false`: it does not.
pub(super) fn write_played(path: &Path, made: &Made) -> Result<bool, ScenarioFileError> {
    write(path, made)?;
    let Err(why) = played(path, &made.text) else { return Ok(true) };
    let told = |text: String| write!(stderr(), "{}", visible(&text));
    if let Some(text) = &made.without_call
        && played(path, text).is_ok()
    {
        files::write(path, text.as_bytes())?;
        told(format!("the call is left out, since it comes to something else: {why}\n"))?;
        return Ok(true);
    }
    told(format!("played again it does not come to the same: {why}\n"))?;
    Ok(false)
}

/// Plays a scenario in a cloud of its own: the error says what of it comes to something else.
pub(super) fn played(path: &Path, text: &str) -> Result<(), String> {
    let scenario = scenario::read(path, text).map_err(|mistakes| {
        let first = mistakes.first().map(ToString::to_string);
        first.unwrap_or_else(|| "it has mistakes".to_owned())
    })?;
    play(&scenario, &Plan::default()).map_err(|failure| match failure {
        Failure::Steps(steps) => {
            let told = steps.iter().flat_map(|step| {
                let says = |difference: &Difference| {
                    format!("{}: expected {}, found {}", step.which, difference.expected, difference.found)
                };
                step.differences.iter().map(says)
            });
            told.collect::<Vec<_>>().join("; ")
        }
        Failure::Trouble(trouble) => trouble.to_string(),
        Failure::Mistakes(_) | Failure::Interrupted => "it was not played to its end".to_owned(),
    })
}
