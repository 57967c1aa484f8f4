//! The ways signatures and answers write a moment. All are UTC to the second and have one spelling each: parsing accepts
//! exactly what formatting gives.
//!
//! Every request is dated several times over, which is why these few forms are written and read here and not by the
//! general formatter, which takes many times as long.

use jiff::{
    Timestamp,
    civil::{DateTime, Weekday},
    tz::Offset,
};

/// A way to write a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeFormat {
    /// `2026-01-02T03:04:05Z`: `Timestamp`, `x-acs-date`.
    Iso8601,
    /// `2026-01-02T03:04:05.000Z`: times in OSS's XML. They are to the second all the same.
    Iso8601Millis,
    /// `20260102T030405Z`: OSS `x-oss-date`.
    Iso8601Basic,
    /// `Fri, 02 Jan 2026 03:04:05 GMT`: `Date`.
    HttpDate,
    /// `20260102`: the day in the scope of an OSS V4 signature.
    Day,
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("Mon", Weekday::Monday),
    ("Tue", Weekday::Tuesday),
    ("Wed", Weekday::Wednesday),
    ("Thu", Weekday::Thursday),
    ("Fri", Weekday::Friday),
    ("Sat", Weekday::Saturday),
    ("Sun", Weekday::Sunday),
];
const MONTHS: [(&str, i8); 12] = [
    ("Jan", 1),
    ("Feb", 2),
    ("Mar", 3),
    ("Apr", 4),
    ("May", 5),
    ("Jun", 6),
    ("Jul", 7),
    ("Aug", 8),
    ("Sep", 9),
    ("Oct", 10),
    ("Nov", 11),
    ("Dec", 12),
];

impl TimeFormat {
    /// As `strftime` has it, of which there are `%a %b %d %H %m %M %S %Y`.
    fn pattern(self) -> &'static str {
        match self {
            TimeFormat::Iso8601 => "%Y-%m-%dT%H:%M:%SZ",
            TimeFormat::Iso8601Millis => "%Y-%m-%dT%H:%M:%S.000Z",
            TimeFormat::Iso8601Basic => "%Y%m%dT%H%M%SZ",
            TimeFormat::HttpDate => "%a, %d %b %Y %H:%M:%S GMT",
            TimeFormat::Day => "%Y%m%d",
        }
    }

    /// The text of a moment.
    pub fn format(self, moment: Timestamp) -> String {
        let at = Offset::UTC.to_datetime(moment);
        let mut text = Vec::with_capacity(32);
        let mut pattern = self.pattern().bytes();
        while let Some(byte) = pattern.next() {
            if byte != b'%' {
                text.push(byte);
                continue;
            }
            match pattern.next() {
                Some(b'Y') => year(&mut text, at.year()),
                Some(b'm') => two(&mut text, at.month()),
                Some(b'd') => two(&mut text, at.day()),
                Some(b'H') => two(&mut text, at.hour()),
                Some(b'M') => two(&mut text, at.minute()),
                Some(b'S') => two(&mut text, at.second()),
                Some(b'a') => text.extend_from_slice(name_of(&WEEKDAYS, at.weekday())),
                Some(b'b') => text.extend_from_slice(name_of(&MONTHS, at.month())),
                _ => {}
            }
        }
        String::from_utf8(text).unwrap_or_default()
    }

    /// The moment that a text names, `None` when it is not in this format.
    pub fn parse(self, text: &str) -> Option<Timestamp> {
        let mut rest = text.as_bytes();
        let (mut year, mut month, mut day) = (0, 1, 1);
        let (mut hour, mut minute, mut second) = (0, 0, 0);
        let mut weekday = None;
        let mut pattern = self.pattern().bytes();
        while let Some(byte) = pattern.next() {
            if byte != b'%' {
                rest = rest.strip_prefix(&[byte])?;
                continue;
            }
            match pattern.next()? {
                b'Y' => year = number::<4>(&mut rest)?,
                b'm' => month = small(&mut rest)?,
                b'd' => day = small(&mut rest)?,
                b'H' => hour = small(&mut rest)?,
                b'M' => minute = small(&mut rest)?,
                b'S' => second = small(&mut rest)?,
                b'a' => weekday = Some(named(&WEEKDAYS, &mut rest)?),
                b'b' => month = named(&MONTHS, &mut rest)?,
                _ => return None,
            }
        }
        let civil = DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
        let whole = rest.is_empty() && weekday.is_none_or(|weekday| weekday == civil.weekday());
        if whole { Offset::UTC.to_timestamp(civil).ok() } else { None }
    }

    /// The moment, in the first of the formats that fits.
    pub(super) fn parse_any(formats: &[TimeFormat], text: &str) -> Option<Timestamp> {
        formats.iter().find_map(|format| format.parse(text))
    }
}

/// Four digits, behind a `-` in years before the year 0.
fn year(text: &mut Vec<u8>, year: i16) {
    if year < 0 {
        text.push(b'-');
    }
    let year = year.unsigned_abs();
    let digit = |place: u16| u8::try_from(year / place % 10).map_or(b'0', |digit| b'0' + digit);
    text.extend_from_slice(&[digit(1000), digit(100), digit(10), digit(1)]);
}

/// Two digits of a number that has no more.
fn two(text: &mut Vec<u8>, number: i8) {
    let number = number.unsigned_abs();
    text.extend_from_slice(&[b'0' + number / 10 % 10, b'0' + number % 10]);
}

fn name_of<T: PartialEq + Copy>(names: &[(&'static str, T)], wanted: T) -> &'static [u8] {
    names.iter().find(|(_, named)| *named == wanted).map_or(&[], |(name, _)| name.as_bytes())
}

/// Takes `N` digits, and only digits.
fn number<const N: usize>(rest: &mut &[u8]) -> Option<i16> {
    let (digits, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    digits.iter().try_fold(0, |number: i16, digit| {
        let digit = digit.is_ascii_digit().then(|| i16::from(digit - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

fn small(rest: &mut &[u8]) -> Option<i8> {
    number::<2>(rest)?.try_into().ok()
}

/// Takes one of the names.
fn named<T: Copy>(names: &[(&str, T)], rest: &mut &[u8]) -> Option<T> {
    let (start, after) = rest.split_first_chunk::<3>()?;
    *rest = after;
    names.iter().find(|(name, _)| name.as_bytes() == start).map(|(_, named)| *named)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::samples::moment;

    const ALL: [(TimeFormat, &str); 4] = [
        (TimeFormat::Iso8601, "2026-01-02T03:04:05Z"),
        (TimeFormat::Iso8601Millis, "2026-01-02T03:04:05.000Z"),
        (TimeFormat::Iso8601Basic, "20260102T030405Z"),
        (TimeFormat::HttpDate, "Fri, 02 Jan 2026 03:04:05 GMT"),
    ];

    #[test]
    fn there_and_back() {
        for (format, text) in ALL {
            assert_eq!(format.format(moment()), text);
            assert_eq!(format.parse(text), Some(moment()));
        }
    }

    #[test]
    fn no_other_spelling() {
        for wrong in [
            "",
            "2026-1-2T3:4:5Z",
            "2026-01-02T03:04:05",
            "2026-01-02T03:04:05+00:00",
            "2026-01-02 03:04:05Z",
            "2026-13-02T03:04:05Z",
            "2026-02-30T03:04:05Z",
            " 2026-01-02T03:04:05Z",
            "20260102T030405",
            "20260102",
            "Thu, 02 Jan 2026 03:04:05 GMT",
            "Fri, 2 Jan 2026 03:04:05 GMT",
            "Fri, 02 Jan 2026 03:04:05 +0000",
            "02 Jan 2026 03:04:05 GMT",
        ] {
            for (format, _) in ALL {
                assert_eq!(format.parse(wrong), None, "{wrong} as {format:?}");
            }
        }
    }

    /// The general formatter writes the same, and reads it, at moments all over the calendar.
    #[test]
    fn as_the_general_formatter_writes_and_reads() {
        // No whole number of weeks, days or hours, so that every weekday, month, day, hour and year comes up.
        let step = jiff::SignedDuration::from_secs(43 * 86_400 + 7 * 3600 + 11 * 60 + 13);
        let first: Timestamp = "0000-01-01T00:00:00Z".parse().unwrap();
        for at in std::iter::successors(Some(first), |at| at.checked_add(step).ok()) {
            for format in [
                TimeFormat::Iso8601,
                TimeFormat::Iso8601Millis,
                TimeFormat::Iso8601Basic,
                TimeFormat::HttpDate,
                TimeFormat::Day,
            ] {
                let text = format.format(at);
                assert_eq!(text, at.strftime(format.pattern()).to_string());
                let day = Offset::UTC.to_timestamp(Offset::UTC.to_datetime(at).date().into()).unwrap();
                let expected = if format == TimeFormat::Day { day } else { at };
                assert_eq!(format.parse(&text), Some(expected), "{text}");
            }
        }
    }

    #[test]
    fn no_moment_that_is_not_in_the_calendar() {
        for (format, text) in [
            (TimeFormat::Iso8601, "2026-02-29T00:00:00Z"),
            (TimeFormat::Iso8601, "2024-02-30T00:00:00Z"),
            (TimeFormat::Iso8601, "2026-00-01T00:00:00Z"),
            (TimeFormat::Iso8601, "2026-01-01T24:00:00Z"),
            (TimeFormat::Iso8601, "2026-01-01T00:60:00Z"),
            (TimeFormat::Iso8601, "2026-01-01T00:00:60Z"),
            (TimeFormat::Iso8601, "2026-01-01T00:00:00Z "),
            (TimeFormat::Iso8601, "2026-01-01T00:00:0\u{661}Z"),
            (TimeFormat::Iso8601, "-026-01-01T00:00:00Z"),
            (TimeFormat::Iso8601Millis, "2026-01-01T00:00:00.001Z"),
            (TimeFormat::HttpDate, "fri, 02 Jan 2026 03:04:05 GMT"),
            (TimeFormat::HttpDate, "Fri, 02 jan 2026 03:04:05 GMT"),
            (TimeFormat::Day, "2026010"),
            (TimeFormat::Day, "202601011"),
        ] {
            assert_eq!(format.parse(text), None, "{text}");
        }
        assert!(TimeFormat::Iso8601.parse("2024-02-29T00:00:00Z").is_some());
    }
}
