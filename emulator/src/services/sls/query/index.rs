//! What an index says of a field.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::tree::{Node, Query, Wrong};

/// An index, as far as a search goes by it.
#[derive(Debug)]
pub(in crate::services::sls) struct Index {
    /// Of whole logs.
    pub(super) line: Option<Line>,
    /// Of single fields.
    keys: BTreeMap<String, Key>,
}

/// How text is taken apart, and compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) delimiters: HashSet<char>,
    pub(super) case_sensitive: bool,
}

/// The index of whole logs.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) text: Text,
    include: Vec<String>,
    exclude: Vec<String>,
}

/// The index of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    Text(Text),
    Number,
    /// Text that is JSON: what is in it has types of its own.
    Json(Text, BTreeMap<String, bool>),
}

/// A field of a log, or something in one that is JSON.
#[derive(Debug)]
pub(super) struct Place<'i> {
    pub(super) field: &'i str,
    pub(super) path: Option<&'i str>,
    pub(super) text: Option<&'i Text>,
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn text(settings: &Value) -> Text {
    Text {
        delimiters: texts(settings.get("token")).iter().flat_map(|token| token.chars()).collect(),
        case_sensitive: settings.get("caseSensitive").and_then(Value::as_bool).unwrap_or(false),
    }
}

fn is_number(settings: &Value) -> bool {
    matches!(settings.get("type").and_then(Value::as_str), Some("long" | "double"))
}

impl Index {
    /// Of its settings.
    pub(in crate::services::sls) fn of(settings: &Value) -> Self {
        let line = settings.get("line").filter(|line| line.is_object()).map(|line| Line {
            text: text(line),
            include: texts(line.get("include_keys")),
            exclude: texts(line.get("exclude_keys")),
        });
        let key = |settings: &Value| match settings.get("type").and_then(Value::as_str) {
            _ if is_number(settings) => Key::Number,
            Some("json") => {
                let inside = settings.get("json_keys").and_then(Value::as_object).into_iter().flatten();
                let inside = inside.map(|(path, settings)| (path.clone(), is_number(settings))).collect();
                Key::Json(text(settings), inside)
            }
            _ => Key::Text(text(settings)),
        };
        let keys = settings.get("keys").and_then(Value::as_object).into_iter().flatten();
        Self { line, keys: keys.map(|(name, settings)| (name.clone(), key(settings))).collect() }
    }

    /// How a field is found in a search of whole logs; `None` where it is not.
    pub(super) fn in_line(&self, field: &str) -> Option<&Text> {
        match (&self.line, self.keys.get(field)) {
            (Some(line), _) => {
                let named = |fields: &[String]| fields.iter().any(|name| name == field);
                let wanted = (line.include.is_empty() || named(&line.include)) && !named(&line.exclude);
                wanted.then_some(&line.text)
            }
            (None, Some(Key::Text(text) | Key::Json(text, _))) => Some(text),
            (None, _) => None,
        }
    }

    /// What a query names, if an index covers it.
    pub(super) fn place<'i>(&'i self, key: &'i str) -> Option<Place<'i>> {
        let whole = |text| Place { field: key, path: None, text };
        match self.keys.get(key) {
            Some(Key::Number) => return Some(whole(None)),
            Some(Key::Text(text) | Key::Json(text, _)) => return Some(whole(Some(text))),
            None => {}
        }
        let inside = self.keys.iter().find_map(|(field, settings)| {
            let path = key.strip_prefix(field.as_str())?.strip_prefix('.')?;
            let Key::Json(text, paths) = settings else { return None };
            let number = paths.get(path).copied().unwrap_or(false);
            Some(Place { field, path: Some(path), text: (!number).then_some(text) })
        });
        if inside.is_some() {
            return inside;
        }
        // What every log has is always found.
        let reserved = matches!(key, "__topic__" | "__source__" | "source" | "topic") || key.starts_with("__tag__:");
        reserved.then(|| whole(self.line.as_ref().map(|line| &line.text).or(Some(&EXACT))))
    }
}

/// Whole texts, in whatever letters.
static EXACT: std::sync::LazyLock<Text> =
    std::sync::LazyLock::new(|| Text { delimiters: HashSet::new(), case_sensitive: false });

impl Query {
    /// Does the index cover every field that the query names?
    pub(in crate::services::sls) fn check(&self, index: &Index) -> Result<(), Wrong> {
        self.search.check(index)
    }
}

impl Node {
    fn check(&self, index: &Index) -> Result<(), Wrong> {
        match self {
            Self::All | Self::Text(_) => Ok(()),
            Self::And(a, b) | Self::Or(a, b) => a.check(index).and_then(|()| b.check(index)),
            Self::Not(node) => node.check(index),
            Self::Field(key, _) | Self::Exists(key) | Self::Number(key, _) => {
                index.place(key).map(|_| ()).ok_or_else(|| Wrong::NotIndexed(key.clone()))
            }
        }
    }
}
