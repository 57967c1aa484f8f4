//! OSS's own protocol: the bucket in the host or the path, sub-resources, XML.

mod address;
mod claim;
mod errors;
mod respond;
mod sub_resource;

pub use address::ObjectAddress;
pub(crate) use address::{Addressed, address, endpoint_region, is_host, is_host_of_bucket};
pub(crate) use claim::{check_region, claim};
pub(super) use errors::body_fault;
pub(crate) use errors::{invalid_argument, invalid_uri, malformed_xml, method_not_allowed};
pub(super) use respond::{error_headers, failure};
pub(crate) use sub_resource::asks_for_more;
