//! The catalogue: the published operations of every product, as data that is packed into the program.
//!
//! Nothing is unpacked until it is asked for: an index says in which product an operation is and where, the product is unpacked
//! and kept for a while, and only the operation's own line is read.

mod answer;
mod entry;
mod frame;
mod hosts;
mod key;
mod names;
mod notation;
mod packed;
mod product;
mod purpose;
mod roles;
mod row;
mod template;

pub(crate) use answer::answer;
pub(crate) use hosts::host;
pub(crate) use names::{Line, Place, entries, line, lines_asking, lines_of, named, with_paths};
pub use names::{actions, summary};
pub(crate) use packed::has_version;
#[cfg(test)]
pub(crate) use packed::products;
pub(crate) use purpose::{Purpose, purposes};
pub(crate) use row::{operation_of, route_of};

#[cfg(test)]
mod tests;
