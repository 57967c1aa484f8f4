//! A setting of a bucket as it was put: a tree of elements.

use serde::{Deserialize, Serialize};

/// An element of a document: its name, and either text or elements in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Element {
    /// Its name.
    pub name: String,
    /// The text in it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The elements in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Element>,
}

impl Element {
    /// An element with text in it.
    pub fn text(name: &str, text: impl Into<String>) -> Self {
        Self { name: name.to_owned(), text: text.into(), children: Vec::new() }
    }

    /// An element with elements in it.
    pub fn of(name: &str, children: impl IntoIterator<Item = Self>) -> Self {
        Self { name: name.to_owned(), text: String::new(), children: children.into_iter().collect() }
    }

    /// The elements of a name in it.
    pub fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element of a name in it.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The element at the end of a way of names.
    pub fn at(&self, way: &[&str]) -> Option<&Self> {
        way.iter().try_fold(self, |element, name| element.child(name))
    }

    /// The text of the first element of a name in it.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.as_str())
    }

    /// The same, unless it is empty.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|text| !text.is_empty())
    }

    /// Does the first element of a name say `true`?
    pub fn is(&self, name: &str) -> bool {
        self.get(name).is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    /// Sets the text of an element of a name, which is made where there is none.
    pub fn set(&mut self, name: &str, text: impl Into<String>) {
        match self.children.iter_mut().find(|child| child.name == name) {
            Some(child) => child.text = text.into(),
            None => self.children.push(Self::text(name, text)),
        }
    }
}
