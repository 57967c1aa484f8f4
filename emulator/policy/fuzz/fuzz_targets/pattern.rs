//! The pattern matcher against a plain table of prefixes: actions, resources and `StringLike`, index and all.
//! `cargo +nightly fuzz run pattern`, in `emulator/policy`. Input: a pattern, a line break, a text.
#![no_main]

use std::sync::Arc;

use acslab_policy::{
    Dialect, Document, DocumentKind, Layers, PolicyRef, PolicySet, Principal, Request, decide, explain,
};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

fuzz_target!(|text: &str| {
    let Some((pattern, text)) = text.split_once('\n') else { return };
    if pattern.len() > 200 || text.len() > 200 {
        return;
    }
    let service = |name: &str| format!("s:x{name}");
    let arn = |relative: &str| format!("acs:s:r:1:x{relative}");
    // As an action, without regard to case.
    if let Some(allowed) = ask(json!(service(pattern)), json!("*"), json!({}), &service(text), &arn("")) {
        assert_eq!(allowed, like(&service(pattern).to_ascii_lowercase(), &service(text).to_ascii_lowercase()));
    }
    // As the relative id of a resource.
    if let Some(allowed) = ask(json!("*"), json!(arn(pattern)), json!({}), "s:x", &arn(text)) {
        assert_eq!(allowed, like(&arn(pattern), &arn(text)));
    }
    // As a condition value.
    let condition = json!({ "StringLike": { "a:b": pattern } });
    if let Some(allowed) = ask_with(json!("*"), json!("*"), condition, "s:x", "*", text) {
        assert_eq!(allowed, like(pattern, text));
    }
});

fn ask(action: Value, resource: Value, condition: Value, asked: &str, about: &str) -> Option<bool> {
    ask_with(action, resource, condition, asked, about, "")
}

fn ask_with(action: Value, resource: Value, condition: Value, asked: &str, about: &str, value: &str) -> Option<bool> {
    let statement = json!({ "Effect": "Allow", "Action": action, "Resource": resource, "Condition": condition });
    // Many of one kind, so that the index files them by resource.
    let other =
        json!({ "Effect": "Deny", "Action": "s:other*", "Resource": "acs:s:*:*:quite/another", "Condition": {} });
    let crowd = vec![other; 40];
    let statements = [vec![statement], crowd].concat();
    let text = json!({ "Version": "1", "Statement": statements }).to_string();
    let document = Document::parse_with(DocumentKind::Identity, &text, &Dialect::STORED).ok()?;
    let set = PolicySet::compile([(PolicyRef::named("p"), Arc::new(document))]);
    let request = Request::new(Principal::ram_user("1", "2", "u"), asked, about).ok()?.with("a:b", value);
    let layers = Layers::new(&set);
    let decision = decide(&layers, &request);
    assert_eq!(decision, explain(&layers, &request).decision);
    Some(decision.is_allowed())
}

fn like(pattern: &str, text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    // Which lengths of the text the pattern so far fits.
    let mut fits = vec![false; text.len() + 1];
    fits[0] = true;
    for c in pattern.chars() {
        let mut next = vec![false; text.len() + 1];
        for at in 0..=text.len() {
            next[at] = match c {
                '*' => fits[at] || (at > 0 && next[at - 1]),
                '?' => at > 0 && fits[at - 1],
                c => at > 0 && fits[at - 1] && c == text[at - 1],
            };
        }
        fits = next;
    }
    fits[text.len()]
}
