//! Why a state cannot be kept or had back.

use std::io;
use std::path::{Path, PathBuf};

use crate::cloud::LoadError;

/// Why a state cannot be kept, or had back. What was kept before is as it was.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// A file or folder cannot be read or written.
    #[error("{}: {error}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Another process keeps its state in the folder.
    #[error("{}: another acslab keeps its state here", .0.display())]
    InUse(PathBuf),
    /// A file is no state that can be loaded.
    #[error("{}: {error}", path.display())]
    Load {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: LoadError,
    },
    /// A state cannot be written down: a fault of the program.
    #[error("the state cannot be written down: {0}")]
    Write(#[from] serde_json::Error),
    /// A state that was kept in memory cannot be had back: a fault of the program.
    #[error("the checkpoint cannot be restored: {0}")]
    Restore(#[from] LoadError),
    /// The thread that saves has ended before its time: a fault of the program, or of a store that it was given.
    #[error("the thread that saves has ended: what was changed since is not saved")]
    Ended,
    /// A checkpoint's name is none.
    #[error("`{0}` is no name for a checkpoint: 1 to 64 letters, digits, `-`, `_` and `.`, no `.` first")]
    NotAName(String),
    /// There is no checkpoint of that name.
    #[error("there is no checkpoint `{0}`")]
    Missing(String),
    /// There is a checkpoint of that name already.
    #[error("there is a checkpoint `{0}` already")]
    Taken(String),
    /// There are as many checkpoints as may be.
    #[error("there are {0} checkpoints, as many as may be: delete one")]
    TooMany(usize),
    /// The checkpoints would take more room than they may.
    #[error("the checkpoints would take {needed} bytes, of {most} that they may: delete some")]
    TooLarge {
        /// What they would take.
        needed: u64,
        /// What they may.
        most: u64,
    },
}

impl KeepError {
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        |error| Self::Io { path: path.to_owned(), error }
    }
}
