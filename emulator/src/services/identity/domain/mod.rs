//! What the operations on identities do, a file a family, for whichever face asks. Nothing here reads a parameter or shapes an
//! answer: who asks, when, and in whose account is the call's; what is asked for is said in arguments.
//!
//! The rules of the state itself (what is unique, what may be deleted, how many there may be) are [`crate::cloud`]'s.

pub(crate) mod attachments;
mod errors;
pub(crate) mod groups;
pub(crate) mod keys;
pub(crate) mod linked_roles;
pub(crate) mod login_profiles;
pub(crate) mod members;
pub(crate) mod mfa;
pub(crate) mod policies;
pub(crate) mod providers;
mod qr_code;
pub(crate) mod reports;
pub(crate) mod resource_directory;
pub(crate) mod resource_groups;
pub(crate) mod roles;
pub(crate) mod settings;
pub(crate) mod tags;
pub(crate) mod users;
