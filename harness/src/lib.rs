//! acslab's harness: replays onboarding flows from scenario files against a local Alibaba Cloud, and
//! compares the authorization state that they leave with stored snapshots.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`scenario`] | reads scenario files, with a place for every mistake |
//! | [`client`] | signs, sends, reads |
//! | [`runner`] | replays them over HTTP and tells what happens, as events |
//! | [`state`] | asks for the authorization state and renders it |
//! | [`snapshot`] | keeps the states as insta's files |
//! | [`report`] | turns events into text for people and machines |
//! | [`ask`] | who may do what of a state |
//! | [`authorization`] | authorization states in folders |
//! | [`explain`] | from whatever somebody has of a refusal to what it means |
//! | [`paths`] | who can become or grant whom |
//! | [`parity`] | plays scenarios against the real cloud, and says where the emulator differs |
//! | [`prove`] | invariants over all requests |
//! | [`record`] | scenarios made of something else |
//! | [`import`] | makes one of what people have |
//! | [`suggest`] | the smallest policies that allow what was called |
//! | [`coverage`] | what of the policies scenarios reach |
//! | [`mutation`] | whether scenarios notice a change of the policies |
//! | [`simulate`] | asks the policy engine without a server |
//! | [`course`] | lessons, and the desk that a learner sits at |
//! | [`command`] | the `acslab` command |
//!
//! Scenarios can also be run from a Rust test:
//!
//! ```no_run
//! use acslab::{runner, scenario, snapshot::Mode};
//!
//! let loaded = scenario::load(&["scenarios".into()]).unwrap();
//! let plan = runner::Plan { jobs: 2, mode: Mode::Check, ..runner::Plan::default() };
//! let summary = runner::run(&loaded.scenarios, &plan, &mut |_| ());
//! assert_eq!(summary.failed, 0);
//! ```

pub mod ask;
pub mod authorization;
pub mod catalogue;
pub mod client;
pub mod command;
mod console;
pub mod course;
pub mod coverage;
pub mod exit;
pub mod explain;
mod files;
mod forms;
mod home;
pub mod import;
pub mod mutation;
mod page;
pub mod parity;
pub mod paths;
pub mod prove;
pub mod record;
pub mod report;
pub mod runner;
pub mod scenario;
pub mod simulate;
pub mod snapshot;
mod source;
pub mod state;
pub mod suggest;
pub mod words;
mod written;
