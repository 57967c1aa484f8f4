//! Values as they are compared and shown: those of JSON.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::{Value, json};

/// How many bytes a value takes in memory, about. None takes nothing.
pub(crate) fn size(value: &Value) -> usize {
    size_of::<Value>()
        + match value {
            Value::String(text) => text.len(),
            Value::Array(items) => items.iter().map(size).sum(),
            Value::Object(members) => members.iter().map(|(name, value)| named(name, value)).sum(),
            Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        }
}

/// The same of a value with its name.
pub(crate) fn named(name: &str, value: &Value) -> usize {
    size_of::<String>() + name.len() + size(value)
}

/// A number as it is written: without a fraction where it has none.
pub(crate) fn whole(number: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "it is checked to be small and without a fraction")]
    if number.fract() == 0.0 && number.abs() < 9e15 { json!(number as i64) } else { json!(number) }
}

/// A value as a number, if it can be one.
pub(crate) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
        _ => None,
    }
}

/// A value as text.
pub(crate) fn text(value: &Value) -> String {
    as_text(value).into_owned()
}

/// The same, without a copy of what is a text already.
pub(super) fn as_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => Cow::Borrowed(""),
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

/// Does it hold? `None` of what is not known.
pub(super) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Null => None,
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => Some(text.eq_ignore_ascii_case("true")),
        _ => Some(false),
    }
}

/// Does it hold for certain?
pub(crate) fn holds(value: &Value) -> bool {
    truth(value) == Some(true)
}

/// Numbers where one of both is a number and the other can be, else texts.
pub(crate) fn compare(one: &Value, other: &Value) -> Ordering {
    if (one.is_number() || other.is_number())
        && let (Some(one), Some(other)) = (number(one), number(other))
    {
        return one.total_cmp(&other);
    }
    as_text(one).cmp(&as_text(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However little is in it.
    #[test]
    fn every_value_takes_room() {
        let each = size_of::<Value>();
        assert_eq!([json!(""), json!([]), json!({}), json!(null)].map(|value| size(&value)), [each; 4]);
        assert_eq!(size(&json!(["", ""])), 3 * each);
        assert_eq!(size(&json!({"": "ab"})), 2 * each + size_of::<String>() + 2);
    }
}
