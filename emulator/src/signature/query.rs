//! Decoded parameters that forget nothing a signature could need, and the percent-encoding that signatures use.

use std::borrow::Cow;
use std::fmt;

use memchr::{memchr, memchr_iter, memchr2};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

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
    let plain = match plus {
        Plus::Space => memchr2(b'%', b'+', text.as_bytes()),
        Plus::Literal => memchr(b'%', text.as_bytes()),
    };
    if plain.is_none() {
        return Ok(text.to_owned());
    }
    let bytes = text.as_bytes();
    let well_formed = memchr_iter(b'%', bytes)
        .all(|at| bytes.get(at + 1..at + 3).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit)));
    if !well_formed {
        return Err(QueryError::Percent(text.to_owned()));
    }
    let mut blanks = Cow::Borrowed(text);
    if plus == Plus::Space && text.contains('+') {
        blanks = Cow::Owned(text.replace('+', " "));
    }
    let mut decoded = Vec::with_capacity(text.len());
    decoded.extend(percent_decode_str(&blanks));
    String::from_utf8(decoded).map_err(|_| QueryError::Utf8(text.to_owned()))
}

/// One parameter, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// The name.
    pub name: String,
    /// The value; empty for `k=` and for `k`.
    pub value: String,
    /// Whether it was written with a `=`.
    pub has_equals: bool,
}

/// Decoded parameters in the order they were written, repetitions and empty values kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderedQuery {
    params: Vec<Param>,
}

impl OrderedQuery {
    /// Reads the text after `?`, or a form body. Empty pieces (`&&`) are skipped, as every client's parser does.
    pub fn parse(raw: &str, plus: Plus) -> Result<Self, QueryError> {
        let bytes = raw.as_bytes();
        let ends = memchr_iter(b'&', bytes).chain([bytes.len()]);
        let mut params = Vec::with_capacity(ends.clone().count());
        let mut start = 0;
        for end in ends {
            let piece = raw.get(start..end).unwrap_or_default();
            start = end + 1;
            if piece.is_empty() {
                continue;
            }
            let equals = memchr(b'=', piece.as_bytes());
            let (name, value) = equals.and_then(|at| piece.split_at_checked(at)).unwrap_or((piece, ""));
            params.push(Param {
                name: decode(name, plus)?,
                value: decode(value.strip_prefix('=').unwrap_or_default(), plus)?,
                has_equals: equals.is_some(),
            });
        }
        Ok(OrderedQuery { params })
    }

    /// Appends `name=value`.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.params.push(Param { name: name.into(), value: value.into(), has_equals: true });
    }

    /// Appends a bare `name`, as sub-resources are written.
    pub fn push_bare(&mut self, name: impl Into<String>) {
        self.params.push(Param { name: name.into(), value: String::new(), has_equals: false });
    }

    /// The parameters in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Param> {
        self.params.iter()
    }

    /// The value of the first parameter of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|param| param.name == name).map(|param| param.value.as_str())
    }

    /// Whether a parameter of that name is there, with a value or without.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether there are no parameters.
    pub fn is_empty(&self) -> bool {
        self.params.is_empty()
    }

    /// The parameters as pairs, in order.
    pub fn into_pairs(self) -> Vec<(String, String)> {
        self.params.into_iter().map(|param| (param.name, param.value)).collect()
    }
}

/// The encoded text, as it stands after `?` on the wire.
impl fmt::Display for OrderedQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, param) in self.iter().enumerate() {
            if index > 0 {
                f.write_str("&")?;
            }
            f.write_str(&pe(&param.name))?;
            if param.has_equals {
                write!(f, "={}", pe(&param.value))?;
            }
        }
        Ok(())
    }
}

impl<'a> IntoIterator for &'a OrderedQuery {
    type Item = &'a Param;
    type IntoIter = std::slice::Iter<'a, Param>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for OrderedQuery {
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
        let seen: Vec<_> = query.iter().map(|p| (p.name.as_str(), p.value.as_str(), p.has_equals)).collect();
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
