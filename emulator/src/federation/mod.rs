//! What identity providers sign, and how it is checked: JSON web tokens of OIDC.
//!
//! Nothing here knows of the cloud, its clock or its error codes, and nothing is fetched: keys are handed in.

mod jwk;
mod jwt;
mod key;

pub(crate) use jwk::JsonWebKey;
pub use jwk::{JwksError, KeySet};
pub(crate) use jwt::{Malformed, Token};
