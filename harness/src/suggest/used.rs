//! What each principal was allowed, out of recorded decisions.

use std::collections::BTreeMap;

use serde_json::Value;

/// One question that the caller's own policies allowed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// The condition keys of the request.
    pub keys: Vec<(String, Vec<String>)>,
}

/// By RAM user or role, what was allowed by its own policies. `decisions` are in full, as the control surface gives them.
pub fn used(decisions: &[Value]) -> BTreeMap<String, Vec<Use>> {
    let mut all: BTreeMap<String, Vec<Use>> = BTreeMap::new();
    for decision in decisions {
        let Some(principal) = decision.get("caller").and_then(Value::as_str).and_then(principal) else { continue };
        for decided in decision.get("decided").and_then(Value::as_array).into_iter().flatten() {
            let text = |name: &str| decided.get(name).and_then(Value::as_str).unwrap_or_default();
            let own = ["Identity", "IdentityResourceGroup"].contains(&text("layer"));
            if text("verdict") != "Allow" || !own {
                continue;
            }
            let context = decided.get("context").and_then(Value::as_object);
            let keys = context.into_iter().flatten().map(|(key, values)| {
                let values = values.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
                (key.clone(), values.collect())
            });
            let used =
                Use { action: text("action").to_owned(), resource: text("resource").to_owned(), keys: keys.collect() };
            let of = all.entry(principal.clone()).or_default();
            let same = |other: &Use| (&other.action, &other.resource) == (&used.action, &used.resource);
            if !of.iter().any(same) {
                of.push(used);
            }
        }
    }
    all
}

/// The user or role behind a caller's ARN; owners and services have no policies.
fn principal(caller: &str) -> Option<String> {
    let (front, named) = caller.rsplit_once(':')?;
    match named.split_once('/')? {
        ("user", _) => Some(caller.to_owned()),
        ("assumed-role", session) => Some(format!("{front}:role/{}", session.split('/').next()?)),
        _ => None,
    }
}
