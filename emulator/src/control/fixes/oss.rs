//! The calls of OSS that fixes make.

use bytes::Bytes;
use http::{HeaderValue, Method};

use super::plan::{Planned, Reaches};
use crate::gateway::HttpRequest;
use crate::signature::{OrderedQuery, query::pe_key_path};

/// One of OSS's operations, as far as a fix asks for it: a method on a sub-resource, and which parameter goes into which header.
#[derive(Debug)]
pub(super) struct OssCall {
    operation: &'static str,
    method: Method,
    sub: &'static str,
    header: Option<(&'static str, &'static str)>,
}

impl OssCall {
    const fn new(operation: &'static str, method: Method, sub: &'static str) -> Self {
        Self { operation, method, sub, header: None }
    }

    /// One that puts an ACL, which a header says.
    const fn of_acl(operation: &'static str, header: &'static str) -> Self {
        Self { operation, method: Method::PUT, sub: "acl", header: Some(("Acl", header)) }
    }

    /// The call by the owner of an account. Whatever it changes, the resource says to everybody.
    pub(super) fn planned(&'static self, account: &str, parameters: Vec<(&'static str, String)>) -> Planned {
        Planned {
            account: account.to_owned(),
            product: "Oss",
            version: "2019-05-17",
            operation: self.operation,
            parameters,
            reaches: Reaches::Everybody,
            oss: Some(self),
        }
    }

    pub(super) fn request(&self, parameters: &[(&'static str, String)]) -> HttpRequest {
        let value = |wanted: &str| parameters.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str());
        let mut query = OrderedQuery::default();
        query.push_bare(self.sub);
        let body = Bytes::copy_from_slice(value("Body").unwrap_or_default().as_bytes());
        let path = match (value("Bucket"), value("Key")) {
            (None, _) => "/".to_owned(),
            (Some(bucket), key) => pe_key_path(&format!("/{bucket}/{}", key.unwrap_or_default())),
        };
        let mut request = HttpRequest::inside(self.method.clone(), path, query, body);
        if let Some((parameter, header)) = &self.header
            && let Some(value) = value(parameter).and_then(|value| HeaderValue::from_str(value).ok())
        {
            request.headers.insert(*header, value);
        }
        request
    }
}

pub(super) static PUT_POLICY: OssCall = OssCall::new("PutBucketPolicy", Method::PUT, "policy");
pub(super) static DELETE_POLICY: OssCall = OssCall::new("DeleteBucketPolicy", Method::DELETE, "policy");
pub(super) static UNBLOCK_ACCOUNT: OssCall =
    OssCall::new("DeletePublicAccessBlock", Method::DELETE, "publicAccessBlock");
pub(super) static UNBLOCK_BUCKET: OssCall =
    OssCall::new("DeleteBucketPublicAccessBlock", Method::DELETE, "publicAccessBlock");
pub(super) static PUT_ACL: OssCall = OssCall::of_acl("PutBucketAcl", "x-oss-acl");
pub(super) static PUT_OBJECT_ACL: OssCall = OssCall::of_acl("PutObjectAcl", "x-oss-object-acl");
