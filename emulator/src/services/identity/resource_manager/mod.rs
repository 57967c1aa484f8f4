//! ResourceManager, 2020-03-31: resource groups, policies at resource-group scope, the resource directory with its folders and
//! members, control policies, and the twins of RAM's operations on roles and policies.
//!
//! A file a family, each with its table of operations, what they read and what they show.

pub mod accounts;
pub mod attachments;
pub mod control_policies;
pub mod delegation;
pub mod directory;
mod errors;
pub mod folders;
pub mod groups;
pub mod linked_roles;
pub mod policies;
mod product;
pub mod resources;
pub mod roles;
pub mod tags;
mod words;

pub use product::RESOURCE_MANAGER;
