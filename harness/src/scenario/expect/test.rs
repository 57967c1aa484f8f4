//! What a field must be: a value, or a map of tests.

use serde_json::Value;

use crate::scenario::argument::Argument;
use crate::scenario::reader::Reader;
use crate::scenario::scope::Scope;
use crate::scenario::yaml::{self, Node};

/// What a field must be.
#[derive(Clone, Debug)]
pub enum Test {
    /// `VALUE`: this value; for a list, these values in this order.
    Equals(Argument),
    /// `{contains: VALUE}`: a text with this in it, or a list with this value in it.
    Contains(Argument),
    /// `{lacks: VALUE}`: the opposite.
    Lacks(Argument),
    /// `{count: N}`: so many values.
    Count(usize),
    /// `{present: true}` or `{present: false}`, and `{absent: true}`.
    Present(bool),
    /// `{matches: REGEX}`: a text in which the regular expression is found.
    Matches(Pattern),
    /// `{type: text}`: also `number`, `boolean`, `list`, `map`, `nothing`.
    Type(&'static str),
    /// `{each: TEST}`: of every value of a list, and there is one.
    Each(Box<Test>),
    /// `{any: TEST}`: of at least one value of a list.
    Any(Box<Test>),
    /// `{in_any_order: [VALUE]}`: these values and no others.
    InAnyOrder(Vec<Argument>),
    /// `{not: TEST}`: the test does not hold.
    Not(Box<Test>),
    /// Several tests in one map: all of them.
    All(Vec<Test>),
}

/// A regular expression, as it was written.
#[derive(Clone, Debug)]
pub struct Pattern(regex_lite::Regex);

impl Pattern {
    /// Reads a regular expression; the error says what is wrong with it.
    pub fn new(text: &str) -> Result<Self, String> {
        regex_lite::Regex::new(text).map(Self).map_err(|error| error.to_string())
    }

    /// Is it found in a text?
    pub fn is_in(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// A text with something else in the place of whatever it finds.
    pub fn replace(&self, text: &str, by: &str) -> String {
        self.0.replace_all(text, regex_lite::NoExpand(by)).into_owned()
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

pub(in crate::scenario) const TESTS: &[&str] =
    &["contains", "lacks", "count", "present", "absent", "matches", "type", "each", "any", "in_any_order", "not"];

/// The types that a value may have.
pub(super) const TYPES: &[&str] = &["text", "number", "boolean", "list", "map", "nothing"];

impl Test {
    /// A value, or a map of tests.
    pub(in crate::scenario) fn of_value(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Option<Self> {
        match &node.value {
            yaml::Value::Map(_) => Self::read(node, reader, scope),
            _ => Some(Self::Equals(Argument::read(node, reader, scope))),
        }
    }

    fn read(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Option<Self> {
        let fields = reader.fields(node, "a test of a field", TESTS)?;
        let written: Vec<_> = TESTS.iter().filter_map(|&name| Some((name, fields.get(name)?))).collect();
        // What is unknown was noted.
        if written.is_empty() && (node.is_empty() || matches!(&node.value, yaml::Value::Map(all) if all.is_empty())) {
            reader.expected(node, "a test", Some("write what the field must be, such as `{contains: VALUE}`"));
        }
        let mut tests: Vec<_> =
            written.into_iter().filter_map(|(name, value)| Self::of_name(name, value, reader, scope)).collect();
        match tests.len() {
            0 | 1 => tests.pop(),
            _ => Some(Self::All(tests)),
        }
    }

    fn of_name(name: &str, value: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Option<Self> {
        let plain = match &value.value {
            yaml::Value::Scalar(scalar) => scalar.resolve(),
            _ => Value::Null,
        };
        Some(match name {
            "contains" => Self::Contains(Argument::read(value, reader, scope)),
            "lacks" => Self::Lacks(Argument::read(value, reader, scope)),
            "count" => {
                let count = plain.as_u64().and_then(|count| usize::try_from(count).ok());
                if count.is_none() {
                    reader.expected(value, "a whole number", None);
                }
                Self::Count(count?)
            }
            "matches" => Self::Matches(pattern(value, reader)?),
            "type" => {
                let found = TYPES.iter().find(|known| plain.as_str() == Some(known));
                if found.is_none() {
                    reader.expected(value, &crate::words::or_list(TYPES), None);
                }
                Self::Type(found?)
            }
            "each" => Self::Each(Box::new(Self::of_value(value, reader, scope)?)),
            "any" => Self::Any(Box::new(Self::of_value(value, reader, scope)?)),
            "not" => Self::Not(Box::new(Self::of_value(value, reader, scope)?)),
            "in_any_order" => {
                let items = reader.one_or_many(value, "a list of values");
                Self::InAnyOrder(items.iter().map(|item| Argument::read(item, reader, scope)).collect())
            }
            name => {
                let there = plain.as_bool();
                if there.is_none() {
                    reader.expected(value, "`true` or `false`", None);
                }
                Self::Present(there? == (name == "present"))
            }
        })
    }
}

/// A regular expression.
pub(in crate::scenario) fn pattern(node: &Node, reader: &mut Reader<'_>) -> Option<Pattern> {
    let text = reader.text(node, "a regular expression")?;
    match Pattern::new(&text.value) {
        Ok(pattern) => Some(pattern),
        Err(why) => {
            reader.expected(node, &format!("a regular expression ({})", why.lines().last().unwrap_or_default()), None);
            None
        }
    }
}
