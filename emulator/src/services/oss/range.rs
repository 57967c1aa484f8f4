//! `Range`: which bytes of an object are wanted.

use std::ops::Range;

/// What a request wants of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it; also what OSS gives for a range that it cannot make sense of.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Bytes that it does not have.
    Unsatisfiable,
}

impl Wanted {
    /// Reads the header. `strict`: `x-oss-range-behavior: standard`, with which a range that ends too late is cut short and one
    /// that begins too late is an error, instead of the whole object for either.
    pub(super) fn of(header: Option<&str>, size: u64, strict: bool) -> Self {
        let Some((one, more)) = header.and_then(|text| {
            let text = text.trim().strip_prefix("bytes=")?;
            Some(text.split_once(',').unwrap_or((text, "")))
        }) else {
            return Self::Whole;
        };
        // What is no range behind the first is of no account (a test of ossutil has it so); of several that are, none is given.
        let digits = |text: &str| text.trim().bytes().all(|byte| byte.is_ascii_digit());
        let is_range = |text: &str| text.split_once('-').is_some_and(|(from, to)| digits(from) && digits(to));
        let Some((from, to)) = one.split_once('-').filter(|_| !more.split(',').any(is_range)) else {
            return Self::Whole;
        };
        let (from, to) = (from.trim(), to.trim());
        let number =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
        match (number(from), number(to)) {
            (Some(first), Some(last)) if first > last => Self::Whole,
            (Some(first), _) if first >= size => Self::beyond(strict),
            (Some(first), Some(last)) if last < size => Self::Part(first..last + 1),
            (Some(first), Some(_)) if strict => Self::Part(first..size),
            (Some(first), None) if to.is_empty() => Self::Part(first..size),
            (None, Some(0)) if from.is_empty() => Self::Unsatisfiable,
            (None, Some(last)) if from.is_empty() && size > 0 && (last <= size || strict) => {
                Self::Part(size.saturating_sub(last)..size)
            }
            (None, Some(_)) if from.is_empty() && size == 0 => Self::beyond(strict),
            _ => Self::Whole,
        }
    }

    fn beyond(strict: bool) -> Self {
        if strict { Self::Unsatisfiable } else { Self::Whole }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let wanted = |text: &str, strict| Wanted::of(Some(text), 1000, strict);
        for strict in [false, true] {
            assert_eq!(Wanted::of(None, 1000, strict), Wanted::Whole);
            assert_eq!(wanted("bytes=0-499", strict), Wanted::Part(0..500));
            assert_eq!(wanted("bytes=500-999", strict), Wanted::Part(500..1000));
            assert_eq!(wanted("bytes=-500", strict), Wanted::Part(500..1000));
            assert_eq!(wanted("bytes=500-", strict), Wanted::Part(500..1000));
            assert_eq!(wanted("bytes=0-", strict), Wanted::Part(0..1000));
            for nonsense in
                ["", "bytes", "bytes=", "bytes=-", "bytes=a-b", "lines=0-1", "bytes=5-2", "bytes=+1-2", "bytes=0-1,5-6"]
            {
                assert_eq!(wanted(nonsense, strict), Wanted::Whole, "{nonsense}");
            }
        }
        assert_eq!(wanted("bytes=500-2000", false), Wanted::Whole);
        assert_eq!(wanted("bytes=500-2000", true), Wanted::Part(500..1000));
        assert_eq!(wanted("bytes=1000-2000", false), Wanted::Whole);
        assert_eq!(wanted("bytes=1000-2000", true), Wanted::Unsatisfiable);
        assert_eq!(wanted("bytes=-2000", false), Wanted::Whole);
        assert_eq!(wanted("bytes=-2000", true), Wanted::Part(0..1000));
        assert_eq!(
            (wanted("bytes=-0", false), wanted("bytes=-0", true)),
            (Wanted::Unsatisfiable, Wanted::Unsatisfiable)
        );
        for beside in ["bytes=1-2,", "bytes=1-2,a-c", "bytes=1-2,abc"] {
            assert_eq!(wanted(beside, false), Wanted::Part(1..3), "{beside}");
        }
        for beside in ["bytes=,1-2", "bytes=,abc,1-2", "bytes=abc,1-2"] {
            assert_eq!(wanted(beside, false), Wanted::Whole, "{beside}");
        }
        assert_eq!(Wanted::of(Some("bytes=0-"), 0, false), Wanted::Whole);
        assert_eq!(Wanted::of(Some("bytes=0-"), 0, true), Wanted::Unsatisfiable);
    }
}
