//! Steps: what a scenario does, one after another. A file a kind.
//!
//! | file | kind | what tells it |
//! | --- | --- | --- |
//! | `call` | calls an operation | `call` |
//! | `control` | asks the control surface | `role_sessions`, `advance_clock`, `workspace_roles` |
//! | `system_policies` | moves system policies to other versions | `system_policies` |

mod call;
mod control;
mod kind;
mod system_policies;

pub use call::Call;
pub(super) use call::operation;
pub use control::Control;
#[cfg(test)]
pub(super) use kind::FIELDS;
pub use kind::{Step, StepKind};
pub use system_policies::{PolicyVersion, SystemPolicies};
