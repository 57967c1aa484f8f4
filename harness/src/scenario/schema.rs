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
            ("/$defs/entry/properties", &step::FIELDS),
            ("/$defs/expect/anyOf/1/properties", expect::FIELDS),
            ("/$defs/test/anyOf/1/properties", expect::TESTS),
            ("/$defs/moved/properties", step::permissions::FIELDS),
            ("/$defs/granted/properties", step::permissions::ROW),
            ("/$defs/compare/properties", compare::FIELDS),
            ("/$defs/compare/properties/permissions/items/properties", compare::ROW),
        ] {
            let known: BTreeSet<_> = schema.pointer(place).unwrap().as_object().unwrap().keys().cloned().collect();
            let read: BTreeSet<_> = fields.iter().map(|field| (*field).to_owned()).collect();
            assert_eq!(known, read, "{place}");
        }
    }

    /// What the schema says of a step, or of a scenario with other fields in the place of its own, and whether it is read.
    fn both(text: &str) -> (bool, bool) {
        let source = Source::new(Path::new("x.yaml"), text.to_owned());
        let schema = schema();
        let fits = misfit(&as_json(&yaml::parse(&source).unwrap()), &schema, &schema).is_none();
        (fits, load::read(Path::new("x.yaml"), text).is_ok())
    }

    /// An editor that goes by the schema tells what a run would tell.
    #[test]
    fn what_the_schema_takes_is_read_and_nothing_else() {
        let step = |step: &str| format!("title: a\nstory: b\nsteps:\n  - {step}\n");
        let call = |more: &str| step(&format!("{{as: owner, call: Ram.ListUsers, {more}}}"));
        let given = |given: &str| format!("title: a\nstory: b\ngiven: {given}\nsteps: [{{wait: 1}}]\n");
        let right = [
            "title: 5\nstory: b\nsteps: [{wait: 1}]\n".to_owned(),
            given("{accounts: [company, new], open: [oss of new, sls]}"),
            given("{accounts: {company: 1234567890123456, other: {id: \"1234567890123457\", age: 2d}}}"),
            given("{seed: 3, time: \"2026-01-01T00:00:00Z\", source: 203.0.113.9}"),
            given("{buckets: [photos], calls: [{call: Ram.ListUsers}]}"),
            step(
                "{for: [{sig: acs3, w: true}], as: owner, call: Ram.ListUsers, signature: \"${sig}\", wrong_signature: \"${w}\", expect: {error: SignatureDoesNotMatch}}",
            ),
            step(
                "{for: {columns: [st, times], rows: [[404, 3]]}, as: owner, call: Ram.ListUsers, repeat: {until: success, times: \"${times}\"}, expect: {error: A, status: \"${st}\"}}",
            ),
            step("{name: x, back_to: a}").replace("steps:\n", "steps:\n  - {checkpoint: a}\n"),
            call("expect: {one_of: [success, {error: A}], headers: {etag: {present: true}}}"),
            call(
                "expect: {success: {A: {count: 0}, B: {type: text}, C: {each: {matches: x}}, D: [1], E: 1, F: {in_any_order: [1]}}}",
            ),
            call("expect: {denied: {type: ImplicitDeny, statement: 1}}"),
            call("expect: {status: 304}"),
            call("expect: {answer: {Status: 302}, status: 302}"),
            call("expect: {success: {A: {contains: a, lacks: b}}, status: 204}"),
            call("expect: success, mfa: true, from: \"::1\", repeat: {until: success, times: 3, wait: 1m}"),
            step("{run: \"true\", expect: {answer: {Exit: 3}}}"),
            step("{parallel: [{wait: 1}, [{wait: 2}]]}"),
            step("{permissions: {gained: []}}"),
            step(
                "{permissions: {of: [owner, anonymous], lost: [{actions: oss:GetObject, on: \"acs:oss:*:*:a/*\", when: {oss:Prefix: a}}]}}",
            ),
        ];
        for text in right {
            assert_eq!(both(&text), (true, true), "{text}{:?}", load::read(Path::new("x.yaml"), &text).err());
        }
        let wrong = [
            "title: ''\nstory: b\nsteps: [{wait: 1}]\n".to_owned(),
            step("{}"),
            step("{name: x}"),
            step("{as: owner, call: Ram.ListUsers}"),
            step("{call: Ram.ListUsers, expect: success}"),
            step("{as: owner, call: Ram.ListUsers, run: \"true\", expect: success}"),
            step("{parallel: []}"),
            step("{permissions: {}}"),
            step("{permissions: {gained: [{on: \"*\"}]}}"),
            step("{permissions: {gained: nothing}}"),
            step("{for: [], as: owner, call: Ram.ListUsers, expect: success}"),
            step("{for: {columns: [a], rows: []}, as: owner, call: Ram.ListUsers, expect: success}"),
            step("{wait: soon}"),
            step("{wait: -5}"),
            step("{clock: tomorrow}"),
            step("{checkpoint: a b}"),
            given("{seed: -1}"),
            given("{time: noon}"),
            given("{source: here}"),
            given("{accounts: {company: 12}}"),
            given("{accounts: {company: {age: old}}}"),
            call("expect: sucess"),
            call("expect: {}"),
            call("expect: {one_of: []}"),
            call("expect: {not: {success: {}, decided: []}}"),
            call("expect: {success: {A: {cuont: 0}}}"),
            call("expect: {success: {A: {type: string}}}"),
            call("expect: {success: {}, status: 304}"),
            call("expect: {success: {A: {}}}"),
            call("expect: {error: A, status: 200}"),
            call("expect: {denied: {type: ImplicitDny}}"),
            call("expect: {denied: {statement: 0}}"),
            call("expect: success, from: nowhere"),
            call("expect: success, repeat: {until: success, times: 0}"),
            call("expect: success, signature: rsa"),
            "title: a\nstory: b\nsteps: [{wait: 1}]\ncompare: {permissions: [{actions: [oss:GetObject], on: photos}]}\n".to_owned(),
        ];
        for text in wrong {
            assert_eq!(both(&text), (false, false), "{text}");
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
