//! Answers of Function Compute: JSON. The request id is in a header alone.

use serde_json::{Map, Value, json};

use crate::wire::ApiError;

const JSON: &str = "application/json";

/// The content type and the text of an answer.
pub(in crate::wire) fn answer(members: Map<String, Value>) -> (&'static str, String) {
    (JSON, Value::Object(members).to_string())
}

/// The content type and the text of an error. The page writes the first letters small, what SDKs read are these.
pub(in crate::wire) fn failure(error: &ApiError) -> (&'static str, String) {
    let code = match error.code() {
        "InternalError" => "InternalServerError",
        code => code,
    };
    let mut members = Map::new();
    members.insert("ErrorCode".to_owned(), json!(code));
    members.insert("ErrorMessage".to_owned(), json!(error.message()));
    for (name, value) in error.extra() {
        members.insert((*name).to_owned(), value.clone());
    }
    if let Some(denied) = error.denied() {
        members.insert("AccessDeniedDetail".to_owned(), Value::Object(denied.members()));
    }
    answer(members)
}
