//! `acslab new`

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use miette::Diagnostic;

use super::out::stdout;
use crate::exit::Exit;
use crate::words::io_reason;

const EXAMPLES: &str = "\
Examples:
  acslab new                        scenarios/photos.yaml and scenarios/files/uploads.json
  acslab new tests/authorization    the same in another folder
  acslab run scenarios              then: play it, and compare what it leaves";

/// What is written, by the path in the folder.
const FILES: [(&str, &str); 2] =
    [("photos.yaml", include_str!("new/scenario.yaml")), ("files/uploads.json", include_str!("new/uploads.json"))];

/// Write a first scenario of one's own, which passes and is there to be changed
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct New {
    /// The folder to write it to; it is made if it is not there
    #[arg(default_value = "scenarios")]
    folder: PathBuf,
}

/// Why nothing is written.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum NewError {
    #[error("`{0}` is there already; nothing was written")]
    #[diagnostic(help("name another folder: `acslab new FOLDER`"))]
    Taken(String),
    #[error("cannot write `{path}`: {why}")]
    #[diagnostic(help("name a folder that can be written in"))]
    Write { path: String, why: String },
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl New {
    pub(super) fn execute(self) -> Result<Exit, NewError> {
        let files = FILES.map(|(name, text)| (self.folder.join(name), text));
        if let Some((taken, _)) = files.iter().find(|(path, _)| path.exists()) {
            return Err(NewError::Taken(taken.display().to_string()));
        }
        for (path, text) in &files {
            write_new(path, text)
                .map_err(|error| NewError::Write { path: path.display().to_string(), why: io_reason(&error) })?;
        }
        let mut out = stdout();
        for (path, _) in &files {
            writeln!(out, "wrote {}", path.display())?;
        }
        writeln!(out, "`acslab run {}` plays it", self.folder.display())?;
        Ok(Exit::Holds)
    }
}

/// Writes a file that is not there yet.
fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}
