//! Decoded parameters that forget nothing a signature could need, and the percent-encoding that signatures use.

use std::fmt;

use memchr::{memchr, memchr_iter, memchr2};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode, utf8_percent_encode};
use smallvec::SmallVec;

/// What signatures encode: everything but `A-Z a-z 0-9 - _ . ~`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// The same for a path, whose `/` stay.
const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// The canonical percent-encoding: UTF-8 bytes, upper-case hexadecimal, `A-Z a-z 0-9 - _ . ~` left alone.
pub fn pe(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    pe_into(&mut encoded, text);
    encoded
}

/// Appends [`pe`] of a text.
pub(super) fn pe_into(out: &mut String, text: &str) {
    out.extend(utf8_percent_encode(text, RESERVED));
}

/// [`pe`] for a path: `/` is left alone too.
pub fn pe_path(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    pe_path_into(&mut encoded, text);
    encoded
}

/// Appends [`pe_path`] of a text.
pub(super) fn pe_path_into(out: &mut String, text: &str) {
    out.extend(utf8_percent_encode(text, RESERVED_IN_PATH));
}

/// [`pe`] of the bytes of a [key](super::key).
pub fn pe_key(key: &str) -> String {
    percent_encode(&super::key::bytes(key), RESERVED).collect()
}

/// Appends [`pe_path`] of the bytes of a [key](super::key).
pub(super) fn pe_key_path_into(out: &mut String, key: &str) {
    out.extend(percent_encode(&super::key::bytes(key), RESERVED_IN_PATH));
}

/// [`pe_path`] of the bytes of a [key](super::key).
pub fn pe_key_path(key: &str) -> String {
    let mut encoded = String::with_capacity(key.len());
    pe_key_path_into(&mut encoded, key);
    encoded
}

/// What a `+` means in encoded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plus {
    /// A blank, as in form bodies and queries.
    Space,
    /// Itself, as in paths.
    Literal,
}

/// Why encoded text could not be decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// A `%` without two hexadecimal digits after it.
    #[error("`{0}` has a `%` that two hexadecimal digits do not follow")]
    Percent(String),
    /// The decoded bytes are not text.
    #[error("`{0}` is not UTF-8 once decoded")]
    Utf8(String),
}

/// Decodes `%XX`, and `+` when it means a blank.
pub fn decode(text: &str, plus: Plus) -> Result<String, QueryError> {
    let mut decoded = String::with_capacity(text.len());
    decode_into(&mut decoded, text, plus)?;
    Ok(decoded)
}

/// Decodes a [key](super::key), which may be any bytes.
pub fn decode_key(text: &str, plus: Plus) -> Result<String, QueryError> {
    let decoded = decoded(text, plus)?;
    Ok(super::key::text(decoded.as_deref().unwrap_or(text.as_bytes())))
}

/// Appends [`decode`] of a text.
fn decode_into(out: &mut String, text: &str, plus: Plus) -> Result<(), QueryError> {
    match decoded(text, plus)? {
        None => out.push_str(text),
        Some(bytes) => out.push_str(str::from_utf8(&bytes).map_err(|_| QueryError::Utf8(text.to_owned()))?),
    }
    Ok(())
}

/// What a text stands for; `None` where nothing in it is coded.
fn decoded(text: &str, plus: Plus) -> Result<Option<SmallVec<[u8; 256]>>, QueryError> {
    let coded = match plus {
        Plus::Space => memchr2(b'%', b'+', text.as_bytes()),
        Plus::Literal => memchr(b'%', text.as_bytes()),
    };
    if coded.is_none() {
        return Ok(None);
    }
    let mut decoded: SmallVec<[u8; 256]> = SmallVec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        decoded.push(match byte {
            b'%' => {
                let malformed = || QueryError::Percent(text.to_owned());
                let (&[high, low], after) = rest.split_first_chunk().ok_or_else(malformed)?;
                rest = after;
                hex(high).zip(hex(low)).map(|(high, low)| high << 4 | low).ok_or_else(malformed)?
            }
            b'+' if plus == Plus::Space => b' ',
            _ => byte,
        });
    }
    Ok(Some(decoded))
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// One parameter, decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Param<'q> {
    /// The name.
    pub name: &'q str,
    /// The value; empty for `k=` and for `k`.
    pub value: &'q str,
    /// Whether it was written with a `=`.
    pub has_equals: bool,
}

/// Decoded parameters in the order they were written, repetitions and empty values kept.
#[derive(Debug, Clone, Default)]
pub struct OrderedQuery {
    /// What was read, as it came, and behind it whatever of it had to be decoded: every request has parameters, and few are coded.
    text: String,
    params: Vec<Place>,
}

/// Where a parameter is in the text.
#[derive(Debug, Clone, Copy)]
struct Place {
    name: Span,
    value: Span,
    has_equals: bool,
}

/// From here up to there.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    start: usize,
    end: usize,
}

impl OrderedQuery {
    /// Reads the text after `?`, or a form body. Empty pieces (`&&`) are skipped, as every client's parser does.
    pub fn parse(raw: &str, plus: Plus) -> Result<Self, QueryError> {
        let mut query = OrderedQuery::default();
        query.read(raw, plus)?;
        Ok(query)
    }

    /// Reads more parameters behind those that are there.
    ///
    /// # Errors
    /// One of them cannot be decoded; those before it are there.
    pub fn read(&mut self, raw: &str, plus: Plus) -> Result<(), QueryError> {
        let bytes = raw.as_bytes();
        if bytes.is_empty() {
            return Ok(());
        }
        let base = self.text.len();
        self.text.push_str(raw);
        let coded = memchr2(b'%', b'+', bytes).is_some();
        let ends = memchr_iter(b'&', bytes).chain([bytes.len()]);
        self.params.reserve(ends.clone().count());
        let mut start = 0;
        for end in ends {
            let piece = raw.get(start..end).unwrap_or_default();
            let at = base + start;
            start = end + 1;
            if piece.is_empty() {
                continue;
            }
            let equals = memchr(b'=', piece.as_bytes());
            let middle = equals.unwrap_or(piece.len());
            let [mut name, mut value] = [
                Span { start: at, end: at + middle },
                Span { start: at + equals.map_or(middle, |equals| equals + 1), end: at + piece.len() },
            ];
            if coded {
                let (name_text, value_text) = piece.split_at_checked(middle).unwrap_or((piece, ""));
                name = self.decoded(name, name_text, plus)?;
                value = self.decoded(value, value_text.strip_prefix('=').unwrap_or_default(), plus)?;
            }
            self.params.push(Place { name, value, has_equals: equals.is_some() });
        }
        Ok(())
    }

    /// Where a piece stands decoded: where it stood, or behind all the rest.
    fn decoded(&mut self, place: Span, piece: &str, plus: Plus) -> Result<Span, QueryError> {
        if memchr2(b'%', b'+', piece.as_bytes()).is_none() {
            return Ok(place);
        }
        let start = self.text.len();
        decode_into(&mut self.text, piece, plus)?;
        Ok(Span { start, end: self.text.len() })
    }

    /// Appends `name=value`.
    pub fn push(&mut self, name: impl AsRef<str>, value: impl AsRef<str>) {
        self.add(name.as_ref(), value.as_ref(), true);
    }

    /// Appends a bare `name`, as sub-resources are written.
    pub fn push_bare(&mut self, name: impl AsRef<str>) {
        self.add(name.as_ref(), "", false);
    }

    fn add(&mut self, name: &str, value: &str, has_equals: bool) {
        let [name, value] = [name, value].map(|part| {
            let start = self.text.len();
            self.text.push_str(part);
            Span { start, end: self.text.len() }
        });
        self.params.push(Place { name, value, has_equals });
    }

    fn part(&self, Span { start, end }: Span) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// The parameters in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Param<'_>> + Clone {
        self.params.iter().map(|place| Param {
            name: self.part(place.name),
            value: self.part(place.value),
            has_equals: place.has_equals,
        })
    }

    /// Every request is asked for dozens of names that it does not have: the length tells most of them.
    fn is(&self, place: &Place, name: &str) -> bool {
        let Span { start, end } = place.name;
        end - start == name.len() && self.text.as_bytes().get(start..end) == Some(name.as_bytes())
    }

    /// The value of the first parameter of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|place| self.is(place, name)).map(|place| self.part(place.value))
    }

    /// The value of the last parameter of that name.
    pub fn last(&self, name: &str) -> Option<&str> {
        self.params.iter().rev().find(|place| self.is(place, name)).map(|place| self.part(place.value))
    }

    /// Whether a parameter of that name is there, with a value or without.
    pub fn contains(&self, name: &str) -> bool {
        self.params.iter().any(|place| self.is(place, name))
    }

    /// Whether there are no parameters.
    pub fn is_empty(&self) -> bool {
        self.params.is_empty()
    }
}

/// Equal are those whose parameters are, however they were written.
impl PartialEq for OrderedQuery {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for OrderedQuery {}

/// The encoded text, as it stands after `?` on the wire.
impl fmt::Display for OrderedQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, param) in self.iter().enumerate() {
            if index > 0 {
                f.write_str("&")?;
            }
            f.write_str(&pe(param.name))?;
            if param.has_equals {
                write!(f, "={}", pe(param.value))?;
            }
        }
        Ok(())
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for OrderedQuery {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut query = OrderedQuery::default();
        for (name, value) in pairs {
            query.push(name, value);
        }
        query
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_encoding() {
        assert_eq!(pe("A B*~/测试"), "A%20B%2A~%2F%E6%B5%8B%E8%AF%95");
        assert_eq!(pe("a=b&c+d"), "a%3Db%26c%2Bd");
        assert_eq!(pe("AZaz09-_.~"), "AZaz09-_.~");
        assert_eq!(pe("!'()\"\n"), "%21%27%28%29%22%0A");
        assert_eq!(pe_path("/a b/%*"), "/a%20b/%25%2A");
    }

    #[test]
    fn empty_values_and_bare_names_are_kept_in_order() {
        let query = OrderedQuery::parse("b=&a&&b=2&=x", Plus::Space).unwrap();
        let seen: Vec<_> = query.iter().map(|p| (p.name, p.value, p.has_equals)).collect();
        assert_eq!(seen, [("b", "", true), ("a", "", false), ("b", "2", true), ("", "x", true)]);
        assert_eq!(query.get("b"), Some(""));
        assert!(query.contains("a"));
        assert!(!query.contains("c"));
        assert_eq!(query.to_string(), "b=&a&b=2&=x");
    }

    #[test]
    fn plus_is_a_blank_only_where_it_is_one() {
        assert_eq!(decode("a+b%2B%20", Plus::Space), Ok("a b+ ".to_owned()));
        assert_eq!(decode("a+b%2B%20", Plus::Literal), Ok("a+b+ ".to_owned()));
    }

    #[test]
    fn malformed_encoding_is_an_error() {
        for wrong in ["%", "%2", "a%zz", "%%20", "%+1", "%2測"] {
            assert_eq!(decode(wrong, Plus::Space), Err(QueryError::Percent(wrong.to_owned())));
            assert!(OrderedQuery::parse(&format!("k={wrong}"), Plus::Space).is_err());
            assert!(OrderedQuery::parse(&format!("{wrong}=v"), Plus::Space).is_err());
        }
        assert_eq!(decode("%ff", Plus::Space), Err(QueryError::Utf8("%ff".to_owned())));
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut query: OrderedQuery = [("a b", "c&d=+%"), ("测", "")].into_iter().collect();
        query.push_bare("acl");
        assert_eq!(OrderedQuery::parse(&query.to_string(), Plus::Literal).unwrap(), query);
    }
}
