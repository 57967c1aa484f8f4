//! From the tree of a file to its meaning: collects every mistake instead of stopping at the first.

use std::path::{Path, PathBuf};

use miette::SourceSpan;

use super::file::{self, Unread};
use super::mistake::{Kind, Mistake};
use super::scope::is_fixed;
use super::yaml::{Node, Scalar, Value};
use crate::source::{Source, Spanned};
use crate::words::Choices;

/// Reads one file and keeps its mistakes.
pub(super) struct Reader<'s> {
    source: &'s Source,
    mistakes: Vec<Mistake>,
    doubts: Vec<Mistake>,
    depth: usize,
}

impl<'s> Reader<'s> {
    pub(super) fn new(source: &'s Source) -> Self {
        Self { source, mistakes: Vec::new(), doubts: Vec::new(), depth: 0 }
    }

    /// One for a file that this one includes.
    pub(super) fn inside<'i>(&self, source: &'i Source) -> Reader<'i> {
        Reader { depth: self.depth + 1, ..Reader::new(source) }
    }

    /// How many files include this one.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// A node that nobody wrote.
    pub(super) fn node(text: &str, span: SourceSpan) -> Node {
        Node { value: Value::Scalar(Scalar { text: text.to_owned(), plain: true }), span }
    }

    /// Takes over a mistake of another file.
    pub(super) fn take_mistake(&mut self, mistake: Mistake) {
        self.mistakes.push(mistake);
    }

    pub(super) fn source(&self) -> &'s Source {
        self.source
    }

    /// Where a file is that this one names.
    pub(super) fn beside(&self, path: &str) -> PathBuf {
        self.source.path().parent().unwrap_or_else(|| Path::new(".")).join(path)
    }

    /// The text of a file that this one names. What keeps it from being opened is this one's mistake, and what is in it its own.
    pub(super) fn file(&mut self, path: &Spanned<String>) -> Option<Source> {
        match file::read(&self.beside(&path.value)) {
            Ok(source) => return Some(source),
            Err(Unread::Closed(why)) => {
                self.note(Kind::UnreadableFile { path: path.value.clone(), why }, path.span);
            }
            Err(Unread::NotText(mistake)) => self.take_mistake(mistake),
        }
        None
    }

    /// The mistakes, in the order of the file, and what is odd.
    pub(super) fn finish(mut self) -> (Vec<Mistake>, Vec<Mistake>) {
        self.mistakes.sort_by_key(Mistake::offset);
        (self.mistakes, self.doubts)
    }

    /// Takes over what was found in another file that this one names.
    pub(super) fn take(&mut self, other: Reader<'_>) {
        self.mistakes.extend(other.mistakes);
        self.doubts.extend(other.doubts);
    }

    /// Something that is odd and no mistake.
    pub(super) fn doubt(&mut self, message: String, help: Option<String>, span: SourceSpan) {
        self.doubts.push(Mistake::new(Kind::Doubt(message, help), self.source, span));
    }

    pub(super) fn note(&mut self, kind: Kind, span: SourceSpan) {
        self.mistakes.push(Mistake::new(kind, self.source, span));
    }

    pub(super) fn expected(&mut self, node: &Node, expected: &str, hint: Option<&'static str>) {
        let kind = Kind::Expected { expected: expected.to_owned(), found: found(node), hint };
        self.note(kind, node.span);
    }

    /// What was found where something else was expected, in words of its own.
    pub(super) fn misfit(&mut self, node: &Node, expected: &str, found: String) {
        self.misfit_at(node.span, expected, found);
    }

    pub(super) fn misfit_at(&mut self, span: SourceSpan, expected: &str, found: String) {
        self.note(Kind::Expected { expected: expected.to_owned(), found, hint: None }, span);
    }

    /// A name that the file gives a value to: not one that has a value everywhere.
    pub(super) fn own_name(&mut self, name: &Spanned<String>) {
        if is_fixed(&name.value) {
            self.note(Kind::FixedValue(name.value.clone()), name.span);
        }
    }

    /// The fields of a map; unknown ones are mistakes. `of` says what the map is: "a step".
    pub(super) fn fields<'n>(
        &mut self,
        node: &'n Node,
        of: &'static str,
        known: &'static [&'static str],
    ) -> Option<Fields<'n>> {
        let Value::Map(entries) = &node.value else {
            self.expected(node, &format!("{of} with its fields"), None);
            return None;
        };
        let mut meant = Vec::new();
        for (key, _) in entries {
            if !known.contains(&key.value.as_str()) {
                let choices = Choices::new(&key.value, known);
                meant.extend(choices.near.clone());
                let kind = Kind::UnknownField { field: key.value.clone(), of, choices };
                self.note(kind, key.span);
            }
        }
        Some(Fields { entries, of, meant, span: entries.first().map_or(node.span, |(key, _)| key.span) })
    }

    /// A text that is not empty.
    pub(super) fn text(&mut self, node: &Node, expected: &str) -> Option<Spanned<String>> {
        match &node.value {
            Value::Scalar(scalar) if !node.is_empty() && !scalar.text.trim().is_empty() => {
                Some(Spanned::new(scalar.text.trim_end().to_owned(), node.span))
            }
            _ => {
                self.expected(node, expected, None);
                None
            }
        }
    }

    /// A list, or a single value that stands for a list of one.
    pub(super) fn one_or_many<'n>(&mut self, node: &'n Node, expected: &str) -> &'n [Node] {
        match &node.value {
            Value::List(items) => items,
            Value::Scalar(_) if !node.is_empty() => std::slice::from_ref(node),
            _ => {
                self.expected(node, expected, None);
                &[]
            }
        }
    }

    /// A list of texts, or a single one.
    pub(super) fn texts(&mut self, node: &Node, expected: &str) -> Vec<Spanned<String>> {
        self.one_or_many(node, expected).iter().filter_map(|item| self.text(item, expected)).collect()
    }

    /// The entries of a map with free keys.
    pub(super) fn entries<'n>(&mut self, node: &'n Node, expected: &str) -> &'n [(Spanned<String>, Node)] {
        if let Value::Map(entries) = &node.value {
            entries
        } else {
            self.expected(node, expected, None);
            &[]
        }
    }
}

/// The fields of one map.
pub(super) struct Fields<'n> {
    entries: &'n [(Spanned<String>, Node)],
    of: &'static str,
    /// Fields that are there under a misspelt name: not missing as well.
    meant: Vec<String>,
    span: SourceSpan,
}

impl<'n> Fields<'n> {
    /// The place of the map: its first key.
    pub(super) fn span(&self) -> SourceSpan {
        self.span
    }

    pub(super) fn get(&self, field: &str) -> Option<&'n Node> {
        self.entries.iter().find(|(key, _)| key.value == field).map(|(_, node)| node)
    }

    /// A field that must be there; `hint` says what to write.
    pub(super) fn need(&self, field: &'static str, hint: &'static str, reader: &mut Reader<'_>) -> Option<&'n Node> {
        let node = self.get(field);
        if node.is_none() && !self.meant.iter().any(|meant| meant == field) {
            let of = self.of;
            reader.note(Kind::MissingField { field, of, hint }, self.span);
        }
        node
    }
}

/// What stands at a node, quoted if it is short.
fn found(node: &Node) -> String {
    match &node.value {
        Value::Scalar(scalar) if !node.is_empty() && scalar.text.len() <= 40 => {
            format!("`{}`", scalar.text.trim())
        }
        _ => node.kind().to_owned(),
    }
}
