//! RAM over HTTP, family by family.

#[path = "../kit/mod.rs"]
mod kit;

mod attachments;
mod groups;
mod keys;
mod policies;
mod roles;
mod users;
