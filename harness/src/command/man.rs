//! `acslab man`

use std::path::PathBuf;

use clap::{Args, CommandFactory};
use miette::Diagnostic;

use super::cli::Cli;
use super::out::stdout;
use crate::exit::Exit;
use crate::files;
use crate::words::io_reason;

const EXAMPLES: &str = "\
Examples:
  acslab man | man -l -                        the page of acslab itself
  acslab man ~/.local/share/man/man1           a file a command: acslab.1, acslab-serve.1 …";

/// Print the manual page, or write a page of each command to a folder
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Man {
    /// The folder to write pages to; it is made if it is not there
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

/// Why pages cannot be written.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum ManError {
    #[error("cannot write to `{path}`: {why}")]
    #[diagnostic(help("name a folder that can be written in"))]
    Folder { path: String, why: String },
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl Man {
    pub(super) fn execute(self) -> Result<Exit, ManError> {
        let mut acslab = Cli::command().version(env!("CARGO_PKG_VERSION"));
        acslab.build();
        let Some(folder) = self.folder else {
            clap_mangen::Man::new(acslab).render(&mut stdout())?;
            return Ok(Exit::Holds);
        };
        let trouble = |path: &std::path::Path, error: &std::io::Error| ManError::Folder {
            path: path.display().to_string(),
            why: io_reason(error),
        };
        std::fs::create_dir_all(&folder).map_err(|error| trouble(&folder, &error))?;
        let commands = acslab.get_subcommands().filter(|command| command.get_name() != "help");
        for command in std::iter::once(&acslab).chain(commands) {
            let mut page = Vec::new();
            let page_of = clap_mangen::Man::new(command.clone());
            let file = folder.join(page_of.get_filename());
            page_of.render(&mut page)?;
            files::write(&file, &page).map_err(|error| trouble(&file, &error))?;
        }
        Ok(Exit::Holds)
    }
}
