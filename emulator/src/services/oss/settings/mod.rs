//! The settings of a bucket that are put, given back as they were put, and deleted, at a sub-resource each.

mod cors;
mod encryption;
mod hidden;
mod lifecycle;
mod logging;
mod objects;
mod overlaps;
mod qos;
pub(super) mod schema;
mod setting;
mod simple;
mod website;

pub(super) use cors::{besides, preflight};
pub(super) use hidden::hide;
pub(super) use lifecycle::LONGEST_ID;
pub use setting::table;
