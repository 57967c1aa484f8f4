//! `acslab exec`
//!
//! | file | what it is |
//! | --- | --- |
//! | `executing` | the options, and a cloud around a program from its start to its end |
//! | `environment` | the variables that lead a program's clients to the cloud |
//! | `trust` | what a program trusts: the system's authorities and the local one, for each family of clients |
//! | `child` | the program itself, and how it ended |
//! | `network` | whether the program has a network of its own |
//! | `isolated` | a network of the program's own, where it can be had |
//! | `signals`, `canary` | which signals are passed on to it, and how those to the whole group are told from others |
//! | `told` | what is told at the end |
//! | `who` | whom the program runs as |
//! | `error` | why nothing is run |

#[cfg(unix)]
mod canary;
mod child;
mod environment;
mod error;
mod executing;
#[cfg(target_os = "linux")]
mod isolated;
mod network;
#[cfg(unix)]
mod signals;
mod told;
mod trust;
mod who;

pub(super) use executing::Exec;
#[cfg(target_os = "linux")]
pub(super) use isolated::inside;
