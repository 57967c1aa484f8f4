//! Answers of the OpenAPI gateway: JSON or XML, with the request id inside.

use serde_json::{Map, Value, json};

use crate::wire::{ApiError, Wire, xml};

/// The content type of JSON.
const JSON: &str = "application/json;charset=utf-8";
/// The content type of XML; RPC clients parse XML errors for exactly this text.
const XML: &str = "text/xml;charset=utf-8";
const XML_HEAD: &str = "<?xml version='1.0' encoding='UTF-8'?>";

/// The content type and the text of an answer to this operation.
pub(in crate::wire) fn answer(
    wire: Wire,
    operation: &str,
    request_id: &str,
    mut members: Map<String, Value>,
) -> (&'static str, String) {
    members.insert("RequestId".to_owned(), json!(request_id));
    text(wire, &format!("{operation}Response"), members)
}

/// The content type and the text of an error.
pub(in crate::wire) fn failure(wire: Wire, host: &str, request_id: &str, error: &ApiError) -> (&'static str, String) {
    let mut members = Map::new();
    members.insert("RequestId".to_owned(), json!(request_id));
    members.insert("HostId".to_owned(), json!(host));
    members.insert("Code".to_owned(), json!(error.code()));
    members.insert("Message".to_owned(), json!(error.message()));
    members.insert(
        "Recommend".to_owned(),
        json!(format!("https://api.aliyun.com/troubleshoot?q={}&requestId={request_id}", error.code())),
    );
    for (name, value) in error.extra() {
        members.insert((*name).to_owned(), json!(value));
    }
    if let Some(denied) = error.denied() {
        members.insert("AccessDeniedDetail".to_owned(), Value::Object(denied.members()));
    }
    text(wire, "Error", members)
}

/// Members as a document of XML.
pub(crate) fn xml(root: &str, members: Map<String, Value>) -> String {
    xml::document(XML_HEAD, root, members)
}

fn text(wire: Wire, root: &str, members: Map<String, Value>) -> (&'static str, String) {
    if wire == (Wire::Rpc { json: false }) {
        (XML, xml::document(XML_HEAD, root, members))
    } else {
        (JSON, Value::Object(members).to_string())
    }
}
