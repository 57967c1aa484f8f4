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

use acslab_policy::{
    Action, Dialect, Document, DocumentKind, Key, PolicyRef, PolicySet, Principal, Request, Resource,
    Value as ContextValue, Verdict,
};
use serde_json::Value;

/// One workload.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) texts: Vec<String>,
    pub(crate) asked: Vec<Asked>,
    pub(crate) requests: Vec<Request>,
    pub(crate) expected: Vec<Verdict>,
}

/// A request as texts.
pub(crate) struct Asked {
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(crate) context: Vec<(String, String)>,
}

impl Asked {
    /// Made into a request of this caller.
    pub(crate) fn by(&self, caller: Principal) -> Request {
        let mut request = Request::new(caller, &self.action, &self.resource).unwrap();
        for (key, value) in &self.context {
            request.set(key, value);
        }
        request
    }

    /// Reads its parts.
    pub(crate) fn read(&self) -> Read {
        let read = |(key, value): &(String, String)| (Key::from(key), ContextValue::from(value));
        Read {
            action: Action::parse(&self.action).unwrap(),
            resource: Resource::parse(&self.resource).unwrap(),
            context: self.context.iter().map(read).collect(),
        }
    }
}

/// A request as parts that have been read.
pub(crate) struct Read {
    action: Action,
    resource: Resource,
    context: Vec<(Key, ContextValue)>,
}

impl Read {
    /// Made into a request of this caller.
    pub(crate) fn by(&self, caller: Principal) -> Request {
        let mut request = Request::of(caller, self.action.clone(), self.resource.clone());
        for (key, value) in &self.context {
            request.set(key, value);
        }
        request
    }
}

/// Whoever asks.
pub(crate) fn caller() -> Principal {
    Principal::ram_user(generated::ACCOUNT, "204567890123450001", "alice")
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
        let asked = |value: &Value| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let context = value["context"].as_object().unwrap().iter();
            Asked {
                action: text(&value["action"]),
                resource: text(&value["resource"]),
                context: context.map(|(key, value)| (key.clone(), text(value))).collect(),
            }
        };
        let verdict = |value: &Value| match value.as_str().unwrap() {
            "Allow" => Verdict::Allow,
            "ExplicitDeny" => Verdict::ExplicitDeny,
            "ImplicitDeny" => Verdict::ImplicitDeny,
            other => panic!("verdict {other}"),
        };
        let texts = list("policies").map(Value::to_string).collect();
        Self::new(name, texts, list("requests").map(asked).collect(), list("expect").map(verdict).collect())
    }

    fn new(name: &'static str, texts: Vec<String>, asked: Vec<Asked>, expected: Vec<Verdict>) -> Self {
        let requests = asked.iter().map(|asked| asked.by(caller())).collect();
        Self { name, texts, asked, requests, expected }
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
