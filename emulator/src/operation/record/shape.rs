//! Shapes: of which type a parameter or a member of an answer is.

use serde_json::{Number, Value};

use crate::operation::{Bounded, Shape as Described};

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

    /// The shape that the catalogue describes, with those that it names.
    pub fn of(described: &Bounded, named: &dyn Fn(&str) -> Option<Bounded>) -> Self {
        Self::within(described, named, 0)
    }

    fn within(described: &Bounded, named: &dyn Fn(&str) -> Option<Bounded>, depth: usize) -> Self {
        // Some shapes contain themselves.
        const DEEPEST: usize = 12;
        if depth > DEEPEST {
            return Self::Any;
        }
        let inner = |described: &Bounded| Self::within(described, named, depth + 1);
        match &described.shape {
            Described::String | Described::Binary => Self::Text,
            Described::Int | Described::Long => Self::Integer,
            Described::Float => Self::Number,
            Described::Bool => Self::Boolean,
            Described::Any | Described::Object => Self::Any,
            Described::List(item) => Self::List(Box::new(inner(item))),
            Described::Map(item) => Self::Map(Box::new(inner(item))),
            Described::Fields(fields) => {
                Self::Object(fields.iter().map(|field| (field.name.clone(), inner(&field.of))).collect())
            }
            Described::Named(name) => named(name).map_or(Self::Any, |described| inner(&described)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(members: Vec<(&str, Shape)>) -> Shape {
        Shape::Object(members.into_iter().map(|(name, shape)| (name.to_owned(), shape)).collect())
    }

    fn list(item: Shape) -> Shape {
        Shape::List(Box::new(item))
    }

    fn tag() -> Shape {
        object(vec![("Key", Shape::Text), ("Value", Shape::Integer)])
    }

    #[test]
    fn values_become_what_the_type_says() {
        let shape = object(vec![
            ("Tags", list(tag())),
            ("On", Shape::Boolean),
            ("Ratio", Shape::Number),
            ("Names", list(Shape::Text)),
            ("More", Shape::Map(Box::new(Shape::Text))),
        ]);
        let value = json!({
            "Tags": [{"Key": 1, "Value": "2", "Extra": true}], "On": "True", "Ratio": "0.5", "Names": "a, b",
            "More": r#"{"x":1}"#, "Other": 1,
        });
        let cast = json!({
            "Tags": [{"Key": "1", "Value": 2}], "On": true, "Ratio": 0.5, "Names": ["a", "b"], "More": {"x": "1"},
        });
        assert_eq!(shape.cast(&value), cast);
        // What cannot be read as the type is left as it is.
        assert_eq!(Shape::Integer.cast(&json!("many")), json!("many"));
        assert_eq!(list(tag()).cast(&json!("")), json!([]));
    }

    #[test]
    fn a_shape_that_contains_itself_ends_somewhere() {
        let own = Bounded::from(Described::List(Box::new(Bounded::from(Described::Named("Own".into())))));
        assert!(matches!(Shape::of(&own, &|_| Some(own.clone())), Shape::List(_)));
    }

    #[test]
    fn the_list_of_an_answer_is_found() {
        let of = |shape: Shape| shape.list_path().map(|path| path.join("."));
        let ids = || ("Ids", list(Shape::Text));
        let vpcs = object(vec![("Vpc", list(tag()))]);
        assert_eq!(of(object(vec![ids(), ("Vpcs", vpcs)])).as_deref(), Some("Vpcs.Vpc"));
        assert_eq!(of(object(vec![("N", Shape::Integer), ("Jobs", list(tag()))])).as_deref(), Some("Jobs"));
        assert_eq!(of(object(vec![ids()])), None);
    }
}
