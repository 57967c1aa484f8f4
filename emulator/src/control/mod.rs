//! The emulator's own surface under `/_acslab/`: health, fresh accounts, the authorization state, decisions, the clock, system policies, and what a cloud would
//! fetch from elsewhere.

mod access_keys;
mod accounts;
mod body;
mod checkpoints;
mod circumstances;
mod console;
mod decisions;
mod elsewhere;
mod environment;
mod extension;
mod fixes;
mod guard;
mod instance;
mod issuers;
mod latencies;
mod metrics;
mod own;
pub(crate) mod people;
mod policies;
mod quotas;
mod role_sessions;
mod routes;
mod sessions;
pub mod state;
mod stream;
mod surface;
mod system_policies;
mod workspace_roles;

pub(crate) use console::Console;
pub use console::ConsoleFile;
pub use environment::{ProgramKey, environment, environment_for};
pub use extension::Extension;
pub use guard::ControlPeers;
pub(crate) use guard::Guard;
pub(crate) use surface::problem;
pub(crate) use surface::{Control, callback_key, is_for, is_stream};
use surface::{PREFIX, account_named, reply};
