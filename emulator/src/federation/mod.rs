//! What identity providers sign, and how it is checked: the JSON web tokens of OIDC, and the assertions of SAML.
//!
//! Nothing here knows of the cloud, its clock or its error codes, and nothing is fetched: keys are handed in.

mod jwk;
mod jwt;
mod key;
mod saml;
mod xml;

pub(crate) use jwk::JsonWebKey;
pub use jwk::{JwksError, KeySet};
pub(crate) use jwt::{Malformed, Token};
pub(crate) use saml::{Assertion, Metadata};
