//! The text of a policy as it counts: white space and the order of members say nothing.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The text of a policy, normalised JSON. Two texts that differ in white space, or in the order of an object's members, are equal;
/// everything else is kept as it was written.
///
/// In JSON it is the document itself. As text ([`Display`](fmt::Display)) it is one line, members sorted by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PolicyText(Value);

impl PolicyText {
    /// The policy that a text holds. A text that is no JSON stands for itself.
    pub fn new(text: &str) -> Self {
        Self(serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)))
    }

    /// The text with a member a line, members in the order they were written in.
    pub fn pretty(&self) -> String {
        match &self.0 {
            Value::String(text) => text.clone(),
            document => format!("{document:#}"),
        }
    }

    /// One line for each statement, in the order of the document; before them one for each other element, but for the version
    /// `"1"` that every policy has.
    pub fn lines(&self) -> Vec<String> {
        let Value::Object(document) = &self.0 else {
            return vec![self.to_string()];
        };
        let others =
            sorted(document).filter(|(name, value)| *name != "Statement" && !(*name == "Version" && *value == "1"));
        let others = others.map(|(name, value)| format!("{}: {}", Value::from(name.as_str()), OneLine(value)));
        let statements = match document.get("Statement") {
            Some(Value::Array(statements)) => statements.as_slice(),
            Some(single) => std::slice::from_ref(single),
            None => &[],
        };
        others.chain(statements.iter().map(|statement| OneLine(statement).to_string())).collect()
    }
}

impl fmt::Display for PolicyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        OneLine(&self.0).fmt(f)
    }
}

/// JSON on one line with sorted members.
struct OneLine<'v>(&'v Value);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Object(map) => {
                f.write_str("{")?;
                for (index, (name, value)) in sorted(map).enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{}: {}", Value::from(name.as_str()), OneLine(value))?;
                }
                f.write_str("}")
            }
            Value::Array(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{}", OneLine(item))?;
                }
                f.write_str("]")
            }
            single => single.fmt(f),
        }
    }
}

fn sorted(map: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    let mut members: Vec<_> = map.iter().collect();
    members.sort_by_key(|(name, _)| *name);
    members.into_iter()
}

#[cfg(test)]
mod tests {
    use super::PolicyText;

    #[test]
    fn white_space_and_the_order_of_members_do_not_count() {
        let one = PolicyText::new(r#"{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ram:*"}]}"#);
        let other =
            PolicyText::new("{\"Statement\":[{\"Action\":\n\"ram:*\",\"Effect\":\"Allow\"}],\"Version\":\"1\"}");
        assert_eq!((&one, one.to_string()), (&other, other.to_string()));
        assert_eq!(one.lines(), [r#"{"Action": "ram:*", "Effect": "Allow"}"#]);
        let reversed = PolicyText::new(r#"{"Version": "1", "Statement": ["b", "a"]}"#);
        assert_eq!(reversed.lines(), [r#""b""#, r#""a""#], "the order of statements is the document's");
    }

    #[test]
    fn nothing_of_a_document_passes_unseen() {
        let text = PolicyText::new(r#"{"Version": "2", "Id": "x", "Statement": {"Effect": "Deny"}}"#);
        assert_eq!(text.lines(), [r#""Id": "x""#, r#""Version": "2""#, r#"{"Effect": "Deny"}"#]);
        assert_eq!(PolicyText::new("no JSON").lines(), [r#""no JSON""#]);
    }
}
