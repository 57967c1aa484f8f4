//! OSS: buckets, their tags and ACLs, objects.
//!
//! Who may do what is asked like everywhere: rows of the table, policies, the engine. An ACL takes part as a policy of the
//! bucket ([`describe`]); the tags of a bucket are read at each request.

mod acl;
mod bucket;
mod conditions;
mod copy;
mod delete;
mod describe;
mod error;
mod listing;
mod missing;
mod multipart;
mod name;
mod object;
mod range;
mod refusal;
mod service;
mod table;
mod tagging;
mod view;
mod xml;

use bytes::Bytes;
use http::Method;

pub(crate) use error::{invalid_argument, method_not_allowed, not_implemented};
pub use missing::TABLE as MISSING;
pub(crate) use refusal::refusal;
pub use table::{OSS, TABLE};

use crate::gateway::HttpRequest;
use crate::signature::{OrderedQuery, OssResource, query::pe_path};

/// The request with which a service inside the cloud reads, writes or deletes an object, as the caller that
/// [`Gateway::call_inside`](crate::gateway::Gateway) is given; what that caller may not do fails.
///
/// ```text
/// let caller = sts::assume_as_service(call, "pai.aliyuncs.com", role, session)?;
/// let request = oss::object_request(Method::PUT, "my-bucket", "flows/a/flow.yaml", bytes);
/// call.gateway.call_inside(&request, caller, &call.region)?;
/// ```
///
/// A refusal is an `AccessDenied` with its [`AccessDenied`](crate::gateway::AccessDenied) detail, a bucket that is not there a
/// `NoSuchBucket`, an owner whose OSS is closed a `UserDisable`. Headers, such as a content type, may be added to the request.
#[cfg_attr(not(test), expect(dead_code, reason = "for the services that keep their files in OSS"))]
pub(crate) fn object_request(method: Method, bucket: &str, key: &str, body: Bytes) -> HttpRequest {
    let path = pe_path(&OssResource { bucket: Some(bucket), key }.path());
    HttpRequest::inside(method, path, OrderedQuery::default(), body)
}
