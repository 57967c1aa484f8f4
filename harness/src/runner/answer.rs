//! What came back: status, headers, body, and the fields that scenarios name.

use http::HeaderMap;
use serde_json::{Map, Value, json};

use super::xml;
use crate::catalogue::Style;

/// The answer to one request.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The fields: those of the JSON or XML body; for OSS also `Headers` and `Body`.
    pub fields: Value,
}

/// The names that the products use for the same thing.
const CODE: &[&str] = &["Code", "code", "errorCode"];
const MESSAGE: &[&str] = &["Message", "message", "errorMessage"];
const REQUEST_ID: &[&str] = &["RequestId", "requestId", "RequestID"];

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
        if style == Style::Oss {
            let headers: Map<_, _> = headers
                .iter()
                .map(|(name, value)| {
                    let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                    (name.as_str().to_owned(), Value::String(value))
                })
                .collect();
            fields.insert("Headers".to_owned(), Value::Object(headers));
        }
        if style == Style::Oss || fields.is_empty() {
            fields.insert("Body".to_owned(), json!(text));
        }
        Self { status, fields: Value::Object(fields) }
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

    /// The request id, in the body or the header.
    pub fn request_id(&self) -> Option<&str> {
        self.text(REQUEST_ID)
    }

    /// The details of an authorization failure.
    pub fn denied(&self) -> Option<&Value> {
        ["AccessDeniedDetail", "accessDeniedDetail"]
            .iter()
            .find_map(|name| self.fields.get(name))
            .filter(|detail| detail.is_object())
    }

    fn text(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.fields.get(name)?.as_str())
    }

    /// The fields as a person reads them: headers and an empty body left out.
    pub fn readable(&self) -> String {
        let mut fields = self.fields.clone();
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
    fn an_object_is_a_body_with_headers() {
        let mut headers = HeaderMap::new();
        headers.insert("etag", "\"E\"".parse().unwrap());
        let answer = Answer::new(200, &headers, b"hello", Style::Oss);
        assert_eq!(answer.fields["Body"], "hello");
        assert_eq!(answer.fields["Headers"]["etag"], "\"E\"");
    }
}
