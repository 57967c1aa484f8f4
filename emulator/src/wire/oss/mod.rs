//! OSS's own protocol: the bucket in the host or the path, sub-resources, XML.

mod address;
mod claim;
mod claim_errors;
mod errors;
mod host;
mod respond;
mod sub_resource;

pub use address::ObjectAddress;
pub(crate) use address::{Addressed, address};
pub(crate) use claim::{check_region, claim};
pub(crate) use claim_errors::{key_problem, v1_is_over};
pub(super) use errors::body_fault;
pub(crate) use errors::{
    LONGEST_KEY, internal, invalid_argument, invalid_object_name, invalid_uri, malformed_xml, method_not_allowed,
};
pub(crate) use host::{endpoint_region, is_accelerated, is_host, is_host_of_bucket};
pub(super) use respond::error_headers;
pub(crate) use respond::failure;
pub(crate) use sub_resource::asks_for_more;
