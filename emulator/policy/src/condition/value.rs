//! Values: those a policy lists, and those a request carries; both are read once, when they arrive.

use std::net::IpAddr;

use super::address::{self, Network};
use super::number::Number;
use super::operator::{Comparison, Operator};
use super::text::equal_ignoring_case;
use super::time::Instant;
use crate::glob::{self, Shape};
use crate::inline::Inline;
use crate::reason::Reason;
use crate::text::Span;

/// One value that a policy lists under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operand {
    text: Box<str>,
    meaning: Meaning,
    span: Span,
}

/// What the operator makes of an operand's text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Meaning {
    Text,
    Pattern(Shape),
    Number(Number),
    Instant(Instant),
    Bool(bool),
    Network(Network),
    /// OSS: an address with wildcards.
    AddressPattern(Shape),
    /// Not of the operator's type.
    Malformed,
}

impl Operand {
    /// Reads a policy's value as `operator` takes it. `address_patterns`: whether addresses may have wildcards.
    pub(crate) fn parse(operator: Operator, text: &str, span: Span, address_patterns: bool) -> Self {
        let meaning = match operator.comparison {
            Comparison::Equals | Comparison::EqualsIgnoreCase => Some(Meaning::Text),
            Comparison::Like => Some(Meaning::Pattern(Shape::of(text.as_bytes()))),
            Comparison::Numeric(_) => Number::parse(text).map(Meaning::Number),
            Comparison::Date(_) => Instant::parse(text).map(Meaning::Instant),
            Comparison::Bool | Comparison::Null => boolean(text).map(Meaning::Bool),
            Comparison::Ip | Comparison::IpWithBorder => Network::parse(text).map(Meaning::Network).or_else(|| {
                (address_patterns && is_address_pattern(text))
                    .then(|| Meaning::AddressPattern(Shape::of(text.as_bytes())))
            }),
        };
        Self { text: text.into(), meaning: meaning.unwrap_or(Meaning::Malformed), span }
    }

    /// The value as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where it stands in the document.
    pub fn span(&self) -> Span {
        self.span
    }

    /// Whether the operator can make nothing of it.
    pub fn is_malformed(&self) -> bool {
        self.meaning == Meaning::Malformed
    }

    /// Whether it is one value and no pattern: a text without wildcards that is not empty, an address or a range of few.
    pub(crate) fn is_narrow(&self) -> bool {
        match &self.meaning {
            Meaning::Network(network) => network.is_narrow(),
            Meaning::Text | Meaning::Pattern(_) => !self.text.is_empty() && !self.text.contains(['*', '?']),
            _ => false,
        }
    }

    /// For `Null`: whether the key must be missing.
    pub(crate) fn wants_missing(&self) -> Option<bool> {
        match self.meaning {
            Meaning::Bool(missing) => Some(missing),
            _ => None,
        }
    }

    /// Whether `value` fits this operand under `comparison`, negation aside.
    #[inline]
    pub(crate) fn test(&self, comparison: Comparison, value: &Value) -> Result<bool, Reason> {
        let unreadable = Reason::ValueUnreadable;
        match (&self.meaning, comparison) {
            (Meaning::Text, Comparison::EqualsIgnoreCase) => Ok(equal_ignoring_case(&self.text, value.as_str())),
            (Meaning::Text, _) => Ok(self.text.as_bytes() == value.text.as_bytes()),
            (Meaning::Pattern(shape), _) => Ok(glob::matches(self.text.as_bytes(), *shape, value.text.as_bytes())),
            (Meaning::Number(wanted), Comparison::Numeric(order)) => match &value.reading {
                Reading::Number(number) => Ok(order.holds(number.cmp(wanted))),
                _ => Err(unreadable),
            },
            (Meaning::Instant(wanted), Comparison::Date(order)) => match &value.reading {
                Reading::Instant(instant) => Ok(order.holds(instant.cmp(wanted))),
                _ => Err(unreadable),
            },
            (Meaning::Bool(wanted), _) => match &value.reading {
                Reading::Bool(value) => Ok(value == wanted),
                _ => Err(unreadable),
            },
            (Meaning::Network(network), _) => match &value.reading {
                Reading::Address(address) => Ok(network.contains(*address)),
                _ => Err(unreadable),
            },
            (Meaning::AddressPattern(shape), _) => match &value.reading {
                Reading::Address(_) => Ok(glob::matches(self.text.as_bytes(), *shape, value.text.as_bytes())),
                _ => Err(unreadable),
            },
            (Meaning::Malformed | Meaning::Number(_) | Meaning::Instant(_), _) => Err(Reason::MalformedValue),
        }
    }
}

/// OSS documents `*` inside source addresses; anything but address characters beside it is a mistake.
fn is_address_pattern(text: &str) -> bool {
    text.contains('*')
        && !text.contains("**")
        && text.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b'.' | b':' | b'*'))
}

fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// One value that a request carries under a key: a text, and what it reads as (a number, a time, an address, a truth
/// value).
///
/// Made from a text, a time, an address or a truth value. One that many requests carry is better made once and cloned: a clone
/// of a short one is a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    text: Inline<30>,
    reading: Reading,
}

/// What a value is besides text. No text is two of these, so no operator needs another reading.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Reading {
    Number(Number),
    Instant(Instant),
    Address(IpAddr),
    Bool(bool),
    Text,
}

impl Reading {
    fn of(text: &str) -> Self {
        let number = || Number::parse(text).map(Self::Number);
        let instant = || Instant::parse(text).map(Self::Instant);
        let address = || address::address(text).map(Self::Address);
        let boolean = || boolean(text).map(Self::Bool);
        // The first character tells what it can be.
        let reading = match text.as_bytes() {
            [b'0'..=b'9' | b'-', ..] => number().or_else(instant).or_else(address),
            [b't' | b'T', ..] => boolean(),
            [b'a'..=b'f' | b'A'..=b'F' | b':', ..] => boolean().or_else(address),
            _ => None,
        };
        reading.unwrap_or(Self::Text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self { reading: Reading::of(text), text: text.into() }
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<&Self> for Value {
    #[inline]
    fn from(value: &Self) -> Self {
        value.clone()
    }
}

impl From<bool> for Value {
    #[inline]
    fn from(value: bool) -> Self {
        Self { reading: Reading::Bool(value), text: if value { "true" } else { "false" }.into() }
    }
}

impl From<Instant> for Value {
    fn from(instant: Instant) -> Self {
        let text = instant.written();
        Self { reading: Reading::Instant(instant), text: str::from_utf8(&text).unwrap_or_default().into() }
    }
}

/// An IPv4 address that is written in IPv6 is given as IPv4.
impl From<IpAddr> for Value {
    fn from(address: IpAddr) -> Self {
        let address = address.to_canonical();
        Self { reading: Reading::Address(address), text: address::written(address) }
    }
}

impl Value {
    /// How many bytes it takes elsewhere.
    pub(crate) fn bytes_elsewhere(&self) -> usize {
        self.text.bytes_elsewhere()
    }

    /// The value as given.
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_the_same_however_it_is_made() {
        for (typed, text) in [
            (Value::from(true), "true"),
            (Value::from(false), "false"),
            (Value::from(IpAddr::from([10, 0, 0, 1])), "10.0.0.1"),
            (Value::from(IpAddr::from([255, 254, 99, 100])), "255.254.99.100"),
            (Value::from("2001:db8::1".parse::<IpAddr>().unwrap()), "2001:db8::1"),
            (Value::from("::ffff:10.0.0.1".parse::<IpAddr>().unwrap()), "10.0.0.1"),
            (Value::from(IpAddr::from([0xffff; 8])), "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            (Value::from(Instant::of_seconds(1_352_678_399)), "2012-11-11T23:59:59Z"),
            (Value::from(Instant::of_seconds(-1)), "1969-12-31T23:59:59Z"),
            (Value::from("a".to_owned()), "a"),
            (Value::from(&"a".to_owned()), "a"),
            (Value::from(&Value::from("a")), "a"),
        ] {
            assert_eq!(typed, Value::from(text));
            assert_eq!(typed.as_str(), text);
        }
    }

    /// The first character decides what is tried; nothing that can be read is passed over.
    #[test]
    fn whatever_can_be_read_is() {
        for (text, number, instant, address, truth) in [
            ("1", true, false, false, false),
            ("-1.5", true, false, false, false),
            ("1.", false, false, false, false),
            ("-", false, false, false, false),
            ("1.2.3", false, false, false, false),
            ("10.0.0.1", false, false, true, false),
            ("2001:db8::", false, false, true, false),
            ("::", false, false, true, false),
            ("abcd::1", false, false, true, false),
            ("F::", false, false, true, false),
            ("2012-11-11T23:59:59Z", false, true, false, false),
            ("TRUE", false, false, false, true),
            ("falsE", false, false, false, true),
            ("", false, false, false, false),
            ("photos", false, false, false, false),
        ] {
            let reading = Reading::of(text);
            assert_eq!(matches!(reading, Reading::Number(_)), number, "{text}");
            assert_eq!(matches!(reading, Reading::Instant(_)), instant, "{text}");
            assert_eq!(matches!(reading, Reading::Address(_)), address, "{text}");
            assert_eq!(matches!(reading, Reading::Bool(_)), truth, "{text}");
        }
    }

    #[test]
    fn addresses_with_wildcards() {
        for (text, pattern) in [
            ("192.0.2.*", true),
            ("2001:db8:*", true),
            ("2001:DB8:*", true),
            ("*", true),
            ("192.0.2.1", false),
            ("192.0.2.**", false),
            ("192.0.2.*/24", false),
            ("example.*", false),
        ] {
            assert_eq!(is_address_pattern(text), pattern, "{text}");
        }
    }
}
