//! The search part of a query: `error and level: warn* not (host: a or status in [400 499])`.
//!
//! Source page: "Search syntax" of Simple Log Service.

mod index;
mod matching;
mod read;
mod tree;

pub(super) use index::Index;
pub(super) use matching::Fields;
pub(super) use tree::Query;
