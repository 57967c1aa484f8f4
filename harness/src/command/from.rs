//! Where a question's state comes from: a folder, files, or a running server. Options that several commands share.

use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};

use acslab_emulator::Builder;
use clap::Args;

use super::out::stderr;
use crate::authorization;
use crate::client::Client;
use crate::import::{Concern, Standing, StandingError};
use crate::words::visible;

/// The address of a server that was started without options.
const DEFAULT_ENDPOINT: &str = "http://127.0.0.1:8820";

/// The server that is asked where none is named: the one that `acslab exec` and `run:` give their programs, else the default one.
pub(super) fn default_endpoint() -> String {
    named(std::env::var("ACSLAB_ENDPOINT").ok())
}

fn named(endpoint: Option<String>) -> String {
    endpoint.filter(|endpoint| !endpoint.is_empty()).unwrap_or_else(|| DEFAULT_ENDPOINT.to_owned())
}

/// Whom to ask.
#[derive(Debug, Args)]
pub(super) struct From {
    /// The authorization state to ask: a folder that `acslab import` made, or whatever it takes; repeat it for several files
    #[arg(long, value_name = "PATH")]
    pub(super) from: Vec<PathBuf>,
    /// Ask the state of a running server instead [default without `--from`: `$ACSLAB_ENDPOINT`, or http://127.0.0.1:8820]
    #[arg(long, value_name = "URL", conflicts_with = "from")]
    pub(super) endpoint: Option<String>,
}

impl From {
    /// The state. What of it could not be used is told on standard error.
    pub(super) fn standing(&self) -> Result<Standing, StandingError> {
        let standing = self.untold()?;
        tell(&standing);
        Ok(standing)
    }

    /// The state, of which is not told what could not be used.
    pub(super) fn untold(&self) -> Result<Standing, StandingError> {
        if self.from.is_empty() {
            Standing::of_server(&client(self.endpoint.as_deref()))
        } else {
            Standing::of_paths(&self.from)
        }
    }
}

/// A cloud that starts from what `acslab import` made, or is kept in the folder if that is none of its.
pub(super) fn begin(builder: Builder, folder: &Path) -> Result<Builder, StandingError> {
    if !authorization::is_state(folder) {
        return Ok(builder.state(folder));
    }
    let standing = Standing::of_paths(&[folder.to_owned()])?;
    tell(&standing);
    Ok(builder.authorization_state(standing.kept.state))
}

/// A client for an address as people write it.
pub(super) fn client(endpoint: Option<&str>) -> Client {
    let endpoint = endpoint.map_or_else(default_endpoint, str::to_owned);
    let authority = endpoint.trim_start_matches("http://").trim_end_matches('/');
    Client::new(authority)
}

/// Tells what there is to know of a state before it is believed.
pub(super) fn tell(standing: &Standing) {
    tell_of(standing, Concern::default());
}

/// Tells what there is to know of a state that bears on some requests.
pub(super) fn tell_of(standing: &Standing, concern: Concern<'_>) {
    let mut text = String::new();
    for left_out in standing.left_out(concern) {
        let _ = writeln!(text, "note: {left_out}");
    }
    for missing in standing.missing(concern) {
        let _ = writeln!(text, "note: not in the state: {}; `{}` fetches it", missing.what, missing.get);
    }
    let _ = write!(stderr(), "{}", visible(&text));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cloud_of_acslab_exec_is_asked_where_none_is_named() {
        assert_eq!(named(Some("http://127.0.0.1:41".to_owned())), "http://127.0.0.1:41");
        assert_eq!(named(Some(String::new())), DEFAULT_ENDPOINT);
        assert_eq!(named(None), DEFAULT_ENDPOINT);
    }
}
