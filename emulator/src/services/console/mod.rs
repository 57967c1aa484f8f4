//! What the console does and no public operation offers: Quick Authorization.

use crate::gateway::Operation;

/// The operations.
pub static TABLE: &[Operation] = &[];
