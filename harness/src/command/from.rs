//! Where a question's state comes from: a folder, files, or a running server. Options that several commands share.

use std::fmt::Write as _;
use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::out::stderr;
use crate::client::Client;
use crate::import::{Standing, StandingError};
use crate::words::visible;

/// The address of a server that was started without options.
pub(super) const DEFAULT_ENDPOINT: &str = "http://127.0.0.1:8820";

/// Whom to ask.
#[derive(Debug, Args)]
pub(super) struct From {
    /// The authorization state to ask: a folder that `acslab import` made, or whatever it takes; repeat it for several files
    #[arg(long, value_name = "PATH")]
    pub(super) from: Vec<PathBuf>,
    /// Ask the state of a running server instead [default without `--from`: http://127.0.0.1:8820]
    #[arg(long, value_name = "URL", conflicts_with = "from")]
    pub(super) endpoint: Option<String>,
}

impl From {
    /// The state. What of it could not be used is told on standard error.
    pub(super) fn standing(&self) -> Result<Standing, StandingError> {
        let standing = if self.from.is_empty() {
            Standing::of_server(&client(self.endpoint.as_deref()))?
        } else {
            Standing::of_paths(&self.from)?
        };
        tell(&standing);
        Ok(standing)
    }
}

/// A client for an address as people write it.
pub(super) fn client(endpoint: Option<&str>) -> Client {
    let endpoint = endpoint.unwrap_or(DEFAULT_ENDPOINT);
    let authority = endpoint.trim_start_matches("http://").trim_end_matches('/');
    Client::new(authority)
}

/// Tells what there is to know of a state before it is believed.
pub(super) fn tell(standing: &Standing) {
    let mut text = String::new();
    for note in standing.notes.iter().filter(|note| note.left_out) {
        let _ = writeln!(text, "note: {}: {}", note.place, note.what);
    }
    for unused in &standing.unused {
        let _ = writeln!(text, "note: {}: left out: {}", unused.place, unused.why);
    }
    for missing in &standing.kept.missing {
        let _ = writeln!(text, "note: not in the state: {}; `{}` fetches it", missing.what, missing.get);
    }
    let _ = write!(stderr(), "{}", visible(&text));
}
