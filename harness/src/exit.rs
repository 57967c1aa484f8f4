//! How the `acslab` command ends: one exit code for each class of outcome.

use std::process::ExitCode;

/// The outcome of a command, by its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: what was asked about holds; the command did what it was asked.
    Holds = 0,
    /// 1: it does not hold: a scenario, a snapshot, a case or a policy differs.
    Differs = 1,
    /// 2: the input is wrong: command line, file, path, address. Nothing was done, or not to its end.
    BadInput = 2,
    /// 3: nothing was selected: there is nothing to say whether it holds.
    Nothing = 3,
    /// 4: interrupted; every file is whole.
    Interrupted = 4,
    /// 70: a fault of acslab itself.
    Fault = 70,
}

impl Exit {
    /// The first of two that is not `Holds`.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if self == Self::Holds { other } else { self }
    }

    /// `Holds` if it does, else `Differs`.
    pub fn held(holds: bool) -> Self {
        if holds { Self::Holds } else { Self::Differs }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
