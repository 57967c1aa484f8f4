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
            Comparison::Ip => Network::parse(text).map(Meaning::Network).or_else(|| {
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

/// One value that a request carries under a key.
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
        Number::parse(text)
            .map(Self::Number)
            .or_else(|| Instant::parse(text).map(Self::Instant))
            .or_else(|| address::address(text).map(Self::Address))
            .or_else(|| boolean(text).map(Self::Bool))
            .unwrap_or(Self::Text)
    }
}

impl Value {
    pub(crate) fn new(text: &str) -> Self {
        Self { reading: Reading::of(text), text: text.into() }
    }

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
