//! PAI: workspaces and LangStudio.

use crate::gateway::Operation;

/// The operations.
pub static TABLE: &[Operation] = &[];
