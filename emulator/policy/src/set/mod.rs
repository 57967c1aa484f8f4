//! Compiled policy sets: the statements of all policies of one type that apply to a principal or a resource.

mod compiled;
mod index;
mod table;

pub(crate) use compiled::Hit;
pub use compiled::{Attachment, Policy, PolicyRef, PolicySet, PolicyType};
