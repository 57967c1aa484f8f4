//! `acslab version`

use std::io::Write;

use clap::Args;

use super::Done;
use crate::exit;

/// Print the version
#[derive(Debug, Args)]
pub(super) struct Version;

impl Version {
    #[expect(clippy::unused_self, reason = "every command has the same shape")]
    pub(super) fn execute(self) -> Done {
        writeln!(std::io::stdout(), "acslab {}", env!("CARGO_PKG_VERSION"))?;
        Ok(exit::HOLDS)
    }
}
