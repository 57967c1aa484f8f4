//! The services: one folder each, with its table of operations and their handlers.

pub mod activation;
pub(crate) mod common;
pub mod console;
pub mod identity;
pub mod oss;
pub mod pai;
pub(crate) mod records;
pub mod sls;
pub mod sts;
mod tables;

pub use tables::{operations, published, published_asking, published_of, published_performed, registry};
