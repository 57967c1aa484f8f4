//! `acslab exec`
//!
//! | file | what it is |
//! | --- | --- |
//! | `executing` | the options, and a cloud around a program from its start to its end |
//! | `environment` | the variables that lead a program's clients to the cloud |
//! | `trust` | what a program trusts: the system's authorities and the local one, for each family of clients |
//! | `child` | the program itself: signals, and how it ended |
//! | `told` | what is told at the end |
//! | `who` | whom the program runs as |
//! | `error` | why nothing is run |

mod child;
mod environment;
mod error;
mod executing;
mod told;
mod trust;
mod who;

pub(super) use executing::Exec;
