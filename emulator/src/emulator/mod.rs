//! What an embedder sees: a builder, the handle of what it started, and what answers without a server.

mod authority;
mod builder;
mod grouped;
mod handle;
mod site;

pub use authority::{Authority, Keys, NotAsked};
pub use builder::{Builder, Emulator, StartError};
pub use handle::{EmulatorHandle, HandleError, Key};
