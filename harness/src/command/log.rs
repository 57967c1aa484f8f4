//! What a served cloud tells of itself, on standard error.

use miette::Diagnostic;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

/// What is told unless something else is asked for.
const USUAL: &str = "warn";
const VARIABLE: &str = "RUST_LOG";

/// Why nothing can be told.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum LogError {
    #[error("`{filter}`, of {of}, does not say what to tell: {why}")]
    #[diagnostic(help("write levels, perhaps of targets: `info`, or `acslab::request=info,hyper=debug`"))]
    Filter { filter: String, of: &'static str, why: String },
    #[error("cannot tell what happens: {0}")]
    Taken(#[from] TryInitError),
}

/// Tells what `filter` lets through, or else the environment variable RUST_LOG, or else warnings.
pub(super) fn start(filter: Option<&str>) -> Result<(), LogError> {
    let variable = std::env::var(VARIABLE).ok().filter(|filter| !filter.is_empty());
    let (filter, of) = match (filter, &variable) {
        (Some(filter), _) => (filter, "`--log`"),
        (None, Some(filter)) => (filter.as_str(), VARIABLE),
        (None, None) => (USUAL, "acslab"),
    };
    let targets: Targets = filter.parse().map_err(|why: tracing_subscriber::filter::ParseError| LogError::Filter {
        filter: filter.to_owned(),
        of,
        why: why.to_string(),
    })?;
    // Where nobody reads any more, nothing is told, and the cloud goes on.
    let lines =
        tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false).log_internal_errors(false);
    tracing_subscriber::registry().with(lines).with(targets).try_init()?;
    Ok(())
}
