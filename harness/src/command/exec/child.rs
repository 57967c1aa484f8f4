//! The program itself: it gets the signals that are meant for it, and its end is ours.

use std::ffi::{OsStr, OsString};
use std::io;
use std::process::ExitStatus;

use super::error::ExecError;
use super::network::{Network, Started, start};
#[cfg(unix)]
use super::signals;
use crate::client::Environment;
use crate::words::io_reason;

/// Runs a program to its end, in this environment, in a network of its own or in this machine's.
pub(super) fn run(
    command: &[OsString],
    environment: &Environment,
    network: Option<&Network>,
) -> Result<ExitStatus, ExecError> {
    let (program, arguments) = command.split_first().map_or((OsStr::new(""), &[][..]), |(first, rest)| (first, rest));
    let trouble = |error: &io::Error| ExecError::Program {
        program: program.to_string_lossy().into_owned(),
        why: match error.kind() {
            io::ErrorKind::NotFound => "there is no such program".to_owned(),
            _ => io_reason(error),
        },
        not_there: error.kind() == io::ErrorKind::NotFound,
    };
    let signals = signals::Signals::caught().map_err(|error| trouble(&error))?;
    let mut child = match start(network, program, arguments, environment) {
        Started::Yes(child) => child,
        Started::NotRun(error) => return Err(trouble(&error)),
        Started::NotIsolated(why) => return Err(ExecError::NotIsolated(why)),
    };
    let passing = signals.pass_on(&child);
    // Its number is its own until somebody waits for it: no signal goes to whoever has it next.
    #[cfg(unix)]
    has_ended(&child);
    #[cfg(unix)]
    passing.end();
    let ended = child.wait().map_err(|error| trouble(&error));
    #[cfg(not(unix))]
    passing.end();
    ended
}

/// Waits until it has ended, and leaves its number as it is.
#[cfg(unix)]
fn has_ended(child: &std::process::Child) {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) else { return };
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    while matches!(waitid(WaitId::Pid(pid), options), Err(rustix::io::Errno::INTR)) {}
}

/// The exit code of whoever ends as a program did.
pub(super) fn code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return u8::try_from(128 + signal).unwrap_or(u8::MAX);
    }
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

#[cfg(not(unix))]
mod signals {
    use std::io;
    use std::process::Child;

    /// Where there are no signals, what is typed reaches the program by itself.
    pub(super) struct Signals;
    pub(super) struct Passing;

    impl Signals {
        pub(super) fn caught() -> io::Result<Self> {
            Ok(Self)
        }

        pub(super) fn pass_on(self, _: &Child) -> Passing {
            Passing
        }
    }

    impl Passing {
        pub(super) fn end(self) {}
    }
}
