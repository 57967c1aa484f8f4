//! What RPC and ROA share: the signatures and the errors of the OpenAPI gateway.

mod claim;
mod errors;
mod respond;

pub(crate) use claim::claim;
pub(crate) use errors::{action_not_found, invalid_version, malformed};
pub(in crate::wire) use errors::{body_fault, unsupported_method};
pub(crate) use respond::xml;
pub(in crate::wire) use respond::{answer, failure};
