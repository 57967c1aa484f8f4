//! The protocol of Function Compute 2.0: the version in the path, JSON, signatures and errors of its own.

mod claim;
mod errors;
mod host;
mod read;
mod respond;

pub(crate) use claim::claim;
pub(super) use errors::body_fault;
pub(crate) use errors::{malformed, not_supported};
pub(super) use host::is_host;
pub(crate) use read::{Named, read};
pub(super) use respond::{answer, failure};
