//! A scenario that was made, written to a file, with the state that it starts from in a folder beside it.

use std::io::Write;
use std::path::Path;

use miette::Diagnostic;

use super::out::stderr;
use crate::authorization::{self, FolderError};
use crate::files;
use crate::record::Made;
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
