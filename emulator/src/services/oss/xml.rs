//! The XML that OSS answers with, and reads.

use bytes::Bytes;
use quick_xml::escape::partial_escape;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};
use serde::de::DeserializeOwned;

use super::error;
use crate::cloud::Element;
use crate::gateway::{ApiError, Body, Reply};

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

/// Reads the body of a request.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    let text = std::str::from_utf8(body).map_err(|_| error::malformed_xml())?;
    quick_xml::de::from_str(text).map_err(|_| error::malformed_xml())
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
    let mut reader = Reader::from_str(std::str::from_utf8(body).ok()?);
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
                node.element("C", |node| node.text("D", ""));
            });
        });
        let text = String::from_utf8(written.to_vec()).unwrap();
        assert_eq!(
            text,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<A>\n  <B>&lt;&amp;&gt;\"' \n é</B>\n  <C>\n    <D></D>\n  </C>\n</A>"
        );
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
        let deep = "<a>".repeat(17) + &"</a>".repeat(17);
        let wrong =
            ["", "<a>", "<a></b>", "<b/>", "<a/><a/>", "<a/>x", "x<a/>", "<!DOCTYPE a []><a/>", "<a>&x;</a>", &deep];
        for wrong in wrong {
            assert_eq!(tree(wrong.as_bytes(), "a").unwrap_err().code(), "MalformedXML", "{wrong}");
        }
    }

    #[test]
    fn what_is_not_the_document_asked_for_is_malformed() {
        assert_eq!(read::<Sample>(b"<S><Key>a&amp;b</Key></S>").unwrap(), Sample { key: "a&b".to_owned() });
        for wrong in
            [&b"<S><Key>a</S>"[..], b"", b"<S></S>", b"\xff", b"<!DOCTYPE a [<!ENTITY x \"y\">]><S><Key>&x;</Key></S>"]
        {
            assert_eq!(read::<Sample>(wrong).unwrap_err().code(), "MalformedXML");
        }
    }
}
