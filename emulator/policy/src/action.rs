//! Actions: `service:Name`, and the patterns that name them.

use crate::dialect::{Dialect, LetterCase};
use crate::glob::{self, Shape};
use crate::hash;
use crate::inline::Inline;
use crate::reason::Reason;

/// One action, as a request asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    text: Inline<46>,
    colon: usize,
    /// The hash of the text, letter case aside.
    whole: u32,
    /// Hashes of its beginnings, by their lengths.
    starts: [u16; LONGEST_START + 1],
}

/// Beginnings of actions are told apart by hash up to this length.
pub(crate) const LONGEST_START: usize = 31;

impl Action {
    /// Reads `service:Name`. `None` if either part is missing, or if there are wildcards or white space in it.
    ///
    /// An action that is asked for again and again is better read once and cloned: a clone is a copy.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let colon = bytes.iter().position(|&byte| byte == b':').filter(|&colon| colon > 0)?;
        // One pass over the bytes; what is beyond ASCII is looked at again.
        let mut starts = [start_hash(hash::EMPTY); LONGEST_START + 1];
        let [_, longer @ ..] = &mut starts;
        let mut hash = hash::EMPTY;
        let mut seen = 0;
        let mut take = |byte: u8| {
            let class = CLASSES[usize::from(byte)];
            seen |= class;
            hash = hash::add(hash, class.to_le_bytes()[0]);
            hash
        };
        let (short, rest) = bytes.split_at(bytes.len().min(LONGEST_START));
        for (start, byte) in longer.iter_mut().zip(short) {
            *start = start_hash(take(*byte));
        }
        for byte in rest {
            take(*byte);
        }
        let unfit = |c: char| c.is_whitespace() || c.is_control();
        if colon + 1 == text.len() || seen & UNFIT != 0 || (seen & OTHER != 0 && text.contains(unfit)) {
            return None;
        }
        Some(Self { text: text.into(), colon, whole: half(hash), starts })
    }

    /// The action as written, `oss:GetObject`.
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    /// How many bytes it takes elsewhere.
    pub(crate) fn bytes_elsewhere(&self) -> usize {
        self.text.bytes_elsewhere()
    }

    /// The hash of the whole action: what an index is asked for.
    #[inline]
    pub(crate) fn whole(&self) -> u32 {
        self.whole
    }

    /// The hash of its beginning of this length; `None` if it is shorter.
    #[inline]
    pub(crate) fn start(&self, length: usize) -> Option<u16> {
        self.starts.get(length).copied().filter(|_| length <= self.text.as_bytes().len())
    }

    /// The service's RAM code, `oss`.
    pub fn service(&self) -> &str {
        self.as_str().get(..self.colon).unwrap_or_default()
    }

    /// The name within the service, `GetObject`.
    pub fn name(&self) -> &str {
        self.as_str().get(self.colon + 1..).unwrap_or_default()
    }
}

/// Of a byte: no part of an action.
const UNFIT: u16 = 0x100;
/// Of a byte: part of a character beyond ASCII.
const OTHER: u16 = 0x200;

/// What is to be known of each byte, besides the same in lower case.
static CLASSES: [u16; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0u8;
    loop {
        let class = match byte {
            0..=b' ' | b'*' | b'?' | 0x7f => UNFIT,
            0x80.. => OTHER,
            _ => 0,
        };
        classes[byte as usize] = class | byte.to_ascii_lowercase() as u16;
        if byte == u8::MAX {
            break classes;
        }
        byte += 1;
    }
};

/// The hash of an action's whole text, letter case aside.
pub(crate) fn whole_hash(text: &[u8]) -> u32 {
    half(folded_starts(text).last().unwrap_or_default())
}

/// What is kept of the hash of a whole text.
fn half(hash: u64) -> u32 {
    (hash >> 32) as u32
}

/// What is kept of the hash of a beginning.
fn start_hash(hash: u64) -> u16 {
    (hash >> 48) as u16
}

/// The hashes of a text's beginnings of every length from none on, letter case aside.
fn folded_starts(text: &[u8]) -> impl Iterator<Item = u64> {
    let longer = text.iter().scan(hash::EMPTY, |hash, byte| {
        *hash = hash::add(*hash, byte.to_ascii_lowercase());
        Some(*hash)
    });
    std::iter::once(hash::EMPTY).chain(longer)
}

/// A pattern over actions: `*`, `oss:Get*`, `*:List*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionPattern {
    text: Box<str>,
    shape: Shape,
    fold: bool,
    begins: Begins,
}

/// By which hash an action can be told not to fit; see [`Action`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begins {
    /// It must be this action.
    Whole(u32),
    /// It must begin with so many bytes, which have this hash.
    With { length: u8, hash: u16 },
}

impl Begins {
    /// With nothing: any action.
    pub(crate) fn with_anything() -> Self {
        Self::with("")
    }

    #[expect(clippy::cast_possible_truncation, reason = "at most LONGEST_START")]
    fn with(start: &str) -> Self {
        let length = start.len().min(LONGEST_START);
        let hash = folded_starts(start.as_bytes()).nth(length).map(start_hash).unwrap_or_default();
        Self::With { length: length as u8, hash }
    }
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
        let begins = match shape {
            Shape::Literal => Begins::Whole(whole_hash(text.as_bytes())),
            _ => Begins::with(shape.literal_start(text)),
        };
        Ok(Self { text: text.into(), shape, fold: dialect.action_case == LetterCase::Insensitive, begins })
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// By which hash an action can be told not to fit.
    #[inline]
    pub(crate) fn begins(&self) -> Begins {
        self.begins
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
        match self.begins {
            Begins::Whole(hash) => action.whole == hash,
            Begins::With { length, hash } => action.start(length.into()) == Some(hash),
        }
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
        for wrong in ["oss:Get\u{2003}Object", "oss:\u{85}", "oss:Get\u{7f}", "oss:?"] {
            assert!(Action::parse(wrong).is_none(), "{wrong:?}");
        }
        assert_eq!(Action::parse("oss:Gét").unwrap().name(), "Gét");
        for wrong in ["", "oss", ":GetObject", "oss:", ":", "oss:Get*", "o?s:Get", "oss: Get", "oss:Get\n"] {
            assert!(Action::parse(wrong).is_none(), "{wrong:?}");
        }
    }

    #[test]
    fn beginnings_have_the_hashes_that_patterns_look_for() {
        for length in [3, 30, 31, 32, 60] {
            let text = format!("a:{}", "Bc".repeat(length)).get(..length).unwrap().to_owned();
            let action = Action::parse(&text).unwrap();
            assert_eq!(action.whole(), whole_hash(text.to_uppercase().as_bytes()));
            for start in 0..=length.min(LONGEST_START) {
                let Begins::With { hash, .. } = Begins::with(&text[..start]) else { panic!() };
                assert_eq!(action.start(start), Some(hash), "{start} of {length}");
            }
            assert_eq!(action.start(length + 1), None);
        }
    }
}
