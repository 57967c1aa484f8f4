//! RAM, 2015-05-01: users, user groups, access keys, roles, policies and attachments.
//!
//! A file a family, each with its table of operations, what they read and what they show.

pub mod attachments;
pub mod diagnostics;
pub mod groups;
pub mod keys;
pub mod linked_roles;
pub mod login_profiles;
pub mod mfa;
mod pass_role;
pub mod policies;
mod product;
pub mod roles;
pub mod settings;
pub mod tags;
pub mod users;
mod words;

pub use pass_role::pass_role;
pub use product::RAM;
