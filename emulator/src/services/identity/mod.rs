//! Identity: who there is and what is attached to whom, behind three faces: RAM, IMS and ResourceManager.

pub(crate) mod flat_tags;
pub mod ims;
mod locate;
pub mod ram;
pub mod resource_manager;
