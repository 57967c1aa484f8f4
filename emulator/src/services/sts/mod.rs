//! STS, 2015-04-01: sessions of roles, and who am I.

mod assume_role;
mod caller_identity;
mod federated;
mod oidc;
mod parameters;
mod saml;
mod session;
mod table;

pub use table::{STS, table};
