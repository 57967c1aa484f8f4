//! The form of scenario files as JSON Schema, for editors.

/// The schema.
pub const SCHEMA: &str = include_str!("schema.json");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use serde_json::Value;

    use super::SCHEMA;
    use crate::scenario::{compare, expect, given, lesson, load, step, yaml};
    use crate::source::Source;

    fn schema() -> Value {
        serde_json::from_str(SCHEMA).unwrap()
    }

    /// Adding a field takes a line of the schema.
    #[test]
    fn the_schema_has_the_fields_that_are_read() {
        let schema = schema();
        for (place, fields) in [
            ("/properties", load::FIELDS),
            ("/properties/lesson/properties", lesson::header::FIELDS),
            ("/$defs/given/properties", given::FIELDS),
            ("/$defs/step/properties", &step::FIELDS),
            ("/$defs/expect/anyOf/1/properties", expect::FIELDS),
            ("/$defs/compare/properties", compare::FIELDS),
            ("/$defs/compare/properties/permissions/items/properties", compare::ROW),
        ] {
            let known: BTreeSet<_> = schema.pointer(place).unwrap().as_object().unwrap().keys().cloned().collect();
            let read: BTreeSet<_> = fields.iter().map(|field| (*field).to_owned()).collect();
            assert_eq!(known, read, "{place}");
        }
    }

    fn as_json(node: &yaml::Node) -> Value {
        match &node.value {
            yaml::Value::Scalar(scalar) => scalar.resolve(),
            yaml::Value::List(items) => Value::Array(items.iter().map(as_json).collect()),
            yaml::Value::Map(entries) => {
                entries.iter().map(|(key, value)| (key.value.clone(), as_json(value))).collect()
            }
        }
    }

    fn is_of(value: &Value, kind: &str) -> bool {
        match kind {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "boolean" => value.is_boolean(),
            "null" => value.is_null(),
            other => panic!("{other}"),
        }
    }

    /// What of JSON Schema the schema uses. Gives the place that does not fit.
    fn misfit(value: &Value, schema: &Value, root: &Value) -> Option<String> {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let found = misfit(value, root.pointer(reference.strip_prefix('#').unwrap()).unwrap(), root);
            if found.is_some() {
                return found;
            }
        }
        if let Some(all) = schema.get("anyOf").and_then(Value::as_array)
            && all.iter().all(|one| misfit(value, one, root).is_some())
        {
            return Some(format!("{value}"));
        }
        let kinds = match schema.get("type") {
            Some(Value::Array(kinds)) => kinds.clone(),
            Some(kind) => vec![kind.clone()],
            None => Vec::new(),
        };
        let fits = kinds.is_empty() || kinds.iter().any(|kind| is_of(value, kind.as_str().unwrap()));
        let listed = schema.get("enum").and_then(Value::as_array).is_none_or(|all| all.contains(value));
        if !fits || !listed {
            return Some(format!("{value}"));
        }
        if let Value::Object(members) = value {
            let properties = schema.get("properties").and_then(Value::as_object);
            for (name, value) in members {
                let known = properties.and_then(|properties| properties.get(name));
                let found = match (known, schema.get("additionalProperties")) {
                    (Some(schema), _) => misfit(value, schema, root),
                    (None, Some(Value::Bool(false))) => Some("no such property".to_owned()),
                    (None, Some(other @ Value::Object(_))) => misfit(value, other, root),
                    (None, _) => None,
                };
                if let Some(found) = found {
                    return Some(format!("{name}: {found}"));
                }
            }
            let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
            return required.filter_map(Value::as_str).find(|name| !members.contains_key(*name)).map(str::to_owned);
        }
        match (value, schema.get("items")) {
            (Value::Array(items), Some(schema)) => items.iter().find_map(|item| misfit(item, schema, root)),
            _ => None,
        }
    }

    #[test]
    fn the_scenarios_that_come_with_acslab_fit() {
        let schema = schema();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("scenarios");
        let loaded = load::load(&[root]).unwrap();
        assert!(loaded.scenarios.len() >= 80);
        for scenario in loaded.scenarios {
            let node = yaml::parse(&scenario.source).unwrap();
            assert_eq!(misfit(&as_json(&node), &schema, &schema), None, "{}", scenario.name);
        }
        let wrong = "title: a\nstory: b\nsteps:\n  - {as: owner, call: A.B, expect: {sucess: {}}}\n";
        let node = yaml::parse(&Source::new(Path::new("x.yaml"), wrong.to_owned())).unwrap();
        assert!(misfit(&as_json(&node), &schema, &schema).is_some());
    }
}
