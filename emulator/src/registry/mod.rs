//! The registry: the operations there are, as values, found by what a request names. What it costs to find one does not grow with
//! how many there are.

mod build;
mod catalogued;
mod file;
mod lookup;
mod yaml;

pub use build::{Clash, Registry};
pub use file::FileError;
pub(crate) use lookup::Found;
pub(crate) use yaml::as_json as yaml_as_json;
