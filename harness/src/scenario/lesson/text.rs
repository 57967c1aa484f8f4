//! Texts that a learner reads, in each language of the lesson.

use std::collections::BTreeMap;

use crate::scenario::mistake::Kind;
use crate::scenario::reader::Reader;
use crate::scenario::scope::Scope;
use crate::scenario::yaml::Node;

/// A language that lessons may be in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::En, Self::Zh];

    /// The one of two texts that is in this language.
    pub fn pick<T>(self, english: T, chinese: T) -> T {
        match self {
            Self::En => english,
            Self::Zh => chinese,
        }
    }

    /// `en`, `zh`: as files and the command line have it.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }
}

/// The fields of a text.
const FIELDS: &[&str] = &["en", "zh"];

/// One text in several languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(BTreeMap<Language, String>);

impl Text {
    /// The text in a language, or in one that the lesson is in.
    pub fn of(&self, language: Language) -> &str {
        self.0.get(&language).or_else(|| self.0.values().next()).map_or("", String::as_str)
    }

    /// The languages that it is there in.
    pub fn languages(&self) -> Vec<Language> {
        self.0.keys().copied().collect()
    }

    /// The first text of a lesson: it says which languages the lesson is in.
    pub(super) fn read_first(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let fields = reader.fields(node, "a text of a lesson", FIELDS)?;
        let texts = Language::ALL.into_iter().filter_map(|language| {
            let node = fields.get(language.code())?;
            Some((language, reader.text(node, "what the learner reads")?.value))
        });
        let texts: BTreeMap<_, _> = texts.collect();
        if texts.is_empty() {
            reader.expected(node, "`{en: …}`, `{zh: …}` or both", None);
        }
        (!texts.is_empty()).then_some(Self(texts))
    }

    /// A text of a lesson, which has to be there in every language that the lesson is in.
    pub(in crate::scenario) fn read(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Option<Self> {
        let text = Self::read_first(node, reader)?;
        if scope.languages.is_empty() {
            let hint = "write `lesson:` with `minutes`, `title` and `aim` at the top";
            reader.note(Kind::MissingField { field: "lesson", of: "a scenario with prose or tasks", hint }, node.span);
        }
        for language in Language::ALL {
            let wanted = scope.languages.contains(&language);
            if wanted && !text.0.contains_key(&language) {
                let hint = "the lesson's title is in this language, so each of its texts has to be";
                reader.note(Kind::MissingField { field: language.code(), of: "a text of a lesson", hint }, node.span);
            } else if !wanted && text.0.contains_key(&language) && !scope.languages.is_empty() {
                reader.expected(node, "a text in the languages of the lesson's title", None);
            }
        }
        Some(text)
    }
}
