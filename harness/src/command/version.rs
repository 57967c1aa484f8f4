//! `acslab version`

use std::io::Write;

use clap::Args;
use miette::Diagnostic;

use super::out::stdout;
use crate::exit::Exit;

/// Print the version
#[derive(Debug, Args)]
pub(super) struct Version;

/// Why the version cannot be told.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("cannot write: {0}")]
pub(super) struct VersionError(#[from] std::io::Error);

impl Version {
    #[expect(clippy::unused_self, reason = "every command has the same shape")]
    pub(super) fn execute(self) -> Result<Exit, VersionError> {
        writeln!(stdout(), "acslab {}", env!("CARGO_PKG_VERSION"))?;
        Ok(Exit::Holds)
    }
}
