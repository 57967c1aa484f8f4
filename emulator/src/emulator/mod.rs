//! What an embedder sees: a builder, and the handle of what it started.

mod builder;
mod handle;
mod site;

pub use builder::{Builder, Emulator, StartError};
pub use handle::{EmulatorHandle, HandleError, Key};
