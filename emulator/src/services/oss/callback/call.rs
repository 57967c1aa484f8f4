//! The call itself: what it carries, and what its answer comes to.

use std::sync::Arc;

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
use crate::wire::{CallOut, Called, NotCalled, Tells};

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
    /// Of what was not written after all.
    pub(in super::super) fn nothing(key: &'o str) -> Self {
        Self { key, etag: String::new(), size: 0, crc64: 0, kind: String::new(), md5: String::new() }
    }

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
        Some(callback) => told(call, callback, &About::of(object::key(call), &seen.object), reply),
    }
}

/// The answer to a write of which an application server is to be told.
pub(in super::super) fn told(
    call: &Call<'_>,
    callback: Configuration,
    about: &About<'_>,
    reply: Reply,
) -> Result<Reply, ApiError> {
    let text = |name: &'static str, text: &str| (name, Said::Text(text.to_owned()));
    // Nothing is known of images, and nothing comes out of a VPC.
    let said = vec![
        text("bucket", bucket::name(call)),
        text("object", about.key),
        text("etag", &about.etag),
        ("size", Said::Number(about.size)),
        text("mimeType", &about.kind),
        text("crc64", &about.crc64.to_string()),
        text("contentMd5", &about.md5),
        text("clientIp", &call.http.peer.to_string()),
        text("reqId", &call.request_id),
        text("operation", &call.operation.name),
    ];
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
    set(header::DATE, &view::http_date(call.now));
    set(header::USER_AGENT, "aliyun-oss-callback");
    set(header::CONNECTION, "close");
    set(HeaderName::from_static("x-oss-additional-headers"), "");
    // CHOICE: the cloud's calls come from the cloud, these from this machine. So that nobody takes one for a program's on this machine
    // it says for whom it is made, as a proxy does.
    set(HeaderName::from_static("x-forwarded-for"), &call.http.peer.to_string());
    set(HeaderName::from_static("x-oss-bucket"), bucket::name(call));
    set(HeaderName::from_static("x-oss-owner"), &owner);
    set(HeaderName::from_static("x-oss-request-id"), &call.request_id);
    set(HeaderName::from_static("x-oss-requester"), &requester);
    set(HeaderName::from_static("x-oss-signature-version"), "1.0");
    set(HeaderName::from_static("x-oss-tag"), "CALLBACK");
    if let Some(host) = &callback.host {
        set(header::HOST, host);
    }
    let addresses = callback.addresses.clone();
    let tells = Arc::new(Told { callback, said, common });
    Ok(Reply { calls: Some(Box::new(CallOut { addresses, tells })), ..reply })
}

/// What an application server is told: it is written when that is called.
#[derive(Debug)]
struct Told {
    callback: Configuration,
    /// What the places stand for that everybody may use.
    said: Vec<(&'static str, Said)>,
    /// The headers but for those that each call has of its own.
    common: HeaderMap,
}

impl Tells for Told {
    fn body(&self) -> Result<Bytes, NotCalled> {
        let said = |name: &str| self.said.iter().find(|(own, _)| *own == name).map(|(_, said)| said.clone());
        filled(&self.callback, said).map(Bytes::from).ok_or(NotCalled::TooLong)
    }

    fn headers(&self, address: &Uri, key: &str, body: &Bytes) -> HeaderMap {
        let mut headers = self.common.clone();
        for (name, value) in [
            ("authorization", authorization(address.path(), address.query(), body)),
            ("content-md5", BASE64_STANDARD.encode(Md5::digest(body))),
            ("x-oss-pub-key-url", BASE64_STANDARD.encode(key)),
        ] {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        headers
    }

    /// What the application server said is the answer, if it said so well, in JSON.
    fn answer(&self, reply: Reply, called: Result<Called, NotCalled>) -> Result<Reply, ApiError> {
        let Called { status, body } = called.map_err(|why| match why {
            NotCalled::Unreachable => failed("-1.OSS can not connect to your callbackUrl, please check it."),
            // CHOICE: in the words for a configuration that is too long.
            NotCalled::TooLong => told_wrong("The length of callback exceed max value."),
        })?;
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
}

fn failed(status: &str) -> ApiError {
    told_wrong(&format!("Error status : {status}"))
}

fn told_wrong(message: &str) -> ApiError {
    ApiError::new(StatusCode::NON_AUTHORITATIVE_INFORMATION, "CallbackFailed", message.to_owned())
        .with("EC", "0007-00000203")
}
