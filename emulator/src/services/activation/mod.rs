//! Service activation: what an account opens once, by an order that costs nothing until the service is used.
//!
//! VPC stands beside the others because the same flow asks for it; it has nothing to open.

pub mod dataworks;
pub mod opentelemetry;
mod order;
pub mod oss;
pub mod sls;
