//! Numbers of JSON that are kept as they are written: each becomes a text, with a mark in front that stands nowhere else in the object.

use std::collections::BTreeSet;

use serde_json::{Number, Value};

use super::super::error;
use crate::gateway::ApiError;

/// The private characters of Unicode: the mark is the first of them that the object does not have.
const PRIVATE: std::ops::RangeInclusive<char> = '\u{e000}'..='\u{f8ff}';

/// A character that stands in front of each number, and nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark(char);

impl Mark {
    /// One for a text of JSON, which may also have characters as their numbers.
    fn of(json: &str) -> Result<Self, ApiError> {
        let escaped = json.split("\\u").skip(1).filter_map(|behind| {
            let number = u32::from_str_radix(behind.get(..4)?, 16).ok()?;
            char::from_u32(number)
        });
        let taken: BTreeSet<_> = json.chars().chain(escaped).filter(|character| PRIVATE.contains(character)).collect();
        PRIVATE.into_iter().find(|character| !taken.contains(character)).map(Self).ok_or_else(error::too_large)
    }

    /// A value with its numbers as texts.
    pub(super) fn without(self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(text.strip_prefix(self.0).map(str::to_owned).unwrap_or(text)),
            Value::Array(items) => items.into_iter().map(|item| self.without(item)).collect(),
            Value::Object(members) => {
                Value::Object(members.into_iter().map(|(name, member)| (name, self.without(member))).collect())
            }
            other => other,
        }
    }

    /// JSON with its numbers as they were written.
    pub(super) fn restored(self, json: &str) -> String {
        let begin = format!("\"{}", self.0);
        let mut parts = json.split(&begin);
        let mut restored = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (number, behind) = part.split_once('"').unwrap_or((part, ""));
            restored.push_str(number);
            restored.push_str(behind);
        }
        restored
    }
}

/// JSON with its numbers as marked texts. What is no JSON stays none.
pub(super) fn marked(json: &str) -> Result<(String, Mark), ApiError> {
    let mark = Mark::of(json)?;
    let mut marked = String::with_capacity(json.len());
    let (mut rest, mut within) = (json, false);
    while let Some(character) = rest.chars().next() {
        let length = match character {
            '\\' if within => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            '-' | '0'..='9' if !within => {
                let is_part = |character: char| character.is_ascii_digit() || "+-.eE".contains(character);
                rest.find(|character| !is_part(character)).unwrap_or(rest.len())
            }
            other => other.len_utf8(),
        };
        let (part, behind) = rest.split_at(length);
        let is_number = !within && matches!(character, '-' | '0'..='9') && serde_json::from_str::<Number>(part).is_ok();
        if is_number {
            marked.extend(['"', mark.0]);
            marked.push_str(part);
            marked.push('"');
        } else {
            marked.push_str(part);
        }
        within ^= character == '"';
        rest = behind;
    }
    Ok((marked, mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_as_they_are_written() {
        for json in [
            r#"{"a":123456789.123456789,"b":[-0.10,1E+2,"7","\"1",{"c":18446744073709551616}],"d 1":null,"e":"\\"}"#,
            "{\"a\":\"\u{e000}1\",\"b\":\"\\ue001\",\"c\":1.0}",
            "0.50",
        ] {
            let (text, mark) = marked(json).unwrap();
            let value: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(mark.restored(&value.to_string()), json.replace("\\ue001", "\u{e001}"), "{json}");
            assert!(!mark.without(value).to_string().contains(mark.0), "{json}");
        }
        for wrong in ["1.2.3", "[01]", "{\"a\":-}", "[1 2]"] {
            assert!(serde_json::from_str::<Value>(&marked(wrong).unwrap().0).is_err(), "{wrong}");
        }
    }
}
