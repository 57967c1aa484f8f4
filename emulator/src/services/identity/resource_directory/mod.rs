//! The operations on the resource directory, as ResourceManager and ResourceDirectoryMaster have them word for word.
//!
//! A file a family: rows for whichever of the two asks, what they read and what they show.

pub(crate) mod accounts;
mod control_policies;
mod delegation;
mod deletion;
pub(crate) mod directory;
mod folders;
mod handshakes;
pub(crate) mod payers;
mod rows;
pub(crate) mod tags;
pub(crate) mod words;

pub(crate) use rows::rows;
