//! What is filled in while a file is read: constants, the parameters of an included file, the columns of a table. What is left, steps
//! fill in when they run.

use std::borrow::Cow;

use miette::SourceSpan;

use super::yaml::{Node, Value};

/// Names with what stands for them.
pub(super) type Values = Vec<(String, Node)>;

impl Node {
    /// The node with `${name}` replaced wherever one of these names stands. A text that is nothing else becomes the value itself, be it
    /// a list or a map.
    pub(super) fn filled(&self, values: &Values) -> Self {
        if values.is_empty() { self.clone() } else { fill(self, values) }
    }

    /// The same with every place in it being this one.
    fn placed(&self, span: SourceSpan) -> Self {
        let value = match &self.value {
            Value::Scalar(scalar) => Value::Scalar(scalar.clone()),
            Value::List(items) => Value::List(items.iter().map(|item| item.placed(span)).collect()),
            Value::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| {
                    let mut key = key.clone();
                    key.span = span;
                    (key, value.placed(span))
                });
                Value::Map(entries.collect())
            }
        };
        Self { value, span }
    }
}

fn fill(node: &Node, values: &Values) -> Node {
    let value = match &node.value {
        Value::Scalar(scalar) => {
            let whole = scalar.text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
            if let Some((_, value)) = values.iter().find(|(name, _)| Some(name.as_str()) == whole) {
                return value.placed(node.span);
            }
            let mut scalar = scalar.clone();
            if let Cow::Owned(text) = text(&scalar.text, values) {
                scalar.text = text;
            }
            Value::Scalar(scalar)
        }
        Value::List(items) => Value::List(items.iter().map(|item| fill(item, values)).collect()),
        Value::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| {
                let mut key = key.clone();
                if let Cow::Owned(text) = text(&key.value, values) {
                    key.value = text;
                }
                (key, fill(value, values))
            });
            Value::Map(entries.collect())
        }
    };
    Node { value, span: node.span }
}

/// A text with names replaced. `$${` stands for `${` itself, and is left to whoever reads the text.
fn text<'t>(text: &'t str, values: &Values) -> Cow<'t, str> {
    if !text.contains("${") {
        return Cow::Borrowed(text);
    }
    let (mut filled, mut rest) = (String::new(), text);
    while let Some(at) = rest.find("${") {
        let (before, from) = rest.split_at(at);
        filled.push_str(before);
        let name = from.get(2..).and_then(|inner| inner.split_once('}')).filter(|_| !before.ends_with('$'));
        let value = name.and_then(|(name, after)| {
            let (_, node) = values.iter().find(|(known, _)| known == name)?;
            let Value::Scalar(scalar) = &node.value else { return None };
            Some((scalar.text.as_str(), after))
        });
        let (written, after) = value.unwrap_or_else(|| ("${", from.get(2..).unwrap_or_default()));
        filled.push_str(written);
        rest = after;
    }
    filled.push_str(rest);
    Cow::Owned(filled)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::scenario::yaml::{Value, parse};
    use crate::source::Source;

    #[test]
    fn names_are_replaced_and_others_left() {
        let node = |text: &str| parse(&Source::new(Path::new("x.yaml"), text.to_owned())).unwrap();
        let values = vec![("user".to_owned(), node("alice")), ("list".to_owned(), node("[a, b]"))];
        let filled = node("'${user}-x': ['${list}', '$${user}', '${other}']").filled(&values);
        let Value::Map(entries) = &filled.value else { panic!() };
        assert_eq!(entries[0].0.value, "alice-x");
        let Value::List(items) = &entries[0].1.value else { panic!() };
        assert!(matches!(&items[0].value, Value::List(inner) if inner.len() == 2));
        assert!(matches!(&items[1].value, Value::Scalar(scalar) if scalar.text == "$${user}"));
        assert!(matches!(&items[2].value, Value::Scalar(scalar) if scalar.text == "${other}"));
    }
}
