//! The protocol of Simple Log Service: the project in the host, JSON, `LOG` and `SLS4-HMAC-SHA256` signatures.

mod claim;
mod errors;
mod host;
mod read;
mod respond;

pub(crate) use claim::claim;
pub(super) use errors::body_fault;
pub(crate) use errors::{invalid, malformed, no_such_operation, unauthorized};
pub(super) use host::is_host;
pub(crate) use read::{Named, VERSION_HEADER, read};
pub(super) use respond::{answer, failure};
