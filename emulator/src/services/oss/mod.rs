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
pub(crate) fn object_request(method: Method, bucket: &str, key: &str, body: Bytes) -> HttpRequest {
    let path = pe_path(&OssResource { bucket: Some(bucket), key }.path());
    HttpRequest::inside(method, path, OrderedQuery::default(), body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::{Clock, Cloud, Service, SystemPolicies};
    use crate::gateway::{Body, Caller, Gateway};

    #[test]
    fn services_inside_the_cloud_are_asked_like_everybody() {
        let clock = Clock::fixed("2026-01-02T03:04:05Z".parse().unwrap());
        let gateway = Gateway::new(Cloud::new(clock, 0, SystemPolicies::shipped()));
        let owners = ["1234567890123456", "6543210987654321"].map(|id| {
            gateway.cloud.open_account(id, id);
            gateway.cloud.account(id).unwrap()
        });
        let call = |owner: usize, method: Method, key: &str, body: &'static str| {
            let request = object_request(method, "my-bucket", key, Bytes::from_static(body.as_bytes()));
            gateway.call_inside(&request, Caller::Owner(owners[owner].clone()), "cn-beijing")
        };
        let code = |owner, method, key, body| call(owner, method, key, body).unwrap_err().code().to_owned();
        let key = "flows/a b/流.yaml";
        assert_eq!(code(0, Method::PUT, key, "x"), "UserDisable");
        for owner in &owners {
            owner.activations.write().open(Service::Oss, gateway.cloud.clock.now());
        }
        assert_eq!(code(0, Method::PUT, key, "x"), "NoSuchBucket");
        // The bucket is made where the caller is.
        call(0, Method::PUT, "", "").unwrap();
        assert_eq!(
            gateway.cloud.buckets.read("my-bucket", |bucket| bucket.region.clone()).as_deref(),
            Some("cn-beijing")
        );
        call(0, Method::PUT, key, "x").unwrap();
        let Body::Bytes(_, content) = call(0, Method::GET, key, "").unwrap().body else { panic!("no content") };
        assert_eq!(content, "x");
        assert_eq!(code(1, Method::GET, key, ""), "AccessDenied");
    }
}
