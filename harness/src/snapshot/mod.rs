//! Snapshots: the authorization state that each scenario leaves, one file each in insta's format.
//!
//! A scenario `scenarios/langstudio/owner-authorizes.yaml` has its snapshot in
//! `snapshots/langstudio__owner-authorizes.snap`, beside the folder `scenarios`. A run that finds a
//! different state leaves it next to it as `.snap.new`, until a person accepts or rejects it, with
//! `acslab snapshots` or with `cargo insta review`.

mod file;
mod name;
mod store;

pub use file::Snapshot;
pub use name::{folder_of, scenario_name, source_of};
pub use store::{Mode, Pending, Store, Verdict};
