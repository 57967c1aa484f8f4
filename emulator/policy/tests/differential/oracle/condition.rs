//! Conditions: operators, keys, values.

use std::cmp::Ordering;
use std::net::IpAddr;

use acslab_policy::{Dialect, LetterCase};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::super::world::Asked;
use super::Tri;
use super::statement::glob;

pub(super) fn clause(
    operator: &str,
    key: &str,
    listed: &[String],
    asked: &Asked,
    dialect: &Dialect,
    address_patterns: bool,
) -> Tri {
    let (quantifier, rest) = match operator.split_once(':') {
        Some((quantifier, rest)) => (quantifier, rest),
        None => ("", operator),
    };
    let (if_exists, name) = match rest.strip_suffix("IfExists") {
        Some(name) => (true, name),
        None => (false, rest),
    };
    let negated = name.contains("Not");
    let values = asked.context.iter().find(|(own, _)| same_key(key, own, dialect)).map(|(_, values)| values.as_slice());
    let values = values.unwrap_or_default();

    if name == "Null" {
        let missing = values.is_empty();
        let wanted: Vec<Option<bool>> = listed.iter().map(|text| boolean(text)).collect();
        return if wanted.contains(&Some(missing)) {
            Tri::Yes
        } else if wanted.contains(&None) {
            Tri::Broken
        } else {
            Tri::No
        };
    }
    if values.is_empty() {
        let known = asked.product_keys.as_ref().is_none_or(|keys| {
            keys.iter().any(|known| {
                same_key(known, key, &Dialect::STANDARD)
                    || known.ends_with('/') && key.to_ascii_lowercase().starts_with(&known.to_ascii_lowercase())
            })
        });
        let met = if_exists
            || quantifier == "ForAllValues"
            || (quantifier.is_empty() && known && negated && dialect.missing_key_meets_negation);
        return if met { Tri::Yes } else { Tri::No };
    }
    // What each single value of the request comes to.
    let single = |value: &String| -> Tri {
        let mut broken = false;
        let mut found = false;
        for wanted in listed {
            match compare(name, wanted, value, address_patterns) {
                Compared::Fits => found = true,
                Compared::Differs => {}
                Compared::BadPolicyValue => broken = true,
                // A value of the wrong type never meets anything, unless a readable listed value came before it.
                Compared::BadRequestValue => return Tri::No,
            }
            if found {
                break;
            }
        }
        match (found, broken, negated) {
            (false, true, _) => Tri::Broken,
            (true, _, false) | (false, false, true) => Tri::Yes,
            (true, _, true) | (false, false, false) => Tri::No,
        }
    };
    let each: Vec<Tri> = values.iter().map(single).collect();
    let one_is_enough = match quantifier {
        "ForAnyValue" => true,
        "ForAllValues" => false,
        _ => !negated,
    };
    let order = if one_is_enough { [Tri::Yes, Tri::Broken, Tri::No] } else { [Tri::No, Tri::Broken, Tri::Yes] };
    order.into_iter().find(|outcome| each.contains(outcome)).unwrap()
}

fn same_key(a: &str, b: &str, dialect: &Dialect) -> bool {
    if dialect.key_case == LetterCase::Sensitive {
        return a == b;
    }
    let split = |key: &str| match key.split_once('/') {
        Some((name, tag)) => (name.to_ascii_lowercase(), Some(tag.to_owned())),
        None => (key.to_ascii_lowercase(), None),
    };
    split(a) == split(b)
}

enum Compared {
    Fits,
    Differs,
    BadPolicyValue,
    BadRequestValue,
}

fn compare(name: &str, wanted: &str, value: &str, address_patterns: bool) -> Compared {
    let text = value;
    let fits = |fits: bool| if fits { Compared::Fits } else { Compared::Differs };
    match name {
        "StringEquals" | "StringNotEquals" => fits(wanted == value),
        "StringEqualsIgnoreCase" | "StringNotEqualsIgnoreCase" => fits(wanted.to_lowercase() == value.to_lowercase()),
        "StringLike" | "StringNotLike" => fits(glob(wanted, value)),
        "Bool" => match (boolean(wanted), boolean(value)) {
            (None, _) => Compared::BadPolicyValue,
            (_, None) => Compared::BadRequestValue,
            (wanted, value) => fits(wanted == value),
        },
        "IpAddress" | "NotIpAddress" => match (range(wanted), address(value)) {
            (Some(range), Some(address)) => fits(address.starts_with(&range)),
            (Some(_), None) => Compared::BadRequestValue,
            (None, value) => {
                let pattern = wanted.contains('*')
                    && !wanted.contains("**")
                    && wanted.chars().all(|c| c.is_ascii_hexdigit() || ".:*".contains(c));
                match (pattern && address_patterns, value.is_some()) {
                    (false, _) => Compared::BadPolicyValue,
                    (true, false) => Compared::BadRequestValue,
                    (true, true) => fits(glob(wanted, text)),
                }
            }
        },
        _ => {
            let ordering = if name.starts_with("Numeric") {
                match (number(wanted), number(value)) {
                    (None, _) => return Compared::BadPolicyValue,
                    (_, None) => return Compared::BadRequestValue,
                    (Some(wanted), Some(value)) => order_numbers(&value, &wanted),
                }
            } else {
                match (time(wanted), time(value)) {
                    (None, _) => return Compared::BadPolicyValue,
                    (_, None) => return Compared::BadRequestValue,
                    (Some(wanted), Some(value)) => value.cmp(&wanted),
                }
            };
            let kind = name.trim_start_matches("Numeric").trim_start_matches("Date");
            fits(match kind {
                "Equals" | "NotEquals" => ordering == Ordering::Equal,
                "LessThan" => ordering == Ordering::Less,
                "LessThanEquals" => ordering != Ordering::Greater,
                "GreaterThan" => ordering == Ordering::Greater,
                "GreaterThanEquals" => ordering != Ordering::Less,
                other => panic!("operator {other}"),
            })
        }
    }
}

fn boolean(text: &str) -> Option<bool> {
    text.to_ascii_lowercase().parse().ok()
}

/// Sign, and digits before and after the point.
fn number(text: &str) -> Option<(bool, String, String)> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let parts: Vec<&str> = rest.split('.').collect();
    if parts.len() > 2 || parts.iter().any(|part| part.is_empty() || !part.chars().all(|c| c.is_ascii_digit())) {
        return None;
    }
    Some((negative, parts[0].to_owned(), parts.get(1).unwrap_or(&"").to_string()))
}

/// Both written with the same number of digits on each side of the point, so that text order is number order.
fn order_numbers(a: &(bool, String, String), b: &(bool, String, String)) -> Ordering {
    let whole = a.1.len().max(b.1.len());
    let fraction = a.2.len().max(b.2.len());
    let digits = |n: &(bool, String, String)| format!("{:0>whole$}{:0<fraction$}", n.1, n.2);
    let (a_digits, b_digits) = (digits(a), digits(b));
    let zero = |digits: &str| digits.chars().all(|c| c == '0');
    let a_negative = a.0 && !zero(&a_digits);
    let b_negative = b.0 && !zero(&b_digits);
    match (a_negative, b_negative) {
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => a_digits.cmp(&b_digits),
        (true, true) => b_digits.cmp(&a_digits),
    }
}

/// Seconds since 1970; the calendar is jiff's.
fn time(text: &str) -> Option<i64> {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let shape = shape.strip_prefix("0000-00-00T00:00:00")?;
    let zone = match shape.strip_prefix('.') {
        None => shape,
        Some(rest) => {
            let zone = rest.trim_start_matches('0');
            let digits = rest.len() - zone.len();
            if digits == 0 || digits > 9 {
                return None;
            }
            zone
        }
    };
    let field = |range: std::ops::Range<usize>| text[range].parse::<i64>().unwrap();
    let (hour, minute, second) = (field(11..13), field(14..16), field(17..19));
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let day = Date::new(field(0..4) as i16, field(5..7) as i8, field(8..10) as i8).ok()?;
    let midnight = day.to_zoned(TimeZone::UTC).unwrap().timestamp().as_second();
    let offset = match zone {
        "Z" => 0,
        "+00:00" | "-00:00" | "+0000" | "-0000" => {
            let written = &text[text.len() - zone.len()..];
            let digits: Vec<i64> = written.chars().filter_map(|c| c.to_digit(10)).map(i64::from).collect();
            let (hours, minutes) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3]);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let distance = hours * 3600 + minutes * 60;
            if written.starts_with('-') { -distance } else { distance }
        }
        _ => return None,
    };
    Some(midnight + hour * 3600 + minute * 60 + second - offset)
}

/// An address as its family and its bits, written out.
fn address(text: &str) -> Option<String> {
    Some(match text.parse::<IpAddr>().ok()? {
        IpAddr::V4(v4) => format!("4:{:032b}", v4.to_bits()),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => format!("4:{:032b}", v4.to_bits()),
            None => format!("6:{:0128b}", v6.to_bits()),
        },
    })
}

/// A range as the bits that its addresses begin with.
fn range(text: &str) -> Option<String> {
    let Some((base, prefix)) = text.split_once('/') else { return address(text) };
    if prefix.is_empty() || prefix.len() > 3 || !prefix.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let mut prefix: usize = prefix.parse().ok()?;
    let parsed = base.parse::<IpAddr>().ok()?;
    if prefix > if parsed.is_ipv4() { 32 } else { 128 } {
        return None;
    }
    let bits = address(base)?;
    if parsed.is_ipv6() && bits.starts_with("4:") {
        // The range lies within the addresses that stand for IPv4, or it holds more than those.
        if prefix < 96 {
            let IpAddr::V6(v6) = parsed else { return None };
            let bits = format!("{:0128b}", v6.to_bits());
            return Some(format!("6:{}", &bits[..prefix]));
        }
        prefix -= 96;
    }
    Some(bits[..2 + prefix].to_owned())
}
