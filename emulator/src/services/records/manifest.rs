//! What a pipeline's manifest says of it: YAML whose `metadata` has the identifier, the version and the provider (INFERRED: from the
//! manifests of published pipelines).

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::registry::yaml_as_json;

/// The members of `metadata` that are texts; none where the manifest is no YAML, or no map.
pub(super) fn metadata(text: &str) -> Option<BTreeMap<String, String>> {
    let said: Map<String, Value> = serde_json::from_str(&yaml_as_json(text).ok()?).ok()?;
    let members = said.get("metadata").and_then(Value::as_object).into_iter().flatten();
    let texts = members.filter_map(|(name, value)| {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        Some((name.clone(), text))
    });
    Some(texts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_read_as_yaml() {
        let read = |text: &str| {
            let found = metadata(text)?;
            let of = |name: &str| found.get(name).cloned().unwrap_or_default();
            Some([of("provider"), of("identifier"), of("version")])
        };
        let all = Some(["1", "a", "v1"].map(str::to_owned));
        for text in [
            "metadata:\n  provider: '1'\n  identifier: \"a\"\n  version: v1\n",
            "apiVersion: core/v1\nmetadata:\n  # whose\n  provider: 1\n  identifier: a\n  version: v1\nspec:\n  version: v2\n",
            r#"{"metadata": {"provider": "1", "identifier": "a", "version": "v1"}}"#,
            "spec:\n  list: [a, {version: v9}]\nmetadata: {provider: '1', identifier: a, version: v1}\n",
        ] {
            assert_eq!(read(text), all, "{text}");
        }
        assert_eq!(read("{}"), Some([const { String::new() }; 3]));
        for text in ["::bad", "", "- a", "a: [", "'text'"] {
            assert_eq!(read(text), None, "{text}");
        }
        // Nor is one that is deeper than anybody writes, or has to be put together first.
        let deep = format!("spec: {}{}", "[".repeat(10_000), "]".repeat(10_000));
        for text in [&deep, "metadata: &m {provider: '1'}\nspec: *m\n"] {
            assert_eq!(read(text), None);
        }
    }
}
