//! Values of a condition key that tell its clauses apart: for every way in which the clauses on a key can be met at once,
//! a value that meets them so, or the key's absence.

use std::net::IpAddr;

use super::cells::{self, Element, Form};
use crate::condition::{Clause, Comparison, Instant, Outcome};
use crate::principal::Principal;
use crate::request::Request;

/// One for each way; absence first, so that an example has a key only if it needs one.
pub(super) fn telling(clauses: &[&Clause]) -> Vec<Option<String>> {
    let Some(key) = clauses.first().map(|clause| clause.key().as_str().to_owned()) else { return vec![None] };
    let mut kept: Vec<(Vec<bool>, Option<String>)> = Vec::new();
    for candidate in std::iter::once(None).chain(candidates(clauses).into_iter().map(Some)) {
        let Some(met) = met(clauses, &key, candidate.as_deref()) else { continue };
        if !kept.iter().any(|(known, _)| *known == met) {
            kept.push((met, candidate));
        }
    }
    kept.into_iter().map(|(_, candidate)| candidate).collect()
}

fn met(clauses: &[&Clause], key: &str, value: Option<&str>) -> Option<Vec<bool>> {
    let mut request = Request::new(Principal::Anonymous, "none:None", "*").ok()?;
    if let Some(value) = value {
        request.set(key, value);
    }
    Some(clauses.iter().map(|clause| matches!(clause.judge(request.context()), Outcome::Met(_))).collect())
}

fn candidates(clauses: &[&Clause]) -> Vec<String> {
    let mut all = Vec::new();
    let mut patterns = Vec::new();
    let mut wildcards = false;
    for clause in clauses {
        let mut element = Element::default();
        for operand in clause.operands() {
            let text = operand.as_str();
            match clause.operator().comparison {
                Comparison::Equals | Comparison::EqualsIgnoreCase => {
                    all.extend([text.to_owned(), swapped(text), format!("{text}x")]);
                    // Beside patterns a text is one, too, unless its own `*` would be taken for a wildcard.
                    if !text.contains(['*', '?']) {
                        element.add(text, false);
                    }
                }
                Comparison::Like => {
                    wildcards = true;
                    element.add(text, false);
                }
                Comparison::Numeric(_) => all.extend(numbers(text)),
                Comparison::Date(_) => all.extend(dates(text)),
                Comparison::Bool | Comparison::Null => all.extend(["true".to_owned(), "false".to_owned()]),
                Comparison::Ip | Comparison::IpWithBorder => all.extend(addresses(text)),
            }
        }
        patterns.push(element);
    }
    if wildcards {
        let (found, _) = cells::cells(&patterns, Form::ANY);
        all.extend(found.into_iter().map(|cell| cell.text));
    }
    // Something that nobody named.
    all.push("other".to_owned());
    all
}

fn swapped(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }).collect()
}

/// The number, and its neighbours one digit finer: between two numbers there is always such a one.
fn numbers(text: &str) -> Vec<String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let Ok(scaled) = format!("{whole}{fraction}0").parse::<i128>() else { return vec![text.to_owned()] };
    let digits = fraction.len() + 1;
    let written = |number: i128| {
        let sign = if number < 0 { "-" } else { "" };
        let text = format!("{:0width$}", number.unsigned_abs(), width = digits + 1);
        let (whole, fraction) = text.split_at(text.len() - digits);
        format!("{sign}{whole}.{fraction}")
    };
    vec![text.to_owned(), written(scaled.saturating_sub(1)), written(scaled.saturating_add(1))]
}

/// The moment, and the seconds before and after it.
fn dates(text: &str) -> Vec<String> {
    let near = Instant::parse(text).map(Instant::seconds).into_iter().flat_map(|at| [at - 1, at + 1]);
    std::iter::once(text.to_owned()).chain(near.map(iso8601)).collect()
}

/// Seconds since 1970 as `2026-01-02T03:04:05Z`, by the proleptic Gregorian calendar.
fn iso8601(seconds: i64) -> String {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Years are counted from March, so that the leap day is the last of its year; 146,097 days are 400 years.
    let shifted = days + 719_468;
    let (era, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day_of_month:02}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

/// The ends of a range and its neighbours.
fn addresses(text: &str) -> Vec<String> {
    let (address, length) =
        text.split_once('/').map_or((text, None), |(address, length)| (address, length.parse::<u32>().ok()));
    let mut near = Vec::new();
    match address.trim().parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => {
            let mask = u32::MAX.checked_shr(length.unwrap_or(32).min(32)).unwrap_or_default();
            let (first, last) = (address.to_bits() & !mask, address.to_bits() | mask);
            for bits in [first, last, first.wrapping_sub(1), last.wrapping_add(1)] {
                near.push(std::net::Ipv4Addr::from_bits(bits).to_string());
            }
        }
        Ok(IpAddr::V6(address)) => {
            let mask = u128::MAX.checked_shr(length.unwrap_or(128).min(128)).unwrap_or_default();
            let (first, last) = (address.to_bits() & !mask, address.to_bits() | mask);
            for bits in [first, last, first.wrapping_sub(1), last.wrapping_add(1)] {
                near.push(std::net::Ipv6Addr::from_bits(bits).to_string());
            }
        }
        Err(_) => near.push(address.replace(['*', '?'], "1")),
    }
    near
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_of_a_number_lie_on_both_sides() {
        assert_eq!(numbers("10"), ["10", "9.9", "10.1"]);
        assert_eq!(numbers("1.05"), ["1.05", "1.049", "1.051"]);
        assert_eq!(numbers("0"), ["0", "-0.1", "0.1"]);
        assert_eq!(numbers("-3"), ["-3", "-3.1", "-2.9"]);
    }

    #[test]
    fn neighbours_of_a_moment_lie_on_both_sides() {
        assert_eq!(
            dates("2024-03-01T00:00:00Z"),
            ["2024-03-01T00:00:00Z", "2024-02-29T23:59:59Z", "2024-03-01T00:00:01Z"]
        );
        assert_eq!(dates("2026-01-01T08:00:00+08:00").last().unwrap(), "2026-01-01T00:00:01Z");
    }

    #[test]
    fn ends_of_a_range_and_their_neighbours() {
        assert_eq!(addresses("10.0.0.0/8"), ["10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"]);
        assert_eq!(addresses("192.168.1.1").first().unwrap(), "192.168.1.1");
    }
}
