//! The steps of a scenario, a kind a file.

mod act;
mod call;
mod checkpoint;
mod circumstances;
mod control;
mod duration;
mod http;
pub(super) mod include;
mod kind;
pub(super) mod permissions;
mod program;
mod repeat;
mod system_policies;
mod table;

pub use act::{Act, Deed};
pub use call::{Call, Signing};
pub use checkpoint::Checkpoint;
pub use circumstances::Circumstances;
pub use control::Control;
pub use http::Http;
pub use kind::{Step, StepKind};
pub use permissions::{Moved, Row, Whose};
pub use program::Program;
pub use repeat::Repeat;
pub use system_policies::{PolicyVersion, SystemPolicies};

pub(super) use call::operation;
pub(super) use circumstances::{address, boolean};
pub(super) use duration::read as duration;
#[cfg(test)]
pub(super) use kind::FIELDS;
