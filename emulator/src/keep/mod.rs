//! States that are kept: the last one in a folder, and those that somebody gave a name.

mod checkpoints;
mod error;
mod folder;
mod keeper;
mod whole_file;

pub(crate) use checkpoints::Checkpoint;
pub use error::KeepError;
pub(crate) use keeper::{Keeper, Saver};
