//! The call itself: what it carries, and what its answer comes to.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use md5::{Digest, Md5};
use serde_json::Value;

use super::body::{Said, filled};
use super::configuration::Configuration;
use super::signature::authorization;
use crate::cloud::Object;
use crate::gateway::{ApiError, Body, Call, Reply};
use crate::services::oss::object::Seen;
use crate::services::oss::{bucket, object, view};
use crate::wire::{CallOut, Called, Unreachable};

/// What was written, as a callback tells it.
pub(in super::super) struct About<'o> {
    pub(in super::super) key: &'o str,
    pub(in super::super) etag: String,
    pub(in super::super) size: u64,
    pub(in super::super) crc64: u64,
    pub(in super::super) kind: String,
    pub(in super::super) md5: String,
}

impl<'o> About<'o> {
    fn of(key: &'o str, object: &Object) -> Self {
        Self {
            key,
            etag: object.etag.to_string(),
            size: object.size(),
            crc64: object.crc64,
            kind: object.headers.get("content-type").unwrap_or("application/octet-stream").to_owned(),
            md5: object.etag.content_md5().map(|md5| md5.to_string()).unwrap_or_default(),
        }
    }
}

/// The answer to a write: with a callback, the one that it comes to.
pub(in super::super) fn answered(
    call: &Call<'_>,
    callback: Option<Configuration>,
    seen: &Seen,
    reply: Reply,
) -> Result<Reply, ApiError> {
    match callback {
        None => Ok(reply),
        Some(callback) => told(call, &callback, &About::of(object::key(call), &seen.object), reply),
    }
}

/// The answer to a write of which an application server is to be told.
pub(in super::super) fn told(
    call: &Call<'_>,
    callback: &Configuration,
    about: &About<'_>,
    reply: Reply,
) -> Result<Reply, ApiError> {
    let body = filled(callback, |name| {
        Some(match name {
            "bucket" => bucket::name(call).to_owned().into(),
            "object" => about.key.to_owned().into(),
            "etag" => about.etag.clone().into(),
            "size" => Said::Number(about.size),
            "mimeType" => about.kind.clone().into(),
            "crc64" => about.crc64.to_string().into(),
            "contentMd5" => about.md5.clone().into(),
            "clientIp" => call.http.peer.to_string().into(),
            "reqId" => call.request_id.to_string().into(),
            "operation" => call.operation.name.to_string().into(),
            // Nothing is known of images, and nothing comes out of a VPC.
            _ => return None,
        })
    });
    let body = Bytes::from(body);
    let owner = bucket::read(call, |bucket| bucket.owner.clone())?;
    let requester = call.caller.account().map(|account| account.id.clone()).unwrap_or_default();
    let kind = if callback.is_json { "application/json" } else { "application/x-www-form-urlencoded" };
    let mut common = HeaderMap::new();
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            common.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, kind);
    set(HeaderName::from_static("content-md5"), &BASE64_STANDARD.encode(Md5::digest(&body)));
    set(header::DATE, &view::http_date(call.now));
    set(header::USER_AGENT, "aliyun-oss-callback");
    set(header::CONNECTION, "close");
    set(HeaderName::from_static("x-oss-additional-headers"), "");
    set(HeaderName::from_static("x-oss-bucket"), bucket::name(call));
    set(HeaderName::from_static("x-oss-owner"), &owner);
    set(HeaderName::from_static("x-oss-request-id"), &call.request_id);
    set(HeaderName::from_static("x-oss-requester"), &requester);
    set(HeaderName::from_static("x-oss-signature-version"), "1.0");
    set(HeaderName::from_static("x-oss-tag"), "CALLBACK");
    if let Some(host) = &callback.host {
        set(header::HOST, host);
    }
    let out = CallOut { addresses: callback.addresses.clone(), body, common, sign, answer };
    Ok(Reply { calls: Some(Box::new(out)), ..reply })
}

fn sign(out: &CallOut, address: &Uri, key: &str) -> HeaderMap {
    let mut headers = out.common.clone();
    let signed = authorization(address.path(), address.query(), &out.body);
    for (name, value) in [("authorization", signed), ("x-oss-pub-key-url", BASE64_STANDARD.encode(key))] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    headers
}

/// What the application server said is the answer, if it said so well, in JSON.
fn answer(reply: Reply, called: Result<Called, Unreachable>) -> Result<Reply, ApiError> {
    let Called { status, body } =
        called.map_err(|Unreachable| failed("-1.OSS can not connect to your callbackUrl, please check it."))?;
    if status != StatusCode::OK {
        return Err(failed(&format!("{}.", status.as_u16())));
    }
    if serde_json::from_slice::<Value>(&body).is_err() {
        return Err(told_wrong("Response body is not valid json format."));
    }
    let mut reply = Reply { body: Body::Bytes("application/json", body), ..reply }.status(StatusCode::OK);
    reply.headers.remove(header::CONTENT_TYPE);
    reply.headers.remove(header::LOCATION);
    Ok(reply)
}

fn failed(status: &str) -> ApiError {
    told_wrong(&format!("Error status : {status}"))
}

fn told_wrong(message: &str) -> ApiError {
    ApiError::new(StatusCode::NON_AUTHORITATIVE_INFORMATION, "CallbackFailed", message.to_owned())
        .with("EC", "0007-00000203")
}
