//! Why nothing was run, or not to its end.

use miette::Diagnostic;

use crate::command::system_policies::SystemPoliciesError;
use crate::parity::{ProfileError, RealError};
use crate::report::ReportError;
use crate::scenario::LoadError;

/// Why nothing was run, or not to its end.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(in crate::command) enum RunError {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Load(#[from] LoadError),
    #[error("`{text}` is no regular expression: {why}")]
    #[diagnostic(help("`--only` takes a text as it is"))]
    NotARegex { text: String, why: String },
    #[error("`{0}` is not an owner's key: expected `ACCESS_KEY_ID:ACCESS_KEY_SECRET`")]
    #[diagnostic(help("`acslab serve` prints both"))]
    NotAKey(String),
    #[error("`--endpoint` needs the access key of an account owner")]
    #[diagnostic(help(
        "give `--owner ACCESS_KEY_ID:ACCESS_KEY_SECRET`, or export ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET"
    ))]
    NoKey,
    #[error("`{0}` is not an address: expected `http://HOST:PORT`")]
    #[diagnostic(help("`acslab serve` prints it"))]
    NotAnEndpoint(String),
    #[error("cannot use {endpoint}: {why}")]
    #[diagnostic(help("it has to be where `acslab serve` listens, and the key one that it printed"))]
    Endpoint { endpoint: String, why: String },
    #[error(transparent)]
    #[diagnostic(transparent)]
    SystemPolicies(#[from] SystemPoliciesError),
    #[error("cannot use the snapshots in `{path}`: {why}")]
    #[diagnostic(help("`--snapshots FOLDER` names another folder"))]
    Snapshots { path: String, why: String },
    #[error("cannot read `{path}`: {why}")]
    #[diagnostic(help("`--events FILE` of an earlier run writes it"))]
    Times { path: String, why: String },
    #[error(transparent)]
    #[diagnostic(transparent)]
    Profile(#[from] ProfileError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Real(#[from] RealError),
    #[error("cannot watch for an interrupt: {0}")]
    Interrupt(#[from] ctrlc::Error),
    #[error(transparent)]
    Report(#[from] ReportError),
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}
