//! Service activation: opening OSS, SLS, OpenTelemetry, VPC, PAI and DataWorks for an account.

use crate::gateway::Operation;

/// The operations.
pub static TABLE: &[Operation] = &[];
