//! The emulator's own surface under `/_acslab/`: health, fresh accounts, the authorization state, decisions, the clock, system policies, and what a cloud would
//! fetch from elsewhere.

mod accounts;
mod checkpoints;
mod decisions;
mod environment;
mod guard;
mod instance;
mod issuers;
mod latencies;
mod metrics;
pub(crate) mod people;
mod quotas;
mod role_sessions;
pub mod state;
mod surface;
mod system_policies;
mod workspace_roles;

pub use environment::environment;
pub use guard::ControlPeers;
pub(crate) use guard::Guard;
pub(crate) use surface::{Control, callback_key, is_for};
use surface::{problem, reply};
