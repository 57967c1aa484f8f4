//! OSS: buckets, their tags and ACLs, objects.
//!
//! Who may do what is asked like everywhere: rows of the table, policies, the engine. An ACL takes part as a policy of the
//! bucket (`describe`); the tags of a bucket are read at each request.
//!
//! A service inside the cloud keeps its files here like everybody: it makes an
//! [`HttpRequest::inside`](crate::gateway::HttpRequest), path-style or with a host, and hands it to
//! [`Gateway::call_inside`](crate::gateway::Gateway) with the role's session that it works as. What the role may not do fails with
//! `AccessDenied` and its detail, a bucket that is not there with `NoSuchBucket`, an owner whose OSS is closed with `UserDisable`.

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
mod page;
mod range;
mod refusal;
mod resource_group;
mod service;
mod table;
mod tagging;
mod unset;
mod uploads;
mod view;
mod xml;

pub(crate) use error::{invalid_argument, malformed_xml, method_not_allowed, not_implemented};
pub use missing::TABLE as MISSING;
pub(crate) use refusal::refusal;
pub use resource_group::TABLE as RESOURCE_GROUP;
pub use table::{OSS, TABLE};
pub use unset::TABLE as UNSET;

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Method;

    use crate::cloud::{Clock, Cloud, Service};
    use crate::gateway::{Body, Caller, Gateway, HttpRequest};
    use crate::signature::{OrderedQuery, query::pe_path};

    #[test]
    fn services_inside_the_cloud_are_asked_like_everybody() {
        let clock = Clock::fixed("2026-01-02T03:04:05Z".parse().unwrap());
        let gateway = Gateway::new(Cloud::new(clock, 0, None));
        let owners = ["1234567890123456", "6543210987654321"].map(|id| {
            gateway.cloud.open_account(id, id).unwrap();
            gateway.cloud.account(id).unwrap()
        });
        let call = |owner: usize, method: Method, key: &str, body: &'static str| {
            let path = pe_path(&format!("/my-bucket/{key}"));
            let body = Bytes::from_static(body.as_bytes());
            let request = HttpRequest::inside(method, path, OrderedQuery::default(), body);
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
        let Body::Payload(_, content) = call(0, Method::GET, key, "").unwrap().body else { panic!("no content") };
        assert_eq!(content.to_bytes(), "x");
        assert_eq!(code(1, Method::GET, key, ""), "AccessDenied");
    }
}
