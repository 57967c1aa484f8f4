//! What came back: status, headers, body, and the fields that scenarios name.

use http::HeaderMap;
use serde_json::{Map, Value, json};

use super::request::without_tokens;
use super::xml;
use crate::catalogue::Style;

/// The answer to one request.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The fields: those of the JSON or XML body; for OSS also `Headers` and `Body`.
    pub fields: Value,
    /// The headers.
    pub headers: Map<String, Value>,
    /// The request id, of the body or the header.
    pub request_id: Option<String>,
}

/// The names that the products use for the same thing.
pub(crate) const CODE: &[&str] = &["Code", "code", "errorCode"];
pub(crate) const MESSAGE: &[&str] = &["Message", "message", "errorMessage"];
pub(crate) const DETAIL: &[&str] = &["AccessDeniedDetail", "accessDeniedDetail"];
const REQUEST_ID: &[&str] = &["RequestId", "requestId", "RequestID"];
/// What nobody is shown.
const SECRETS: &[&str] = &["AccessKeySecret", "SecurityToken", "Password", "Base32StringSeed", "QRCodePNG"];
const REQUEST_ID_HEADERS: &[&str] = &["x-oss-request-id", "x-log-requestid"];

impl Answer {
    /// Reads an answer from a product of this style.
    pub fn new(status: u16, headers: &HeaderMap, body: &[u8], style: Style) -> Self {
        let text = String::from_utf8_lossy(body);
        let parsed = match text.trim_start().chars().next() {
            Some('{') => serde_json::from_str(&text).ok(),
            Some('<') => xml::to_json(&text),
            _ => None,
        };
        let mut fields = match parsed {
            Some(Value::Object(fields)) => fields,
            _ => Map::new(),
        };
        let in_body = REQUEST_ID.iter().find_map(|name| fields.get(*name)?.as_str().map(str::to_owned));
        let in_header = || {
            let id = REQUEST_ID_HEADERS.iter().find_map(|name| headers.get(*name))?;
            id.to_str().ok().map(str::to_owned)
        };
        let request_id = in_body.or_else(in_header);
        let headers: Map<_, _> = headers
            .iter()
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.as_str().to_owned(), Value::String(value))
            })
            .collect();
        if style == Style::Oss {
            fields.insert("Headers".to_owned(), Value::Object(headers.clone()));
        }
        if style == Style::Oss || fields.is_empty() {
            fields.insert("Body".to_owned(), json!(text));
        }
        Self { status, fields: Value::Object(fields), headers, request_id }
    }

    /// Whether the call was answered as asked.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The error code.
    pub fn code(&self) -> Option<&str> {
        self.text(CODE)
    }

    /// The error message.
    pub fn message(&self) -> Option<&str> {
        self.text(MESSAGE)
    }

    /// The details of an authorization failure.
    pub fn denied(&self) -> Option<&Value> {
        DETAIL.iter().find_map(|name| self.fields.get(name)).filter(|detail| detail.is_object())
    }

    fn text(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.fields.get(name)?.as_str())
    }

    /// The fields as a person reads them: headers and an empty body left out, secrets not shown.
    pub fn readable(&self) -> String {
        let mut fields = self.fields.clone();
        hide(&mut fields);
        if let Some(map) = fields.as_object_mut() {
            map.shift_remove("Headers");
            let parsed = map.len() > 1;
            if parsed || map.get("Body").and_then(Value::as_str) == Some("") {
                map.shift_remove("Body");
            }
            if map.is_empty() {
                return String::new();
            }
        }
        serde_json::to_string_pretty(&fields).unwrap_or_default()
    }
}

/// Puts `***` in the place of secrets.
fn hide(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                match inner {
                    _ if SECRETS.contains(&name.as_str()) => *inner = json!("***"),
                    inner => hide(inner),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide),
        // A presigned URL lets in whoever has it, whatever the field is called.
        Value::String(text) if text.contains("://") => *text = without_tokens(text),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use serde_json::json;

    use super::Answer;
    use crate::catalogue::Style;

    #[test]
    fn every_product_names_its_error_in_its_own_way() {
        let none = HeaderMap::new();
        let rpc = br#"{"Code":"NoPermission","Message":"no","AccessDeniedDetail":{"AuthAction":"ram:GetRole"}}"#;
        let rpc = Answer::new(403, &none, rpc, Style::Rpc);
        assert_eq!((rpc.code(), rpc.message()), (Some("NoPermission"), Some("no")));
        assert_eq!(rpc.denied(), Some(&json!({"AuthAction": "ram:GetRole"})));
        let sls = br#"{"errorCode":"InvalidAccessKeyId","errorMessage":"x"}"#;
        assert_eq!(Answer::new(401, &none, sls, Style::Roa).code(), Some("InvalidAccessKeyId"));
        let oss = b"<Error><Code>NoSuchBucket</Code></Error>";
        assert_eq!(Answer::new(404, &none, oss, Style::Oss).code(), Some("NoSuchBucket"));
    }

    #[test]
    fn a_secret_is_not_shown() {
        let body = br#"{"AccessKey":{"AccessKeyId":"LTAI1","AccessKeySecret":"s3cr3t"}}"#;
        let shown = Answer::new(200, &HeaderMap::new(), body, Style::Rpc).readable();
        assert!(shown.contains("LTAI1") && !shown.contains("s3cr3t"), "{shown}");
        let body =
            br#"{"SnapshotUrl":"https://b.oss-cn-hangzhou.aliyuncs.com/s.zip?security-token=CAIS1&Signature=uj1k"}"#;
        let shown = Answer::new(200, &HeaderMap::new(), body, Style::Rpc).readable();
        assert!(shown.contains("s.zip") && !shown.contains("CAIS1") && !shown.contains("uj1k"), "{shown}");
    }

    #[test]
    fn an_object_is_a_body_with_headers() {
        let mut headers = HeaderMap::new();
        headers.insert("etag", "\"E\"".parse().unwrap());
        let answer = Answer::new(200, &headers, b"hello", Style::Oss);
        assert_eq!(answer.fields["Body"], "hello");
        assert_eq!(answer.fields["Headers"]["etag"], "\"E\"");
    }
}
