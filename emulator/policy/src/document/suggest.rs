//! "Did you mean": the nearest known name.

/// The name nearest to `written`, if it is near enough to be a slip.
pub fn nearest<'n>(written: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    nearest_within(written, known, written.chars().count() / 3)
}

/// The name nearest to `written` among those at most `limit` letters away.
pub(crate) fn nearest_within<'n>(
    written: &str,
    known: impl IntoIterator<Item = &'n str>,
    limit: usize,
) -> Option<&'n str> {
    let written = written.to_ascii_lowercase();
    let length = written.chars().count();
    known
        .into_iter()
        // Names that differ more in length than letters may differ are not worth comparing.
        .filter(|name| name.chars().count().abs_diff(length) <= limit)
        .map(|name| (distance(&written, &name.to_ascii_lowercase()), name))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance <= limit)
        .map(|(_, name)| name)
}

/// Levenshtein distance. Names longer than any known one are not compared in full.
fn distance(a: &str, b: &str) -> usize {
    const LONGEST: usize = 64;
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().take(LONGEST).enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, to) in row.iter_mut().skip(1).zip(&b) {
            let substituted = diagonal + usize::from(from != *to);
            diagonal = *cell;
            left = substituted.min(left + 1).min(diagonal + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips() {
        let known = ["StringEquals", "StringLike", "IpAddress"];
        assert_eq!(nearest("StringEqual", known), Some("StringEquals"));
        assert_eq!(nearest("stringlike", known), Some("StringLike"));
        assert_eq!(nearest("IPAddres", known), Some("IpAddress"));
        assert_eq!(nearest("Null", known), None);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
    }
}
