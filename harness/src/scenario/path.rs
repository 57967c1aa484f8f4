//! The fields of an answer: `Role.RoleName`, `Users.User[0].UserName`, `Policies.Policy[].PolicyName`.

use std::fmt;

use serde_json::Value;

/// A way through an answer to one field, or with `[]` to that field in each of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPath {
    text: String,
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Field(String),
    Item(usize),
    Each,
}

impl FieldPath {
    /// Reads a path; `None` if it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let mut steps = Vec::new();
        for part in text.split('.') {
            let (name, mut brackets) = match part.find('[') {
                Some(at) => part.split_at(at),
                None => (part, ""),
            };
            if name.is_empty() || name.contains([']', ' ']) {
                return None;
            }
            steps.push(Step::Field(name.to_owned()));
            while !brackets.is_empty() {
                let (inner, rest) = brackets.strip_prefix('[')?.split_once(']')?;
                steps.push(match inner {
                    "" => Step::Each,
                    number => Step::Item(number.parse().ok()?),
                });
                brackets = rest;
            }
        }
        Some(Self { text: text.to_owned(), steps })
    }

    /// The values there: none if the answer lacks the field, several only through `[]`.
    pub fn find<'v>(&self, answer: &'v Value) -> Vec<&'v Value> {
        let mut found = vec![answer];
        for step in &self.steps {
            found = found
                .into_iter()
                .flat_map(|value| match step {
                    Step::Field(name) => value.get(name).into_iter().collect::<Vec<_>>(),
                    Step::Item(index) => as_list(value).into_iter().nth(*index).into_iter().collect(),
                    Step::Each => as_list(value),
                })
                .collect();
        }
        found
    }

    /// Whether it begins with this field.
    pub fn starts_at(&self, field: &str) -> bool {
        matches!(self.steps.first(), Some(Step::Field(name)) if name == field)
    }

    /// Whether it may find several values.
    pub fn is_plural(&self) -> bool {
        self.steps.contains(&Step::Each)
    }
}

/// XML does not tell a list of one from a single value: a path may treat either as a list.
fn as_list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Null => Vec::new(),
        single => vec![single],
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::FieldPath;

    #[test]
    fn a_path_finds_one_field_or_each() {
        let answer = json!({"Users": {"User": [{"UserName": "a"}, {"UserName": "b"}]}, "One": {"X": 1}});
        let find = |path: &str| FieldPath::parse(path).unwrap().find(&answer).into_iter().cloned().collect::<Vec<_>>();
        assert_eq!(find("Users.User[1].UserName"), [json!("b")]);
        assert_eq!(find("Users.User[].UserName"), [json!("a"), json!("b")]);
        assert_eq!(find("One[].X"), [json!(1)]);
        assert!(find("Users.Missing").is_empty());
        assert!(find("Users.User[7].UserName").is_empty());
    }

    #[test]
    fn what_is_not_a_path_is_refused() {
        for text in ["", "a..b", "a[", "a]", "a[x]", "a[0", "[0]", "a b"] {
            assert_eq!(FieldPath::parse(text), None, "{text}");
        }
    }
}
