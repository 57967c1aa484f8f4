//! `docs/control.openapi.json` against what is really answered: each path that it names is asked, and the answer held to its schema.

use std::path::Path;

use serde_json::Value;

use super::{TOKEN, json, start, with};
use crate::kit::{Client, policy, trust};

/// What does not hold of a value, by its schema. Of JSON Schema as much as the file uses.
fn misfits(root: &Value, schema: &Value, value: &Value, at: &str, out: &mut Vec<String>) {
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
    for (name, inner) in value.as_object().into_iter().flatten() {
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

#[test]
fn every_path_answers_as_it_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/control.openapi.json");
    let root: Value = serde_json::from_str(&std::fs::read_to_string(file).expect("the file")).expect("JSON");
    let cloud = start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    owner.grant("alice", "some", &policy("Allow", "ram:Get*", "acs:ram:*:*:user/bob"));
    owner
        .ram(
            "CreateRole",
            &[("RoleName", "worker"), ("AssumeRolePolicyDocument", &trust("RAM", "acs:ram::1234567890123456:root"))],
        )
        .ok();
    owner.attach("alice", "System", "AliyunSTSAssumeRoleAccess");
    alice.assume("acs:ram::1234567890123456:role/worker", &[]);
    // Refused, and nearly allowed.
    assert_eq!(alice.ram("GetUser", &[("UserName", "Bob")]).status, 403);
    let id = cloud.decisions(1)[0].request_id.to_string();
    let ask = |method: &str, path: &str, body: &str| with(&cloud, method, path, body, &[("x-acslab-token", TOKEN)]);
    ask("PUT", "checkpoints/before", "").ok();
    let (mut asked, mut faults) = (0, Vec::new());
    let paths = root["paths"].as_object().expect("paths");
    // What resets the cloud comes last.
    let order = |path: &&String| u8::from(path.contains("reset") || path.contains("restore"));
    let mut names: Vec<_> = paths.keys().collect();
    names.sort_by_key(|path| (order(path), path.as_str()));
    for name in names {
        if name == "/decisions/stream" || name == "/paths" || name.starts_with("/scenarios") {
            // The one never ends and has tests of its own; the others are the harness's.
            continue;
        }
        for (method, operation) in paths[name].as_object().expect("methods") {
            let path = name.trim_start_matches('/').replace("{REQUEST_ID}", &id).replace("{NAME}", "before");
            let path = if path == "policies/names" { "policies/names?of=key".to_owned() } else { path };
            let content = &operation["requestBody"]["content"]["application/json"];
            let body = content.get("example").map(ToString::to_string).unwrap_or_default();
            if let Some(example) = content.get("example") {
                misfits(&root, &content["schema"], example, &format!("{method} {name}: the example"), &mut faults);
            }
            let answer = ask(&method.to_uppercase(), &path, &body);
            assert_eq!(answer.status, 200, "{method} {name}: {}", answer.text());
            let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
            misfits(&root, schema, &json(&answer), &format!("{method} {name}"), &mut faults);
            asked += 1;
        }
    }
    assert_eq!(faults, Vec::<String>::new());
    assert!(asked >= 20, "{asked}");
    // What is wrong is told as it says.
    let refused = json(&ask("POST", "clock", "{"));
    misfits(&root, &root["components"]["schemas"]["Error"], &refused, "an error", &mut faults);
    assert_eq!(faults, Vec::<String>::new());
    // And the judge can tell: an answer that lacks something does not hold.
    misfits(&root, &root["components"]["schemas"]["Time"], &serde_json::json!({}), "nothing", &mut faults);
    assert_eq!(faults.len(), 1);
}
