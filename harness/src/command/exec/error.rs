//! Why a program is not run, and what to do about it.

use acslab_emulator::{HandleError, StartError};
use miette::Diagnostic;

use crate::command::log::LogError;
use crate::command::serve::ServeError;
use crate::import::StandingError;
use crate::scenario::LoadError;
use crate::words::Choices;

/// Why a program is not run.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(in crate::command) enum ExecError {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Options(#[from] ServeError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Log(#[from] LogError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Standing(#[from] Box<StandingError>),
    #[error("the cloud does not start: {0}")]
    #[diagnostic(help(
        "with `--state`, the folder must be one that `acslab serve --state` kept, and nobody else may use it"
    ))]
    Start(#[from] StartError),
    #[error("no certificates can be made for the cloud's hosts: {0}")]
    #[diagnostic(help("they are made in the folder for temporary files, which TMPDIR names"))]
    Trust(String),
    #[error("cannot use the policy `{path}`: {why}")]
    #[diagnostic(help("`--policy` takes the name of a system policy, or a file with a policy document"))]
    Policy { path: String, why: String },
    #[error("no system policy is called `{written}`, and no file")]
    #[diagnostic(help("did you mean `{near}`?"))]
    NoPolicy { written: String, near: String },
    #[error("no RAM user of the first account is called `{name}`")]
    #[diagnostic(help("{}", choices.advice("RAM users")))]
    NoUser { name: String, choices: Choices },
    #[error("nobody is there to run as: {0}")]
    #[diagnostic(help(
        "`--as` takes a RAM user of the first account, of `--state` or `--scenario`; `--policy` makes one"
    ))]
    Nobody(HandleError),
    #[error("what was made for the program cannot be taken away again: {0}")]
    #[diagnostic(help("it is in the state now; `acslab state FOLDER` shows it"))]
    Left(HandleError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Scenario(#[from] LoadError),
    #[error("`{path}` is no scenario that can be set up: {why}")]
    #[diagnostic(help("`acslab run {path}` shows where it stops"))]
    SetUp { path: String, why: String },
    #[error("cannot run `{program}`: {why}")]
    #[diagnostic(help("what stands behind `--` is run as it is, without a shell: `-- sh -c '…'` is one"))]
    Program { program: String, why: String, not_there: bool },
    #[error("the program cannot have a network of its own: {0}")]
    #[diagnostic(help("without `--isolate` it shares this machine's, and what takes no proxy goes past the cloud"))]
    NotIsolated(String),
    #[error("cannot write the policy to `{path}`: {why}")]
    #[diagnostic(help("`--suggest=FILE` takes a file in a folder that can be written in"))]
    Suggestion { path: String, why: String },
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}
