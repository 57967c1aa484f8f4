//! The context builder: any keys and values, in any order and number, on any action and resource.
//! `cargo +nightly fuzz run context`, in `emulator/policy`. Input: lines; action, resource, then `key=value`.
#![no_main]

use std::sync::Arc;

use acslab_policy::{Document, DocumentKind, Layers, PolicyRef, PolicySet, Principal, Request, decide, explain};
use libfuzzer_sys::fuzz_target;

const POLICY: &str = r#"{ "Version": "1", "Statement": [
    { "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": { "StringLike": { "acs:a": "?*" } } },
    { "Effect": "Allow", "NotAction": "a:b*", "Resource": "acs:*:*:*:*/x", "Condition": { "NotIpAddress": { "acs:SourceIp": "10.0.0.0/8" } } },
    { "Effect": "Deny", "Action": ["*:*b", "a:?"], "Resource": "*", "Condition": { "NumericLessThan": { "acs:n": "0.5" }, "DateGreaterThan": { "acs:t": "2024-01-01T00:00:00Z" } } },
    { "Effect": "Deny", "Action": "*", "Resource": "acs:ram:*:*:role/*", "Condition": { "Bool": { "acs:Tag/x": "true" } } }
] }"#;

fuzz_target!(|text: &str| {
    let mut lines = text.lines();
    let (Some(action), Some(resource)) = (lines.next(), lines.next()) else { return };
    let Ok(mut request) = Request::new(Principal::role_session("1", "r", "s"), action, resource) else { return };
    assert_eq!(request.action().as_str(), action);
    assert_eq!(request.resource().as_str(), resource);
    for line in lines {
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        request = if value.contains(',') { request.with_many(key, value.split(',')) } else { request.with(key, value) };
        // What was set last is there, once.
        let stored: Vec<_> = request.context().iter().filter(|(own, _)| *own == key).collect();
        assert_eq!(stored.len(), 1);
    }
    let set = PolicySet::compile([(
        PolicyRef::named("p"),
        Arc::new(Document::parse(DocumentKind::Identity, POLICY).unwrap()),
    )]);
    let layers = Layers::new(&set);
    let explanation = explain(&layers, &request);
    assert_eq!(explanation.decision, decide(&layers, &request));
    let _ = (explanation.to_string(), serde_json::to_string(&explanation).unwrap());
});
