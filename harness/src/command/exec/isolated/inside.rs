//! Which of the processes inside of the network this one is, if it is one.

use std::process::ExitCode;

use super::{entering, keeper};

/// The name of what `acslab` does inside of the network: no command, since nobody types it.
pub(super) const INSIDE: &str = "exec-inside";
pub(super) const KEEP: &str = "keep";
pub(super) const ENTER: &str = "enter";

/// Is this process one of those inside, it is that to its end. It is asked before there is a thread: only then a process may change its
/// namespaces.
pub(in crate::command) fn inside() -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next()? != INSIDE {
        return None;
    }
    let part = arguments.next()?;
    if part == KEEP {
        Some(keeper::keep())
    } else {
        (part == ENTER).then(|| entering::enter(&arguments.collect::<Vec<_>>()))
    }
}
