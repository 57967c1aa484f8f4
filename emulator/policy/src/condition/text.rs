//! Comparing text without regard to letter case.

/// Whether two texts are the same but for case. Letters fold one to one, as in Unicode's simple case folding.
pub(crate) fn equal_ignoring_case(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() { a.eq_ignore_ascii_case(b) } else { a.chars().map(fold).eq(b.chars().map(fold)) }
}

fn fold(c: char) -> char {
    let upper = only(c, c.to_uppercase());
    only(upper, upper.to_lowercase())
}

/// The one character of a case mapping; `c` itself where the mapping has several.
fn only(c: char, mut mapped: impl Iterator<Item = char>) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::equal_ignoring_case;

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
