//! What a parameter, or an expected value, may be.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::mistake::Kind;
use super::reader::Reader;
use super::scope::Scope;
use super::template::{Template, Variables};
use super::yaml::{self, Node};
use crate::client::{Given, NotText};

/// A parameter's value as written: YAML, with two special maps of one key.
#[derive(Clone, Debug)]
pub enum Argument {
    /// A number, a boolean or nothing.
    Plain(Value),
    /// A text, perhaps with variables.
    Text(Template),
    /// A list.
    List(Vec<Argument>),
    /// A map.
    Map(Vec<(String, Argument)>),
    /// `{file: PATH}`: the bytes of that file, untouched.
    File(Arc<FileText>),
    /// `{json: VALUE}`: the value as JSON text, where the API takes a text that holds JSON.
    Json(Box<Argument>),
}

/// A file that is given as it is.
#[derive(Debug)]
pub struct FileText {
    /// Where it is.
    pub path: PathBuf,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Argument {
    pub(super) fn read(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Self {
        match &node.value {
            yaml::Value::Scalar(scalar) => match scalar.resolve() {
                Value::String(text) => Self::Text(Template::read(&text, node.span, reader, scope)),
                plain => Self::Plain(plain),
            },
            yaml::Value::List(items) => Self::List(items.iter().map(|item| Self::read(item, reader, scope)).collect()),
            yaml::Value::Map(entries) => match entries.as_slice() {
                [(key, path)] if key.value == "file" => Self::read_file(path, reader),
                [(key, inner)] if key.value == "json" => Self::Json(Box::new(Self::read(inner, reader, scope))),
                entries => Self::Map(
                    entries.iter().map(|(key, value)| (key.value.clone(), Self::read(value, reader, scope))).collect(),
                ),
            },
        }
    }

    fn read_file(node: &Node, reader: &mut Reader<'_>) -> Self {
        let given = |path: PathBuf, bytes| Self::File(Arc::new(FileText { path, bytes }));
        let Some(path) = reader.text(node, "the path of a file") else {
            return given(PathBuf::new(), Vec::new());
        };
        let file = reader.beside(&path.value);
        match std::fs::read(&file) {
            Ok(bytes) => given(file, bytes),
            Err(error) => {
                let kind = Kind::UnreadableFile { path: path.value, why: crate::words::io_reason(&error) };
                reader.note(kind, path.span);
                given(file, Vec::new())
            }
        }
    }

    /// The file that it is, if it is one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::File(file) => Some(&file.path),
            _ => None,
        }
    }

    /// A value that is JSON already.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::String(text) => Self::text(text),
            Value::Array(items) => Self::List(items.iter().map(Self::of).collect()),
            Value::Object(members) => {
                Self::Map(members.iter().map(|(name, value)| (name.clone(), Self::of(value))).collect())
            }
            plain => Self::Plain(plain.clone()),
        }
    }

    /// A text without variables.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(Template::literal(text))
    }

    /// The same with the words of its texts put differently, also those in a file of text. The names of a map's members stay.
    pub(crate) fn reworded(&self, reword: &dyn Fn(&str) -> String) -> Self {
        match self {
            Self::Plain(value) => Self::Plain(value.clone()),
            Self::Text(template) => Self::Text(template.reworded(reword)),
            Self::List(items) => Self::List(items.iter().map(|item| item.reworded(reword)).collect()),
            Self::Map(entries) => {
                Self::Map(entries.iter().map(|(key, value)| (key.clone(), value.reworded(reword))).collect())
            }
            Self::File(file) => match std::str::from_utf8(&file.bytes) {
                Ok(text) => {
                    Self::File(Arc::new(FileText { path: file.path.clone(), bytes: reword(text).into_bytes() }))
                }
                Err(_) => Self::File(Arc::clone(file)),
            },
            Self::Json(inner) => Self::Json(Box::new(inner.reworded(reword))),
        }
    }

    /// The value as a person reads it, variables as `${name}`.
    pub fn as_written(&self) -> Value {
        match self {
            Self::Plain(value) => value.clone(),
            Self::Text(template) => Value::String(template.as_written()),
            Self::List(items) => items.iter().map(Self::as_written).collect(),
            Self::Map(entries) => {
                Value::Object(entries.iter().map(|(key, value)| (key.clone(), value.as_written())).collect())
            }
            Self::File(file) => Value::String(String::from_utf8_lossy(&file.bytes).into_owned()),
            Self::Json(inner) => Value::String(inner.as_written().to_string()),
        }
    }

    /// The value with its variables filled in. The error is the name of the variable that has none.
    pub fn fill(&self, variables: &Variables) -> Result<Given, Unfilled> {
        Ok(match self {
            Self::File(file) => Given::Bytes(file.bytes.clone()),
            other => Given::Json(other.to_json(variables)?),
        })
    }

    /// The value with its variables filled in, as JSON.
    pub fn to_json(&self, variables: &Variables) -> Result<Value, Unfilled> {
        Ok(match self {
            Self::Plain(value) => value.clone(),
            Self::Text(template) => Value::String(template.fill(variables)?),
            Self::List(items) => {
                Value::Array(items.iter().map(|item| item.to_json(variables)).collect::<Result<_, _>>()?)
            }
            Self::Map(entries) => {
                let mut map = Map::new();
                for (key, value) in entries {
                    map.insert(key.clone(), value.to_json(variables)?);
                }
                Value::Object(map)
            }
            Self::File(file) => Given::Bytes(file.bytes.clone()).to_json()?,
            Self::Json(inner) => Value::String(inner.to_json(variables)?.to_string()),
        })
    }
}

/// Why a parameter has no value after all.
#[derive(Debug, thiserror::Error)]
pub enum Unfilled {
    /// An earlier answer did not have it.
    #[error("`${{{0}}}` has no value")]
    Variable(String),
    /// A file is binary and stands where a text is needed.
    #[error(transparent)]
    NotText(#[from] NotText),
}

impl From<String> for Unfilled {
    fn from(variable: String) -> Self {
        Self::Variable(variable)
    }
}
