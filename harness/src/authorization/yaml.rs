//! A value as YAML that people read and edit: maps and lists one entry a line, empty ones left out.

use std::fmt::Write;

use serde_json::Value;

/// The text of a value.
pub(crate) fn to_yaml(value: &Value) -> String {
    let mut text = String::new();
    write(value, 0, &mut text);
    text
}

/// Does an entry say nothing?
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

fn write(value: &Value, depth: usize, text: &mut String) {
    let margin = "  ".repeat(depth);
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                let key = if is_word(key) { key.clone() } else { scalar(&Value::from(key.as_str())) };
                match inner {
                    Value::Object(_) | Value::Array(_) if is_empty(inner) => {
                        let empty = if inner.is_object() { "{}" } else { "[]" };
                        let _ = writeln!(text, "{margin}{key}: {empty}");
                    }
                    Value::Object(_) | Value::Array(_) => {
                        let _ = writeln!(text, "{margin}{key}:");
                        write(inner, depth + 1, text);
                    }
                    Value::String(long) if is_block(long) => {
                        let _ = writeln!(text, "{margin}{key}: |-");
                        for line in long.lines() {
                            let _ = writeln!(text, "{margin}  {line}");
                        }
                    }
                    other => {
                        let _ = writeln!(text, "{margin}{key}: {}", scalar(other));
                    }
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                match item {
                    Value::Object(_) | Value::Array(_) if !is_empty(item) => {
                        let mut inner = String::new();
                        write(item, depth + 1, &mut inner);
                        let rest = inner.trim_start_matches(' ');
                        let _ = write!(text, "{margin}- {rest}");
                    }
                    other => {
                        let _ = writeln!(text, "{margin}- {}", scalar(other));
                    }
                }
            }
        }
        other => {
            let _ = writeln!(text, "{margin}{}", scalar(other));
        }
    }
}

/// Is a key one that needs no quotes, whatever it could mean as a value?
fn is_word(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

/// Is a text better read over several lines?
fn is_block(text: &str) -> bool {
    text.contains('\n')
        && !text.ends_with('\n')
        && !text.starts_with([' ', '\n', '\t'])
        && !text.contains(['\r', '\t'])
        && text.chars().all(|c| c == '\n' || !c.is_control())
}

/// A single value. What could be taken for something else stands in quotes.
fn scalar(value: &Value) -> String {
    let Value::String(text) = value else { return value.to_string() };
    let plain = |c: char| {
        c.is_alphanumeric()
            || matches!(
                c,
                '-' | '_'
                    | '.'
                    | '/'
                    | ':'
                    | '@'
                    | '+'
                    | '='
                    | '$'
                    | '{'
                    | '}'
                    | ','
                    | '('
                    | ')'
                    | ' '
                    | '`'
                    | '\''
                    | '*'
            )
    };
    let starts = text.chars().next().is_some_and(|c| c.is_alphabetic() || matches!(c, '/' | '_'));
    let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let ambiguous = words.iter().any(|word| text.eq_ignore_ascii_case(word));
    let shaped = text.contains(": ") || text.ends_with([':', ' ']) || text.contains(" #");
    if starts && !ambiguous && !shaped && text.chars().all(plain) { text.clone() } else { value.to_string() }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::{Value, json};

    use super::to_yaml;
    use crate::source::Source;
    use crate::written::Written;

    #[test]
    fn what_is_written_reads_back() {
        let value = json!({
            "a": "text", "b": "true", "c": "1", "d": 1, "e": true, "f": [], "g": ["x: y", "- z", {"k": "v", "l": ["m"]}],
            "h": {"\u{4e2d}文 name": "值", "*": "acs:oss:*:*:b/*"}, "i": "two\nlines", "j": "1234567890123456", "k": " lead", "l": "",
            "m": "#no", "n": "a #b", "o": "${account}", "p": "tab\there\n",
        });
        let text = to_yaml(&value);
        let read = Written::read(&Source::new(Path::new("x"), text.clone())).map(|written| written.value);
        assert_eq!(read.ok(), Some(value), "{text}");
        assert_eq!(to_yaml(&Value::from("a")), "a\n");
    }
}
