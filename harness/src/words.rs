//! Plurals, lists of choices, the nearest known name, and texts that can be printed.

use acslab_policy::printable;

/// "1 step", "2 steps".
pub fn count(number: usize, singular: &str) -> String {
    if number == 1 { format!("1 {singular}") } else { format!("{number} {singular}s") }
}

/// "2 of 3 cases hold".
pub fn cases_hold((held, all): (usize, usize)) -> String {
    format!("{held} of {all} cases hold")
}

/// "`a`, `b` or `c`".
pub fn or_list(choices: &[impl AsRef<str>]) -> String {
    let quoted: Vec<_> = choices.iter().map(|c| format!("`{}`", c.as_ref())).collect();
    match quoted.split_last() {
        None => "nothing".into(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

/// "`a`, `b` and `c`".
pub fn and_list(names: &[impl AsRef<str>]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    match quoted.split_last() {
        None => "nothing".into(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// What may stand in the place of a name that is not known: the one that was most likely meant, and some of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// The name that was meant, if one is near.
    pub near: Option<String>,
    some: Vec<String>,
    more: usize,
}

impl Choices {
    /// How many names are listed.
    const MOST: usize = 24;

    /// What `written` may stand for among `known`.
    pub fn new<T: AsRef<str>>(written: &str, known: impl IntoIterator<Item = T, IntoIter: Clone>) -> Self {
        let known = known.into_iter();
        let near = nearest(written, known.clone());
        let mut some: Vec<_> = known.clone().take(Self::MOST).map(|name| name.as_ref().to_owned()).collect();
        some.dedup();
        Self { near, some, more: known.skip(Self::MOST).count() }
    }

    /// "did you mean `a`?", or else "the fields are `a`, `b`", or that there are none.
    pub fn advice(&self, what: &str) -> String {
        self.did_you_mean().unwrap_or_else(|| self.list(what))
    }

    /// "did you mean `a`?"
    pub fn did_you_mean(&self) -> Option<String> {
        self.near.as_deref().map(did_you_mean)
    }

    /// "the fields are `a`, `b`", or that there are none.
    pub fn list(&self, what: &str) -> String {
        if self.some.is_empty() {
            return format!("there are no {what}");
        }
        let quoted: Vec<_> = self.some.iter().map(|name| format!("`{name}`")).collect();
        let more = if self.more == 0 { String::new() } else { format!(" and {} more", self.more) };
        format!("the {what} are {}{more}", quoted.join(", "))
    }
}

/// "did you mean `a`?"
pub fn did_you_mean(near: &str) -> String {
    format!("did you mean `{near}`?")
}

/// The known name that `written` most likely stands for, if one is near.
pub fn nearest<T: AsRef<str>>(written: &str, known: impl IntoIterator<Item = T>) -> Option<String> {
    let lower = written.to_lowercase();
    let length = lower.chars().count();
    let allowed = (length / 3).max(1);
    known
        .into_iter()
        // Names whose lengths are far apart need no closer look.
        .filter(|name| name.as_ref().chars().count().abs_diff(length) <= allowed)
        .map(|name| (strsim::osa_distance(&lower, &name.as_ref().to_lowercase()), name.as_ref().to_owned()))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, name)| name)
}

/// The known name that differs from `written` in letter case or by one slip of the pen.
pub fn slip<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> Option<String> {
    let lower = written.to_lowercase();
    let length = lower.chars().count();
    let near = |name: &&str| {
        name.chars().count().abs_diff(length) <= 1 && strsim::osa_distance(&lower, &name.to_lowercase()) <= 1
    };
    known.into_iter().find(near).map(str::to_owned)
}

/// The beginning of a text, of so many bytes or a little less.
pub fn beginning(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or(text)
}

/// A text that can be printed, line for line: what is not visible is escaped as in JSON.
pub fn plain(text: &str) -> String {
    let line = |line: &str| line.split('\t').map(printable).collect::<Vec<_>>().join("\t");
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// The same, and of more than a person reads the middle is left out.
pub fn visible(text: &str) -> String {
    const MOST: usize = 16 * 1024;
    if text.len() <= MOST {
        return plain(text);
    }
    let boundary = |at: usize| (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let (head, tail) = (boundary(MOST / 2), boundary(text.len() - MOST / 4));
    let shown = |part: Option<&str>| plain(part.unwrap_or_default());
    format!("{} … {} bytes … {}", shown(text.get(..head)), tail - head, shown(text.get(tail..)))
}

/// Why a file could not be used, the same on every system.
pub fn io_reason(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".into(),
        ErrorKind::IsADirectory => "it is a folder".into(),
        ErrorKind::PermissionDenied => "permission denied".into(),
        ErrorKind::InvalidData => "it is not UTF-8 text".into(),
        _ => error.to_string(),
    }
}

/// A word that a shell takes as it is.
pub(crate) fn quoted(name: &str) -> String {
    format!("'{}'", name.replace('\'', r"'\''"))
}

/// A word of a command that people copy: quoted, unless a shell takes it as it is anyway.
pub(crate) fn word(name: &str) -> String {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/' | b'@' | b':' | b'+');
    if !name.is_empty() && name.bytes().all(plain) { name.to_owned() } else { quoted(name) }
}

#[cfg(test)]
mod tests {
    use super::{Choices, count, nearest, or_list, visible, word};

    #[test]
    fn nothing_but_text_reaches_a_terminal() {
        assert_eq!(visible("a\u{1b}[31m\nb\tc\0\u{202e}é"), "a\\u001b[31m\nb\tc\\u0000\\u202eé");
        let long = visible(&"é".repeat(1_000_000));
        assert!(long.len() < 20_000 && long.contains(" … 1987712 bytes … "), "{}", &long[8_000..8_500]);
    }

    #[test]
    fn a_near_name_is_found_whatever_its_case() {
        let known = ["CreateUser", "DeleteUser", "GetUser"];
        assert_eq!(nearest("createuser", known), Some("CreateUser".into()));
        assert_eq!(nearest("CreatUser", known), Some("CreateUser".into()));
        assert_eq!(nearest("ListBuckets", known), None);
        assert_eq!(nearest("on", ["of", "in"]), Some("in".into()));
    }

    #[test]
    fn lists_read_aloud() {
        assert_eq!(or_list(&["a"]), "`a`");
        assert_eq!(or_list(&["a", "b", "c"]), "`a`, `b` or `c`");
        assert_eq!(Choices::new("x", ["a", "bcd"]).advice("fields"), "did you mean `a`?");
        assert_eq!(Choices::new("xyz", ["a", "bcd"]).advice("fields"), "the fields are `a`, `bcd`");
        assert_eq!(Choices::new("xyz", [""; 0]).advice("fields"), "there are no fields");
        let many: Vec<_> = (100..200).map(|number| number.to_string()).collect();
        assert!(Choices::new("xyz", &many).advice("fields").ends_with("`122`, `123` and 76 more"));
        assert_eq!(count(1, "step"), "1 step");
        assert_eq!(count(0, "step"), "0 steps");
    }

    #[test]
    fn a_shell_takes_a_word_as_it_is() {
        assert_eq!(word("ops-1@x.onaliyun.com"), "ops-1@x.onaliyun.com");
        assert_eq!(word("$(id)"), "'$(id)'");
        assert_eq!(word("a'; id"), r"'a'\''; id'");
        assert_eq!((word(""), word("a b"), word("公司")), ("''".into(), "'a b'".into(), "'公司'".into()));
    }
}
