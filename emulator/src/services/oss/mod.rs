//! OSS: buckets, their tags and ACLs, objects.
//!
//! Who may do what is asked like everywhere: rows of the table, policies, the engine. An ACL takes part as a policy of the
//! bucket (`describe`); the tags of a bucket are read at each request.
//!
//! A service inside the cloud keeps its files here like everybody: it makes an
//! [`HttpRequest::inside`](crate::gateway::HttpRequest), path-style or with a host, and hands it to
//! [`Call::call_inside`](crate::gateway::Call) with the role's session that it works as. What the role may not do fails with
//! `AccessDenied` and its detail, a bucket that is not there with `NoSuchBucket`, an owner whose OSS is closed with `UserDisable`.

mod acl;
mod bucket;
mod conditions;
mod copy;
mod delete;
mod describe;
mod error;
mod listing;
mod locate;
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

pub use missing::table as missing;
pub use resource_group::table as resource_group;
pub use table::{OSS, table};
pub use unset::table as unset;

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Method;

    use crate::cloud::{Clock, Cloud, Service};
    use crate::gateway::{Body, Caller, Gateway, HttpRequest};
    use crate::operation::Inside;
    use crate::services::registry;
    use crate::signature::{OrderedQuery, query::pe_path};

    #[test]
    fn services_inside_the_cloud_are_asked_like_everybody() {
        let clock = Clock::fixed("2026-01-02T03:04:05Z".parse().unwrap());
        let gateway = Gateway::new(Cloud::new(clock, 0, None), registry());
        let cloud = gateway.cloud();
        let owners = ["1234567890123456", "6543210987654321"].map(|id| {
            cloud.open_account(id, id).unwrap();
            cloud.account(id).unwrap()
        });
        let call = |owner: usize, method: Method, key: &str, body: &'static str| {
            let path = pe_path(&format!("/my-bucket/{key}"));
            let body = Bytes::from_static(body.as_bytes());
            let request = HttpRequest::inside(method, path, OrderedQuery::default(), body);
            gateway.enter(&cloud, request, Caller::Owner(owners[owner].clone()), "cn-beijing")
        };
        let code = |owner, method, key, body| call(owner, method, key, body).unwrap_err().code().to_owned();
        let key = "flows/a b/流.yaml";
        assert_eq!(code(0, Method::PUT, key, "x"), "UserDisable");
        for owner in &owners {
            owner.activations.write().open(Service::Oss, cloud.clock.now());
        }
        assert_eq!(code(0, Method::PUT, key, "x"), "NoSuchBucket");
        // The bucket is made where the caller is.
        call(0, Method::PUT, "", "").unwrap();
        assert_eq!(cloud.buckets.read("my-bucket", |bucket| bucket.region.clone()).as_deref(), Some("cn-beijing"));
        call(0, Method::PUT, key, "x").unwrap();
        let Body::Payload(_, content) = call(0, Method::GET, key, "").unwrap().body else { panic!("no content") };
        assert_eq!(content.to_bytes(), "x");
        assert_eq!(code(1, Method::GET, key, ""), "AccessDenied");
    }
}
