//! What a field is to be, as a call asks for it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;

/// How a filter looks at a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looks<'s> {
    Equal,
    Contains,
    /// What it contains, or what it is where the call puts that in quotation marks.
    Quoted,
    Begins,
    OneOf,
    AtLeast,
    AtMost,
    Own,
    EqualUnless(&'s str),
}

/// The fields that a filter of a product's file looks at, and how.
pub(super) fn filter(says: &str) -> (&str, Looks<'_>) {
    let mut marks = [
        ('~', Looks::Contains),
        ('"', Looks::Quoted),
        ('^', Looks::Begins),
        ('>', Looks::AtLeast),
        ('<', Looks::AtMost),
        ('@', Looks::Own),
    ]
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
pub(super) fn written(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What a field is to be. It is read once, however many records are looked at: a client may send much.
#[derive(Debug)]
pub(super) enum Sought {
    Among(BTreeSet<String>),
    Contains(String),
    Begins(String),
    AtLeast(Bound),
    AtMost(Bound),
    /// The caller's own, or whatever there is.
    Own(bool),
}

/// A number, a time, or else a text.
#[derive(Debug)]
pub(super) struct Bound {
    number: Option<f64>,
    time: Option<Timestamp>,
    text: String,
}

impl Bound {
    fn new(text: String) -> Self {
        Self { number: text.parse().ok(), time: text.parse().ok(), text }
    }

    /// Is one number, or one time, not behind the other?
    fn is_in_order(&self, other: &Self) -> bool {
        match ((self.number, other.number), (self.time, other.time)) {
            ((Some(one), Some(other)), _) => one <= other,
            (_, (Some(one), Some(other))) => one <= other,
            _ => self.text <= other.text,
        }
    }
}

impl Sought {
    pub(super) fn new(looks: Looks<'_>, wanted: &Value) -> Self {
        let nothing = || Self::Among(BTreeSet::new());
        match looks {
            Looks::Equal | Looks::EqualUnless(_) => Self::Among(match wanted {
                Value::Array(items) => items.iter().map(written).collect(),
                value => BTreeSet::from([written(value)]),
            }),
            Looks::OneOf => Self::Among(match wanted {
                Value::Array(items) => items.iter().map(written).collect(),
                Value::String(text) => serde_json::from_str::<Vec<Value>>(text).map_or_else(
                    |_| text.split(',').map(|item| item.trim().to_owned()).collect(),
                    |items| items.iter().map(written).collect(),
                ),
                value => BTreeSet::from([written(value)]),
            }),
            Looks::Contains => wanted.as_str().map_or_else(nothing, |part| Self::Contains(part.to_owned())),
            Looks::Quoted => {
                let text = wanted.as_str();
                let whole = text.and_then(|text| text.strip_prefix('"')?.strip_suffix('"'));
                match whole {
                    Some(whole) => Self::Among(BTreeSet::from([whole.to_owned()])),
                    None => text.map_or_else(nothing, |part| Self::Contains(part.to_owned())),
                }
            }
            Looks::Begins => wanted.as_str().map_or_else(nothing, |start| Self::Begins(start.to_owned())),
            Looks::AtLeast => Self::AtLeast(Bound::new(written(wanted))),
            Looks::AtMost => Self::AtMost(Bound::new(written(wanted))),
            Looks::Own => Self::Own(written(wanted) == "true"),
        }
    }

    pub(super) fn fits(&self, has: &str, caller: &str) -> bool {
        match self {
            Self::Among(all) => all.contains(has),
            Self::Contains(part) => has.contains(part),
            Self::Begins(start) => has.starts_with(start),
            Self::AtLeast(bound) => bound.is_in_order(&Bound::new(has.to_owned())),
            Self::AtMost(bound) => Bound::new(has.to_owned()).is_in_order(bound),
            Self::Own(own) => !own || has == caller,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fits(says: &str, wanted: &Value, has: &str) -> bool {
        let (_, looks) = filter(says);
        Sought::new(looks, wanted).fits(has, "me")
    }

    #[test]
    fn a_filter_looks_as_it_says() {
        for (says, wanted, right, wrong) in [
            ("Name", json!("a"), "a", "ab"),
            ("Name", json!(["a", "b"]), "b", "c"),
            ("Size", json!(5), "5", "6"),
            ("~Name", json!("b"), "abc", "ac"),
            ("^Name", json!("ab"), "abc", "bab"),
            ("\"Name", json!("b"), "abc", "ac"),
            ("\"Name", json!("\"b\""), "b", "abc"),
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
}
