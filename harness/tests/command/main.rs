//! The real command in a folder of its own: what it prints, what it writes, how it ends.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

mod broken;
mod container;
mod endpoint;
mod failures;
mod guard;
mod judged;
mod lab;
mod language;
mod members;
mod output;
mod programs;
mod running;
mod state;
mod states;
mod system_policies;
mod tables;
mod ways;
