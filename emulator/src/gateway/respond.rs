//! Respond: the service's own wire format. The only place where errors become bytes.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use jiff::Timestamp;
use quick_xml::escape::partial_escape;
use serde_json::{Map, Value, json};

use super::{ApiError, Body, HttpRequest, Operation, Reply, Wire};
use crate::cloud::Outgoing;

const JSON: &str = "application/json;charset=utf-8";
/// RPC clients parse XML errors for exactly this text.
const XML: &str = "text/xml;charset=utf-8";

type Outcome = Result<(&'static Operation, Reply), (Option<&'static Operation>, ApiError)>;

/// The bytes for an outcome.
pub(super) fn respond(
    request: &HttpRequest,
    wire: Wire,
    request_id: &str,
    now: Timestamp,
    outcome: Outcome,
) -> Response<Outgoing> {
    let mut response = match outcome {
        Ok((operation, reply)) => success(wire, request_id, operation, reply),
        Err((_, error)) => failure(request, wire, request_id, &error),
    };
    let (id_header, server) = match wire {
        Wire::Oss => ("x-oss-request-id", Some("AliyunOSS")),
        Wire::Rpc { .. } | Wire::Roa => ("x-acs-request-id", None),
    };
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(id_header, id);
    }
    if let Some(server) = server {
        headers.insert(header::SERVER, HeaderValue::from_static(server));
        // How many milliseconds the answer took: always the same here, so that a run can be told from another by what differs.
        headers.insert("x-oss-server-time", HeaderValue::from_static("0"));
    }
    // The cloud's time, so that a client can tell how far its own clock is off.
    if let Ok(date) = HeaderValue::from_str(&now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()) {
        headers.insert(header::DATE, date);
    }
    response
}

fn success(wire: Wire, request_id: &str, operation: &Operation, reply: Reply) -> Response<Outgoing> {
    let (kind, body, length) = match reply.body {
        Body::Empty => (None, Outgoing::default(), None),
        Body::Head(length) => (None, Outgoing::default(), Some(length)),
        Body::Bytes(kind, bytes) => (Some(kind.to_owned()), bytes.into(), None),
        Body::Payload(kind, payload) => (Some(kind.to_owned()), payload.into(), None),
        Body::Document(mut members) => {
            members.insert("RequestId".to_owned(), json!(request_id));
            let (kind, text) = if wire == (Wire::Rpc { json: false }) {
                (XML, xml(&format!("{}Response", operation.name), &members))
            } else {
                (JSON, Value::Object(members).to_string())
            };
            (Some(kind.to_owned()), Bytes::from(text).into(), None)
        }
    };
    let mut response = Response::new(body);
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    let headers = response.headers_mut();
    if let Some(kind) = kind
        && !headers.contains_key(header::CONTENT_TYPE)
        && let Ok(kind) = HeaderValue::from_str(&kind)
    {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    if let Some(length) = length {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    response
}

fn failure(request: &HttpRequest, wire: Wire, request_id: &str, error: &ApiError) -> Response<Outgoing> {
    let host = request.header("host").unwrap_or_default();
    let (kind, text) = match wire {
        Wire::Oss => ("application/xml", oss_error(host, request_id, error)),
        Wire::Rpc { json: false } => (XML, xml("Error", &openapi_error(host, request_id, error))),
        Wire::Rpc { json: true } | Wire::Roa => {
            (JSON, Value::Object(openapi_error(host, request_id, error)).to_string())
        }
    };
    // The answer to a HEAD has no body; OSS puts the error into a header instead.
    let head = request.method == http::Method::HEAD;
    let body = if head { Outgoing::default() } else { Bytes::from(text.clone()).into() };
    let mut response = Response::new(body);
    *response.status_mut() = error.status();
    let headers = response.headers_mut();
    if error.status() != StatusCode::NOT_MODIFIED {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    if wire == Wire::Oss {
        for (name, value) in error.extra() {
            if *name == "EC"
                && let Ok(value) = HeaderValue::from_str(value.as_str().unwrap_or_default())
            {
                headers.insert("x-oss-ec", value);
            }
        }
        if head {
            use base64::Engine;
            let encoded = base64::prelude::BASE64_STANDARD.encode(text);
            if let Ok(encoded) = HeaderValue::from_str(&encoded) {
                headers.insert("x-oss-err", encoded);
            }
        }
    }
    response
}

/// The members of `AccessDeniedDetail`, in the order that OSS and the OpenAPI gateway print them.
fn denied_detail(error: &ApiError) -> Option<Map<String, Value>> {
    let denied = error.denied()?;
    let members = [
        ("PolicyType", denied.policy_type),
        ("AuthPrincipalOwnerId", &denied.principal_owner),
        ("AuthPrincipalType", denied.principal_type),
        ("AuthPrincipalDisplayName", &denied.principal_name),
        ("NoPermissionType", denied.no_permission_type),
        ("AuthAction", &denied.action),
        ("EncodedDiagnosticMessage", &denied.diagnostic),
    ];
    Some(members.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect())
}

fn openapi_error(host: &str, request_id: &str, error: &ApiError) -> Map<String, Value> {
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
    if let Some(detail) = denied_detail(error) {
        members.insert("AccessDeniedDetail".to_owned(), Value::Object(detail));
    }
    members
}

/// An OSS error; the elements come in the order that OSS prints them.
fn oss_error(host: &str, request_id: &str, error: &ApiError) -> String {
    let mut members = Map::new();
    members.insert("Code".to_owned(), json!(error.code()));
    members.insert("Message".to_owned(), json!(error.message()));
    members.insert("RequestId".to_owned(), json!(request_id));
    members.insert("HostId".to_owned(), json!(host));
    if let Some(detail) = denied_detail(error) {
        members.insert("AccessDeniedDetail".to_owned(), Value::Object(detail));
    }
    for (name, value) in error.extra() {
        members.insert((*name).to_owned(), value.clone());
        if let ("EC", Some(detail)) = (*name, value.as_str()) {
            let page = format!("https://api.aliyun.com/troubleshoot?q={detail}");
            members.insert("RecommendDoc".to_owned(), json!(page));
        }
    }
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    element(&mut text, "Error", &Value::Object(members));
    text
}

/// JSON members as an XML document: members become elements, an array becomes its element repeated.
fn xml(root: &str, members: &Map<String, Value>) -> String {
    let mut text = String::from("<?xml version='1.0' encoding='UTF-8'?>");
    element(&mut text, root, &Value::Object(members.clone()));
    text
}

fn element(text: &mut String, name: &str, value: &Value) {
    if let Value::Array(items) = value {
        for item in items {
            element(text, name, item);
        }
        return;
    }
    text.push('<');
    text.push_str(name);
    text.push('>');
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                element(text, name, value);
            }
        }
        Value::String(string) => text.push_str(&partial_escape(string.as_str())),
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) | Value::Array(_) => text.push_str(&value.to_string()),
    }
    text.push_str("</");
    text.push_str(name);
    text.push('>');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_repeat_their_element_and_text_is_escaped() {
        let Value::Object(members) =
            json!({"Users": {"User": [{"N": "a<b"}, {"N": "c"}]}, "Ok": true, "None": {"User": []}})
        else {
            panic!("an object")
        };
        assert_eq!(
            xml("R", &members),
            "<?xml version='1.0' encoding='UTF-8'?><R><Users><User><N>a&lt;b</N></User><User><N>c</N></User></Users>\
             <Ok>true</Ok><None></None></R>"
        );
    }
}
