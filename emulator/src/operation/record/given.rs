//! What a call gives, as typed values.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::over::OverRecord;
use super::shape::Shape;
use crate::operation::{Call, Need};
use crate::wire::Arguments;

/// Parameters that say how a call is made, and nothing of a record.
const OF_THE_CALL: &[&str] = &[
    "RegionId",
    "ClientToken",
    "DryRun",
    "OwnerAccount",
    "OwnerId",
    "ResourceOwnerAccount",
    "ResourceOwnerId",
    "SecurityToken",
    "AccessKeyId",
    "Action",
    "Version",
    "Format",
    "Signature",
    "SignatureMethod",
    "SignatureNonce",
    "SignatureVersion",
    "Timestamp",
];

impl OverRecord {
    /// The values that the call gives, by their parameters' names, each of its type.
    pub(super) fn given(&self, call: &Call<'_>) -> Map<String, Value> {
        if let Some(takes) = &self.takes {
            takes
                .iter()
                .filter_map(|field| Some((field.name.clone(), value(&call.arguments, &field.name, &field.shape)?)))
                .collect()
        } else {
            let rows = call.operation.parameters.iter();
            let given = rows.filter(|row| row.need == Need::Required || call.arguments.get(&row.name).is_some());
            given.map(|row| (row.name.to_string(), call.arguments.text(&row.name).into())).collect()
        }
    }

    /// Does a parameter say how the call is made, and nothing of a record?
    pub(super) fn is_of_the_call(&self, name: &str) -> bool {
        OF_THE_CALL.contains(&name)
            || self.says.drop.iter().any(|dropped| dropped == name)
            || self.product.region.as_deref() == Some(name)
    }

    /// The fields that the call sets. `keep_call`: also what says how the call is made, such as the region.
    pub(super) fn fields(&self, call: &Call<'_>) -> Map<String, Value> {
        let mut given = self.given(call);
        if let Some(inner) = &self.says.given {
            // The record itself stands in one parameter.
            if let Some(Value::Object(members)) = given.remove(inner) {
                given.extend(members);
            }
        }
        let named = given.into_iter().filter(|(name, _)| !self.is_of_the_call(name));
        named.map(|(name, value)| (self.says.rename.get(&name).cloned().unwrap_or(name), value)).collect()
    }
}

/// The value of a parameter, however it is written: text, JSON, or flat (`Tag.1.Key=…`).
pub(super) fn value(arguments: &Arguments, name: &str, shape: &Shape) -> Option<Value> {
    if let Some(text) = arguments.get(name) {
        if text.is_empty() && !matches!(shape, Shape::Text | Shape::Any) {
            return None;
        }
        let value = Value::String(text.to_owned());
        // A parameter of any type may hold JSON.
        return Some(match shape {
            Shape::Any => serde_json::from_str(text).ok().filter(|value: &Value| !value.is_string()).unwrap_or(value),
            shape => shape.cast(&value),
        });
    }
    if matches!(shape, Shape::List(_) | Shape::Object(_) | Shape::Map(_) | Shape::Any) {
        return flat(arguments, name).map(|value| shape.cast(&value));
    }
    None
}

/// A tree of what is written flat: a number is a place in a list, anything else a member.
#[derive(Default)]
struct Tree {
    text: Option<String>,
    branches: BTreeMap<Branch, Tree>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Branch {
    Place(u32),
    Member(String),
}

fn flat(arguments: &Arguments, name: &str) -> Option<Value> {
    let mut tree = Tree::default();
    for (key, value) in arguments.iter() {
        let Some(path) = key.strip_prefix(name).and_then(|rest| rest.strip_prefix('.')) else { continue };
        let mut at = &mut tree;
        for segment in path.split('.').take(8) {
            let branch = segment.parse().map_or_else(|_| Branch::Member(segment.to_owned()), Branch::Place);
            at = at.branches.entry(branch).or_default();
        }
        at.text = Some(value.to_owned());
    }
    (!tree.branches.is_empty()).then(|| tree.value())
}

impl Tree {
    fn value(self) -> Value {
        if self.branches.is_empty() {
            return self.text.map_or(Value::Null, Value::String);
        }
        if self.branches.keys().all(|branch| matches!(branch, Branch::Place(_))) {
            return self.branches.into_values().map(Self::value).collect();
        }
        let members = self.branches.into_iter().map(|(branch, tree)| {
            let name = match branch {
                Branch::Place(place) => place.to_string(),
                Branch::Member(name) => name,
            };
            (name, tree.value())
        });
        Value::Object(members.collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn flat_parameters_become_what_they_stand_for() {
        let pairs = [
            ("Tag.2.Key", "b"),
            ("Tag.1.Key", "a"),
            ("Tag.1.Value", "1"),
            ("Disk.Size", "40"),
            ("Id.1", "x"),
            ("N", ""),
        ];
        let arguments = Arguments::new(pairs.into_iter().collect());
        let tags =
            Shape::List(Box::new(Shape::Object(vec![("Key".into(), Shape::Text), ("Value".into(), Shape::Text)])));
        assert_eq!(value(&arguments, "Tag", &tags), Some(json!([{"Key": "a", "Value": "1"}, {"Key": "b"}])));
        let disk = Shape::Object(vec![("Size".into(), Shape::Integer)]);
        assert_eq!(value(&arguments, "Disk", &disk), Some(json!({"Size": 40})));
        assert_eq!(value(&arguments, "Id", &Shape::List(Box::new(Shape::Text))), Some(json!(["x"])));
        assert_eq!((value(&arguments, "N", &Shape::Integer), value(&arguments, "Other", &Shape::Text)), (None, None));
    }
}
