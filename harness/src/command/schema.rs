//! `acslab schema`

use std::io::Write;

use clap::{Args, ValueEnum};
use miette::Diagnostic;

use super::out::stdout;
use crate::exit::Exit;
use crate::scenario::SCHEMA;
use crate::simulate::CASES_SCHEMA;

const EXAMPLES: &str = "\
Examples:
  acslab schema scenario > scenario.schema.json
  acslab schema cases > cases.schema.json

An editor with the YAML language server reads it from the first line of a scenario:
  # yaml-language-server: $schema=../scenario.schema.json

Exit codes: 0 printed";

/// Print the form of a file as JSON Schema, for editors
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Schema {
    /// Of which file
    #[arg(value_enum)]
    of: Of,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Of {
    /// A scenario
    Scenario,
    /// A file of cases for `acslab simulate --cases`
    Cases,
}

/// Why there is no schema.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum SchemaError {
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl Schema {
    pub(super) fn execute(self) -> Result<Exit, SchemaError> {
        match self.of {
            Of::Scenario => stdout().write_all(SCHEMA.as_bytes())?,
            Of::Cases => stdout().write_all(CASES_SCHEMA.as_bytes())?,
        }
        Ok(Exit::Holds)
    }
}
