//! A command line of the `aliyun` CLI or of ossutil, or a file's name that stands for one.

use std::collections::BTreeMap;

/// What was called, and of whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Command {
    /// The operation: `ListPoliciesForUser`, `GetBucketAcl`.
    pub(crate) operation: String,
    options: BTreeMap<String, String>,
    /// What is named without an option: an `oss://` address, or what a file's name has after the operation.
    subject: Option<String>,
}

impl Command {
    /// The command of a line, wherever in it: behind a prompt, behind `sudo`, in a script.
    pub(crate) fn of_line(line: &str) -> Option<Self> {
        let words: Vec<String> = split(line);
        let at = words.iter().position(|word| {
            let program = word.rsplit('/').next().unwrap_or_default();
            ["aliyun", "ossutil", "ossutil64", "ossutil.exe", "aliyun.exe"].contains(&program)
        })?;
        let ossutil = words.get(at).is_some_and(|word| word.contains("ossutil"));
        let mut words = words.into_iter().skip(at + 1).filter(|word| word != "\\").peekable();
        let product = if ossutil { "ossutil".to_owned() } else { words.next()? };
        if product.starts_with('-') {
            return None;
        }
        let mut command = Self::default();
        let mut verbs: Vec<String> = Vec::new();
        while let Some(word) = words.next() {
            if let Some(option) = word.strip_prefix("--").filter(|option| !option.is_empty()) {
                let (name, value) = if let Some((name, value)) = option.split_once('=') {
                    (name.to_owned(), value.to_owned())
                } else {
                    let value = words.next_if(|next| !next.starts_with("--")).unwrap_or_default();
                    (option.to_owned(), value)
                };
                command.options.insert(pascal(&name), value);
            } else if let Some(address) = word.strip_prefix("oss://") {
                command.subject = address.split('/').next().map(str::to_owned);
            } else if word != "api" && !word.starts_with('-') && !["|", ">", "&&", ";"].contains(&word.as_str()) {
                verbs.push(word);
            } else if !word.starts_with('-') && word != "api" {
                break;
            }
        }
        let verb = verbs.first()?;
        let of_oss = ["oss", "ossutil"].contains(&product.as_str());
        command.operation = match (of_oss, verb.as_str()) {
            (true, "bucket-policy") => "GetBucketPolicy".to_owned(),
            (true, "bucket-tagging") => "GetBucketTags".to_owned(),
            (true, "stat") => "Stat".to_owned(),
            (true, "ls") => "ListBuckets".to_owned(),
            (_, other) => pascal(other),
        };
        Some(command)
    }

    /// The command that a file's name stands for: `ListPoliciesForUser-alice.json`, `GetBucketAcl.photos.xml`.
    pub(crate) fn of_file(stem: &str) -> Option<Self> {
        let end = stem.find(['-', '.', '_', ' ']).unwrap_or(stem.len());
        let (operation, rest) = stem.split_at(end);
        let known = ["Get", "List", "Describe", "Decode"].iter().any(|verb| operation.starts_with(verb));
        let subject = rest.get(1..).filter(|subject| !subject.is_empty()).map(str::to_owned);
        known.then(|| Self { operation: operation.to_owned(), options: BTreeMap::new(), subject })
    }

    /// An option, by the API's name, or what is named without one.
    pub(crate) fn option(&self, name: &str) -> Option<&str> {
        let found = self.options.iter().find(|(option, _)| option.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        found.or(self.subject.as_ref()).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// An option, by the API's name, where it was written.
    pub(crate) fn written(&self, name: &str) -> Option<&str> {
        let found = self.options.iter().find(|(option, _)| option.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        found.map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The bucket that it is about.
    pub(crate) fn bucket(&self) -> Option<&str> {
        self.written("Bucket").or(self.subject.as_deref())
    }

    /// The account, where a resource directory's operation names one.
    pub(crate) fn target(&self) -> Option<&str> {
        self.option("TargetId")
    }
}

/// `list-policies-for-user` as the API names it.
fn pascal(name: &str) -> String {
    if !name.contains('-') && name.starts_with(|c: char| c.is_ascii_uppercase()) {
        return name.to_owned();
    }
    name.split('-')
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        })
        .collect()
}

/// The words of a line, quotes taken off.
fn split(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut any) = (Vec::new(), String::new(), None, false);
    for c in line.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), c) => word.push(c),
            (None, '\'' | '"') => (quote, any) = (Some(c), true),
            (None, c) if c.is_whitespace() => {
                if any || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            (None, c) => word.push(c),
        }
    }
    if any || !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::Command;

    #[test]
    fn what_a_line_calls() {
        for (line, operation, option, value) in [
            ("$ aliyun ram ListPoliciesForUser --UserName alice", "ListPoliciesForUser", "UserName", "alice"),
            (
                "me@host:~$ aliyun ram list-policies-for-user --user-name='alice b'",
                "ListPoliciesForUser",
                "UserName",
                "alice b",
            ),
            (
                "+ /usr/bin/aliyun ram GetPolicy --PolicyType Custom --PolicyName Photos | jq .",
                "GetPolicy",
                "PolicyName",
                "Photos",
            ),
            ("ossutil api get-bucket-acl --bucket photos", "GetBucketAcl", "Bucket", "photos"),
            ("aliyun oss bucket-policy --method get oss://photos", "GetBucketPolicy", "Bucket", "photos"),
            ("C:\\> ossutil64 stat oss://photos", "Stat", "Bucket", "photos"),
        ] {
            let command = Command::of_line(line).unwrap_or_default();
            assert_eq!((command.operation.as_str(), command.option(option)), (operation, Some(value)), "{line}");
        }
        assert_eq!(Command::of_line("the aliyun"), None);
        assert_eq!(Command::of_line("nothing here"), None);
        let command = Command::of_file("ListPoliciesForUser-alice").unwrap();
        assert_eq!((command.operation.as_str(), command.option("UserName")), ("ListPoliciesForUser", Some("alice")));
        assert_eq!(Command::of_file("photos"), None);
    }
}
