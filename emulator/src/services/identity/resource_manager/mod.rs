//! ResourceManager, 2020-03-31: resource groups, policies at resource-group scope, the resource directory with its folders and
//! members, control policies, and the twins of RAM's operations on roles and policies.
//!
//! A file a family, each with its table of operations, what they read and what they show. Those on the resource directory are
//! shared with ResourceDirectoryMaster.

pub mod attachments;
pub mod directory;
mod errors;
pub mod groups;
pub mod linked_roles;
pub mod policies;
mod product;
pub mod resources;
pub mod roles;
mod words;

pub use product::RESOURCE_MANAGER;
