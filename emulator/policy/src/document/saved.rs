//! How a document is saved: its kind and its text, from which it is read again.

use std::borrow::Cow;

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Document;
use crate::dialect::Dialect;
use crate::kind::DocumentKind;

#[derive(Serialize, Deserialize)]
struct Saved<'t> {
    kind: DocumentKind,
    text: Cow<'t, str>,
    /// Was it taken though parts of it cannot be used? Any other one that cannot be read was edited badly.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    unusable: bool,
}

/// `{"kind": "Identity", "text": "..."}`, the text byte for byte.
///
/// # Errors
/// For a document in a dialect of one's own, since reading it back would change what it means.
impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if ![Dialect::STANDARD, Dialect::STORED].contains(self.dialect()) {
            return Err(S::Error::custom("a document in a dialect of its own cannot be saved"));
        }
        let unusable = !self.faults().is_empty();
        Saved { kind: self.kind(), text: Cow::Borrowed(self.text()), unusable }.serialize(serializer)
    }
}

/// Reads what was saved. The limits that hold for whoever saves a policy in the cloud do not hold here
/// ([`Dialect::STORED`]): they may be narrower than when the document was taken.
///
/// # Errors
/// The first fault of a text that is no document of its kind.
impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Saved { kind, text, unusable } = Saved::deserialize(deserializer)?;
        let read = if unusable { Self::stored(kind, &text) } else { Self::parse_with(kind, &text, &Dialect::STORED) };
        read.map_err(|malformed| D::Error::custom(format_args!("not a {}: {malformed}", kind.name())))
    }
}
