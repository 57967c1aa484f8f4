//! Exclusive canonical XML 1.0, without comments.

use std::collections::BTreeMap;

use super::work::work;
use super::{Attribute, Element, Node};

/// Prefixes and what they stand for, as the elements around have written them.
type Written<'a> = BTreeMap<&'a str, &'a str>;

impl Element {
    /// The canonical form of this element, without one of the elements right below it (the signature itself, where it is
    /// enveloped). The namespaces of `inclusive` prefixes (`#default` for none) are written wherever they are in scope.
    pub(super) fn canonical(&self, inclusive: &[String], without: Option<&Self>) -> String {
        let mut text = String::new();
        self.write(&mut text, &Written::new(), inclusive, without);
        text
    }

    fn write<'a>(&'a self, text: &mut String, around: &Written<'a>, inclusive: &'a [String], without: Option<&Self>) {
        let name = |prefix: &str, local: &str| {
            if prefix.is_empty() { local.to_owned() } else { format!("{prefix}:{local}") }
        };
        let tag = name(&self.prefix, &self.local);
        text.push('<');
        text.push_str(&tag);
        let mut written = around.clone();
        work(written.len() + inclusive.len() + self.attributes.len());
        for (prefix, uri) in self.namespaces(inclusive) {
            if written.get(prefix).copied().unwrap_or_default() != uri {
                written.insert(prefix, uri);
                let declaration = if prefix.is_empty() { "xmlns".to_owned() } else { name("xmlns", prefix) };
                write_attribute(text, &declaration, uri);
            }
        }
        let mut attributes: Vec<&Attribute> = self.attributes.iter().collect();
        attributes.sort_by(|a, b| (&a.namespace, &a.local).cmp(&(&b.namespace, &b.local)));
        for attribute in attributes {
            write_attribute(text, &name(&attribute.prefix, &attribute.local), &attribute.value);
        }
        text.push('>');
        for child in &self.children {
            match child {
                Node::Element(element) if without.is_some_and(|without| std::ptr::eq(without, element)) => {}
                Node::Element(element) => element.write(text, &written, inclusive, None),
                Node::Text(content) => write_text(text, content),
            }
        }
        text.push_str("</");
        text.push_str(&tag);
        text.push('>');
    }

    /// The namespaces that this element's own names use, and those that are to be written in any case, by prefix.
    fn namespaces<'a>(&'a self, inclusive: &'a [String]) -> Written<'a> {
        let mut used: Written<'a> = BTreeMap::new();
        used.insert(&self.prefix, &self.namespace);
        for attribute in self.attributes.iter().filter(|attribute| !attribute.prefix.is_empty()) {
            used.insert(&attribute.prefix, &attribute.namespace);
        }
        for prefix in inclusive {
            let prefix = if prefix == "#default" { "" } else { prefix.as_str() };
            if let Some(uri) = self.scope.get(prefix) {
                used.insert(prefix, uri);
            }
        }
        used.remove("xml");
        used
    }
}

fn write_attribute(text: &mut String, name: &str, value: &str) {
    text.push(' ');
    text.push_str(name);
    text.push_str("=\"");
    for c in value.chars() {
        match c {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '"' => text.push_str("&quot;"),
            '\t' => text.push_str("&#x9;"),
            '\n' => text.push_str("&#xA;"),
            '\r' => text.push_str("&#xD;"),
            other => text.push(other),
        }
    }
    text.push('"');
}

fn write_text(text: &mut String, content: &str) {
    for c in content.chars() {
        match c {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '\r' => text.push_str("&#xD;"),
            other => text.push(other),
        }
    }
}
