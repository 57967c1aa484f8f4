//! A state that can be asked: read from a folder, made of what people have, or fetched from a running server.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use acslab_emulator::Authority;
use acslab_emulator::state::{AccountState, Left, Unused};
use miette::Diagnostic;

use super::ids::unknown_ids;
use super::{Note, Options, decoded, import};
use crate::authorization::{self as folder, FolderError, Kept};
use crate::client::{Client, ControlError};
use crate::words::io_reason;

/// A state that can be asked.
#[derive(Debug)]
pub struct Standing {
    /// The state.
    pub kept: Kept,
    /// Who answers.
    pub authority: Authority,
    /// What there is to know of how it was made.
    pub notes: Vec<Note>,
    /// What of it counts for nothing.
    pub unused: Vec<Unused>,
    /// Is it all that there is, as a server tells it? What somebody gathered may lack what nobody asked for.
    pub whole: bool,
}

/// Why there is no state.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum StandingError {
    /// The folder cannot be read.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Folder(#[from] FolderError),
    /// Nothing in the files is what a state can be made of.
    #[error("nothing of {} is understood", quoted(.0))]
    #[diagnostic(help(
        "expected a folder that `acslab import` made, or what it takes; `acslab import --how` prints commands whose output is"
    ))]
    Nothing(Vec<String>),
    /// The server does not answer.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Server(#[from] ControlError),
}

impl Standing {
    /// Of a folder with a state, or of files and folders that `acslab import` understands.
    ///
    /// # Errors
    /// Something cannot be read.
    pub fn of_paths(paths: &[PathBuf]) -> Result<Self, StandingError> {
        if let [folder] = paths
            && folder::is_state(folder)
        {
            return Ok(Self::of(folder::read(folder)?, Vec::new()));
        }
        let collected = import(&read_sources(paths)?, Options::default(), None);
        if collected.taken.is_empty() && collected.kept.state.accounts.is_empty() {
            // An empty state answers everything with "nobody".
            return Err(StandingError::Nothing(paths.iter().map(|path| path.display().to_string()).collect()));
        }
        let mut standing = Self::of(collected.kept, collected.notes);
        // Of documents the notes tell with file and line.
        standing.unused.retain(|unused| unused.what == Left::Other);
        Ok(standing)
    }

    /// Of a running server.
    ///
    /// # Errors
    /// It does not answer.
    pub fn of_server(client: &Client) -> Result<Self, StandingError> {
        Ok(Self::of(client.whole_state()?.into(), Vec::new()).as_whole())
    }

    /// Of a state.
    pub fn of(mut kept: Kept, notes: Vec<Note>) -> Self {
        let new = unknown_ids(&kept.state).into_iter().filter(|one| !kept.missing.contains(one)).collect::<Vec<_>>();
        kept.missing.extend(new);
        let (authority, unused) = Authority::of(&kept.state);
        Self { kept, authority, notes, unused, whole: false }
    }

    /// The same, known to be all that there is.
    #[must_use]
    pub fn as_whole(self) -> Self {
        Self { whole: true, ..self }
    }

    /// The account that things are of which do not say whose they are: the first.
    pub fn account(&self) -> Option<&AccountState> {
        self.kept.named().next()
    }
}

fn quoted(paths: &[String]) -> String {
    let quoted: Vec<_> = paths.iter().map(|path| format!("`{path}`")).collect();
    quoted.join(", ")
}

/// The texts of files, of all files of folders, and of standard input for `-`.
///
/// # Errors
/// One cannot be read.
pub fn read_sources(paths: &[PathBuf]) -> Result<Vec<(String, String)>, FolderError> {
    let mut sources = Vec::new();
    for path in paths {
        if path == Path::new("-") {
            let mut bytes = Vec::new();
            std::io::stdin().lock().read_to_end(&mut bytes).map_err(|error| unreadable(path, &error))?;
            sources.push(("standard input".to_owned(), decoded(&bytes)));
            continue;
        }
        if !path.is_dir() {
            sources.push(source(path)?);
            continue;
        }
        // What `acslab serve --state` keeps: the document says all but what is in objects.
        let kept = path.join("state.json");
        if kept.is_file() && path.join("payloads").is_dir() {
            sources.push(source(&kept)?);
            continue;
        }
        let mut files = Vec::new();
        for entry in fs::read_dir(path).map_err(|error| unreadable(path, &error))? {
            files.push(entry.map_err(|error| unreadable(path, &error))?.path());
        }
        files.retain(|file| {
            file.is_file() && !file.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
        });
        files.sort();
        for file in files {
            sources.push(source(&file)?);
        }
    }
    Ok(sources)
}

fn source(path: &Path) -> Result<(String, String), FolderError> {
    let bytes = fs::read(path).map_err(|error| unreadable(path, &error))?;
    let name = path.to_string_lossy().replace('\\', "/");
    Ok((name, decoded(&bytes)))
}

fn unreadable(path: &Path, error: &std::io::Error) -> FolderError {
    FolderError::Unreadable { path: path.display().to_string(), why: io_reason(error) }
}
