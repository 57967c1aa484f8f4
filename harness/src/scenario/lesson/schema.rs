//! The published form of lessons, held against the lessons and against what the parser takes.

use std::path::Path;

use serde_json::{Map, Value};

use crate::scenario::yaml::{self, Node};
use crate::source::Source;

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../../docs/lesson.schema.json")).unwrap()
}

fn json(node: &Node) -> Value {
    match &node.value {
        yaml::Value::Scalar(scalar) => scalar.resolve(),
        yaml::Value::List(items) => items.iter().map(json).collect(),
        yaml::Value::Map(entries) => {
            Value::Object(entries.iter().map(|(key, value)| (key.value.clone(), json(value))).collect())
        }
    }
}

/// What of a value is not as its schema says, of the keywords that ours has.
fn faults(schema: &Value, value: &Value, root: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut unless = |holds: bool, what: &str| {
        if !holds {
            found.push(format!("{at}: {what}"));
        }
    };
    let empty = Map::new();
    let (keywords, members) = (schema.as_object().unwrap(), value.as_object().unwrap_or(&empty));
    let mut inner = Vec::new();
    for (keyword, wanted) in keywords {
        match keyword.as_str() {
            "$schema" | "$id" | "$defs" | "title" | "description" => {}
            "$ref" => {
                let target = root.pointer(wanted.as_str().unwrap().trim_start_matches('#')).unwrap();
                inner.extend(faults(target, value, root, at));
            }
            "type" => unless(
                match wanted.as_str().unwrap() {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "integer" => value.is_i64(),
                    other => panic!("{other}"),
                },
                &format!("not of type {wanted}"),
            ),
            "enum" => unless(wanted.as_array().unwrap().contains(value), &format!("not one of {wanted}")),
            "minimum" => unless(value.as_i64() >= wanted.as_i64(), "too small"),
            "maximum" => unless(value.as_i64() <= wanted.as_i64(), "too large"),
            "minItems" => unless(value.as_array().map_or(0, Vec::len) >= 1, "no items"),
            "minProperties" => unless(!members.is_empty(), "no members"),
            "required" => {
                for name in wanted.as_array().unwrap() {
                    unless(members.contains_key(name.as_str().unwrap()), &format!("lacks {name}"));
                }
            }
            "anyOf" => {
                let any = wanted.as_array().unwrap().iter().any(|one| faults(one, value, root, at).is_empty());
                unless(any, "none of those it may be");
            }
            "items" => {
                for (number, item) in value.as_array().into_iter().flatten().enumerate() {
                    inner.extend(faults(wanted, item, root, &format!("{at}[{number}]")));
                }
            }
            "properties" | "additionalProperties" => {
                for (name, member) in members {
                    let own = keywords.get("properties").and_then(|own| own.get(name));
                    match (keyword.as_str(), own) {
                        ("properties", Some(own)) => inner.extend(faults(own, member, root, &format!("{at}.{name}"))),
                        ("additionalProperties", None) if wanted == &Value::Bool(false) => {
                            unless(false, &format!("has {name}"));
                        }
                        ("additionalProperties", None) => {
                            inner.extend(faults(wanted, member, root, &format!("{at}.{name}")));
                        }
                        _ => {}
                    }
                }
            }
            other => panic!("the schema has `{other}`, which this test does not know"),
        }
    }
    found.extend(inner);
    found
}

fn faults_of(text: &str) -> Vec<String> {
    let source = Source::new(Path::new("lesson.yaml"), text.to_owned());
    let schema = schema();
    faults(&schema, &json(&yaml::parse(&source).unwrap()), &schema, "")
}

#[test]
fn every_lesson_is_of_the_published_form() {
    for (name, text) in crate::course::sources() {
        assert_eq!(faults_of(text), [""; 0], "{name}");
    }
}

#[test]
fn what_the_parser_refuses_is_not_of_the_published_form() {
    let good = crate::course::sources()[0].1;
    for (from, to) in [
        ("  minutes: 6", "  minutes: 61"),
        ("  minutes: 6\n", ""),
        ("    zh: 阿里云账号与 RAM 用户", "    fr: Le titulaire"),
        ("        otherwise:", "        else:"),
        ("    solution:", "    answer:"),
        ("        fails: alice-is-there\n", ""),
        ("      - {as: owner, call: Ram.CreateUser,", "      - {by: owner, call: Ram.CreateUser,"),
    ] {
        assert!(good.contains(from), "{from}");
        let bad = good.replacen(from, to, 1);
        assert!(crate::scenario::read(Path::new("x.yaml"), &bad).is_err(), "{to}");
        assert!(!faults_of(&bad).is_empty(), "{to}");
    }
}

/// A field more of a step, or of a task, is a line more in the schema.
#[test]
fn the_published_form_has_the_fields_that_the_parser_takes() {
    let schema = schema();
    let names = |of: &str| {
        let own = schema.pointer(&format!("/$defs/{of}/properties")).unwrap().as_object().unwrap();
        own.keys().cloned().collect::<std::collections::BTreeSet<_>>()
    };
    let task = super::task::FIELDS.iter().copied().chain(["name", "prose"]);
    assert_eq!(names("task"), task.map(str::to_owned).collect());
    let step = crate::scenario::step::FIELDS.iter().filter(|field| !super::task::FIELDS.contains(field));
    assert_eq!(names("step"), step.map(|field| (*field).to_owned()).collect());
}
