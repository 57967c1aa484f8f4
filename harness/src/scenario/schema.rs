//! The form of scenario files as JSON Schema, for editors.

/// The schema.
pub const SCHEMA: &str = include_str!("schema.json");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use serde_json::Value;

    use super::SCHEMA;
    use crate::scenario::{compare, expect, given, lesson, load, misfit, step, yaml};
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
