//! Points in time, as conditions write them.

/// A point in time, to the second: conditions know no finer difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(i64);

impl Instant {
    /// Reads ISO 8601 as the documents write it: `2012-11-11T23:59:59Z`; the zone may be an offset (`+08:00`, `+0800`),
    /// the seconds may have a fraction, which does not count.
    pub fn parse(text: &str) -> Option<Self> {
        // The date has ten characters: this is asked of many a text that is no time.
        let (date, rest) = text.split_at_checked(10)?;
        let rest = rest.strip_prefix('T')?;
        let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
        let zone_at = rest.find(['Z', '+', '-'])?;
        let (time, zone) = rest.split_at_checked(zone_at)?;
        let time = match time.split_once('.') {
            None => time,
            Some((time, fraction)) if digits(fraction, 1..=9).is_some() => time,
            Some(_) => return None,
        };
        let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
        let valid = (1..=12).contains(&month)
            && (1..=days_in(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        if !valid {
            return None;
        }
        let local = days_before(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
        Some(Self(local - offset(zone)?))
    }

    /// So many seconds since the Unix epoch; the nearest that can be written, from the year 0 to the year 9999.
    pub fn of_seconds(seconds: i64) -> Self {
        Self(seconds.clamp(FIRST, LAST))
    }

    /// Seconds since the Unix epoch.
    pub fn seconds(self) -> i64 {
        self.0
    }

    /// As the documents write it, in UTC: `2012-11-11T23:59:59Z`.
    pub(super) fn written(self) -> [u8; 20] {
        let (days, second) = (self.0.div_euclid(86_400), self.0.rem_euclid(86_400));
        let (year, month, day) = date(days);
        let digit = |number: i64| u8::try_from(number % 10).map_or(b'0', |digit| b'0' + digit);
        let two = |number: i64| [digit(number / 10), digit(number)];
        let ([y1, y2], [y3, y4], [mo1, mo2], [d1, d2]) = (two(year / 100), two(year), two(month), two(day));
        let ([h1, h2], [mi1, mi2], [s1, s2]) = (two(second / 3_600), two(second / 60 % 60), two(second % 60));
        [y1, y2, y3, y4, b'-', mo1, mo2, b'-', d1, d2, b'T', h1, h2, b':', mi1, mi2, b':', s1, s2, b'Z']
    }
}

impl std::fmt::Display for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.written()))
    }
}

/// The beginning of the year 0.
const FIRST: i64 = -62_167_219_200;
/// The last second of the year 9999.
const LAST: i64 = 253_402_300_799;

/// The zone's distance from UTC in seconds.
fn offset(zone: &str) -> Option<i64> {
    let (sign, rest) = match zone.split_at_checked(1)? {
        ("Z", "") => return Some(0),
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let [hours, minutes] = match rest.len() {
        4 => {
            let (hours, minutes) = rest.split_at_checked(2)?;
            [digits(hours, 2..=2)?, digits(minutes, 2..=2)?]
        }
        _ => numbers(rest, ':', [2, 2])?,
    };
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

/// Reads numbers of fixed widths between separators.
fn numbers<const N: usize>(text: &str, separator: char, widths: [usize; N]) -> Option<[i64; N]> {
    let mut parts = text.split(separator);
    let mut out = [0; N];
    for (slot, width) in out.iter_mut().zip(widths) {
        *slot = digits(parts.next()?, width..=width)?;
    }
    parts.next().is_none().then_some(out)
}

fn digits(text: &str, widths: std::ops::RangeInclusive<usize>) -> Option<i64> {
    if !widths.contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar, counted in years that begin in March.
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The year, month and day so many days from 1970-01-01: [`days_before`] the other way round.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_is_written_as_it_is_read() {
        // A prime number of seconds more than a day: every month, day, hour, minute and second comes up.
        let mut at = FIRST;
        while at <= LAST {
            let written = Instant::of_seconds(at).written();
            assert_eq!(seconds(str::from_utf8(&written).unwrap()), Some(at));
            at += 86_400 + 7_919;
        }
        assert_eq!(Instant::of_seconds(i64::MAX).written(), *b"9999-12-31T23:59:59Z");
        assert_eq!(Instant::of_seconds(i64::MIN).written(), *b"0000-01-01T00:00:00Z");
    }

    fn seconds(text: &str) -> Option<i64> {
        Instant::parse(text).map(Instant::seconds)
    }

    #[test]
    fn known_instants() {
        let table = [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T00:00:00Z", 951_782_400),
            ("2012-11-11T23:59:59Z", 1_352_678_399),
            ("2019-08-12T17:00:00+08:00", 1_565_600_400),
            ("2019-08-12T17:00:00+0800", 1_565_600_400),
            ("2019-08-12T09:00:00.999Z", 1_565_600_400),
            ("2019-08-12T05:30:00-03:30", 1_565_600_400),
            ("2019-08-13T08:59:00+23:59", 1_565_600_400),
            ("1969-12-31T23:59:59Z", -1),
            ("0001-01-01T00:00:00Z", -62_135_596_800),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
        ];
        for (text, expected) in table {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn refused() {
        for text in [
            "",
            "1565600400",
            "2019-08-12",
            "2019-08-12 09:00:00Z",
            "2019-08-12T09:00:00",
            "2019-08-12T09:00Z",
            "2019-02-29T00:00:00Z",
            // A century is no leap year unless it is a fourth one.
            "1900-02-29T00:00:00Z",
            "2019-13-01T00:00:00Z",
            "2019-08-12T24:00:00Z",
            "2019-08-12T09:00:60Z",
            "2019-08-12T09:00:00.Z",
            "2019-08-12T09:00:00z",
            "2019-08-12T09:00:00+8:00",
            "2019-08-12T09:00:00+24:00",
            "2019-08-12T09:00:00+08:60",
            "2019-08-12T09:00:00+08:00Z",
            "+2019-08-12T09:00:00Z",
            "2019-8-12T09:00:00Z",
            "2019-08-12T09:00:00+é0",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
