//! OSS as services inside the cloud use it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use http::Method;

use crate::cloud::{Clock, Cloud, Service};
use crate::gateway::{Body, Caller, Gateway, HttpRequest};
use crate::operation::{DECISIONS_BYTES, Inside};
use crate::services::registry;
use crate::signature::{OrderedQuery, Plus, query::pe_path};

#[test]
fn services_inside_the_cloud_are_asked_like_everybody() {
    let clock = Clock::fixed("2026-01-02T03:04:05Z".parse().unwrap());
    let gateway = Gateway::new(Cloud::new(clock, 0, None), registry(), DECISIONS_BYTES);
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
    assert_eq!(content.to_bytes().unwrap(), "x");
    assert_eq!(code(1, Method::GET, key, ""), "AccessDenied");
}

#[test]
fn a_bucket_is_looked_up_once_for_deciding_and_once_for_what_is_done() {
    let clock = Clock::fixed("2026-01-02T03:04:05Z".parse().unwrap());
    let gateway = Gateway::new(Cloud::new(clock, 0, None), registry(), DECISIONS_BYTES);
    let cloud = gateway.cloud();
    cloud.open_account("one", "1234567890123456").unwrap();
    let owner = cloud.account("1234567890123456").unwrap();
    owner.activations.write().open(Service::Oss, cloud.clock.now());
    let lookups = |method: Method, path: &str, query: &str, headers: &[(&'static str, &'static str)]| {
        let query = OrderedQuery::parse(query, Plus::Space).unwrap();
        let mut request = HttpRequest::inside(method, path.to_owned(), query, Bytes::new());
        for (name, value) in headers {
            request.headers.insert(*name, value.parse().unwrap());
        }
        let before = cloud.buckets.lookups.load(Ordering::Relaxed);
        gateway.enter(&cloud, request, Caller::Owner(Arc::clone(&owner)), "cn-hangzhou").unwrap();
        cloud.buckets.lookups.load(Ordering::Relaxed) - before
    };
    lookups(Method::PUT, "/bucket", "", &[]);
    assert_eq!(lookups(Method::PUT, "/bucket/key", "", &[]), 2);
    assert_eq!(lookups(Method::PUT, "/bucket/key", "", &[("x-oss-storage-class", "IA")]), 2);
    assert_eq!(lookups(Method::GET, "/bucket/key", "", &[]), 2);
    assert_eq!(lookups(Method::HEAD, "/bucket/key", "", &[]), 2);
    assert_eq!(lookups(Method::POST, "/bucket/key", "uploads", &[]), 2);
    assert_eq!(lookups(Method::DELETE, "/bucket/key", "", &[]), 2);
}
