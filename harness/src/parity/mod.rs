//! Scenarios against the real cloud, step by step beside the emulator: how a user proves us wrong.
//!
//! | file | concept |
//! | --- | --- |
//! | `profile` | whose key: a profile of the `aliyun` CLI |
//! | `names` | the names of a run, and how a scenario comes to them |
//! | `effect` | what an operation does to an account, and what takes it back |
//! | `plan` | what a run will do, before it does it |
//! | `journal` | what was made, kept in a file until it is gone |
//! | `guard` | what may be sent, and nothing else |
//! | `remove` | takes back what was made, the latest first |
//! | `pace` | how fast, and what is sent again |
//! | `play` | a scenario at one place: here, or there |
//! | `redact` | what differs from one cloud to another, put the same |
//! | `compare` | two answers to one call |
//! | `run` | all of it |
//! | `report` | what was found, for people and as a file |

mod compare;
mod effect;
mod guard;
mod journal;
mod names;
mod pace;
mod plan;
mod play;
mod profile;
mod redact;
mod remove;
mod report;
mod run;

pub use compare::{Difference, Kind};
pub use names::RunId;
pub use pace::Pace;
pub use plan::{NotPlayed, Plan};
pub use profile::{Profile, ProfileError};
pub use report::{Compared, OperationSeen, Report, Step};
pub use run::{Cleaned, Options, RealError, Session, clean};
