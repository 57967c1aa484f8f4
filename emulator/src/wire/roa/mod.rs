//! ROA: the operation named by method and path, parameters in path, query and JSON.

mod read;

pub(super) use read::members;
pub(crate) use read::{Named, read};
