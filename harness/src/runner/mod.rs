//! Replays scenarios over HTTP and says what happened, as events. Knows no terminal.
//!
//! | file | concept |
//! | --- | --- |
//! | `pool` | scenarios side by side, results in order |
//! | `target` | an emulator of a scenario's own, or an address given |
//! | `replay` | one scenario: its steps, its saved values and callers |
//! | `request` | from a step to an HTTP request, by the style of the product |
//! | `sign` | the signature on it |
//! | `client` | sends it |
//! | `answer` | what came back |
//! | `judge` | the answer against what the step expects |
//! | `event` | what is told to reports |

mod answer;
mod client;
mod event;
mod judge;
mod pool;
mod replay;
mod request;
mod sign;
mod target;
mod xml;

pub use answer::Answer;
pub use client::{Client, TransportError};
pub use event::{Event, Failure, Finished, Outcome, StepFailure, Summary};
pub use judge::Difference;
pub use pool::{Plan, run};
pub use request::Request;
pub use target::{Owner, Target};
