//! `acslab completions`

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};
use miette::Diagnostic;

use super::cli::Cli;
use super::out::stdout;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  acslab completions bash > ~/.local/share/bash-completion/completions/acslab
  acslab completions zsh > \"${fpath[1]}/_acslab\"
  acslab completions fish > ~/.config/fish/completions/acslab.fish";

/// Print what a shell needs to complete commands and options
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Why completions cannot be printed.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("cannot write: {0}")]
pub(super) struct CompletionsError(#[from] std::io::Error);

impl Completions {
    pub(super) fn execute(self) -> Result<Exit, CompletionsError> {
        let mut script = Vec::new();
        generate(self.shell, &mut Cli::command(), "acslab", &mut script);
        std::io::Write::write_all(&mut stdout(), &script)?;
        Ok(Exit::Holds)
    }
}
