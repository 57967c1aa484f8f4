//! The names that projects and Logstores may have.

fn is_name(name: &str, more: &[u8]) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = name.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    (3..=63).contains(&bytes.len())
        && ends.iter().all(|end| end.is_some_and(|byte| plain(*byte)))
        && bytes.iter().all(|byte| plain(*byte) || more.contains(byte))
}

/// Lower-case letters, digits and dashes; a letter or a digit at either end; 3 to 63.
pub(super) fn is_project(name: &str) -> bool {
    is_name(name, b"-")
}

/// The same, and underscores.
pub(super) fn is_store(name: &str) -> bool {
    is_name(name, b"-_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in ["abc", "a-c", "1-2", &"a".repeat(63)] {
            assert!(is_project(name) && is_store(name), "{name}");
        }
        for name in ["", "ab", "-bc", "ab-", "aBc", "a.c", "a c", "a/c", "äbc", &"a".repeat(64)] {
            assert!(!is_project(name) && !is_store(name), "{name}");
        }
        assert!(is_store("a_c") && !is_project("a_c"));
    }
}
