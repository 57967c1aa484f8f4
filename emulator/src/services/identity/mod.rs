//! Identity: who there is and what is attached to whom, behind four faces: RAM, IMS, ResourceManager and ResourceDirectoryMaster.
//!
//! The faces are tables: what an operation needs, the parameters it reads, the shape of its answer. What it does is in
//! [`domain`], once for all of them; no face knows another. What they read alike is in [`parameters`], what they show alike in
//! [`answers`], and the operations that two of them have word for word in [`twins`], those on the resource directory in
//! [`resource_directory`].

pub(crate) mod answers;
pub(crate) mod arns;
pub(crate) mod conditions;
pub(crate) mod domain;
pub mod ims;
mod locate;
pub(crate) mod parameters;
pub mod ram;
pub(crate) mod resource_directory;
pub mod resource_directory_master;
pub mod resource_manager;
pub(crate) mod twins;
