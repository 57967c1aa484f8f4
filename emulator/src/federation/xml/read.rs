//! Text to a tree.

use std::collections::HashSet;
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::element::{Attribute, Element, Node, NotUnderstood, Result, Scope};
use super::work::work;

/// How deep elements may nest.
const DEEPEST: usize = 64;
/// How many namespaces may have a prefix at a place, and how many prefixes a canonical form may name. CHOICE: documents of identity
/// providers have a dozen. With a bound, what an element costs does not depend on how many elements and namespaces there are besides.
pub(super) const MOST_PREFIXES: usize = 64;
const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// A tree on its way: the elements that are open, and the root once it is closed.
#[derive(Default)]
pub(super) struct Tree {
    open: Vec<Element>,
    root: Option<Element>,
}

impl Tree {
    pub(super) fn read(mut self, text: &str) -> Result<Element> {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_end_names = true;
        config.check_comments = true;
        let mut first = true;
        loop {
            match reader.read_event().map_err(|_| NotUnderstood)? {
                Event::Start(start) => self.start(&start)?,
                Event::Empty(start) => {
                    self.start(&start)?;
                    self.end()?;
                }
                Event::End(_) => self.end()?,
                Event::Text(part) => self.text(&part.into_inner())?,
                Event::CData(part) => {
                    // Outside the root even an empty one is out of place.
                    if self.open.is_empty() {
                        return Err(NotUnderstood);
                    }
                    self.text(&part.into_inner())?;
                }
                Event::GeneralRef(reference) => {
                    if self.open.is_empty() {
                        return Err(NotUnderstood);
                    }
                    self.text(character(&reference.into_inner())?.encode_utf8(&mut [0; 4]))?;
                }
                Event::Comment(_) => {}
                Event::Decl(declaration) if first => {
                    let known = |encoding: &str| encoding.eq_ignore_ascii_case("utf-8");
                    if declaration.encoding().is_some_and(|encoding| !encoding.is_ok_and(|name| known(&name))) {
                        return Err(NotUnderstood);
                    }
                }
                Event::Decl(_) | Event::PI(_) | Event::DocType(_) => return Err(NotUnderstood),
                Event::Eof => break,
            }
            first = false;
        }
        if self.open.is_empty() { self.root.ok_or(NotUnderstood) } else { Err(NotUnderstood) }
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<()> {
        if self.open.len() >= DEEPEST || (self.open.is_empty() && self.root.is_some()) {
            return Err(NotUnderstood);
        }
        let mut scope = self.open.last().map_or_else(Scope::default, |parent| Rc::clone(&parent.scope));
        let mut written = Vec::new();
        let mut names = HashSet::new();
        // The reader's own check of names compares each with all before it.
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|_| NotUnderstood)?;
            work(1);
            if !names.insert(attribute.key.as_ref().to_owned()) {
                return Err(NotUnderstood);
            }
            let (name, value) = (attribute.key.as_ref(), value(&attribute.value)?);
            match qualified(name)? {
                ("", "xmlns") => declare(&mut scope, "", value)?,
                ("xmlns", prefix) => declare(&mut scope, prefix, value)?,
                (prefix, local) => written.push((prefix.to_owned(), local.to_owned(), value)),
            }
        }
        let name = start.name();
        let (prefix, local) = qualified(name.as_ref())?;
        let namespace = match prefix {
            "" => scope.get("").cloned().unwrap_or_default(),
            _ => resolve(&scope, prefix)?,
        };
        let mut attributes: Vec<Attribute> = Vec::with_capacity(written.len());
        for (prefix, local, value) in written {
            // The default namespace is none of attributes.
            let namespace = if prefix.is_empty() { String::new() } else { resolve(&scope, &prefix)? };
            attributes.push(Attribute { prefix, local, namespace, value });
        }
        // Under two prefixes of one namespace a name is the same.
        let mut names = HashSet::new();
        if !attributes.iter().all(|attribute| names.insert((&attribute.namespace, &attribute.local))) {
            return Err(NotUnderstood);
        }
        let (prefix, local) = (prefix.to_owned(), local.to_owned());
        self.open.push(Element { prefix, local, namespace, scope, attributes, children: Vec::new() });
        Ok(())
    }

    fn end(&mut self) -> Result<()> {
        let closed = self.open.pop().ok_or(NotUnderstood)?;
        match self.open.last_mut() {
            Some(parent) => parent.children.push(Node::Element(closed)),
            None => self.root = Some(closed),
        }
        Ok(())
    }

    fn text(&mut self, part: &str) -> Result<()> {
        if !part.chars().all(is_character) {
            return Err(NotUnderstood);
        }
        match self.open.last_mut() {
            // Text across comments and references is one text.
            Some(Element { children, .. }) => match children.last_mut() {
                Some(Node::Text(text)) => text.push_str(part),
                _ => children.push(Node::Text(part.to_owned())),
            },
            None if part.trim_matches([' ', '\t', '\n', '\r']).is_empty() => {}
            None => return Err(NotUnderstood),
        }
        Ok(())
    }
}

/// A name's prefix, empty where there is none, and its local part.
fn qualified(name: &str) -> Result<(&str, &str)> {
    let (prefix, local) = match name.split_once(':') {
        None => ("", name),
        Some(("", _)) => return Err(NotUnderstood),
        Some(parts) => parts,
    };
    let plain = |part: &str| part.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    let fits = !local.is_empty() && plain(prefix) && plain(local);
    if fits { Ok((prefix, local)) } else { Err(NotUnderstood) }
}

fn declare(scope: &mut Scope, prefix: &str, uri: String) -> Result<()> {
    // A prefix cannot be given up, and the two that are bound from the start stay.
    if (uri.is_empty() && !prefix.is_empty()) || matches!(prefix, "xml" | "xmlns") || uri == XML || uri == XMLNS {
        return Err(NotUnderstood);
    }
    if scope.len() >= MOST_PREFIXES && !scope.contains_key(prefix) {
        return Err(NotUnderstood);
    }
    work(scope.len());
    Rc::make_mut(scope).insert(prefix.to_owned(), uri);
    Ok(())
}

fn resolve(scope: &Scope, prefix: &str) -> Result<String> {
    if prefix == "xml" {
        return Ok(XML.to_owned());
    }
    scope.get(prefix).cloned().ok_or(NotUnderstood)
}

/// An attribute's value: blanks of any kind are blanks, references are what they stand for.
fn value(raw: &str) -> Result<String> {
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['&', '<', '\t', '\n']) {
        let (before, from) = rest.split_at(at);
        value.push_str(before);
        if let Some(reference) = from.strip_prefix('&') {
            let (name, after) = reference.split_once(';').ok_or(NotUnderstood)?;
            value.push(character(name)?);
            rest = after;
        } else if from.starts_with('<') {
            return Err(NotUnderstood);
        } else {
            value.push(' ');
            rest = from.get(1..).unwrap_or_default();
        }
    }
    value.push_str(rest);
    if value.chars().all(is_character) { Ok(value) } else { Err(NotUnderstood) }
}

/// The character behind a reference: one of the five that XML knows by name, or by its number.
fn character(name: &str) -> Result<char> {
    let number = |digits: &str, radix| {
        let plain = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
        u32::from_str_radix(digits, radix).ok().filter(|_| plain).and_then(char::from_u32)
    };
    let found = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => match name.strip_prefix('#') {
            Some(hexadecimal) if hexadecimal.starts_with('x') => number(hexadecimal.get(1..).unwrap_or_default(), 16),
            Some(decimal) => number(decimal, 10),
            None => None,
        },
    };
    found.filter(|found| is_character(*found)).ok_or(NotUnderstood)
}

/// Is this a character of XML 1.0?
fn is_character(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}
