//! Answers held to their schemas in `docs/control.openapi.json`.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::path::Path;

use serde_json::Value;

/// The description.
pub(crate) fn root() -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/control.openapi.json");
    serde_json::from_str(&std::fs::read_to_string(file).expect("the file")).expect("JSON")
}

/// What does not hold of a value, by its schema. Of JSON Schema as much as the file uses.
pub(crate) fn misfits(root: &Value, schema: &Value, value: &Value, at: &str, out: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let named = root.pointer(name.trim_start_matches('#')).unwrap_or_else(|| panic!("no {name}"));
        return misfits(root, named, value, at, out);
    }
    if let Some(any) = schema["oneOf"].as_array() {
        let fits = |one: &&Value| {
            let mut none = Vec::new();
            misfits(root, one, value, at, &mut none);
            none.is_empty()
        };
        if any.iter().filter(fits).count() != 1 {
            out.push(format!("{at}: not one of {} forms: {value}", any.len()));
        }
        return;
    }
    let kinds = match &schema["type"] {
        Value::String(kind) => vec![kind.as_str()],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let is = |kind: &&str| match *kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("{other}"),
    };
    if !kinds.is_empty() && !kinds.iter().any(is) {
        out.push(format!("{at}: not {kinds:?}: {value}"));
    }
    if schema["enum"].as_array().is_some_and(|known| !known.contains(value)) {
        out.push(format!("{at}: {value} is none of those that are named"));
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.is_object() && value.get(name).is_none() {
            out.push(format!("{at}: `{name}` is missing"));
        }
    }
    let closed = schema["properties"].is_object() && schema.get("additionalProperties").is_none();
    for (name, inner) in value.as_object().into_iter().flatten() {
        if closed && schema["properties"].get(name).is_none() {
            out.push(format!("{at}: `{name}` is described nowhere"));
        }
        if let Some(schema) = schema["properties"].get(name).or(schema.get("additionalProperties")) {
            misfits(root, schema, inner, &format!("{at}.{name}"), out);
        }
    }
    for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
        if let Some(schema) = schema.get("items") {
            misfits(root, schema, inner, &format!("{at}[{index}]"), out);
        }
    }
}
