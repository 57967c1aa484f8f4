//! RAM codes of services of which nothing else is listed.

/// The codes, and what else people call them.
#[derive(Debug)]
pub(super) struct Codes {
    /// In order.
    codes: Vec<&'static str>,
    /// A word that somebody writes, and the code meant.
    meant: Vec<(&'static str, &'static str)>,
}

impl Codes {
    /// Reads lines of codes, and lines `code: words`; `#` begins a comment.
    pub(super) fn read(text: &'static str) -> Self {
        let (mut codes, mut meant) = (Vec::new(), Vec::new());
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            match line.split_once(':') {
                None => codes.extend(line.split_ascii_whitespace()),
                Some((code, words)) => {
                    codes.push(code);
                    meant.extend(words.split_ascii_whitespace().map(|word| (word, code)));
                }
            }
        }
        codes.sort_unstable();
        Self { codes, meant }
    }

    pub(super) fn all(&self) -> &[&'static str] {
        &self.codes
    }

    pub(super) fn has(&self, code: &str) -> bool {
        let code = code.to_ascii_lowercase();
        self.codes.binary_search(&&*code).is_ok()
    }

    pub(super) fn meant_by(&self, word: &str) -> Option<&'static str> {
        self.meant.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, code)| *code)
    }
}
