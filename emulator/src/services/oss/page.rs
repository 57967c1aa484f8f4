//! A page of a list that is in order of names, gathered by the beginnings that names have in common up to a delimiter.

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// What the names begin with.
    pub(super) prefix: &'a str,
    /// What ends a beginning behind the prefix; empty for none.
    pub(super) delimiter: &'a str,
    /// Nothing up to and with this.
    pub(super) after: Option<&'a str>,
    /// How many entries and beginnings at most.
    pub(super) most: usize,
}

/// What is found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page<T> {
    /// The entries with their names.
    pub(super) entries: Vec<(String, T)>,
    /// The beginnings that names have in common up to a delimiter, each once.
    pub(super) common: Vec<String>,
    /// Is there more?
    pub(super) truncated: bool,
}

impl<T> Page<T> {
    fn empty() -> Self {
        Self { entries: Vec::new(), common: Vec::new(), truncated: false }
    }

    /// Gathers a page. `open` begins to read the list at a name; what stands behind a beginning that is listed is not read but
    /// passed over, so that a page costs what it shows, however much the list holds. `first` is the list as it is read when
    /// nothing is passed over before.
    pub(super) fn of<'k, I>(asked: &Asked<'_>, first: impl FnOnce() -> I, open: impl Fn(&str) -> I) -> Self
    where
        I: Iterator<Item = (&'k str, T)>,
    {
        let mut page = Self::empty();
        if asked.most == 0 {
            return page;
        }
        // A page that ended with a beginning, or within it, has listed it.
        let listed = asked.after.and_then(|after| beginning(after, asked));
        let mut names = match listed.map(behind) {
            None => first(),
            Some(Some(from)) => open(&from),
            Some(None) => return page,
        };
        while let Some((name, entry)) = names.next().filter(|(name, _)| name.starts_with(asked.prefix)) {
            if page.entries.len() + page.common.len() == asked.most {
                page.truncated = true;
                break;
            }
            let Some(common) = beginning(name, asked) else {
                page.entries.push((name.to_owned(), entry));
                continue;
            };
            page.common.push(common.to_owned());
            match behind(common) {
                Some(from) => names = open(&from),
                None => break,
            }
        }
        page
    }

    /// The name or the beginning that the page ends with.
    pub(super) fn last(&self) -> Option<&str> {
        let entry = self.entries.last().map(|(name, _)| name);
        entry.max(self.common.last()).map(String::as_str)
    }
}

/// The name that a list is to be read from when nothing up to and with `after` is wanted.
pub(super) fn start(asked: &Asked<'_>) -> String {
    match asked.after {
        // No name lies between one and the same with the first character there is behind it.
        Some(after) if after >= asked.prefix => format!("{after}\0"),
        _ => asked.prefix.to_owned(),
    }
}

/// The beginning of a name up to the delimiter behind the prefix.
fn beginning<'k>(name: &'k str, asked: &Asked<'_>) -> Option<&'k str> {
    if asked.delimiter.is_empty() {
        return None;
    }
    let rest = name.strip_prefix(asked.prefix)?;
    let end = asked.prefix.len() + rest.find(asked.delimiter)? + asked.delimiter.len();
    name.get(..end)
}

/// The first of the names that do not begin so any more; `None` when there can be none.
fn behind(beginning: &str) -> Option<String> {
    let mut rest = beginning.to_owned();
    while let Some(last) = rest.pop() {
        // The order of texts is that of their characters. Behind the last one there is none, and a shorter text must do.
        if let Some(next) = (last..=char::MAX).nth(1) {
            rest.push(next);
            return Some(rest);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::collections::BTreeSet;

    use super::*;

    type Seen = (Vec<String>, Vec<String>, Option<String>);

    /// The page, the marker of the next one, and how many names were read for it.
    fn read(keys: &BTreeSet<String>, asked: &Asked<'_>) -> (Seen, usize) {
        let steps = Cell::new(0);
        let open = |from: &str| {
            keys.range(from.to_owned()..).map(|key| (key.as_str(), ())).inspect(|_| steps.set(steps.get() + 1))
        };
        let page = Page::of(asked, || open(&start(asked)), open);
        let next = page.last().filter(|_| page.truncated).map(str::to_owned);
        let seen = (page.entries.into_iter().map(|(name, ())| name).collect(), page.common, next);
        (seen, steps.get())
    }

    fn page(keys: &[&str], prefix: &str, delimiter: &str, after: Option<&str>, most: usize) -> Seen {
        read(&texts(keys).into_iter().collect(), &Asked { prefix, delimiter, after, most }).0
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn the_documented_example() {
        let keys = ["fun/movie/001.avi", "fun/movie/007.avi", "fun/test.jpg", "oss.jpg"];
        assert_eq!(page(&keys, "fun/", "", None, 100), (texts(&keys[..3]), vec![], None));
        assert_eq!(page(&keys, "fun/", "/", None, 100), (texts(&["fun/test.jpg"]), texts(&["fun/movie/"]), None));
        assert_eq!(page(&keys, "", "/", None, 100), (texts(&["oss.jpg"]), texts(&["fun/"]), None));
    }

    #[test]
    fn pages_meet_without_gap_or_repetition() {
        let keys = ["a", "b/1", "b/2", "c", "d/1", "e"];
        let mut seen = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let (keys, common, next) = page(&keys, "", "/", after.as_deref(), 2);
            let mut both = [keys, common].concat();
            both.sort();
            seen.extend(both);
            match next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        assert_eq!(seen, texts(&["a", "b/", "c", "d/", "e"]));
    }

    #[test]
    fn a_full_last_page_is_not_truncated() {
        assert_eq!(page(&["a", "b"], "", "", None, 2), (texts(&["a", "b"]), vec![], None));
        assert_eq!(page(&["a/1", "a/2"], "", "/", None, 1), (vec![], texts(&["a/"]), None));
        assert_eq!(page(&["a"], "", "", None, 0), (vec![], vec![], None));
    }

    #[test]
    fn markers_before_within_and_behind_the_prefix() {
        let keys = ["a", "b/1", "b/2", "b/x/1", "c"];
        assert_eq!(page(&keys, "b/", "", Some("a"), 9).0, texts(&keys[1..4]));
        assert_eq!(page(&keys, "b/", "", Some("b/1"), 9).0, texts(&keys[2..4]));
        assert_eq!(page(&keys, "b/", "", Some("c"), 9), (vec![], vec![], None));
        assert_eq!(page(&keys, "b/", "/", Some("b/1"), 9), (texts(&["b/2"]), texts(&["b/x/"]), None));
        // A beginning is listed no more when the page before ended with it, or within it.
        for after in ["b/", "b/1", "b/x/1"] {
            assert_eq!(page(&keys, "", "/", Some(after), 9), (texts(&["c"]), vec![], None), "{after}");
        }
    }

    #[test]
    fn behind_the_last_character_there_is_none() {
        let last = char::MAX;
        assert_eq!(behind("a/"), Some("a0".to_owned()));
        assert_eq!(behind("a\u{D7FF}"), Some("a\u{E000}".to_owned()));
        assert_eq!(behind(&format!("a{last}{last}")), Some("b".to_owned()));
        assert_eq!(behind(&last.to_string()), None);
        let keys = ["a", &format!("{last}1"), &format!("{last}2")];
        assert_eq!(page(&keys, "", &last.to_string(), None, 9), (texts(&["a"]), texts(&[&last.to_string()]), None));
    }

    #[test]
    fn a_page_costs_what_it_shows() {
        let keys: BTreeSet<_> = (0..20).flat_map(|a| (0..500).map(move |b| format!("d{a:02}/{b:03}"))).collect();
        let asked = |most, after| Asked { prefix: "d", delimiter: "/", after, most };
        let (seen, steps) = read(&keys, &asked(100, None));
        assert_eq!((seen.1.len(), seen.2), (20, None));
        assert_eq!(steps, 20);
        let (seen, steps) = read(&keys, &asked(5, Some("d09/")));
        assert_eq!((seen.1, seen.2), (texts(&["d10/", "d11/", "d12/", "d13/", "d14/"]), Some("d14/".to_owned())));
        assert_eq!(steps, 6);
        let (seen, steps) = read(&keys, &Asked { prefix: "d07/", delimiter: "", after: Some("d07/100"), most: 10 });
        assert_eq!((seen.0.len(), steps), (10, 11));
    }
}
