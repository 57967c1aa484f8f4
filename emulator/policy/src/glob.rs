//! Wildcards: `*` is any run of characters, `?` is exactly one character. There is no escape.

/// What a pattern's text amounts to, found once when it is parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Nothing but `*`: matches everything.
    Any,
    /// No wildcard at all.
    Literal,
    /// A literal start of this many bytes, then one `*` that ends the pattern.
    Prefix(u32),
    /// Anything else, with a literal start of this many bytes.
    General(u32),
}

impl Shape {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        match bytes.iter().position(|&b| is_wildcard(b)) {
            None => Self::Literal,
            Some(at) => {
                let rest = bytes.get(at..).unwrap_or_default();
                let stars_only = rest.iter().all(|&b| b == b'*');
                let start = u32::try_from(at).unwrap_or(u32::MAX);
                match (stars_only, at) {
                    (true, 0) => Self::Any,
                    (true, _) => Self::Prefix(start),
                    (false, _) => Self::General(start),
                }
            }
        }
    }

    /// The part of `pattern` before its first wildcard.
    pub(crate) fn literal_start(self, pattern: &str) -> &str {
        match self {
            Self::Any => "",
            Self::Literal => pattern,
            Self::Prefix(length) | Self::General(length) => pattern.get(..length as usize).unwrap_or_default(),
        }
    }
}

pub(crate) fn is_wildcard(byte: u8) -> bool {
    byte == b'*' || byte == b'?'
}

/// Whether `text` fits `pattern`, letter by letter as written.
#[inline]
pub(crate) fn matches(pattern: &[u8], shape: Shape, text: &[u8]) -> bool {
    match shape {
        Shape::Any => true,
        Shape::Literal => pattern == text,
        Shape::Prefix(length) => pattern.get(..length as usize).is_some_and(|start| text.starts_with(start)),
        Shape::General(length) => {
            pattern.get(..length as usize).is_some_and(|start| text.starts_with(start))
                && run(pattern, text, |_, a, b| a == b)
        }
    }
}

/// Whether `text` fits `pattern`, ASCII letters compared without case from byte `from` of the text on.
#[inline]
pub(crate) fn matches_folded(pattern: &[u8], shape: Shape, text: &[u8], from: usize) -> bool {
    let same = |at: usize, a: u8, b: u8| a == b || (at >= from && a.eq_ignore_ascii_case(&b));
    let starts = |length: usize| {
        let plain = length.min(from);
        let both = |range: std::ops::Range<usize>| Some((pattern.get(range.clone())?, text.get(range)?));
        both(0..plain).is_some_and(|(a, b)| a == b)
            && both(plain..length).is_some_and(|(a, b)| a == b || a.eq_ignore_ascii_case(b))
    };
    match shape {
        Shape::Any => true,
        Shape::Literal => pattern.len() == text.len() && starts(pattern.len()),
        Shape::Prefix(length) => starts(length as usize),
        Shape::General(length) => starts(length as usize) && run(pattern, text, same),
    }
}

/// Whether `text`, its ASCII letters taken in lower case, fits `pattern`.
pub(crate) fn matches_lowered(pattern: &[u8], text: &[u8]) -> bool {
    run(pattern, text, |_, a, b| a == b.to_ascii_lowercase())
}

/// The general matcher: each `*` first takes nothing; on a mismatch the last `*` takes one character more.
/// Only the last one ever needs to: what stands before it has matched at the earliest place, and no later
/// place would leave more room. So the work is bounded by the product of both lengths, and nothing is allocated.
fn run(pattern: &[u8], text: &[u8], same: impl Fn(usize, u8, u8) -> bool) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while let Some(&byte) = text.get(t) {
        match pattern.get(p) {
            Some(b'*') => {
                p += 1;
                if p == pattern.len() {
                    return true;
                }
                // What follows the star can only begin where its first character stands.
                if let Some(&first) = pattern.get(p).filter(|&&first| !is_wildcard(first)) {
                    while text.get(t).is_some_and(|&byte| !same(t, first, byte)) {
                        t += 1;
                    }
                }
                retry = Some((p, t));
                continue;
            }
            Some(b'?') => {
                p += 1;
                t += char_width(byte);
                continue;
            }
            Some(&wanted) if same(t, wanted, byte) => {
                p += 1;
                t += 1;
                continue;
            }
            _ => {}
        }
        let Some((after_star, taken)) = retry else { return false };
        let Some(&first) = text.get(taken) else { return false };
        p = after_star;
        t = taken + char_width(first);
        retry = Some((p, t));
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|&b| b == b'*'))
}

/// How many bytes the character that starts with `first` takes in UTF-8.
fn char_width(first: u8) -> usize {
    match first {
        0..0x80 => 1,
        0x80..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn like(pattern: &str, text: &str) -> bool {
        matches(pattern.as_bytes(), Shape::of(pattern.as_bytes()), text.as_bytes())
    }

    fn folded(pattern: &str, text: &str, from: usize) -> bool {
        matches_folded(pattern.as_bytes(), Shape::of(pattern.as_bytes()), text.as_bytes(), from)
    }

    #[test]
    fn wildcards() {
        let table = [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "anything/at:all", true),
            ("?", "", false),
            ("?", "a", true),
            ("?", "ab", false),
            ("?", "é", true),
            ("??", "é", false),
            ("?a", "中a", true),
            ("??", "中", false),
            ("?a", "😀a", true),
            ("??", "😀", false),
            ("*?", "é", true),
            ("?*?", "é", false),
            ("*é", "éé", true),
            ("a*b*c", "abc", true),
            ("a*b*c", "a--b--c", true),
            ("a*b*c", "a--b--cd", false),
            ("a*b*c", "acb", false),
            ("bucket/*", "bucket", false),
            ("bucket/*", "bucket/", true),
            ("bucket/*", "bucket/a/b/c", true),
            ("bucket/*", "bucket2/x", false),
            ("*.txt", "a.txt.txt", true),
            ("*.txt", "a.txt.bak", false),
            ("a**b", "ab", true),
            ("**", "", true),
            ("a*", "", false),
            ("*/ecs-3?", "x/ecs-37", true),
            ("*/ecs-3?", "x/ecs-377", false),
            ("*ab", "aab", true),
            ("*aab*", "aaab", true),
        ];
        for (pattern, text, expected) in table {
            assert_eq!(like(pattern, text), expected, "{pattern} against {text}");
        }
    }

    #[test]
    fn many_stars_do_not_explode() {
        let pattern = "a*".repeat(500) + "b";
        let text = "a".repeat(4000);
        assert!(!like(&pattern, &text));
    }

    #[test]
    fn case_counts_only_before_the_fold() {
        assert!(!like("role/Admin*", "role/admin-a"));
        assert!(folded("role/Admin*", "role/admin-a", 5));
        assert!(!folded("Role/admin", "role/admin", 5));
        assert!(folded("role/*N", "role/admin", 5));
        assert!(matches_lowered(b"adm*", b"Admin") && !matches_lowered(b"Adm*", b"Admin"));
    }
}
