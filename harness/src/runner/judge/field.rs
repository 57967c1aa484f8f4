//! A field of an answer against what it must be.

use serde_json::{Map, Value, json};

use super::outcome::{Difference, Judged};
use crate::client::Answer;
use crate::scenario::{Argument, FieldTest, Test, Variables};

pub(super) fn judge_field(test: &FieldTest, answer: &Answer, variables: &Variables) -> Judged {
    let path = &test.path;
    // Not every product's fields have the headers among them, and none the status; a field of the answer itself comes first.
    let besides: [(&str, fn(&Answer) -> Value); 2] =
        [("Headers", |answer| Value::Object(answer.headers.clone())), ("Status", |answer| json!(answer.status))];
    let stands_in = |name: &str| {
        // Every answer has a status: whether there is a field of that name is asked of the fields.
        let of_presence = name == "Status" && matches!(test.test, Test::Present(_));
        path.starts_at(name) && answer.fields.get(name).is_none() && !of_presence
    };
    let beside = besides.iter().find(|(name, _)| stands_in(name));
    let beside = beside.map(|(name, of)| Value::Object(Map::from_iter([((*name).to_owned(), of(answer))])));
    let found = path.find(beside.as_ref().unwrap_or(&answer.fields));
    judge_test(&format!("`{path}`"), &test.test, &found, variables)
}

pub(super) fn judge_test(what: &str, test: &Test, found: &[&Value], variables: &Variables) -> Judged {
    let difference = |expected: String| vec![Difference::new(expected, display(found))];
    let plain = |argument: &Argument| argument.to_json(variables);
    let (holds, expected) = match test {
        Test::Present(true) => (!found.is_empty(), format!("{what} to be there")),
        Test::Present(false) => (found.is_empty(), format!("{what} not to be there")),
        Test::Count(count) => (values(found).len() == *count, format!("{count} of {what}")),
        Test::Equals(expected) => {
            let expected = plain(expected)?;
            let equal = match &expected {
                Value::Array(items) => same_list(items, &values(found)),
                single => matches!(found, [only] if same(single, only)),
            };
            // `absent` is the name of a test, and a text like any other.
            if let (Value::String(word), []) = (&expected, found)
                && (word == "absent" || word == "present")
            {
                let found = "nothing; a field that is not there is `{absent: true}`, one that is `{present: true}`";
                return Ok(vec![Difference::new(format!("{what} to be the text `{word}`"), found)]);
            }
            (equal, format!("{what} to be {}", quoted(&expected)))
        }
        Test::Contains(part) => {
            let part = plain(part)?;
            (contains(found, &part), format!("{what} to contain {}", quoted(&part)))
        }
        Test::Lacks(part) => {
            let part = plain(part)?;
            (!contains(found, &part), format!("{what} not to contain {}", quoted(&part)))
        }
        Test::Matches(pattern) => {
            let fits = matches!(found, [only] if pattern.is_in(&as_text(only)));
            (fits, format!("{what} to match `{}`", pattern.as_str()))
        }
        Test::Type(kind) => (matches!(found, [only] if kind_of(only) == *kind), format!("{what} to be a {kind}")),
        Test::Each(inner) => {
            let all = values(found);
            if all.is_empty() {
                return Ok(difference(format!("at least one of {what}")));
            }
            let mut differences = Vec::new();
            for (number, one) in (1..).zip(all) {
                differences.extend(judge_test(&format!("{what}, number {number},"), inner, &[one], variables)?);
            }
            return Ok(differences);
        }
        Test::Any(inner) => {
            let mut expected = format!("at least one of {what}");
            for one in values(found) {
                let differences = judge_test(&format!("one of {what}"), inner, &[one], variables)?;
                match differences.into_iter().next() {
                    None => return Ok(Vec::new()),
                    Some(first) => expected = first.expected,
                }
            }
            (false, expected)
        }
        Test::InAnyOrder(items) => {
            let items = items.iter().map(plain).collect::<Result<Vec<_>, _>>()?;
            let mut left = values(found);
            let all_there = items.iter().all(|item| {
                let at = left.iter().position(|value| same(item, value));
                at.map(|at| left.remove(at)).is_some()
            });
            let expected = format!("{what} to be, in any order, {}", quoted(&Value::Array(items)));
            (all_there && left.is_empty(), expected)
        }
        Test::All(all) => {
            let mut differences = Vec::new();
            for one in all {
                differences.extend(judge_test(what, one, found, variables)?);
            }
            return Ok(differences);
        }
        Test::Not(inner) => {
            let said = judge_test(what, inner, &[], variables)?.into_iter().next();
            let holds = !judge_test(what, inner, found, variables)?.is_empty();
            let said = said.map_or_else(|| what.to_owned(), |one| one.expected);
            (holds, format!("not: {said}"))
        }
    };
    Ok(if holds { Vec::new() } else { difference(expected) })
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "map",
    }
}

/// The values behind a path: a list found whole stands for its items.
fn values<'v>(found: &[&'v Value]) -> Vec<&'v Value> {
    match found {
        [Value::Array(items)] => items.iter().collect(),
        several => several.to_vec(),
    }
}

fn contains(found: &[&Value], part: &Value) -> bool {
    match found {
        [Value::String(text)] => text.contains(&as_text(part)),
        several => values(several).into_iter().any(|value| same(part, value)),
    }
}

fn same_list(expected: &[Value], found: &[&Value]) -> bool {
    expected.len() == found.len() && expected.iter().zip(found).all(|(a, b)| same(a, b))
}

/// The wire decides whether an id is a number or a text; a scenario need not.
fn same(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::Array(a), Value::Array(b)) => same_list(a, &b.iter().collect::<Vec<_>>()),
        (Value::Object(_), _) | (_, Value::Object(_) | Value::Array(_)) => expected == found,
        _ => as_text(expected) == as_text(found),
    }
}

fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// A value, or the values of a list: the same for what is expected and for what is found.
fn quoted(value: &Value) -> String {
    match value {
        Value::Array(items) => display(&items.iter().collect::<Vec<_>>()),
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}

fn display(found: &[&Value]) -> String {
    match found {
        [] => "nothing".into(),
        [only] => quoted(only),
        several => {
            let all: Vec<_> = several.iter().map(|value| quoted(value)).collect();
            all.join(", ")
        }
    }
}
