//! Identity: who there is and what is attached to whom, behind three faces: RAM, IMS and ResourceManager.
//!
//! The faces are tables: what an operation needs, the parameters it reads, the shape of its answer. What it does is in
//! [`domain`], once for all of them; no face knows another. What they read alike is in [`parameters`], what they show alike in
//! [`answers`], and the operations that two of them have word for word in [`twins`].

pub(crate) mod answers;
pub(crate) mod arns;
pub(crate) mod conditions;
pub(crate) mod domain;
pub mod ims;
mod locate;
pub(crate) mod parameters;
pub mod ram;
pub mod resource_manager;
pub(crate) mod twins;
