//! Why a folder cannot be read or written.

use miette::Diagnostic;

use super::INDEX;

/// Why a folder cannot be read or written.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum FolderError {
    /// The folder has no state.
    #[error("`{0}` has no authorization state: there is no `{INDEX}` in it")]
    #[diagnostic(help("`acslab import SOURCE… --to FOLDER` makes one of what you have"))]
    NoState(String),
    /// A file cannot be read.
    #[error("cannot read `{path}`: {why}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why not.
        why: String,
    },
    /// A file says what cannot be.
    #[error("{path}:{line}: {why}")]
    Wrong {
        /// The file.
        path: String,
        /// The line.
        line: usize,
        /// What is wrong.
        why: String,
    },
    /// There is something else.
    #[error("`{0}` is there and is no authorization state")]
    #[diagnostic(help("name a folder that is not there, one that is empty, or one that `acslab import` made"))]
    Taken(String),
    /// The folder cannot be written.
    #[error("cannot write `{path}`: {why}")]
    Unwritable {
        /// The folder.
        path: String,
        /// Why not.
        why: String,
    },
}
