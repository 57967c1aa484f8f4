//! Policies and requests of four sizes, with the verdicts they must get.
//!
//! W1 is one small policy with many actions and hardly a wildcard, like the default role of a product. W2, W3 and W4 are
//! ten policies with 200, 1,000 and 10,000 statements in all: a few services, actions by name or by verb, resources
//! that differ in a number, conditions on the source address and on a tag, one statement in ten a Deny.
//!
//! With `ACSLAB_WORKLOADS` naming a directory that holds `w1.json` to `w4.json`, those are read instead. Otherwise
//! everything is made from a fixed seed, and the verdicts come from the numbers that the texts are made of, not from
//! the engine.

mod generated;

use std::path::Path;
use std::sync::Arc;

use acslab_policy::{Dialect, Document, DocumentKind, PolicyRef, PolicySet, Principal, Request, Verdict};
use serde_json::Value;

/// One workload.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) texts: Vec<String>,
    pub(crate) requests: Vec<Request>,
    pub(crate) expected: Vec<Verdict>,
}

impl Workload {
    pub(crate) fn all() -> Vec<Self> {
        let directory = std::env::var_os("ACSLAB_WORKLOADS");
        ["w1", "w2", "w3", "w4"]
            .into_iter()
            .map(|name| match &directory {
                Some(directory) => Self::read(name, &Path::new(directory).join(format!("{name}.json"))),
                None => generated::workload(name),
            })
            .collect()
    }

    fn read(name: &'static str, path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let file: Value = serde_json::from_str(&text).unwrap();
        let list = |key: &str| file[key].as_array().unwrap().iter();
        let request = |value: &Value| {
            let text = |key: &str| value[key].as_str().unwrap();
            let mut request = request(text("action"), text("resource"));
            for (key, value) in value["context"].as_object().unwrap() {
                request.set(key, value.as_str().unwrap());
            }
            request
        };
        let verdict = |value: &Value| match value.as_str().unwrap() {
            "Allow" => Verdict::Allow,
            "ExplicitDeny" => Verdict::ExplicitDeny,
            "ImplicitDeny" => Verdict::ImplicitDeny,
            other => panic!("verdict {other}"),
        };
        Self {
            name,
            texts: list("policies").map(Value::to_string).collect(),
            requests: list("requests").map(request).collect(),
            expected: list("expect").map(verdict).collect(),
        }
    }

    pub(crate) fn parse(&self) -> Vec<Arc<Document>> {
        let parse = |text: &String| Document::parse_with(DocumentKind::Identity, text, &Dialect::STORED).unwrap();
        self.texts.iter().map(|text| Arc::new(parse(text))).collect()
    }

    pub(crate) fn compile(documents: &[Arc<Document>]) -> PolicySet {
        let named =
            |(index, document): (usize, &Arc<Document>)| (PolicyRef::named(format!("p{index}")), Arc::clone(document));
        PolicySet::compile(documents.iter().enumerate().map(named))
    }
}

fn request(action: &str, resource: &str) -> Request {
    let caller = Principal::ram_user(generated::ACCOUNT, "204567890123450001", "alice");
    Request::new(caller, action, resource).unwrap()
}
