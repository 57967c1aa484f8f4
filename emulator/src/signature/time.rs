//! The ways signatures and answers write a moment. All are UTC to the second and have one spelling each: parsing accepts
//! exactly what formatting gives.
//!
//! Every request is dated several times over, which is why these few forms are written and read here and not by the
//! general formatter, which takes many times as long.

use super::InPlace;
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

const WEEKDAYS: [([u8; 3], Weekday); 7] = [
    (*b"Mon", Weekday::Monday),
    (*b"Tue", Weekday::Tuesday),
    (*b"Wed", Weekday::Wednesday),
    (*b"Thu", Weekday::Thursday),
    (*b"Fri", Weekday::Friday),
    (*b"Sat", Weekday::Saturday),
    (*b"Sun", Weekday::Sunday),
];
const MONTHS: [([u8; 3], i8); 12] = [
    (*b"Jan", 1),
    (*b"Feb", 2),
    (*b"Mar", 3),
    (*b"Apr", 4),
    (*b"May", 5),
    (*b"Jun", 6),
    (*b"Jul", 7),
    (*b"Aug", 8),
    (*b"Sep", 9),
    (*b"Oct", 10),
    (*b"Nov", 11),
    (*b"Dec", 12),
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
        (*self.write(moment)).to_owned()
    }

    /// The same, in place.
    pub fn write(self, moment: Timestamp) -> InPlace<32> {
        let at = Offset::UTC.to_datetime(moment);
        let [month, day] = [two(at.month()), two(at.day())];
        let [hour, minute, second] = [two(at.hour()), two(at.minute()), two(at.second())];
        let mut text = InPlace::default();
        match self {
            Self::Iso8601 | Self::Iso8601Millis => {
                put_year(&mut text, at.year());
                text.push(*b"-");
                text.push(month);
                text.push(*b"-");
                text.push(day);
                text.push(*b"T");
            }
            Self::Iso8601Basic | Self::Day => {
                put_year(&mut text, at.year());
                text.push(month);
                text.push(day);
            }
            Self::HttpDate => {
                text.push(name_of(&WEEKDAYS, &at.weekday()));
                text.push(*b", ");
                text.push(day);
                text.push(*b" ");
                text.push(name_of(&MONTHS, &at.month()));
                text.push(*b" ");
                put_year(&mut text, at.year());
                text.push(*b" ");
            }
        }
        match self {
            Self::Iso8601 | Self::Iso8601Millis | Self::HttpDate => {
                text.push(hour);
                text.push(*b":");
                text.push(minute);
                text.push(*b":");
                text.push(second);
            }
            Self::Iso8601Basic => {
                text.push(*b"T");
                text.push(hour);
                text.push(minute);
                text.push(second);
            }
            Self::Day => {}
        }
        match self {
            Self::Iso8601 | Self::Iso8601Basic => text.push(*b"Z"),
            Self::Iso8601Millis => text.push(*b".000Z"),
            Self::HttpDate => text.push(*b" GMT"),
            Self::Day => {}
        }
        text
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
fn put_year(text: &mut InPlace<32>, year: i16) {
    if year < 0 {
        text.push(*b"-");
    }
    let year = year.unsigned_abs();
    let digit = |place: u16| u8::try_from(year / place % 10).map_or(b'0', |digit| b'0' + digit);
    text.push([digit(1000), digit(100), digit(10), digit(1)]);
}

/// Two digits of a number that has no more.
fn two(number: i8) -> [u8; 2] {
    let number = number.unsigned_abs();
    [b'0' + number / 10 % 10, b'0' + number % 10]
}

fn name_of<T: PartialEq>(names: &[([u8; 3], T)], wanted: &T) -> [u8; 3] {
    names.iter().find(|(_, named)| named == wanted).map_or(*b"   ", |(name, _)| *name)
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
fn named<T: Copy>(names: &[([u8; 3], T)], rest: &mut &[u8]) -> Option<T> {
    let (start, after) = rest.split_first_chunk::<3>()?;
    *rest = after;
    names.iter().find(|(name, _)| name == start).map(|(_, named)| *named)
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
