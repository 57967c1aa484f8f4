//! What a list is narrowed down by.
//!
//! | a product's file says | what fits |
//! | --- | --- |
//! | `Name` | a field that is equal, or one of several where the call names several |
//! | `~Name`, `^Name` | one that contains it, begins with it |
//! | `Name,` | one of several, with commas between or in JSON |
//! | `>Name`, `<Name` | a time or a number at or after, at or before |
//! | `@Name` | the caller's own, where the call says `true` |
//! | `Name=ALL` | an equal one, or any where the call says that word |
//! | `?` | conditions of the call's own: `[{"Column": "Name", "Operator": "Equal", "Value": "a"}]`, of a field or a label |
//! | `[Key Values]` | objects in JSON that name a field under `Key` and what it may be under `Values`: all of them |
//! | `labels` | labels: `a=1,b=2`, `a:1`, or however else they are written |
//!
//! A field may be inside of others, lists too: `Models.Model`; `labels.key` and `labels.value` are those of the labels. With `|` between
//! several, one that fits suffices. What is not said is looked for under the parameter's own name.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::labels;
use super::list::is_of_page;
use super::make::{Tags, person, text};
use super::over::OverRecord;
use super::shape::Shape;
use crate::operation::Call;

/// What a call narrows a list down by.
pub(super) struct Filter<'f, 'c> {
    pub(super) over: &'f OverRecord,
    pub(super) call: &'f Call<'c>,
    /// What the call gives.
    pub(super) given: &'f Map<String, Value>,
    /// What names the records that those of the list are in.
    pub(super) outer: &'f [&'f str],
}

/// How a filter looks at a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Looks<'s> {
    Equal,
    Contains,
    Begins,
    OneOf,
    AtLeast,
    AtMost,
    Own,
    EqualUnless(&'s str),
}

/// The fields that a filter of a product's file looks at, and how.
fn filter(says: &str) -> (&str, Looks<'_>) {
    let mut marks =
        [('~', Looks::Contains), ('^', Looks::Begins), ('>', Looks::AtLeast), ('<', Looks::AtMost), ('@', Looks::Own)]
            .into_iter()
            .filter_map(|(mark, looks)| Some((says.strip_prefix(mark)?, looks)));
    if let Some(marked) = marks.next() {
        return marked;
    }
    match (says.strip_suffix(','), says.split_once('=')) {
        (Some(field), _) => (field, Looks::OneOf),
        (None, Some((field, any))) => (field, Looks::EqualUnless(any)),
        (None, None) => (says, Looks::Equal),
    }
}

/// A value as a parameter writes it.
fn written(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl Looks<'_> {
    fn fits(self, wanted: &Value, has: &str, caller: &str) -> bool {
        match self {
            Self::Equal => match wanted {
                Value::Array(_) => Self::OneOf.fits(wanted, has, caller),
                value => written(value) == has,
            },
            // The word itself was looked for before: it fits what has no such field, too.
            Self::EqualUnless(_) => Self::Equal.fits(wanted, has, caller),
            Self::Contains => wanted.as_str().is_some_and(|part| has.contains(part)),
            Self::Begins => wanted.as_str().is_some_and(|start| has.starts_with(start)),
            Self::OneOf => match wanted {
                Value::Array(items) => items.iter().any(|item| written(item) == has),
                Value::String(text) => {
                    let json: Option<Vec<Value>> = serde_json::from_str(text).ok();
                    json.map_or_else(
                        || text.split(',').any(|item| item.trim() == has),
                        |items| items.iter().any(|item| written(item) == has),
                    )
                }
                value => written(value) == has,
            },
            Self::AtLeast => is_in_order(&written(wanted), has),
            Self::AtMost => is_in_order(has, &written(wanted)),
            Self::Own => written(wanted) != "true" || has == caller,
        }
    }
}

/// Is one number, or one time, not behind the other?
fn is_in_order(one: &str, other: &str) -> bool {
    if let (Ok(one), Ok(other)) = (one.parse::<f64>(), other.parse::<f64>()) {
        return one <= other;
    }
    match (one.parse::<Timestamp>(), other.parse::<Timestamp>()) {
        (Ok(one), Ok(other)) => one <= other,
        _ => one <= other,
    }
}

/// The values at a place, each of those in a list.
fn values<'v>(value: &'v Value, path: &[&str], found: &mut Vec<&'v Value>) {
    match (value, path) {
        (Value::Array(items), path) => items.iter().for_each(|item| values(item, path, found)),
        (Value::Object(members), [first, rest @ ..]) => {
            if let Some(member) = members.get(*first) {
                values(member, rest, found);
            }
        }
        (value, []) => found.push(value),
        _ => {}
    }
}

/// Labels that are asked for as `a=1,b=2` or `a:1`; a key alone stands for every value.
fn pairs(text: &str) -> Tags {
    let all = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    let parts = all.map(|pair| pair.split_once(['=', ':']).unwrap_or((pair, "")));
    parts.map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned())).collect()
}

/// Are these among the labels that something has?
fn labelled(wanted: &Value, tags: &Tags) -> bool {
    let asked = labels::read(wanted).unwrap_or_else(|| pairs(&written(wanted)));
    asked.iter().all(|(key, value)| tags.get(key).is_some_and(|own| value.is_empty() || own == value))
}

impl Filter<'_, '_> {
    /// Does something that is shown so, with these labels, fit all that the call says?
    pub(super) fn fits(&self, view: &Map<String, Value>, tags: &Tags) -> bool {
        self.given
            .iter()
            .all(|(name, wanted)| self.passes_over(name, wanted) || self.one_fits(name, wanted, view, tags))
    }

    /// Does a parameter narrow nothing down?
    fn passes_over(&self, name: &str, wanted: &Value) -> bool {
        let nothing = wanted.as_str() == Some("") || wanted.as_array().is_some_and(Vec::is_empty);
        nothing || is_of_page(name) || self.outer.contains(&name) || self.over.is_of_the_call(name)
    }

    fn one_fits(&self, name: &str, wanted: &Value, view: &Map<String, Value>, tags: &Tags) -> bool {
        if let Some(says) = self.over.says.filters.get(name) {
            if says == "?" {
                return self.conditions_hold(wanted, view, tags);
            }
            if let Some(names) = says.strip_prefix('[').and_then(|says| says.strip_suffix(']')?.split_once(' ')) {
                return self.all_fit(names, wanted, view, tags);
            }
            let (fields, looks) = filter(says);
            if matches!(looks, Looks::EqualUnless(any) if wanted == any) {
                return true;
            }
            return fields.split('|').any(|field| self.field_fits(field, looks, wanted, view, tags));
        }
        if ["Tag", "Tags", "Label", "Labels"].contains(&name) {
            return labelled(wanted, tags);
        }
        match view.get(name) {
            Some(Value::Object(_)) => true,
            Some(Value::Array(_)) => self.field_fits(name, Looks::Equal, wanted, view, tags),
            Some(_) => Looks::Equal.fits(wanted, &text(view, name), ""),
            // `JobIds` lists values of `JobId`.
            None => match name.strip_suffix('s').filter(|one| view.contains_key(*one)) {
                Some(one) => Looks::OneOf.fits(wanted, &text(view, one), ""),
                None => !self.is_known(name),
            },
        }
    }

    /// Do all of the conditions hold that a call brings? One with an operator that there is not holds of nothing.
    fn conditions_hold(&self, wanted: &Value, view: &Map<String, Value>, tags: &Tags) -> bool {
        let one = |condition: &Value| {
            let part = |name: &str| condition.get(name).map(written).unwrap_or_default();
            let (column, value) = (part("Column"), Value::String(part("Value")));
            let fits = |looks: Looks<'_>| {
                let label = tags.get(&column).is_some_and(|label| looks.fits(&value, label, ""));
                label || self.field_fits(&column, looks, &value, view, tags)
            };
            match part("Operator").to_ascii_lowercase().as_str() {
                "equal" | "equals" | "eq" => fits(Looks::Equal),
                "notequal" | "notequals" | "ne" => !fits(Looks::Equal),
                "contain" | "contains" | "like" => fits(Looks::Contains),
                "lessthan" | "lt" => fits(Looks::AtMost) && !fits(Looks::Equal),
                "lessthanorequal" | "lte" | "le" => fits(Looks::AtMost),
                "greaterthan" | "gt" => fits(Looks::AtLeast) && !fits(Looks::Equal),
                "greaterthanorequal" | "gte" | "ge" => fits(Looks::AtLeast),
                _ => false,
            }
        };
        wanted.as_array().is_none_or(|conditions| conditions.iter().all(one))
    }

    /// Fits what each of several objects asks for, that names a field and its values under these names?
    fn all_fit(&self, (field, values): (&str, &str), wanted: &Value, view: &Map<String, Value>, tags: &Tags) -> bool {
        let read = wanted.as_str().and_then(|text| serde_json::from_str(text).ok());
        let Some(Value::Array(asked)) = read.or_else(|| Some(wanted.clone())) else { return false };
        asked.iter().all(|one| match (one.get(field).and_then(Value::as_str), one.get(values)) {
            (Some(field), Some(wanted)) => self.field_fits(field, Looks::OneOf, wanted, view, tags),
            _ => false,
        })
    }

    fn field_fits(
        &self,
        field: &str,
        looks: Looks<'_>,
        wanted: &Value,
        view: &Map<String, Value>,
        tags: &Tags,
    ) -> bool {
        let caller = person(&self.call.caller);
        let mut ends = match field {
            "labels" => return labelled(wanted, tags),
            "labels.key" => return tags.keys().any(|key| looks.fits(wanted, key, caller)),
            "labels.value" => return tags.values().any(|value| looks.fits(wanted, value, caller)),
            _ => Vec::new(),
        };
        let path: Vec<_> = field.split('.').collect();
        if let [first, rest @ ..] = path.as_slice()
            && let Some(value) = view.get(*first)
        {
            values(value, rest, &mut ends);
        }
        ends.into_iter().any(|value| looks.fits(wanted, &written(value), caller))
    }

    /// Could something of a list have this, so that what has it not does not fit? Of all that the catalogue's parameters name, since what
    /// is none of a record stands in the file of its product; else what is in the answer.
    fn is_known(&self, name: &str) -> bool {
        let item = |shape: &Shape| {
            let mut at = shape;
            for segment in shape.list_path()? {
                at = at.member(segment)?;
            }
            match at {
                Shape::List(item) => item.member(name).map(|_| ()),
                _ => None,
            }
        };
        self.over.takes.is_some() || self.over.answers.as_ref().and_then(item).is_some()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fits(says: &str, wanted: &Value, has: &str) -> bool {
        let (_, looks) = filter(says);
        looks.fits(wanted, has, "me")
    }

    #[test]
    fn a_filter_looks_as_it_says() {
        for (says, wanted, right, wrong) in [
            ("Name", json!("a"), "a", "ab"),
            ("Name", json!(["a", "b"]), "b", "c"),
            ("Size", json!(5), "5", "6"),
            ("~Name", json!("b"), "abc", "ac"),
            ("^Name", json!("ab"), "abc", "bab"),
            ("Name,", json!("a, b"), "b", "c"),
            ("Name,", json!("[\"a\",\"b\"]"), "b", "c"),
            (">At", json!("2026-01-02T00:00:00Z"), "2026-01-02T00:00:00.000Z", "2026-01-01T23:59:59.999Z"),
            ("<At", json!("2026-01-02T00:00:00Z"), "2026-01-02T00:00:00Z", "2026-01-02T00:00:01Z"),
            (">Cpu", json!("900"), "1000", "800"),
            ("@UserId", json!(true), "me", "other"),
        ] {
            assert!(fits(says, &wanted, right), "{says} {wanted} {right}");
            assert!(!fits(says, &wanted, wrong), "{says} {wanted} {wrong}");
        }
        assert!(fits("@UserId", &json!(false), "other"));
        assert!(fits("Id=ALL", &json!("a"), "a") && !fits("Id=ALL", &json!("b"), "a"));
    }

    #[test]
    fn what_is_inside_of_lists_is_found() {
        let value = json!([{"Model": "a"}, {"Model": ["b", "c"]}, {"Other": "d"}]);
        let mut found = Vec::new();
        values(&value, &["Model"], &mut found);
        assert_eq!(found, [&json!("a"), &json!("b"), &json!("c")]);
    }

    #[test]
    fn labels_that_are_asked_for() {
        let has = Tags::from([("fw".to_owned(), "tf".to_owned()), ("gpu".to_owned(), "1".to_owned())]);
        for (wanted, right) in [
            (json!("fw=tf"), true),
            (json!("fw=tf,gpu=1"), true),
            (json!("fw:tf"), true),
            (json!("fw"), true),
            (json!({"fw": "tf"}), true),
            (json!("[{\"Key\":\"gpu\",\"Value\":\"1\"}]"), true),
            (json!("fw=torch"), false),
            (json!("fw=tf,gpu=2"), false),
            (json!("zzz"), false),
        ] {
            assert_eq!(labelled(&wanted, &has), right, "{wanted}");
        }
    }
}
