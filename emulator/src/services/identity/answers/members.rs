//! Members of an answer that are texts.

use serde_json::{Map, Value, json};

/// An object of these texts, in this order.
pub(crate) fn members<const N: usize>(members: [(&str, &str); N]) -> Map<String, Value> {
    members.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect()
}
