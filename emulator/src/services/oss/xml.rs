//! The XML that OSS answers with, and reads.

use bytes::Bytes;
use quick_xml::Writer;
use quick_xml::escape::partial_escape;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use serde::de::DeserializeOwned;

use super::error;
use crate::gateway::{ApiError, Body, Reply};

/// An answer with an XML document.
pub(super) fn reply(root: &str, fill: impl FnOnce(&mut Node<'_>)) -> Reply {
    answer(document(|node| node.element(root, fill)))
}

/// An answer with a document of one element with text in it.
pub(super) fn whole(root: &str, text: &str) -> Reply {
    answer(document(|node| node.text(root, text)))
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
    fn what_is_not_the_document_asked_for_is_malformed() {
        assert_eq!(read::<Sample>(b"<S><Key>a&amp;b</Key></S>").unwrap(), Sample { key: "a&b".to_owned() });
        for wrong in
            [&b"<S><Key>a</S>"[..], b"", b"<S></S>", b"\xff", b"<!DOCTYPE a [<!ENTITY x \"y\">]><S><Key>&x;</Key></S>"]
        {
            assert_eq!(read::<Sample>(wrong).unwrap_err().code(), "MalformedXML");
        }
    }
}
