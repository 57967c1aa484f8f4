//! Replays scenarios over HTTP and says what happened, as events. Knows no terminal.
//!
//! | file | concept |
//! | --- | --- |
//! | `pool` | scenarios side by side, results in order |
//! | `target` | an emulator of a scenario's own, or an address given |
//! | `replay` | one scenario: its steps, its saved values and callers |
//! | `act`, `http`, `program`, `control`, `checkpoint`, `system_policies` | a kind of step each |
//! | `stage` | a scenario that somebody goes through by hand |
//! | `task` | a lesson's task: whether it is done |
//! | `judge` | the answer against what the step expects |
//! | `hooks` | who else looks on |
//! | `interrupt` | the run ends early |
//! | `left` | what a program left running |
//! | `decision` | what the policies said to a request |
//! | `event` | what is told to reports |
//! | `recording` | one scenario with all that happened in each step, to be looked at |

mod act;
mod checkpoint;
mod control;
mod decision;
mod event;
mod hooks;
mod http;
mod interrupt;
mod judge;
mod left;
mod permissions;
mod pool;
mod program;
mod recording;
mod replay;
mod stage;
mod system_policies;
mod target;
mod task;

pub use decision::{Decision, SettledBy};
pub use event::{Case, Event, Failure, Finished, Note, Outcome, Stepped, Summary, Trouble};
pub use hooks::{Hooks, Place, Sent};
pub use interrupt::{interrupt, is_set as is_interrupted};
pub use judge::Difference;
pub use permissions::Shift;
pub use pool::{Plan, Played, play_one, run};
pub use recording::record;
pub use replay::{left_by, play};
pub use stage::{Done, Stage};
pub use target::{Owner, Target, begin};
pub use task::Judged;
