//! Comparing text without regard to letter case.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Whether two texts are the same but for case. Letters fold one to one, as in Unicode's simple case folding.
pub(crate) fn equal_ignoring_case(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() { a.eq_ignore_ascii_case(b) } else { a.chars().map(fold).eq(b.chars().map(fold)) }
}

/// What all cases of a letter fold to.
pub(crate) fn fold(c: char) -> char {
    let upper = only(c, c.to_uppercase());
    only(upper, upper.to_lowercase())
}

/// All that fold to the same: the cases of a letter, of which some have more than two.
pub(crate) fn cases(c: char) -> impl Iterator<Item = char> {
    let folded = fold(c);
    std::iter::once(folded).chain(OTHER_CASES.get(&folded).into_iter().flatten().copied())
}

/// What folds to something else, by that.
static OTHER_CASES: LazyLock<HashMap<char, Vec<char>>> = LazyLock::new(|| {
    let mut all: HashMap<char, Vec<char>> = HashMap::new();
    // No letter behind these has cases.
    for c in '\0'..'\u{1f000}' {
        let folded = fold(c);
        if folded != c {
            all.entry(folded).or_default().push(c);
        }
    }
    all
});

/// The one character of a case mapping; `c` itself where the mapping has several.
fn only(c: char, mut mapped: impl Iterator<Item = char>) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::{cases, equal_ignoring_case};

    #[test]
    fn cases_of_a_letter() {
        let all = |c| cases(c).collect::<String>();
        assert_eq!((all('A'), all('a'), all('7'), all('ß')), ("aA".into(), "aA".into(), "7".into(), "ßẞ".into()));
        assert_eq!((all('k'), all('Σ')), ("kK\u{212a}".into(), "σΣς".into()));
    }

    #[test]
    fn folding() {
        for (a, b) in [("Straße", "STRAßE"), ("ΣΑΣ", "σας"), ("Ärger", "äRGER"), ("", ""), ("İ", "İ")] {
            assert!(equal_ignoring_case(a, b), "{a} {b}");
        }
        for (a, b) in [("ß", "ss"), ("a", "ä"), ("ab", "a")] {
            assert!(!equal_ignoring_case(a, b), "{a} {b}");
        }
    }
}
