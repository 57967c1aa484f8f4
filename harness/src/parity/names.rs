//! The names of a run. Everything that a run makes has a name that begins with the run's own prefix; a scenario's names come to theirs by
//! rule, wherever they stand: in a parameter, in an ARN, in a policy.

use std::collections::BTreeMap;
use std::fmt;

use rand::RngExt;

/// What tells one run from another: six letters and digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunId(String);

/// Names are rewritten by their kind: a workspace of PAI has no hyphens in its name, and 23 characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NameKind {
    /// Letters, digits and hyphens.
    Usual,
    /// Letters, digits and underscores; short.
    Workspace,
}

const LENGTH: usize = 6;
/// Longer names are about their length: it stays.
const LONG: usize = 30;
/// The longest name of a workspace.
const WORKSPACE: usize = 23;

impl RunId {
    /// Another one than ever before.
    pub fn random() -> Self {
        const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        let mut random = rand::rng();
        let letter = |_| char::from(ALPHABET.get(random.random_range(0..ALPHABET.len())).copied().unwrap_or(b'a'));
        Self((0..LENGTH).map(letter).collect())
    }

    /// One that is written in a journal.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == LENGTH && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        fits.then(|| Self(text.to_owned()))
    }

    /// What the names of this run begin with: `acslab-k3x9q2-`.
    pub fn prefix(&self) -> String {
        format!("acslab-{self}-")
    }

    fn prefix_of(&self, kind: NameKind) -> String {
        match kind {
            NameKind::Usual => self.prefix(),
            NameKind::Workspace => format!("acslab_{self}_"),
        }
    }

    /// Is it the name of something that this run may have made?
    pub(super) fn made(&self, name: &str) -> bool {
        [NameKind::Usual, NameKind::Workspace].iter().any(|kind| {
            let prefix = self.prefix_of(*kind);
            name.strip_prefix(&prefix).is_some_and(|rest| !rest.is_empty() && !rest.contains(['/', '?', '#']))
        })
    }

    /// Does a text name something of this run?
    pub(super) fn is_in(&self, text: &str) -> bool {
        [NameKind::Usual, NameKind::Workspace].iter().any(|kind| text.contains(&self.prefix_of(*kind)))
    }

    /// A scenario's name as the run has it.
    pub(super) fn name(&self, name: &str, kind: NameKind) -> String {
        let prefix = self.prefix_of(kind);
        let length = name.chars().count();
        let long = match kind {
            NameKind::Usual => length > LONG,
            NameKind::Workspace => length + prefix.len() > WORKSPACE && length > prefix.len(),
        };
        if long {
            return prefix.clone() + &name.chars().skip(prefix.len()).collect::<String>();
        }
        prefix + name
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Words of ARNs, policies and answers, which a name must not be: to replace it would replace them.
const WORDS: &[&str] = &[
    "acs",
    "oss",
    "ram",
    "sts",
    "log",
    "pai",
    "user",
    "users",
    "role",
    "roles",
    "group",
    "policy",
    "root",
    "bucket",
    "object",
    "allow",
    "deny",
    "effect",
    "action",
    "resource",
    "statement",
    "version",
    "condition",
    "principal",
    "system",
    "custom",
    "company",
    "private",
    "standard",
    "enabled",
];

/// A scenario's names, each with that of the run.
#[derive(Clone, Debug, Default)]
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    /// Takes a name up. The error says why it cannot be told from other words.
    pub(super) fn add(&mut self, name: &str, kind: NameKind, run: &RunId) -> Result<(), String> {
        let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
        if is_number || name.len() < 3 || WORDS.contains(&name.to_ascii_lowercase().as_str()) {
            return Err(format!(
                "the name `{name}` could be a word of an ARN or a policy as well, so it cannot be rewritten: give it another, such as `{name}-of-parity`"
            ));
        }
        self.0.insert(name.to_owned(), run.name(name, kind));
        Ok(())
    }

    /// A text with the run's names in the place of the scenario's: where it is one, and wherever one stands as a word of its own.
    pub(super) fn rewrite(&self, text: &str) -> String {
        if let Some(whole) = self.0.get(text) {
            return whole.clone();
        }
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let mut rewritten = String::with_capacity(text.len());
        let mut rest = text;
        while !rest.is_empty() {
            let word = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(word);
            rewritten.push_str(self.0.get(word).map_or(word, String::as_str));
            let between = behind.find(is_word).unwrap_or(behind.len());
            let (between, behind) = behind.split_at(between);
            rewritten.push_str(between);
            rest = behind;
        }
        rewritten
    }
}

#[cfg(test)]
mod tests {
    use super::{NameKind, Names, RunId};

    fn run() -> RunId {
        RunId::parse("k3x9q2").unwrap()
    }

    #[test]
    fn ids_are_of_one_form() {
        let random = RunId::random();
        assert_eq!(RunId::parse(&random.to_string()), Some(random));
        for other in ["", "k3x9q", "K3x9q2", "k3x9q2a", "k3-9q2"] {
            assert_eq!(RunId::parse(other), None, "{other}");
        }
    }

    #[test]
    fn a_name_stands_wherever_it_is_a_word() {
        let mut names = Names::default();
        for name in ["alice", "flows-2", "bad name!"] {
            names.add(name, NameKind::Usual, &run()).unwrap();
        }
        for (text, rewritten) in [
            ("alice", "acslab-k3x9q2-alice"),
            ("bad name!", "acslab-k3x9q2-bad name!"),
            ("acs:ram::1:user/alice", "acs:ram::1:user/acslab-k3x9q2-alice"),
            (r#"{"Resource":["acs:oss:*:*:flows-2/*"]}"#, r#"{"Resource":["acs:oss:*:*:acslab-k3x9q2-flows-2/*"]}"#),
            ("alice@1.onaliyun.com", "acslab-k3x9q2-alice@1.onaliyun.com"),
            ("malice, alice2, flows-20", "malice, alice2, flows-20"),
            ("é alice é", "é acslab-k3x9q2-alice é"),
            ("", ""),
        ] {
            assert_eq!(names.rewrite(text), rewritten);
        }
    }

    #[test]
    fn a_long_name_keeps_its_length() {
        let long = "a".repeat(65);
        let name = run().name(&long, NameKind::Usual);
        assert_eq!((name.len(), run().made(&name)), (65, true));
        assert_eq!(run().name("w", NameKind::Workspace), "acslab_k3x9q2_w");
        assert_eq!(run().name(&"w".repeat(24), NameKind::Workspace).len(), 24);
    }

    #[test]
    fn a_name_that_could_be_a_word_is_not_taken() {
        for name in ["role", "OSS", "ab", "123456"] {
            assert!(Names::default().add(name, NameKind::Usual, &run()).is_err(), "{name}");
        }
    }

    #[test]
    fn only_names_of_the_run_are_its_own() {
        for (name, made) in [
            ("acslab-k3x9q2-alice", true),
            ("acslab_k3x9q2_flows", true),
            ("acslab-k3x9q2-", false),
            ("acslab-k3x9q2-a/../b", false),
            ("acslab-other1-alice", false),
            ("my-acslab-k3x9q2-alice", false),
            ("alice", false),
            ("", false),
        ] {
            assert_eq!(run().made(name), made, "{name}");
        }
    }
}
