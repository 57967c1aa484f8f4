//! What a report is: a consumer of a run's events.

use std::io;
use std::path::PathBuf;

use crate::runner::{Event, Summary};
use crate::words::io_reason;

/// Takes a run's events, one after another, and turns them into something for people or machines.
///
/// A new format is a file here that implements this, and a line in [`command::run`](crate::command) that makes one.
pub trait Report {
    /// Takes note of one event.
    fn event(&mut self, event: &Event) -> Result<(), ReportError>;

    /// The run is over.
    fn end(&mut self, end: &End<'_>) -> Result<(), ReportError>;
}

/// The end of a run.
#[derive(Debug)]
pub struct End<'a> {
    /// How many scenarios held and failed.
    pub summary: &'a Summary,
    /// The files of snapshots that belong to no scenario.
    pub unreferenced: &'a [String],
}

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// Standard output takes no more.
    #[error("cannot write: {0}")]
    Output(#[from] io::Error),
    /// A file cannot be written.
    #[error("cannot write `{path}`: {why}", path = .0.display(), why = io_reason(.1))]
    File(PathBuf, #[source] io::Error),
}
