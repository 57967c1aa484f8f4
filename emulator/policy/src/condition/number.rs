//! Decimal numbers, compared exactly.

use std::cmp::Ordering;

/// A decimal number of any length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number(Repr);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Repr {
    Small(i64),
    Large(Box<Large>),
}

/// What does not fit: digits without leading zeros before the point and without trailing ones after it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Large {
    negative: bool,
    whole: Box<str>,
    fraction: Box<str>,
}

impl Number {
    /// Reads `-?\d+(\.\d+)?`.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let mut point = None;
        for (at, byte) in digits.bytes().enumerate() {
            match byte {
                b'0'..=b'9' => {}
                b'.' if point.is_none() && at > 0 => point = Some(at),
                _ => return None,
            }
        }
        let (whole, fraction) = match point {
            Some(at) => (digits.get(..at)?, digits.get(at + 1..).filter(|fraction| !fraction.is_empty())?),
            None => (digits, ""),
        };
        if whole.is_empty() {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        if fraction.is_empty() {
            // Digits only, so the one way to fail is a value out of range.
            let magnitude = if whole.is_empty() { Ok(0) } else { whole.parse::<i64>() };
            if let Ok(magnitude) = magnitude {
                return Some(Self(Repr::Small(if negative { -magnitude } else { magnitude })));
            }
        }
        Some(Self(Repr::Large(Box::new(Large { negative, whole: whole.into(), fraction: fraction.into() }))))
    }

    fn sign_and_digits<'n>(&'n self, buffer: &'n mut [u8; 20]) -> (bool, &'n [u8], &'n [u8]) {
        match &self.0 {
            Repr::Small(value) => {
                let mut rest = value.unsigned_abs();
                let mut length = 0;
                for slot in buffer.iter_mut().rev() {
                    if rest == 0 {
                        break;
                    }
                    // A remainder of ten fits a byte.
                    *slot = b'0' + u8::try_from(rest % 10).unwrap_or_default();
                    rest /= 10;
                    length += 1;
                }
                (*value < 0, buffer.get(20 - length..).unwrap_or_default(), &[])
            }
            Repr::Large(large) => (large.negative, large.whole.as_bytes(), large.fraction.as_bytes()),
        }
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Repr::Small(a), Repr::Small(b)) = (&self.0, &other.0) {
            return a.cmp(b);
        }
        let (mut left, mut right) = ([0; 20], [0; 20]);
        let (a_negative, a_whole, a_fraction) = self.sign_and_digits(&mut left);
        let (b_negative, b_whole, b_fraction) = other.sign_and_digits(&mut right);
        let magnitude = a_whole
            .len()
            .cmp(&b_whole.len())
            .then_with(|| a_whole.cmp(b_whole))
            .then_with(|| a_fraction.cmp(b_fraction));
        match (a_negative, b_negative) {
            (false, false) => magnitude,
            (true, true) => magnitude.reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_exact() {
        let ascending = [
            "-99999999999999999999",
            "-9223372036854775808",
            "-2",
            "-1.5",
            "-1.05",
            "-1",
            "-0.001",
            "0",
            "0.001",
            "9",
            "10",
            "10.5",
            "9223372036854775807",
            "9223372036854775808",
            "9223372036854775808.1",
            "99999999999999999999",
        ];
        for (i, a) in ascending.iter().enumerate() {
            for (j, b) in ascending.iter().enumerate() {
                let (a, b) = (Number::parse(a).unwrap(), Number::parse(b).unwrap());
                assert_eq!(a.cmp(&b), i.cmp(&j), "{a:?} {b:?}");
                assert_eq!(a.partial_cmp(&b), Some(i.cmp(&j)));
                assert_eq!(a == b, i == j);
            }
        }
    }

    #[test]
    fn spellings() {
        for (a, b) in [("007", "7"), ("7.0", "7"), ("-0", "0"), ("-0.0", "0"), ("1.50", "1.5"), ("0.5", "00.50")] {
            assert_eq!(Number::parse(a), Number::parse(b), "{a} {b}");
        }
        for bad in ["", "-", "+1", "1.", ".5", "1e3", " 1", "1,5", "0x1", "--1", "1.2.3", "NaN", "\u{661}"] {
            assert_eq!(Number::parse(bad), None, "{bad}");
        }
    }
}
