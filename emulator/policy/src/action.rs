//! Actions: `service:Name`, and the patterns that name them.

use crate::dialect::{Dialect, LetterCase};
use crate::glob::{self, Shape};
use crate::hash;
use crate::reason::Reason;

/// One action, as a request asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    text: Box<str>,
    colon: usize,
    /// Hashes of the text's beginnings of every length, letter case aside: what an index is asked for.
    starts: Box<[u32]>,
}

impl Action {
    /// Reads `service:Name`. `None` if either part is missing, or if there are wildcards or white space in it.
    pub fn parse(text: &str) -> Option<Self> {
        let colon = text.find(':')?;
        let unfit = |c: char| c == '*' || c == '?' || c.is_whitespace() || c.is_control();
        if colon == 0 || colon + 1 == text.len() || text.contains(unfit) {
            return None;
        }
        Some(Self { text: text.into(), colon, starts: folded_starts(text.as_bytes()).collect() })
    }

    /// The action as written, `oss:GetObject`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn start_hashes(&self) -> &[u32] {
        &self.starts
    }

    /// The service's RAM code, `oss`.
    pub fn service(&self) -> &str {
        self.text.get(..self.colon).unwrap_or_default()
    }

    /// The name within the service, `GetObject`.
    pub fn name(&self) -> &str {
        self.text.get(self.colon + 1..).unwrap_or_default()
    }
}

/// The hashes of a text's beginnings of every length from none on, letter case aside.
pub(crate) fn folded_starts(text: &[u8]) -> impl Iterator<Item = u32> {
    #[expect(clippy::cast_possible_truncation, reason = "half of the bits of a hash")]
    let half = |hash: u64| (hash >> 32) as u32 ^ hash as u32;
    let longer = text.iter().scan(hash::EMPTY, |hash, byte| {
        *hash = hash::add(*hash, byte.to_ascii_lowercase());
        Some(*hash)
    });
    std::iter::once(hash::EMPTY).chain(longer).map(half)
}

/// A pattern over actions: `*`, `oss:Get*`, `*:List*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionPattern {
    text: Box<str>,
    shape: Shape,
    fold: bool,
    /// The hash of what stands before the first wildcard, letter case aside; see [`Action::start_hashes`].
    start: u32,
}

impl ActionPattern {
    /// Reads a pattern. `Err` says what is wrong with it.
    pub(crate) fn parse(text: &str, dialect: &Dialect) -> Result<Self, &'static str> {
        if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err("an action with white space in it");
        }
        let shape = Shape::of(text.as_bytes());
        match text.split_once(':') {
            Some(("", _)) => return Err("an action without a service"),
            Some((_, "")) => return Err("an action without a name"),
            None if shape == Shape::Literal => return Err("an action without a service"),
            _ => {}
        }
        let start = folded_starts(shape.literal_start(text).as_bytes()).last().unwrap_or_default();
        Ok(Self { text: text.into(), shape, fold: dialect.action_case == LetterCase::Insensitive, start })
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What stands before the first wildcard.
    pub(crate) fn literal_start(&self) -> &str {
        self.shape.literal_start(&self.text)
    }

    /// Whether there is no wildcard in it.
    pub fn is_literal(&self) -> bool {
        self.shape == Shape::Literal
    }

    /// Whether it covers every action.
    pub fn is_any(&self) -> bool {
        self.shape == Shape::Any
    }

    /// Whether the pattern covers `action`, and if not, why.
    #[inline]
    pub fn test(&self, action: &Action) -> Result<(), Reason> {
        if self.may_fit(action) && self.fits(action) { Ok(()) } else { Err(Reason::ActionDiffers) }
    }

    /// Whether the action begins as the pattern does, going by hashes: one comparison settles nearly every mismatch.
    #[inline]
    fn may_fit(&self, action: &Action) -> bool {
        let begins = match self.shape {
            Shape::Any => return true,
            Shape::Literal => action.starts.last(),
            Shape::Prefix(length) | Shape::General(length) => action.starts.get(length as usize),
        };
        begins == Some(&self.start)
    }

    fn fits(&self, action: &Action) -> bool {
        let (pattern, text) = (self.text.as_bytes(), action.text.as_bytes());
        if self.fold {
            glob::matches_folded(pattern, self.shape, text, 0)
        } else {
            glob::matches(pattern, self.shape, text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_has_two_parts_and_no_wildcards() {
        let action = Action::parse("oss:GetObject").unwrap();
        assert_eq!((action.service(), action.name(), action.as_str()), ("oss", "GetObject", "oss:GetObject"));
        for wrong in ["", "oss", ":GetObject", "oss:", ":", "oss:Get*", "o?s:Get", "oss: Get", "oss:Get\n"] {
            assert!(Action::parse(wrong).is_none(), "{wrong:?}");
        }
    }
}
