//! What a lesson says of itself.

use super::text::{Language, Text};
use crate::scenario::reader::Reader;
use crate::scenario::scope::Scope;
use crate::scenario::yaml::{Node, Value};

/// Under `lesson`.
#[derive(Clone, Debug)]
pub struct Lesson {
    /// How long it takes.
    pub minutes: u8,
    /// Its name in the list of lessons.
    pub title: Text,
    /// What the learner can do afterwards.
    pub aim: Text,
}

pub(in crate::scenario) const FIELDS: &[&str] = &["minutes", "title", "aim"];

impl Lesson {
    /// Reads the header; the languages of its title are those of the lesson.
    pub(in crate::scenario) fn read(node: &Node, reader: &mut Reader<'_>, scope: &mut Scope) -> Option<Self> {
        let fields = reader.fields(node, "`lesson`", FIELDS)?;
        let minutes = fields.need("minutes", "say how long it takes", reader).and_then(|node| minutes(node, reader));
        let title = fields
            .need("title", "write `title: {en: …, zh: …}`", reader)
            .and_then(|node| Text::read_first(node, reader));
        scope.languages = title.as_ref().map_or_else(|| Language::ALL.to_vec(), Text::languages);
        let aim = fields
            .need("aim", "say what the learner can do afterwards", reader)
            .and_then(|node| Text::read(node, reader, scope));
        Some(Self { minutes: minutes?, title: title?, aim: aim? })
    }
}

fn minutes(node: &Node, reader: &mut Reader<'_>) -> Option<u8> {
    let minutes = match &node.value {
        Value::Scalar(scalar) => scalar.resolve().as_u64(),
        _ => None,
    };
    let minutes = minutes.and_then(|minutes| u8::try_from(minutes).ok()).filter(|minutes| (1..=60).contains(minutes));
    if minutes.is_none() {
        reader.expected(node, "a number of minutes from 1 to 60", None);
    }
    minutes
}
