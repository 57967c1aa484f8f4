//! Answers of Log Service: JSON. The request id is in a header alone.

use serde_json::{Map, Value, json};

use crate::wire::ApiError;

const JSON: &str = "application/json";

/// The content type and the text of an answer.
pub(in crate::wire) fn answer(members: Map<String, Value>) -> (&'static str, String) {
    (JSON, Value::Object(members).to_string())
}

/// The content type and the text of an error.
pub(in crate::wire) fn failure(error: &ApiError) -> (&'static str, String) {
    let mut members = Map::new();
    let code = if error.status().is_server_error() && error.code() == "InternalError" {
        "InternalServerError"
    } else {
        error.code()
    };
    members.insert("errorCode".to_owned(), json!(code));
    members.insert("errorMessage".to_owned(), json!(error.message()));
    for (name, value) in error.extra() {
        members.insert((*name).to_owned(), value.clone());
    }
    if let Some(denied) = error.denied() {
        members.insert("accessDeniedDetail".to_owned(), Value::Object(denied.members()));
    }
    answer(members)
}
