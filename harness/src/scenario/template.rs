//! Texts with values from earlier answers in them: `acs:ram::${account}:role/${role}`.

use std::collections::BTreeMap;

use miette::SourceSpan;

use super::mistake::Kind;
use super::reader::Reader;
use super::scope::Scope;

/// A text whose `${name}`s are filled in when its step runs. `$${` stands for `${` itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Variable(String),
}

/// The values known when a step runs, by the name that `${…}` uses.
pub type Variables = BTreeMap<String, String>;

impl Template {
    /// A text without variables.
    pub fn literal(text: impl Into<String>) -> Self {
        Self(vec![Piece::Text(text.into())])
    }

    /// The value of one variable, which is known.
    pub(super) fn variable(name: &str) -> Self {
        Self(vec![Piece::Variable(name.to_owned())])
    }

    /// Splits `text`, checking that each variable has a value by then.
    pub(super) fn read(text: &str, span: SourceSpan, reader: &mut Reader<'_>, scope: &Scope) -> Self {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            let (before, from) = rest.split_at(at);
            if let Some(before) = before.strip_suffix('$') {
                literal.push_str(before);
                literal.push_str("${");
                rest = from.get(2..).unwrap_or_default();
                continue;
            }
            let Some((name, after)) = from.get(2..).and_then(|inner| inner.split_once('}')) else {
                reader.note(Kind::OpenVariable, span);
                return Self::default();
            };
            literal.push_str(before);
            if !literal.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut literal)));
            }
            scope.check_variable(name, span, reader);
            pieces.push(Piece::Variable(name.to_owned()));
            rest = after;
        }
        literal.push_str(rest);
        if !literal.is_empty() || pieces.is_empty() {
            pieces.push(Piece::Text(literal));
        }
        Self(pieces)
    }

    /// The same with its own words put differently; values are filled in as before.
    pub(crate) fn reworded(&self, reword: &dyn Fn(&str) -> String) -> Self {
        let pieces = self.0.iter().map(|piece| match piece {
            Piece::Text(text) => Piece::Text(reword(text)),
            variable @ Piece::Variable(_) => variable.clone(),
        });
        Self(pieces.collect())
    }

    /// The text with its variables as `${name}`.
    pub(super) fn as_written(&self) -> String {
        let pieces = self.0.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Variable(name) => format!("${{{name}}}"),
        });
        pieces.collect()
    }

    /// The text, if there is no variable in it.
    pub(super) fn as_literal(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The text with its values; the error is the name that has none.
    pub fn fill(&self, variables: &Variables) -> Result<String, String> {
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(literal) => text.push_str(literal),
                Piece::Variable(name) => {
                    text.push_str(variables.get(name).ok_or_else(|| name.clone())?);
                }
            }
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Reader, Scope, Template, Variables};
    use crate::scenario::Source;

    fn filled(text: &str) -> String {
        let source = Source::new(Path::new("x.yaml"), text.to_owned());
        let mut reader = Reader::new(&source);
        let mut scope = Scope::default();
        scope.add_variable("user");
        let template = Template::read(text, (0, 0).into(), &mut reader, &scope);
        assert!(reader.finish().0.is_empty(), "{text}");
        let variables: Variables = [("user", "alice"), ("account", "1")].map(|(k, v)| (k.into(), v.into())).into();
        template.fill(&variables).unwrap()
    }

    #[test]
    fn variables_are_filled_in_and_escapes_are_left_to_the_cloud() {
        assert_eq!(filled("acs:ram::${account}:user/${user}"), "acs:ram::1:user/alice");
        assert_eq!(filled("${user}${user}"), "alicealice");
        assert_eq!(filled("home/$${acs:username}/${user}"), "home/${acs:username}/alice");
        assert_eq!(filled("5 $ and {braces}"), "5 $ and {braces}");
        assert_eq!(filled(""), "");
    }

    #[test]
    fn a_value_that_never_came_is_named() {
        let source = Source::new(Path::new("x.yaml"), String::new());
        let mut reader = Reader::new(&source);
        let mut scope = Scope::default();
        scope.add_variable("user");
        let template = Template::read("${user}", (0, 0).into(), &mut reader, &scope);
        assert_eq!(template.fill(&Variables::new()), Err("user".to_owned()));
    }
}
