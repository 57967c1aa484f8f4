//! What a learner types: a command with words after it, quoted as in a shell. JSON may stand without quotes around it.

/// A line, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// Nothing.
    Nothing,
    /// A command and its words.
    Words(Vec<Word>),
    /// A quote or a bracket is open: more has to come.
    Open,
}

/// A word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Word {
    /// What it says, without its quotes.
    pub(super) text: String,
    /// Whether some of it stood in quotes.
    pub(super) quoted: bool,
}

/// Reads a line.
pub(super) fn read(line: &str) -> Typed {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let mut rest = line.chars().peekable();
    while let Some(next) = rest.next() {
        match next {
            c if c.is_whitespace() => words.extend(word.take()),
            quote @ ('\'' | '"') => {
                let word = word.get_or_insert_default();
                word.quoted = true;
                loop {
                    match rest.next() {
                        None => return Typed::Open,
                        Some(c) if c == quote => break,
                        Some('\\') if quote == '"' => match rest.next() {
                            None => return Typed::Open,
                            Some(c) => word.text.push(c),
                        },
                        Some(c) => word.text.push(c),
                    }
                }
            }
            '\\' => match rest.next() {
                // A line that goes on.
                None => return Typed::Open,
                Some('\n') => {}
                Some(c) => word.get_or_insert_default().text.push(c),
            },
            // `NAME={"a": 1}`: up to the bracket that closes it, blanks and quotes included.
            bracket @ ('{' | '[') if word.as_ref().is_some_and(|word| word.text.ends_with('=')) => {
                let word = word.get_or_insert_default();
                word.text.push(bracket);
                if !json(word, &mut rest) {
                    return Typed::Open;
                }
            }
            c => word.get_or_insert_default().text.push(c),
        }
    }
    words.extend(word);
    if words.is_empty() { Typed::Nothing } else { Typed::Words(words) }
}

/// The rest of a JSON value, whose first bracket is read; false if it does not end.
fn json(word: &mut Word, rest: &mut impl Iterator<Item = char>) -> bool {
    let (mut depth, mut in_text, mut escaped) = (1_usize, false, false);
    for next in rest {
        word.text.push(next);
        if in_text {
            match next {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match next {
            '"' => in_text = true,
            '{' | '[' => depth += 1,
            '}' | ']' => {
                depth -= 1;
                if depth == 0 {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{Typed, Word, read};

    fn words(line: &str) -> Vec<(String, bool)> {
        match read(line) {
            Typed::Words(words) => words.into_iter().map(|Word { text, quoted }| (text, quoted)).collect(),
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn a_line_is_read_as_a_shell_does_but_for_json() {
        let plain = |text: &str| (text.to_owned(), false);
        let quoted = |text: &str| (text.to_owned(), true);
        assert_eq!(
            words("call  Ram.GetUser UserName=alice"),
            [plain("call"), plain("Ram.GetUser"), plain("UserName=alice")]
        );
        assert_eq!(words(r#"a 'b "c"' d"#), [plain("a"), quoted(r#"b "c""#), plain("d")]);
        assert_eq!(words(r#"P={"a": [1, "} b"]} x"#), [plain(r#"P={"a": [1, "} b"]}"#), plain("x")]);
        assert_eq!(words(r#"P='{"a": 1}'"#), [quoted(r#"P={"a": 1}"#)]);
        assert_eq!(words(r#"a "b\"c" \"#.trim_end_matches('\\')), [plain("a"), quoted("b\"c")]);
        assert_eq!(words("call \\\nX"), [plain("call"), plain("X")]);
        assert_eq!(words("key=${name}"), [plain("key=${name}")]);
    }

    #[test]
    fn what_is_open_wants_more() {
        for line in ["a 'b", "a \"b", "P={\"a\": 1", "P=[", "call \\", "a \"b\\"] {
            assert_eq!(read(line), Typed::Open, "{line}");
        }
        assert_eq!(read("  \n"), Typed::Nothing);
    }
}
