//! Tags in lists of what has some.

use serde_json::{Map, Value, json};

use crate::cloud::directory::Tags;

/// `{"Tag": [{"TagKey": …, "TagValue": …}]}`
pub(crate) fn tags(tags: &Tags) -> Value {
    let tags: Vec<_> = tags.iter().map(|(key, value)| json!({"TagKey": key, "TagValue": value})).collect();
    json!({ "Tag": tags })
}

/// Adds `Tags` to a list's entry, if there are any.
pub(crate) fn tagged(entry: &mut Map<String, Value>, of: &Tags) {
    if !of.is_empty() {
        entry.insert("Tags".to_owned(), tags(of));
    }
}
