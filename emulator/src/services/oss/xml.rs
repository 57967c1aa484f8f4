//! The XML that OSS answers with, and reads.

use std::borrow::Cow;

use bytes::Bytes;
use quick_xml::escape::partial_escape;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use super::error;
use crate::cloud::Element;
use crate::gateway::{ApiError, Body, Reply};
use crate::signature::key;

/// An answer with an XML document.
pub(super) fn reply(root: &str, fill: impl FnOnce(&mut Node<'_>)) -> Reply {
    answer(document(|node| node.element(root, fill)))
}

/// An answer with a document of one element with text in it.
pub(super) fn whole(root: &str, text: &str) -> Reply {
    answer(document(|node| node.text(root, text)))
}

/// An answer with a document as it was put.
pub(super) fn shown(element: &Element) -> Reply {
    answer(document(|node| {
        if element.children.is_empty() && element.text.is_empty() {
            node.element(&element.name, |_| {});
        } else {
            node.put(element);
        }
    }))
}

fn answer(document: Bytes) -> Reply {
    Reply::with_body(Body::Bytes("application/xml", document))
}

fn document(fill: impl FnOnce(&mut Node<'_>)) -> Bytes {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    let mut node = Node(&mut writer);
    node.write(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
    fill(&mut node);
    writer.into_inner().into()
}

/// An element that is being filled.
pub(super) struct Node<'w>(&'w mut Writer<Vec<u8>>);

impl Node<'_> {
    /// Adds an element with text in it.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.write(Event::Start(BytesStart::new(name)));
        // Quotes stay as they are in text, as in OSS's own answers.
        self.write(Event::Text(BytesText::from_escaped(partial_escape(text))));
        self.write(Event::End(BytesEnd::new(name)));
    }

    /// Adds an element with a [key](key) in it. One that is no text makes the document none either, as in the cloud, where `encoding-type` is
    /// for that.
    pub(super) fn key(&mut self, name: &str, form: &str) {
        let Cow::Owned(bytes) = key::bytes(form) else { return self.text(name, form) };
        self.write(Event::Start(BytesStart::new(name)));
        self.write(Event::Text(BytesText::from_escaped("")));
        let into = self.0.get_mut();
        for chunk in bytes.utf8_chunks() {
            into.extend_from_slice(partial_escape(chunk.valid()).as_bytes());
            into.extend_from_slice(chunk.invalid());
        }
        self.write(Event::End(BytesEnd::new(name)));
    }

    /// Adds an element with elements in it.
    pub(super) fn element(&mut self, name: &str, fill: impl FnOnce(&mut Node<'_>)) {
        self.write(Event::Start(BytesStart::new(name)));
        fill(&mut Node(self.0));
        self.write(Event::End(BytesEnd::new(name)));
    }

    /// Adds an element as it was put.
    pub(super) fn put(&mut self, element: &Element) {
        if element.children.is_empty() {
            self.text(&element.name, &element.text);
        } else {
            self.element(&element.name, |node| element.children.iter().for_each(|child| node.put(child)));
        }
    }

    fn write(&mut self, event: Event<'_>) {
        // Writing to memory cannot fail.
        let _ = self.0.write_event(event);
    }
}

/// Has the body of a request a root of this name?
pub(super) fn has_root(body: &[u8], root: &str) -> bool {
    std::str::from_utf8(body).ok().and_then(root_of).as_deref() == Some(root)
}

/// Reads the body of a request, whose root must have this name.
pub(super) fn read<T: DeserializeOwned>(body: &[u8], root: &str) -> Result<T, ApiError> {
    let text = std::str::from_utf8(body).map_err(|_| error::malformed_xml())?;
    if root_of(text).as_deref() != Some(root) {
        return Err(error::malformed_xml());
    }
    quick_xml::de::from_str(&whole_references(text)).map_err(|_| error::malformed_xml())
}

/// A document in which an `&` that begins no reference is written as one: OSS takes it as text, and Java's client sends it so.
fn whole_references(document: &str) -> Cow<'_, str> {
    // The longest name of one that is looked at, and where nothing is a reference.
    const LONGEST: usize = 32;
    const APART: [(&str, &str); 3] = [("<![CDATA[", "]]>"), ("<!--", "-->"), ("<?", "?>")];
    let is_reference = |rest: &str| {
        let rest = rest.strip_prefix('#').unwrap_or(rest).as_bytes();
        let length = rest.iter().take(LONGEST).take_while(|byte| byte.is_ascii_alphanumeric()).count();
        length > 0 && rest.get(length) == Some(&b';')
    };
    let mut whole = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(found) = document.get(at..).and_then(|rest| rest.find(['&', '<'])) {
        let here = at + found;
        let rest = document.get(here..).unwrap_or_default();
        at = here + 1;
        if let Some((_, end)) = APART.iter().find(|(start, _)| rest.starts_with(start)) {
            at = rest.find(end).map_or(document.len(), |length| here + length);
        } else if rest.starts_with('&') && !is_reference(rest.get(1..).unwrap_or_default()) {
            whole.push_str(document.get(copied..at).unwrap_or_default());
            whole.push_str("amp;");
            copied = at;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(document);
    }
    whole.push_str(document.get(copied..).unwrap_or_default());
    Cow::Owned(whole)
}

/// The name of a document's root.
fn root_of(text: &str) -> Option<String> {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) | Event::Empty(start) => return Some(start.local_name().into_inner().to_owned()),
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// `true` or `false`, in whatever letter case.
pub(super) fn flag(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A flag of a document that is read by serde.
pub(super) fn flag_in<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let text = String::deserialize(deserializer)?;
    flag(&text).ok_or_else(|| serde::de::Error::custom("neither true nor false"))
}

/// How deep elements may stand in one another, and how many there may be.
const DEEPEST: usize = 16;
const MOST: usize = 100_000;

/// Reads the body of a request as a tree, whose root must have this name. Attributes and namespaces are passed over, and there are no
/// entities but the five of XML.
pub(super) fn tree(body: &[u8], root: &str) -> Result<Element, ApiError> {
    let tree = parse(body).ok_or_else(error::malformed_xml)?;
    if tree.name == root { Ok(tree) } else { Err(error::malformed_xml()) }
}

pub(super) fn parse(body: &[u8]) -> Option<Element> {
    let text = whole_references(std::str::from_utf8(body).ok()?);
    let mut reader = Reader::from_str(&text);
    reader.config_mut().expand_empty_elements = true;
    let (mut open, mut count): (Vec<Element>, usize) = (Vec::new(), 0);
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                count += 1;
                if open.len() == DEEPEST || count > MOST {
                    return None;
                }
                let name = start.local_name().into_inner().to_owned();
                open.push(Element { name, ..Element::default() });
            }
            Event::End(_) => {
                let mut done = open.pop()?;
                if !done.children.is_empty() {
                    done.text.clear();
                }
                match open.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => return only_blanks_follow(reader).then_some(done),
                }
            }
            Event::Text(text) => match open.last_mut() {
                Some(element) => element.text.push_str(&text),
                None if text.trim().is_empty() => {}
                None => return None,
            },
            Event::CData(text) => open.last_mut()?.text.push_str(&text),
            Event::GeneralRef(reference) => {
                let character = match reference.resolve_char_ref().ok()? {
                    Some(character) => character.to_string(),
                    None => quick_xml::escape::resolve_predefined_entity(&reference)?.to_owned(),
                };
                open.last_mut()?.text.push_str(&character);
            }
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
            Event::DocType(_) | Event::Empty(_) | Event::Eof => return None,
        }
    }
}

fn only_blanks_follow(mut reader: Reader<&[u8]>) -> bool {
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => return true,
            Ok(Event::Text(text)) if text.trim().is_empty() => {}
            Ok(Event::Comment(_) | Event::PI(_)) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_kept_as_it_is() {
        let written = document(|node| {
            node.element("A", |node| {
                node.text("B", "<&>\"' \n é");
                node.key("K", &key::text(b"a&\xFF\xC3\xA9"));
                node.element("C", |node| node.text("D", ""));
            });
        });
        let parts = [
            &b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<A>\n  <B>&lt;&amp;&gt;\"' \n \xC3\xA9</B>\n  "[..],
            b"<K>a&amp;\xFF\xC3\xA9</K>\n  <C>\n    <D></D>\n  </C>\n</A>",
        ];
        assert_eq!(written, parts.concat());
    }

    #[derive(serde::Deserialize, Debug, PartialEq)]
    struct Sample {
        #[serde(rename = "Key")]
        key: String,
    }

    #[test]
    fn trees() {
        let body = br#"<?xml version="1.0"?><!-- c --><a xmlns="u"> <b>1&amp;&#50;</b><c/><b><![CDATA[<]]></b> </a>
"#;
        let read = tree(body, "a").unwrap();
        assert_eq!(
            read,
            Element::of("a", [Element::text("b", "1&2"), Element::text("c", ""), Element::text("b", "<")])
        );
        let bare = "<a>a&&b & c&amp;&#x26;<![CDATA[&d]]>&……;<!-- & --></a>";
        assert_eq!(tree(bare.as_bytes(), "a").unwrap().text, "a&&b & c&&&d&……;");
        let deep = "<a>".repeat(17) + &"</a>".repeat(17);
        let wrong =
            ["", "<a>", "<a></b>", "<b/>", "<a/><a/>", "<a/>x", "x<a/>", "<!DOCTYPE a []><a/>", "<a>&x;</a>", &deep];
        for wrong in wrong {
            assert_eq!(tree(wrong.as_bytes(), "a").unwrap_err().code(), "MalformedXML", "{wrong}");
        }
    }

    #[test]
    fn what_is_not_the_document_asked_for_is_malformed() {
        assert_eq!(read::<Sample>(b"<S><Key>a&&b</Key></S>", "S").unwrap(), Sample { key: "a&&b".to_owned() });
        let sample = b"<?xml version=\"1.0\"?><!-- c --><n:S xmlns:n=\"u\"><Key>a&amp;b</Key></n:S>";
        assert_eq!(read::<Sample>(sample, "S").unwrap(), Sample { key: "a&b".to_owned() });
        for wrong in [
            &b"<S><Key>a</S>"[..],
            b"",
            b"<S></S>",
            b"<T><Key>a</Key></T>",
            b"\xff",
            b"<!DOCTYPE a [<!ENTITY x \"y\">]><S><Key>&x;</Key></S>",
        ] {
            assert_eq!(read::<Sample>(wrong, "S").unwrap_err().code(), "MalformedXML");
        }
    }
}
