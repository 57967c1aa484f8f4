//! The changes of a policy: one thing less, one thing wider, the other effect.

use serde_json::{Map, Value, json};

use crate::coverage::Kind;

/// A changed policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What was changed, in words: "statement 2: without `oss:GetObject`".
    pub what: String,
    /// What the policy says then.
    pub document: Value,
}

/// All changes of a policy, each in one place.
pub(crate) fn all(document: &Value, kind: Kind) -> Vec<Change> {
    let statements = match document.get("Statement") {
        Some(Value::Array(statements)) => statements.clone(),
        Some(single) => vec![single.clone()],
        None => return Vec::new(),
    };
    let mut changes = Vec::new();
    let mut add = |number: usize, what: String, statements: Vec<Value>| {
        let mut document = document.clone();
        document["Statement"] = Value::Array(statements);
        changes.push(Change { what: format!("statement {number}: {what}"), document });
    };
    for (at, statement) in statements.iter().enumerate() {
        if statements.len() > 1 {
            let mut less = statements.clone();
            less.remove(at);
            add(at + 1, "taken out".to_owned(), less);
        }
        let Value::Object(statement) = statement else { continue };
        for (what, other) in of_statement(statement, kind) {
            let mut changed = statements.clone();
            if let Some(place) = changed.get_mut(at) {
                *place = Value::Object(other);
            }
            add(at + 1, what, changed);
        }
    }
    changes.retain(|change| change.document != *document);
    changes
}

/// The changes of an identity policy.
pub fn changes(document: &Value) -> Vec<Change> {
    all(document, Kind::Identity)
}

fn of_statement(statement: &Map<String, Value>, kind: Kind) -> Vec<(String, Map<String, Value>)> {
    let mut changed = Vec::new();
    let with = |name: &str, value: Value| {
        let mut other = statement.clone();
        other.insert(name.to_owned(), value);
        other
    };
    let effect = statement.get("Effect").and_then(Value::as_str).unwrap_or_default();
    let other = if effect == "Deny" { "Allow" } else { "Deny" };
    changed.push((format!("{other} in the place of {effect}"), with("Effect", json!(other))));
    for element in ["Action", "NotAction", "Resource", "NotResource"] {
        let Some(value) = statement.get(element) else { continue };
        let items = list(value);
        for (at, item) in items.iter().enumerate() {
            let Some(text) = item.as_str() else { continue };
            if items.len() > 1 {
                let mut less = items.clone();
                less.remove(at);
                changed.push((format!("without `{text}` in {element}"), with(element, Value::Array(less))));
            }
            if let Some(wider) = wider(element, text) {
                let mut more = items.clone();
                if let Some(place) = more.get_mut(at) {
                    *place = json!(wider);
                }
                changed.push((format!("`{wider}` in the place of `{text}`"), with(element, Value::Array(more))));
            }
        }
    }
    if let Some(Value::Object(condition)) = statement.get("Condition") {
        changed.extend(conditions(statement, condition));
    }
    if matches!(kind, Kind::Trust | Kind::Bucket) {
        changed.extend(principals(statement, kind));
    }
    changed
}

/// A pattern that covers more: everything of a service, everything of a kind.
fn wider(element: &str, text: &str) -> Option<String> {
    if text == "*" {
        return None;
    }
    if element.ends_with("Action") {
        let (service, name) = text.split_once(':')?;
        return Some(if name == "*" { "*".to_owned() } else { format!("{service}:*") });
    }
    // `acs:oss:*:*:flows/work/*` becomes `acs:oss:*:*:*`.
    let (head, relative) = text.rsplit_once(':')?;
    Some(if relative == "*" { "*".to_owned() } else { format!("{head}:*") })
}

/// One condition less, or one of its values.
fn conditions(statement: &Map<String, Value>, condition: &Map<String, Value>) -> Vec<(String, Map<String, Value>)> {
    let mut changed = Vec::new();
    let with = |condition: Map<String, Value>| {
        let mut other = statement.clone();
        if condition.is_empty() {
            other.shift_remove("Condition");
        } else {
            other.insert("Condition".to_owned(), Value::Object(condition));
        }
        other
    };
    for (operator, keys) in condition {
        let Value::Object(keys) = keys else { continue };
        for (key, value) in keys {
            let mut less = condition.clone();
            if let Some(Value::Object(keys)) = less.get_mut(operator) {
                keys.shift_remove(key);
                if keys.is_empty() {
                    less.shift_remove(operator);
                }
            }
            changed.push((format!("without the condition on `{key}`"), with(less)));
            let values = list(value);
            for (at, one) in values.iter().enumerate().filter(|_| values.len() > 1) {
                let mut fewer = values.clone();
                fewer.remove(at);
                let mut other = condition.clone();
                if let Some(Value::Object(keys)) = other.get_mut(operator) {
                    keys.insert(key.clone(), Value::Array(fewer));
                }
                changed.push((format!("without {one} in the condition on `{key}`"), with(other)));
            }
        }
    }
    changed
}

/// One principal less, or everybody of the account besides.
fn principals(statement: &Map<String, Value>, kind: Kind) -> Vec<(String, Map<String, Value>)> {
    let mut changed = Vec::new();
    let with = |principal: Value| {
        let mut other = statement.clone();
        other.insert("Principal".to_owned(), principal);
        other
    };
    match statement.get("Principal") {
        Some(Value::Object(kinds)) => {
            for (name, value) in kinds {
                let items = list(value);
                for (at, item) in items.iter().enumerate().filter(|_| items.len() > 1) {
                    let mut less = items.clone();
                    less.remove(at);
                    let mut other = kinds.clone();
                    other.insert(name.clone(), Value::Array(less));
                    changed.push((format!("without the principal {item}"), with(Value::Object(other))));
                }
            }
            if kind == Kind::Trust {
                let mut other = kinds.clone();
                let mut trusted = kinds.get("RAM").map(list).unwrap_or_default();
                trusted.push(json!("*"));
                other.insert("RAM".to_owned(), Value::Array(trusted));
                changed.push(("trusting everybody besides".to_owned(), with(Value::Object(other))));
            }
        }
        Some(value @ Value::Array(_)) => {
            let items = list(value);
            for (at, item) in items.iter().enumerate().filter(|_| items.len() > 1) {
                let mut less = items.clone();
                less.remove(at);
                changed.push((format!("without the principal {item}"), with(Value::Array(less))));
            }
            if !items.contains(&json!("*")) {
                changed.push(("for everybody".to_owned(), with(json!(["*"]))));
            }
        }
        _ => {}
    }
    changed
}

fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.clone(),
        single => vec![single.clone()],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Kind, all};

    #[test]
    fn every_place_is_changed_once() {
        let document = json!({"Version": "1", "Statement": [
            {"Effect": "Allow", "Action": ["oss:GetObject", "oss:Put*"], "Resource": "acs:oss:*:*:flows/*",
             "Condition": {"IpAddress": {"acs:SourceIp": ["10.0.0.0/8", "192.0.2.0/24"]}}},
            {"Effect": "Deny", "Action": "*", "Resource": "*"}]});
        let changes = all(&document, Kind::Identity);
        let what: Vec<_> = changes.iter().map(|change| change.what.as_str()).collect();
        assert_eq!(
            what,
            [
                "statement 1: taken out",
                "statement 1: Deny in the place of Allow",
                "statement 1: without `oss:GetObject` in Action",
                "statement 1: `oss:*` in the place of `oss:GetObject`",
                "statement 1: without `oss:Put*` in Action",
                "statement 1: `oss:*` in the place of `oss:Put*`",
                "statement 1: `acs:oss:*:*:*` in the place of `acs:oss:*:*:flows/*`",
                "statement 1: without the condition on `acs:SourceIp`",
                "statement 1: without \"10.0.0.0/8\" in the condition on `acs:SourceIp`",
                "statement 1: without \"192.0.2.0/24\" in the condition on `acs:SourceIp`",
                "statement 2: taken out",
                "statement 2: Allow in the place of Deny",
            ]
        );
        assert_eq!(changes[0].document["Statement"].as_array().map(Vec::len), Some(1));
    }

    #[test]
    fn a_trust_is_loosened() {
        let trust = json!({"Version": "1", "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ["a.aliyuncs.com", "b.aliyuncs.com"]}}]});
        let what: Vec<_> = all(&trust, Kind::Trust).into_iter().map(|change| change.what).collect();
        assert!(what.contains(&"statement 1: trusting everybody besides".to_owned()), "{what:?}");
        assert!(what.contains(&"statement 1: without the principal \"a.aliyuncs.com\"".to_owned()), "{what:?}");
    }
}
