//! The ways signatures write a moment. All are UTC to the second and have one spelling each: parsing accepts exactly
//! what formatting gives.

use jiff::{Timestamp, civil::DateTime, tz::Offset};

/// A way to write a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeFormat {
    /// `2026-01-02T03:04:05Z`: `Timestamp`, `x-acs-date`.
    Iso8601,
    /// `20260102T030405Z`: OSS `x-oss-date`.
    Iso8601Basic,
    /// `Fri, 02 Jan 2026 03:04:05 GMT`: `Date`.
    HttpDate,
}

impl TimeFormat {
    fn pattern(self) -> &'static str {
        match self {
            TimeFormat::Iso8601 => "%Y-%m-%dT%H:%M:%SZ",
            TimeFormat::Iso8601Basic => "%Y%m%dT%H%M%SZ",
            TimeFormat::HttpDate => "%a, %d %b %Y %H:%M:%S GMT",
        }
    }

    /// The text of a moment.
    pub fn format(self, moment: Timestamp) -> String {
        moment.strftime(self.pattern()).to_string()
    }

    /// The moment that a text names, `None` when it is not in this format.
    pub fn parse(self, text: &str) -> Option<Timestamp> {
        let civil = DateTime::strptime(self.pattern(), text).ok()?;
        let moment = Offset::UTC.to_timestamp(civil).ok()?;
        // The parser of the pattern takes short fields and blanks; the cloud's formats have none.
        (self.format(moment) == text).then_some(moment)
    }

    /// The moment, in the first of the formats that fits.
    pub(super) fn parse_any(formats: &[TimeFormat], text: &str) -> Option<Timestamp> {
        formats.iter().find_map(|format| format.parse(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::samples::moment;

    const ALL: [(TimeFormat, &str); 3] = [
        (TimeFormat::Iso8601, "2026-01-02T03:04:05Z"),
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
}
