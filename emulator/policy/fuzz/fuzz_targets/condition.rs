//! The condition parser and every operator on any two values.
//! `cargo +nightly fuzz run condition`, in `emulator/policy`. Input: a listed value, a line break, a request's value.
#![no_main]

use acslab_policy::{Dialect, Document, DocumentKind, Operator, Outcome, Principal, Request};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

const LENIENT: Dialect = Dialect { extended_operators: true, refuse_malformed_values: false, ..Dialect::STORED };

fuzz_target!(|text: &str| {
    let mut parts = text.splitn(3, '\n');
    let (Some(listed), Some(value)) = (parts.next(), parts.next()) else { return };
    let another = parts.next().unwrap_or("");
    for name in Operator::names().chain(["Null"]) {
        for (prefix, suffix) in [("", ""), ("ForAnyValue:", ""), ("ForAllValues:", "IfExists")] {
            let name = if name == "Null" { name.to_owned() } else { format!("{prefix}{name}{suffix}") };
            let statement = json!({
                "Effect": "Allow", "Action": "oss:*", "Resource": "*",
                "Condition": { &name: { "a:b": [listed, another] } }
            });
            let text = json!({ "Version": "1", "Statement": [statement] }).to_string();
            let document = Document::parse_with(DocumentKind::Identity, &text, &LENIENT).unwrap();
            let strict = Document::parse_with(
                DocumentKind::Identity,
                &text,
                &Dialect { refuse_malformed_values: true, ..LENIENT },
            );
            let clause = &document.statements()[0].clauses()[0];
            let malformed = clause.operands().iter().any(|operand| operand.is_malformed());
            assert_eq!(malformed, strict.is_err());
            let request = Request::new(Principal::Anonymous, "oss:a", "*").unwrap().with("A:B", value);
            let outcome = clause.judge(request.context());
            assert!(malformed || outcome != Outcome::Unusable);
            // With one value in the request, all ways to combine values come to the same. `Null` looks at the key only.
            if name != "Null" {
                assert_eq!(outcome, clause.judge_value(&request.context().values(clause.key())[0]));
            }
        }
    }
});
