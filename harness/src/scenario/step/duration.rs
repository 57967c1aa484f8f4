//! A stretch of time: `90`, `90s`, `15m`, `2h`, `1d`.

use crate::scenario::reader::Reader;
use crate::scenario::yaml::Node;

const EXPECTED: &str = "a time such as `90`, `90s`, `15m`, `2h` or `1d`";

/// In seconds, from now on: time does not go back.
pub(in crate::scenario) fn ahead(node: &Node, reader: &mut Reader<'_>) -> Option<i64> {
    let seconds = read(node, reader)?;
    if seconds < 0 {
        reader.expected(node, EXPECTED, Some("`clock` sets the cloud's clock to a time, an earlier one too"));
    }
    (seconds >= 0).then_some(seconds)
}

/// In seconds.
pub(in crate::scenario) fn read(node: &Node, reader: &mut Reader<'_>) -> Option<i64> {
    let text = reader.text(node, EXPECTED)?.value;
    let seconds = seconds(&text);
    if seconds.is_none() {
        reader.expected(node, EXPECTED, None);
    }
    seconds
}

fn seconds(text: &str) -> Option<i64> {
    let (number, unit) = match text.trim_end_matches(|c: char| c.is_ascii_alphabetic()) {
        number if number.len() == text.len() => (number, 1),
        number => {
            let unit = match text.get(number.len()..)? {
                "s" => 1,
                "m" => 60,
                "h" => 3600,
                "d" => 86_400,
                _ => return None,
            };
            (number, unit)
        }
    };
    number.trim().parse::<i64>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn a_stretch_of_time_has_a_unit_or_is_in_seconds() {
        for (text, expected) in
            [("90", Some(90)), ("15m", Some(900)), ("2h", Some(7200)), ("1d", Some(86_400)), ("-5", Some(-5))]
        {
            assert_eq!(seconds(text), expected, "{text}");
        }
        for text in ["", "m", "5w", "a", "9223372036854775807d"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
