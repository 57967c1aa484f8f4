//! An element and what is in it.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::read::Tree;

/// The namespaces in scope, by prefix; the default one under the empty prefix.
pub(super) type Scope = Rc<BTreeMap<String, String>>;

/// A text is no document that is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::federation) struct NotUnderstood;

pub(super) type Result<T> = std::result::Result<T, NotUnderstood>;

/// An element.
#[derive(Debug)]
pub(in crate::federation) struct Element {
    pub(super) prefix: String,
    pub(super) local: String,
    pub(super) namespace: String,
    /// In scope here, whoever declared them.
    pub(super) scope: Scope,
    pub(super) attributes: Vec<Attribute>,
    pub(super) children: Vec<Node>,
}

#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) prefix: String,
    pub(super) local: String,
    pub(super) namespace: String,
    pub(super) value: String,
}

#[derive(Debug)]
pub(super) enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    /// Reads a document; gives its root.
    pub(in crate::federation) fn parse(text: &str) -> Result<Self> {
        // What a reader of XML does first.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
        Tree::default().read(&text)
    }

    /// Is this the element of that name in that namespace?
    pub(in crate::federation) fn is(&self, namespace: &str, local: &str) -> bool {
        self.namespace == namespace && self.local == local
    }

    /// An attribute without a namespace.
    pub(in crate::federation) fn attribute(&self, name: &str) -> Option<&str> {
        let own = |attribute: &&Attribute| attribute.prefix.is_empty() && attribute.local == name;
        self.attributes.iter().find(own).map(|attribute| attribute.value.as_str())
    }

    /// The elements right below.
    pub(in crate::federation) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|child| match child {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The elements right below of that name in this element's own namespace.
    pub(in crate::federation) fn all<'a>(&'a self, local: &'static str) -> impl Iterator<Item = &'a Self> {
        self.elements().filter(move |element| element.is(&self.namespace, local))
    }

    /// The one element of that name right below; none where there is none or another.
    pub(in crate::federation) fn only(&self, local: &'static str) -> Option<&Self> {
        let mut found = self.all(local);
        found.next().filter(|_| found.next().is_none())
    }

    /// The text of an element that has no elements, without the blanks around it.
    pub(in crate::federation) fn text(&self) -> Option<String> {
        let mut text = String::new();
        for child in &self.children {
            match child {
                Node::Text(part) => text.push_str(part),
                Node::Element(_) => return None,
            }
        }
        Some(text.trim_matches([' ', '\t', '\n', '\r']).to_owned())
    }

    /// This element and all below it, whatever their depth.
    pub(super) fn descendants(&self) -> Vec<&Self> {
        let mut all = vec![self];
        let mut next = 0;
        while let Some(element) = all.get(next).copied() {
            all.extend(element.elements());
            next += 1;
        }
        all
    }
}
