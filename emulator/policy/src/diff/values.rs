//! Values of a condition key that tell its clauses apart: for every way in which the clauses on a key can be judged at once,
//! a value that is judged so, or none.

use std::net::IpAddr;

use std::collections::HashSet;

use super::cells::{self, Element, Form};
use super::effort::Effort;
use super::requests::Manner;
use super::usual;
use crate::condition::{Clause, Comparison, Instant, Outcome};
use crate::request::Request;

/// One for each way, and whether all ways were seen. `None` first, which is as the plain request has it: so that an example has a
/// key only if it needs one.
pub(super) fn telling(
    clauses: &[&Clause],
    plain: &Request,
    manner: &dyn Manner,
    effort: &Effort,
) -> (Vec<Option<String>>, bool) {
    let Some(key) = clauses.first().map(|clause| clause.key().as_str()) else { return (vec![None], true) };
    let mut request = plain.clone();
    let mut kept: Vec<Option<String>> = Vec::new();
    let mut known: HashSet<Vec<Way>> = HashSet::new();
    let Candidates { texts, cells, mut complete } = candidates(clauses, effort);
    let size: usize = clauses.iter().map(|clause| 1 + clause.operands().len()).sum();
    for candidate in std::iter::once(None).chain(texts.into_iter().chain(cells.iter().cloned()).map(Some)) {
        if !manner.may_carry(key, candidate.as_deref()) {
            continue;
        }
        if !effort.spend(size) {
            complete = false;
            break;
        }
        if let Some(value) = &candidate {
            request.set(key, value);
        }
        let ways: Vec<Way> = clauses.iter().map(|clause| way(clause, &request)).collect();
        if known.insert(ways) {
            kept.push(candidate);
        }
    }
    // What a cell of texts stands for and no request may carry is left out only if something else is judged so.
    let is_kept = |cell: &String| {
        if !effort.spend(size + known.len().saturating_mul(clauses.len())) {
            return false;
        }
        request.set(key, cell);
        let judged: Vec<Option<Way>> =
            clauses.iter().map(|clause| is_text(clause).then(|| way(clause, &request))).collect();
        known.iter().any(|ways| ways.iter().zip(&judged).all(|(way, judged)| judged.is_none_or(|one| one == *way)))
    };
    let complete = complete && cells.iter().all(is_kept);
    (kept, complete)
}

/// How a clause is judged. An unusable one is met where it denies and is not where it allows.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Way {
    Met,
    NotMet,
    Unusable,
}

fn way(clause: &Clause, request: &Request) -> Way {
    match clause.judge(request.context()) {
        Outcome::Met(_) => Way::Met,
        Outcome::NotMet(_) => Way::NotMet,
        Outcome::Unusable => Way::Unusable,
    }
}

fn is_text(clause: &Clause) -> bool {
    matches!(clause.operator().comparison, Comparison::Equals | Comparison::EqualsIgnoreCase | Comparison::Like)
}

/// What is worth to be tried.
struct Candidates {
    texts: Vec<String>,
    /// A text for each way in which patterns and letter case can fit one.
    cells: Vec<String>,
    /// Does any way that there is have one?
    complete: bool,
}

fn candidates(clauses: &[&Clause], effort: &Effort) -> Candidates {
    let mut texts = Vec::new();
    let mut patterns = Vec::new();
    // Texts that are listed are told apart by themselves; patterns and letter case overlap.
    let (mut overlapping, mut complete) = (false, true);
    for clause in clauses {
        let mut element = Element::default();
        let comparison = clause.operator().comparison;
        for operand in clause.operands() {
            let text = operand.as_str();
            match comparison {
                Comparison::Equals | Comparison::EqualsIgnoreCase => {
                    let ignoring_case = comparison == Comparison::EqualsIgnoreCase;
                    overlapping |= ignoring_case;
                    texts.extend([text.to_owned(), format!("{text}x")]);
                    element.add_text(text, ignoring_case);
                }
                Comparison::Like => {
                    overlapping = true;
                    element.add(text, false);
                }
                Comparison::Numeric(_) => texts.extend(numbers(text)),
                Comparison::Date(_) => texts.extend(dates(text)),
                Comparison::Bool | Comparison::Null => texts.extend(["true".to_owned(), "false".to_owned()]),
                Comparison::Ip | Comparison::IpWithBorder => {
                    let (near, all) = addresses(text);
                    texts.extend(near);
                    complete &= all;
                }
            }
        }
        if is_text(clause) {
            patterns.push(element);
        }
    }
    let key = clauses.first().map_or("", |clause| clause.key().as_str());
    texts.extend(usual::values(key).iter().map(|value| (*value).to_owned()));
    // Something that nobody named, and something of each kind.
    texts
        .extend(["other", "192.0.2.1", "2001:db8::1", "2026-01-01T00:00:00Z", "1", "true", "false"].map(str::to_owned));
    let mut cells = Vec::new();
    if overlapping {
        let (found, all) = cells::cells(&patterns, Form::ANY, effort);
        cells.extend(found.into_iter().map(|cell| cell.text));
        complete &= all;
    }
    // What is a number, an address or a time is not sought among the texts that patterns fit.
    let typed = clauses.iter().any(|clause| !is_text(clause) && clause.operator().comparison != Comparison::Null);
    Candidates { texts, cells, complete: complete && (!typed || patterns.is_empty()) }
}

/// The number, and its neighbours one digit finer: between two numbers there is always such a one. Digit by digit, for a number has as
/// many as its author likes.
fn numbers(text: &str) -> Vec<String> {
    let as_it_is = || vec![text.to_owned()];
    let (negative, magnitude) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = magnitude.split_once('.').unwrap_or((magnitude, ""));
    let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
    if whole.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return as_it_is();
    }
    let written = |negative: bool, digits: &[u8], last: char| {
        let text: String = digits.iter().map(|digit| char::from(*digit)).collect();
        let (whole, fraction) = text.split_at(whole.len());
        let whole = Some(whole.trim_start_matches('0')).filter(|whole| !whole.is_empty()).unwrap_or("0");
        format!("{}{whole}.{fraction}{last}", if negative { "-" } else { "" })
    };
    let farther = written(negative, &digits, '1');
    let Some(last) = digits.iter().rposition(|digit| *digit != b'0') else {
        return vec![text.to_owned(), written(true, &digits, '1'), written(false, &digits, '1')];
    };
    // One less in the last place that it can be taken from, and nines behind it.
    for (place, digit) in digits.iter_mut().enumerate().skip(last) {
        *digit = if place == last { *digit - 1 } else { b'9' };
    }
    let nearer = written(negative, &digits, '9');
    if negative { vec![text.to_owned(), farther, nearer] } else { vec![text.to_owned(), nearer, farther] }
}

/// The moment, and the seconds before and after it.
fn dates(text: &str) -> Vec<String> {
    let near = Instant::parse(text).map(Instant::seconds).into_iter().flat_map(|at| [at - 1, at + 1]);
    std::iter::once(text.to_owned()).chain(near.map(|at| Instant::of_seconds(at).to_string())).collect()
}

/// The ends of a range and its neighbours, and whether they are all that it takes.
fn addresses(text: &str) -> (Vec<String>, bool) {
    if text.contains('*') {
        return wildcard_addresses(text);
    }
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
        Err(_) => {}
    }
    (near, true)
}

/// The same of an address with `*`. One for the last octets is a range; of others some are tried that they fit.
fn wildcard_addresses(text: &str) -> (Vec<String>, bool) {
    if text == "*" {
        return (Vec::new(), true);
    }
    if let Some(octets) =
        text.strip_suffix(".*").filter(|octets| octets.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
    {
        let named = octets.split('.').count();
        if named < 4 {
            return addresses(&format!("{octets}{}/{}", ".0".repeat(4 - named), 8 * named));
        }
    }
    let filled = ["0", "1", "9", "0.0", "0.0.0", "0.0.0.0", ":", ":1"].map(|filled| text.replace('*', filled));
    (filled.into_iter().filter(|text| text.parse::<IpAddr>().is_ok()).collect(), false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::Number;

    #[test]
    fn neighbours_of_a_number_lie_on_both_sides() {
        let near = |[number, less, more]: [&str; 3]| {
            let found = numbers(number);
            assert_eq!(found, [number, less, more]);
            let read: Vec<_> = found.iter().map(|text| Number::parse(text).expect("a number")).collect();
            assert!(matches!(&read[..], [number, less, more] if less < number && number < more));
        };
        near(["10", "9.9", "10.1"]);
        near(["1.05", "1.049", "1.051"]);
        near(["100.00", "99.999", "100.001"]);
        near(["0", "-0.1", "0.1"]);
        near(["-0.0", "-0.01", "0.01"]);
        near(["-3", "-3.1", "-2.9"]);
        near(["-20", "-20.1", "-19.9"]);
        for other in ["", "-", ".5", "1e3", "+1", "one"] {
            assert_eq!(numbers(other), [other]);
        }
        // However many digits it has.
        let (nines, zeros) = ("9".repeat(70_000), "0".repeat(70_000));
        near([&format!("1{zeros}"), &format!("{nines}.9"), &format!("1{zeros}.1")]);
        near([&format!("0.{zeros}1"), &format!("0.{zeros}09"), &format!("0.{zeros}11")]);
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
        assert_eq!(addresses("10.0.0.0/8").0, ["10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"]);
        assert_eq!(addresses("192.168.1.1").0.first().unwrap(), "192.168.1.1");
        assert_eq!(addresses("10.1.*"), addresses("10.1.0.0/16"));
        assert_eq!(addresses("2001:db8:*"), (vec!["2001:db8::".to_owned(), "2001:db8::1".to_owned()], false));
    }
}
