//! OSS's errors: XML in the body, or for the answer to a HEAD, which has none, in a header.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderMap, HeaderValue};
use serde_json::{Map, Value, json};

use crate::wire::{ApiError, xml};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// The text of an error; the elements come in the order that OSS prints them.
pub(crate) fn failure(host: &str, request_id: &str, error: &ApiError) -> (&'static str, String) {
    let mut members = Map::new();
    members.insert("Code".to_owned(), json!(error.code()));
    members.insert("Message".to_owned(), json!(error.message()));
    members.insert("RequestId".to_owned(), json!(request_id));
    members.insert("HostId".to_owned(), json!(host));
    if let Some(denied) = error.denied() {
        members.insert("AccessDeniedDetail".to_owned(), Value::Object(denied.members()));
    }
    for (name, value) in error.extra() {
        members.insert((*name).to_owned(), value.clone());
        if let ("EC", Some(detail)) = (*name, value.as_str()) {
            let page = format!("https://api.aliyun.com/troubleshoot?q={detail}");
            members.insert("RecommendDoc".to_owned(), json!(page));
        }
    }
    ("application/xml", xml::document(HEAD, "Error", members))
}

/// What an error puts into headers: its detail code, and for a HEAD its text.
pub(in crate::wire) fn error_headers(headers: &mut HeaderMap, error: &ApiError, head: Option<&str>) {
    let code = error.extra().iter().find(|(name, _)| *name == "EC").and_then(|(_, value)| value.as_str());
    if let Some(code) = code.and_then(|code| HeaderValue::from_str(code).ok()) {
        headers.insert("x-oss-ec", code);
    }
    if let Some(text) = head.and_then(|text| HeaderValue::from_str(&BASE64_STANDARD.encode(text)).ok()) {
        headers.insert("x-oss-err", text);
    }
}
