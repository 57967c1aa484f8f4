//! Shapes: of which type a parameter or a member of an answer is.

use serde_json::{Map, Number, Value};

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// Anything.
    Any,
    /// Several of one type.
    List(Box<Shape>),
    /// Named members; others are not shown.
    Object(Vec<(String, Shape)>),
    /// Members under any name.
    Map(Box<Shape>),
}

/// A parameter of an operation, with its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name on the wire.
    pub name: String,
    /// Its type.
    pub shape: Shape,
}

impl Shape {
    /// The shape of a named member.
    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(known, _)| known == name).map(|(_, shape)| shape),
            _ => None,
        }
    }

    /// A value as this type: what can be read as it is, what cannot stays as it was. Members that the type does not name are left out.
    pub(super) fn cast(&self, value: &Value) -> Value {
        match (self, value) {
            (Self::Text, Value::Number(number)) => Value::String(number.to_string()),
            (Self::Text, Value::Bool(flag)) => Value::String(flag.to_string()),
            (Self::Text, Value::Object(_) | Value::Array(_)) => Value::String(value.to_string()),
            (Self::Integer, Value::String(text)) => text.parse::<i64>().map_or_else(|_| value.clone(), Value::from),
            (Self::Integer, Value::Number(number)) if number.as_i64().is_none() => {
                let whole = number.as_f64().and_then(|number| number.trunc().to_string().parse::<i64>().ok());
                whole.map_or_else(|| value.clone(), Value::from)
            }
            (Self::Number, Value::String(text)) => {
                let number = text.parse::<f64>().ok().and_then(Number::from_f64);
                number.map_or_else(|| value.clone(), Value::Number)
            }
            (Self::Boolean, Value::String(text)) if text.eq_ignore_ascii_case("true") => Value::Bool(true),
            (Self::Boolean, Value::String(text)) if text.eq_ignore_ascii_case("false") => Value::Bool(false),
            (Self::List(item), Value::Array(items)) => items.iter().map(|value| item.cast(value)).collect(),
            (Self::List(_) | Self::Object(_) | Self::Map(_), Value::String(text)) => {
                self.read(text).unwrap_or_else(|| value.clone())
            }
            (Self::Object(members), Value::Object(values)) => {
                let known =
                    members.iter().filter_map(|(name, shape)| Some((name.clone(), shape.cast(values.get(name)?))));
                Value::Object(known.collect())
            }
            (Self::Map(item), Value::Object(values)) => {
                Value::Object(values.iter().map(|(name, value)| (name.clone(), item.cast(value))).collect())
            }
            _ => value.clone(),
        }
    }

    /// What a text says that stands for a list or an object: JSON, or of a list items with commas between.
    fn read(&self, text: &str) -> Option<Value> {
        if text.starts_with(['[', '{'])
            && let Ok(value) = serde_json::from_str::<Value>(text)
            && !value.is_string()
        {
            return Some(self.cast(&value));
        }
        match self {
            Self::List(item) if !text.is_empty() => {
                let items = text.split(',').map(|one| item.cast(&Value::String(one.trim().to_owned())));
                Some(items.collect())
            }
            Self::List(_) => Some(Value::Array(Vec::new())),
            _ => None,
        }
    }

    /// Where in this shape the list of objects is that an answer lists: `Vpcs.Vpc`, `PagingInfo.Nodes`.
    pub(super) fn list_path(&self) -> Option<Vec<&str>> {
        let Self::Object(members) = self else { return None };
        let here =
            members.iter().find(|(_, shape)| matches!(shape, Self::List(item) if matches!(**item, Self::Object(_))));
        if let Some((name, _)) = here {
            return Some(vec![name]);
        }
        members.iter().find_map(|(name, shape)| {
            let mut path = shape.list_path()?;
            path.insert(0, name);
            Some(path)
        })
    }

    /// What a catalogue's type says: a word, `[T]`, `{"Field": T}`, `{"*": T}`, `#Name` of a shared one, or `{"$": T, …}`.
    pub fn parse(value: &Value, shared: &Map<String, Value>) -> Self {
        Self::parse_within(value, shared, 0)
    }

    fn parse_within(value: &Value, shared: &Map<String, Value>, depth: usize) -> Self {
        // Some shared types contain themselves.
        const DEEPEST: usize = 12;
        let inner = |value: &Value| Self::parse_within(value, shared, depth + 1);
        match value {
            _ if depth > DEEPEST => Self::Any,
            Value::String(word) => match (word.as_str(), word.strip_prefix('#')) {
                ("string" | "binary", _) => Self::Text,
                ("int" | "long", _) => Self::Integer,
                ("float" | "double", _) => Self::Number,
                ("bool", _) => Self::Boolean,
                (_, Some(name)) => shared.get(name).map_or(Self::Any, inner),
                _ => Self::Any,
            },
            Value::Array(items) => Self::List(Box::new(items.first().map_or(Self::Any, inner))),
            Value::Object(members) => match (members.get("$"), members.get("*")) {
                (Some(constrained), _) => inner(constrained),
                (None, Some(item)) => Self::Map(Box::new(inner(item))),
                (None, None) => Self::Object(
                    members.iter().map(|(name, value)| (name.trim_end_matches('!').to_owned(), inner(value))).collect(),
                ),
            },
            _ => Self::Any,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shape(value: Value) -> Shape {
        let shared = json!({"Tag": {"Key!": "string", "Value": {"$": "int", "max": 9}}, "Self": {"Inner": "#Self"}});
        Shape::parse(&value, shared.as_object().unwrap())
    }

    #[test]
    fn values_become_what_the_type_says() {
        let tags = shape(
            json!({"Tags": ["#Tag"], "On": "bool", "Ratio": "float", "Names": ["string"], "More": {"*": "string"}}),
        );
        let value = json!({
            "Tags": [{"Key": 1, "Value": "2", "Extra": true}], "On": "True", "Ratio": "0.5", "Names": "a, b", "More": r#"{"x":1}"#,
            "Other": 1,
        });
        let cast = json!({"Tags": [{"Key": "1", "Value": 2}], "On": true, "Ratio": 0.5, "Names": ["a", "b"], "More": {"x": "1"}});
        assert_eq!(tags.cast(&value), cast);
        // What cannot be read as the type is left as it is.
        assert_eq!(Shape::Integer.cast(&json!("many")), json!("many"));
        assert_eq!(shape(json!({"$": ["#Tag"]})).cast(&json!("")), json!([]));
    }

    #[test]
    fn a_type_that_contains_itself_ends_somewhere() {
        assert!(matches!(shape(json!("#Self")), Shape::Object(_)));
    }

    #[test]
    fn the_list_of_an_answer_is_found() {
        let of = |value: Value| shape(value).list_path().map(|path| path.join("."));
        assert_eq!(of(json!({"Ids": ["string"], "Vpcs": {"Vpc": ["#Tag"]}})).as_deref(), Some("Vpcs.Vpc"));
        assert_eq!(of(json!({"N": "int", "Jobs": ["#Tag"]})).as_deref(), Some("Jobs"));
        assert_eq!(of(json!({"Ids": ["string"]})), None);
    }
}
