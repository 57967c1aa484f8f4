//! What is due for all buckets, done.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, header};

use super::{access_log, listing, replicate};
use crate::cloud::{Account, Cloud, HISTORY_KEYS, INVENTORIES};
use crate::gateway::{ApiError, Caller, HttpRequest, Inside};
use crate::services::common::inside::assume_role_for;
use crate::signature::{OrderedQuery, query::pe_path};

/// The name that OSS goes by when it assumes a role.
const SERVICE: &str = "oss.aliyuncs.com";
/// What the sessions of those roles are called.
const SESSION: &str = "oss";

/// OSS at work for the owner of a bucket.
pub(super) struct Worker<'a> {
    pub(super) inside: &'a dyn Inside,
    pub(super) cloud: &'a Arc<Cloud>,
    /// The bucket that there is something to do for.
    pub(super) bucket: &'a str,
    pub(super) owner: Arc<Account>,
    pub(super) region: String,
}

/// Does what is due; of what may be much, some: the rest is due when the next request comes. What is refused is told in the log and
/// among the decisions, and not tried again.
pub(in super::super) fn tend(inside: &dyn Inside, cloud: &Arc<Cloud>) {
    let (mut inventories, mut keys) = (INVENTORIES, HISTORY_KEYS);
    for name in cloud.buckets.take_chores() {
        let Some((owner, region)) = cloud.buckets.read(&name, |bucket| (bucket.owner.clone(), bucket.region.clone()))
        else {
            continue;
        };
        let Some(owner) = cloud.account(&owner) else { continue };
        let worker = Worker { inside, cloud, bucket: &name, owner, region };
        // Each of them changes the bucket, if there is anything to be done for it: so what is left is noted to be due.
        access_log::deliver(&worker);
        listing::write(&worker, &mut inventories);
        replicate::run(&worker, &mut keys);
    }
}

impl Worker<'_> {
    /// OSS as a role of the bucket's owner: `role/NAME`.
    pub(super) fn assume(&self, role: String) -> Result<Caller, ApiError> {
        let role = (Arc::clone(&self.owner), role);
        assume_role_for(self.inside, self.cloud, &self.region, SERVICE, &role, SESSION)
    }

    /// Puts an object.
    pub(super) fn put(
        &self,
        caller: &Caller,
        (bucket, key): (&str, &str),
        content: Vec<u8>,
        headers: &[(&'static str, String)],
    ) -> Result<(), ApiError> {
        let path = pe_path(&format!("/{bucket}/{key}"));
        let length = HeaderValue::from(content.len());
        let mut request = HttpRequest::inside(Method::PUT, path, OrderedQuery::default(), Bytes::from(content));
        request.headers.insert(header::CONTENT_LENGTH, length);
        for (name, value) in headers {
            if let Ok(value) = HeaderValue::from_str(value) {
                request.headers.insert(HeaderName::from_static(name), value);
            }
        }
        self.inside.enter(self.cloud, request, caller.clone(), &self.region).map(|_| ())
    }

    /// Tells the log of what could not be done.
    pub(super) fn tell(&self, what: &str, error: &ApiError) {
        tracing::warn!(
            target: "acslab::oss",
            bucket = self.bucket,
            code = error.code(),
            message = error.message(),
            "OSS could not do by itself what a setting of the bucket says: {what}"
        );
    }
}
