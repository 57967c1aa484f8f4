//! How a command prints its answer.

use clap::ValueEnum;

/// How an answer is printed. A command that prints it otherwise, too, has a list of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}
