//! What clients write in more ways than one.

use super::{Mismatch, secret};

/// Accepts the claimed signature when any of the documented ways to write the string to sign gives it; else reports
/// the first way, which is the plain one.
pub(super) fn settle(
    claimed: &str,
    sign: impl Fn(&str) -> String,
    ways: impl IntoIterator<Item = Mismatch>,
) -> Result<(), Mismatch> {
    let mut plain = None;
    for way in ways {
        if secret::same(&sign(&way.string_to_sign), claimed) {
            return Ok(());
        }
        plain.get_or_insert(way);
    }
    Err(plain.unwrap_or_default())
}

/// The ways to write parameters that have no value: bare (`k`), and with the sign (`k=`) when some value is empty.
pub(super) fn empty_value_ways<'a>(mut values: impl Iterator<Item = &'a str>) -> &'static [EmptyValue] {
    if values.any(str::is_empty) { &[EmptyValue::Bare, EmptyValue::WithEquals] } else { &[EmptyValue::Bare] }
}

/// How a parameter with an empty value is written where clients disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmptyValue {
    /// `k`
    Bare,
    /// `k=`
    WithEquals,
}

impl EmptyValue {
    /// Appends `name=value`, or this way's rendering of `name` without a value.
    pub(super) fn write(self, out: &mut String, name: &str, value: &str) {
        out.push_str(name);
        if !value.is_empty() || self == EmptyValue::WithEquals {
            out.push('=');
            out.push_str(value);
        }
    }
}
