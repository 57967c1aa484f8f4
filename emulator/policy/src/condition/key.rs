//! The names of condition keys.

use crate::dialect::{Dialect, LetterCase};
use crate::hash;
use crate::inline::Inline;

/// A condition key as a policy names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionKey {
    text: Box<str>,
    fold: bool,
    hash: u64,
}

impl ConditionKey {
    /// Reads `service:Name` or `service:Name/tag`.
    pub(crate) fn parse(text: &str, dialect: &Dialect) -> Option<Self> {
        let (service, name) = text.split_once(':')?;
        let blank = |c: char| c.is_control();
        if service.is_empty() || name.is_empty() || text.contains(blank) {
            return None;
        }
        Some(Self { text: text.into(), fold: dialect.key_case == LetterCase::Insensitive, hash: folded_hash(text) })
    }

    /// The key as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether whatever fills one of them fills the other.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.text == other.text || ((self.fold || other.fold) && same_key(&self.text, &other.text))
    }

    /// Whether a product that fills `known` fills this key; `known` may end in `/` for any tag key.
    pub(crate) fn is_among(&self, known: &str) -> bool {
        if known.ends_with('/') {
            self.text.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known))
        } else {
            same_key(&self.text, known)
        }
    }

    /// Whether the key of a request is this one.
    #[inline]
    pub(crate) fn is(&self, name: &Key) -> bool {
        self.hash == name.hash
            && (self.text.as_bytes() == name.text.as_bytes() || (self.fold && same_key(&self.text, name.text.as_str())))
    }
}

/// A condition key as a request carries it: `acs:SourceIp`, `acs:ResourceTag/team`. Letter case counts after the first
/// `/` only.
///
/// Made from its text; one that is set on every request is better made once, since a reference to it is copied in.
#[derive(Debug, Clone)]
pub struct Key {
    text: Inline<30>,
    hash: u64,
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self { text: text.into(), hash: folded_hash(text) }
    }
}

impl From<&String> for Key {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<&Self> for Key {
    #[inline]
    fn from(key: &Self) -> Self {
        key.clone()
    }
}

impl Key {
    /// The key as written.
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    /// How many bytes it takes elsewhere.
    pub(crate) fn bytes_elsewhere(&self) -> usize {
        self.text.bytes_elsewhere()
    }

    /// Whether both name one key.
    #[inline]
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.hash == other.hash && same_key(self.as_str(), other.as_str())
    }
}

/// The length of the part of a key in which case does not count: all before the first `/`, where a tag key begins.
fn folded_length(text: &str) -> usize {
    text.bytes().position(|b| b == b'/').unwrap_or(text.len())
}

/// Whether two spellings name one key.
pub(crate) fn same_key(a: &str, b: &str) -> bool {
    let length = folded_length(a);
    match (a.split_at_checked(length), b.split_at_checked(length)) {
        (Some((a_name, a_tag)), Some((b_name, b_tag))) => a_name.eq_ignore_ascii_case(b_name) && a_tag == b_tag,
        _ => false,
    }
}

/// A hash that all spellings of one key share.
fn folded_hash(text: &str) -> u64 {
    let (words, rest) = text.as_bytes().as_chunks();
    let mut hash = hash::EMPTY;
    let mut folds = true;
    let mut take = |word: u64| {
        let word = if folds { hash::lower_case_up_to(word, b'/', &mut folds) } else { word };
        hash = hash::mix(hash ^ word);
    };
    for word in words {
        take(u64::from_le_bytes(*word));
    }
    if !rest.is_empty() {
        take(rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)));
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_key() {
        for (a, b, same) in [
            ("acs:PrincipalARN", "acs:PrincipalArn", true),
            ("acs:ResourceTag/team", "ACS:resourcetag/team", true),
            ("acs:ResourceTag/team", "acs:ResourceTag/Team", false),
            ("acs:ResourceTag/a/B", "acs:resourceTag/a/B", true),
            ("acs:SourceIp", "acs:SourceIp2", false),
        ] {
            assert_eq!(same_key(a, b), same, "{a} {b}");
            assert_eq!(same_key(b, a), same, "{b} {a}");
            assert_eq!(folded_hash(a) == folded_hash(b), same, "{a} {b}");
        }
    }

    #[test]
    fn keys_that_a_product_fills() {
        let key = ConditionKey::parse("oss:BucketTag/Product", &Dialect::STANDARD).unwrap();
        for (known, among) in [
            ("oss:BucketTag/", true),
            ("OSS:buckettag/", true),
            ("oss:BucketTag/Product", true),
            ("oss:BucketTag/product", false),
            ("oss:BucketTag", false),
            ("oss:BucketTagging/", false),
            ("oss:BucketTag/Product/and/more/", false),
        ] {
            assert_eq!(key.is_among(known), among, "{known}");
        }
    }
}
