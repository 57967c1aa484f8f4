//! Where a user keeps things: the home, and folders that variables name.

use std::env;
use std::path::PathBuf;

/// The path that a variable holds; none if it is not set, or empty.
pub(crate) fn path_in(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// The home of whoever runs the program.
pub(crate) fn home() -> Option<PathBuf> {
    path_in("HOME").or_else(|| path_in("USERPROFILE"))
}
