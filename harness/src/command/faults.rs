//! Policies that cannot be used, shown: each fault with its place.

use std::io::Write;

use super::out::stderr;
use crate::exit::Exit;
use crate::report::{Paint, render};
use crate::simulate::PolicyError;
use crate::words::count;

/// Shows the faults of a malformed policy, and says that nothing was `what`. Any other error is left to the command.
pub(super) fn shown<E: From<PolicyError> + From<std::io::Error>>(error: PolicyError, what: &str) -> Result<Exit, E> {
    let PolicyError::Malformed { path, faults } = error else { return Err(error.into()) };
    let mut err = stderr();
    for fault in &faults {
        write!(err, "{}", render(fault, fault.source(), Paint::auto()))?;
    }
    writeln!(err, "{} in `{path}`; nothing was {what}", count(faults.len(), "fault"))?;
    Ok(Exit::BadInput)
}
