//! Does a query find a log?

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;

use serde_json::Value;

use super::index::{Index, Text};
use super::tree::{Node, Query, Words};
use crate::cloud::{Log, LogGroup};

/// What of a value is searched, in bytes ("Query and analysis", limits).
const SEARCHED: usize = 10 << 10;

/// The fields of a log.
#[derive(Debug)]
pub(in crate::services::sls) struct Fields<'a> {
    /// The group that it is in.
    pub(in crate::services::sls) group: &'a LogGroup<'a>,
    /// The log.
    pub(in crate::services::sls) log: &'a Log<'a>,
    /// What was parsed of it: each text once, by the place where it is kept.
    parsed: RefCell<HashMap<(usize, usize), Option<Value>>>,
}

impl<'a> Fields<'a> {
    pub(in crate::services::sls) fn of(group: &'a LogGroup<'a>, log: &'a Log<'a>) -> Self {
        Self { group, log, parsed: RefCell::default() }
    }

    /// What is at a path in a value that is JSON.
    pub(in crate::services::sls) fn inside(&self, text: &'a str, path: &str) -> Option<String> {
        let mut parsed = self.parsed.borrow_mut();
        let place = (text.as_ptr().addr(), text.len());
        let whole = parsed.entry(place).or_insert_with(|| serde_json::from_str(text).ok()).as_ref()?;
        let found = path.split('.').try_fold(whole, |at, name| at.get(name))?;
        Some(match found {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })
    }

    /// The values of a field.
    pub(in crate::services::sls) fn values<'k>(&self, name: &'k str) -> impl Iterator<Item = &'a str> + use<'a, 'k> {
        let group = self.group;
        let reserved = match name {
            "__topic__" | "topic" => Some(group.topic),
            "__source__" | "source" => Some(group.source),
            _ => None,
        };
        let tag = name.strip_prefix("__tag__:");
        let tags = group.tags.iter().filter(move |(key, _)| tag == Some(*key)).map(|(_, value)| *value);
        let own = self.log.contents.iter().filter(move |(key, _)| *key == name).map(|(_, value)| *value);
        reserved.into_iter().chain(tags).chain(own)
    }
}

impl Query {
    /// Does it find this log?
    pub(in crate::services::sls) fn finds(&self, index: &Index, fields: &Fields<'_>) -> bool {
        self.search.finds(index, fields)
    }
}

impl Node {
    fn finds(&self, index: &Index, fields: &Fields<'_>) -> bool {
        match self {
            Self::All => true,
            Self::And(a, b) => a.finds(index, fields) && b.finds(index, fields),
            Self::Or(a, b) => a.finds(index, fields) || b.finds(index, fields),
            Self::Not(node) => !node.finds(index, fields),
            Self::Text(words) => words.anywhere(index, fields),
            Self::Exists(key) => !values(index, fields, key).is_empty(),
            Self::Field(key, words) => {
                let text = index.place(key).and_then(|place| place.text);
                let found = |value: &Cow<'_, str>| match text {
                    Some(text) => words.are_in(text, value),
                    None => number(value).is_some_and(|value| words.text.parse() == Ok(value)),
                };
                values(index, fields, key).iter().any(found)
            }
            Self::Number(key, range) => {
                values(index, fields, key).iter().any(|value| number(value).is_some_and(|value| range.has(value)))
            }
        }
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

/// The values of what a query names, in a field or inside one that is JSON.
fn values<'a>(index: &Index, fields: &Fields<'a>, key: &str) -> Vec<Cow<'a, str>> {
    let Some(place) = index.place(key) else { return Vec::new() };
    let values = fields.values(place.field);
    match place.path {
        None => values.map(Cow::Borrowed).collect(),
        Some(path) => values.filter_map(|value| fields.inside(value, path)).map(Cow::Owned).collect(),
    }
}

impl Words {
    /// Are they in one of the fields that are searched as a whole?
    fn anywhere(&self, index: &Index, fields: &Fields<'_>) -> bool {
        let own = fields.log.contents.iter().copied();
        let common = [("__topic__", fields.group.topic), ("__source__", fields.group.source)];
        own.chain(common).any(|(key, value)| {
            index.in_line(key).is_some_and(|text| self.are_in(text, value) || self.are_in(text, key))
        })
    }

    /// Are all of them in a value?
    fn are_in(&self, text: &Text, value: &str) -> bool {
        let searched = value.floor_char_boundary(SEARCHED);
        let words: Vec<_> = apart(text, value.get(..searched).unwrap_or(value)).collect();
        let mut asked = apart(text, &self.text).peekable();
        // Of nothing but delimiters nothing can be found.
        asked.peek().is_some() && asked.all(|asked| words.iter().any(|word| self.is(text, asked, word)))
    }

    fn is(&self, text: &Text, asked: &str, word: &str) -> bool {
        let (asked, word) = if text.case_sensitive {
            (Cow::Borrowed(asked), Cow::Borrowed(word))
        } else {
            (Cow::Owned(asked.to_lowercase()), Cow::Owned(word.to_lowercase()))
        };
        if self.quoted || !asked.contains(['*', '?']) {
            return asked == word;
        }
        fits(&asked.chars().collect::<Vec<_>>(), &word.chars().collect::<Vec<_>>())
    }
}

/// The words of a text, as an index takes it apart. Blanks part words in any case.
fn apart<'t>(text: &'t Text, value: &'t str) -> impl Iterator<Item = &'t str> {
    let parts = |character: char| character.is_whitespace() || text.delimiters.contains(&character);
    value.split(parts).filter(|word| !word.is_empty())
}

/// Does a word fit a pattern of `*` and `?`? In steps that do not grow with how many asterisks there are.
fn fits(pattern: &[char], word: &[char]) -> bool {
    let (mut at, mut in_word, mut back) = (0, 0, None);
    while in_word < word.len() {
        match pattern.get(at) {
            Some('*') => {
                back = Some((at + 1, in_word));
                at += 1;
            }
            Some(one) if *one == '?' || word.get(in_word) == Some(one) => {
                at += 1;
                in_word += 1;
            }
            _ => match back {
                Some((after, from)) => {
                    back = Some((after, from + 1));
                    (at, in_word) = (after, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern.get(at..).unwrap_or_default().iter().all(|one| *one == '*')
}

#[cfg(test)]
mod tests;
