//! Resource directories: a management account, its folders, its member accounts, and the control policies that bind them.
//!
//! A directory belongs to the account that enabled it. All directories lie behind one lock: they change rarely, and whether
//! an account is in one must be known on every request.

mod all;
mod control_policy;
mod delegation;
mod deletion;
mod error;
mod folder;
mod handshake;
mod member;
mod one;
mod saved;
#[cfg(test)]
mod tests;

pub use all::ResourceDirectories;
pub use control_policy::{ControlPolicy, Target, TargetKind};
pub use delegation::Delegation;
pub use deletion::Deletion;
pub use error::ResourceDirectoryError;
use error::Result;
pub use folder::Folder;
pub use handshake::{Handshake, HandshakeStatus, Invited};
pub use member::{JoinMethod, Member, MemberStatus, MemberType};
pub use one::ResourceDirectory;
