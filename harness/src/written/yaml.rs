//! YAML with places: a small tree in which every key and value knows where it was written.
//!
//! Anchors, aliases, tags and several documents in a file are refused: a scenario is meant to be
//! read from top to bottom.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use miette::SourceSpan;
use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::mistake::{Kind, Mistake};
use crate::source::{Source, Spanned};

/// Deeper nesting than any scenario needs; keeps recursion over the tree bounded.
const MAX_DEPTH: usize = 64;

/// One node of the file.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// What it is.
    pub(crate) value: Value,
    /// Where it was written.
    pub(crate) span: SourceSpan,
}

/// What a node is.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// A single value.
    Scalar(Scalar),
    /// Values one after another.
    List(Vec<Node>),
    /// Named values, in the order of the file; keys are unique.
    Map(Vec<(Spanned<String>, Node)>),
}

/// A single value as written.
#[derive(Clone, Debug)]
pub(crate) struct Scalar {
    /// Its text, unescaped.
    pub(crate) text: String,
    /// Whether it stands without quotes, so that `true`, `3` and `null` are not text.
    pub(crate) plain: bool,
}

impl Scalar {
    /// What YAML 1.2's core schema makes of it.
    pub(crate) fn resolve(&self) -> serde_json::Value {
        use serde_json::Value;
        if !self.plain {
            return Value::String(self.text.clone());
        }
        match self.text.as_str() {
            "" | "~" | "null" | "Null" | "NULL" => Value::Null,
            "true" | "True" | "TRUE" => Value::Bool(true),
            "false" | "False" | "FALSE" => Value::Bool(false),
            text => number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number),
        }
    }

    fn is_null(&self) -> bool {
        self.resolve().is_null()
    }
}

/// A decimal number in JSON's own spelling; anything else (`0x1f`, `.5`, `1_000`) stays text.
fn number(text: &str) -> Option<serde_json::Number> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    serde_json::from_str(text).ok()
}

impl Node {
    /// Whether nothing was written: `key:` alone, or `null`.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(&self.value, Value::Scalar(scalar) if scalar.is_null())
    }

    /// What it is, in words: "a list", "a number" …
    pub(crate) fn kind(&self) -> &'static str {
        match &self.value {
            Value::List(items) if items.is_empty() => "an empty list",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
            Value::Scalar(scalar) => match scalar.resolve() {
                serde_json::Value::Null => "nothing",
                serde_json::Value::Bool(_) => "a boolean",
                serde_json::Value::Number(_) => "a number",
                _ => "a text",
            },
        }
    }
}

/// The tree of a file, or the place where it stops being YAML.
pub(crate) fn parse(source: &Source) -> Result<Node, Mistake> {
    let offsets = Offsets::of(source.text());
    let mistake = |kind: Kind, span: SourceSpan| Mistake::new(kind, source, span);
    let mut builder = Builder { source, stack: Vec::new(), root: None };
    for event in Parser::new_from_str(source.text()) {
        let (event, span) = event
            .map_err(|error| mistake(Kind::NotYaml(error.info().to_owned()), offsets.point(error.marker().index())))?;
        let span = offsets.span(span);
        let anchored = match &event {
            Event::Scalar(_, _, anchor, tag) | Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag) => {
                *anchor != 0 || tag.is_some()
            }
            Event::Alias(_) => true,
            _ => false,
        };
        if anchored {
            return Err(mistake(Kind::Anchor, span));
        }
        builder.take(event, span)?;
    }
    builder.root.filter(|root| !root.is_empty()).ok_or_else(|| mistake(Kind::EmptyFile, (0, 0).into()))
}

struct Builder<'s> {
    source: &'s Source,
    stack: Vec<Open>,
    root: Option<Node>,
}

/// A collection whose end has not come yet.
enum Open {
    List(Vec<Node>, SourceSpan),
    Map {
        entries: Vec<(Spanned<String>, Node)>,
        /// The keys so far, with where they stand.
        keys: HashMap<String, SourceSpan>,
        key: Option<Spanned<String>>,
        span: SourceSpan,
    },
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: SourceSpan) -> Result<(), Mistake> {
        match event {
            Event::Scalar(text, style, _, _) => {
                let scalar = Scalar { text: text.into_owned(), plain: style == ScalarStyle::Plain };
                self.close(Node { value: Value::Scalar(scalar), span: self.trimmed(span) })
            }
            Event::SequenceStart(..) => self.open(Open::List(Vec::new(), span)),
            Event::MappingStart(..) => {
                self.open(Open::Map { entries: Vec::new(), keys: HashMap::new(), key: None, span })
            }
            Event::SequenceEnd | Event::MappingEnd => match self.stack.pop() {
                Some(Open::List(items, start)) => self.close(Node { value: Value::List(items), span: start }),
                Some(Open::Map { entries, span, .. }) => self.close(Node { value: Value::Map(entries), span }),
                None => Ok(()),
            },
            Event::DocumentStart(_) if self.root.is_some() => {
                Err(Mistake::new(Kind::SecondDocument, self.source, span))
            }
            _ => Ok(()),
        }
    }

    fn open(&mut self, open: Open) -> Result<(), Mistake> {
        if self.stack.len() >= MAX_DEPTH {
            let (Open::List(_, span) | Open::Map { span, .. }) = open;
            return Err(Mistake::new(Kind::TooDeep(MAX_DEPTH), self.source, span));
        }
        self.stack.push(open);
        Ok(())
    }

    /// Hands a finished node to the collection around it.
    fn close(&mut self, node: Node) -> Result<(), Mistake> {
        match self.stack.last_mut() {
            None => self.root = Some(node),
            Some(Open::List(items, _)) => items.push(node),
            Some(Open::Map { entries, keys, key, .. }) => {
                if let Some(name) = key.take() {
                    entries.push((name, node));
                } else {
                    *key = Some(read_key(node, keys, self.source)?);
                }
            }
        }
        Ok(())
    }

    /// A block text's span runs to the next token: show its own lines only.
    fn trimmed(&self, span: SourceSpan) -> SourceSpan {
        let end = span.offset() + span.len();
        let written = self.source.text().get(span.offset()..end).unwrap_or_default();
        (span.offset(), written.trim_end().len()).into()
    }
}

/// A key: a text that the map does not have yet.
fn read_key(node: Node, keys: &mut HashMap<String, SourceSpan>, source: &Source) -> Result<Spanned<String>, Mistake> {
    let Value::Scalar(scalar) = node.value else {
        return Err(Mistake::new(Kind::KeyNotText, source, node.span));
    };
    match keys.entry(scalar.text.clone()) {
        Entry::Occupied(first) => {
            let (line, _) = source.position(first.get().offset());
            Err(Mistake::new(Kind::DuplicateKey { key: scalar.text, line }, source, node.span))
        }
        Entry::Vacant(free) => {
            free.insert(node.span);
            Ok(Spanned::new(scalar.text, node.span))
        }
    }
}

/// From the parser's character indices to byte offsets.
struct Offsets(Vec<usize>);

impl Offsets {
    fn of(text: &str) -> Self {
        let mut offsets: Vec<usize> = text.char_indices().map(|(offset, _)| offset).collect();
        offsets.push(text.len());
        Self(offsets)
    }

    fn byte(&self, index: usize) -> usize {
        let last = self.0.last().copied().unwrap_or_default();
        self.0.get(index).copied().unwrap_or(last)
    }

    fn point(&self, index: usize) -> SourceSpan {
        self.byte(index).into()
    }

    fn span(&self, span: Span) -> SourceSpan {
        let start = self.byte(span.start.index());
        let end = self.byte(span.end.index());
        (start, end.saturating_sub(start)).into()
    }
}
