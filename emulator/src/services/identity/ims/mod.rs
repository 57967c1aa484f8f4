//! IMS, 2019-08-15: RAM's users, groups, keys, MFA devices and settings by principal name, and the identity providers.
//!
//! Every right has two names, IMS's own and RAM's: an Allow for one suffices, a Deny of either denies (both are published;
//! INFERRED: that they combine so).

pub mod account;
pub mod groups;
pub mod keys;
pub mod login_profiles;
pub mod mfa;
pub mod oidc;
pub mod preferences;
mod product;
pub mod recycle_bin;
mod rights;
pub mod saml;
pub mod tags;
pub mod users;
mod who;
mod words;

pub use product::IMS;
