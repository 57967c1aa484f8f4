//! Values of which there are few: anything else would count for another one, and nobody be told.

use serde_json::Value;

/// Where they stand, with `*` for any member, and which there are.
const VALUES: &[(&str, &[&str])] = &[
    ("resource_directory/control", &["enabled", "disabled"]),
    ("users/*/policies/*/type", POLICIES),
    ("groups/*/policies/*/type", POLICIES),
    ("roles/*/policies/*/type", POLICIES),
    ("buckets/*/acl", &["private", "public-read", "public-read-write"]),
    ("buckets/*/object_acls/*", &["default", "private", "public-read", "public-read-write"]),
];
const POLICIES: &[&str] = &["System", "Custom"];

/// The first that is none: where it stands, and why.
pub(super) fn none(account: &Value) -> Option<(String, String)> {
    VALUES.iter().find_map(|(place, known)| {
        let mut found = Vec::new();
        collect(account, place, String::new(), &mut found);
        let (pointer, wrong) = found.into_iter().find(|(_, value)| !known.contains(value))?;
        Some((pointer, format!("`{wrong}` is none of {}", crate::words::or_list(known))))
    })
}

/// The texts at a place.
fn collect<'v>(value: &'v Value, place: &str, pointer: String, found: &mut Vec<(String, &'v str)>) {
    if place.is_empty() {
        found.extend(value.as_str().map(|text| (pointer, text)));
        return;
    }
    let (name, rest) = place.split_once('/').unwrap_or((place, ""));
    match value {
        Value::Object(members) => {
            for (key, member) in members.iter().filter(|(key, _)| name == "*" || *key == name) {
                collect(member, rest, format!("{pointer}/{key}"), found);
            }
        }
        Value::Array(items) if name == "*" => {
            for (number, item) in items.iter().enumerate() {
                collect(item, rest, format!("{pointer}/{number}"), found);
            }
        }
        _ => {}
    }
}
