//! A command line of the `aliyun` CLI or of ossutil, or a file's name that stands for one.

use std::collections::BTreeMap;

use crate::catalogue::has_operation;

/// What was called, and of whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Command {
    /// The operation: `ListPoliciesForUser`, `GetBucketAcl`.
    pub(crate) operation: String,
    /// `ram`, `oss`; none of a file's name.
    product: Option<String>,
    options: BTreeMap<String, String>,
    /// What is named without an option: an `oss://` address, or what a file's name has after the operation.
    subject: Option<String>,
    /// Of OSS's tools the verb, and what stands behind it without an option, in order: `cp`, `a.txt`, `oss://photos/a.txt`.
    pub(crate) of_oss: Option<(String, Vec<String>)>,
}

/// Options of the `aliyun` CLI that have no value.
const ALONE: &[&str] = &["insecure", "skip-secure-verify", "secure", "force", "dryrun", "quiet", "help", "version"];

/// Options of ossutil that have no value.
const ALONE_OF_OSSUTIL: &[&str] = &[
    "all-type",
    "all-versions",
    "bypass",
    "checksum",
    "delete",
    "directory",
    "disable-all-symlink",
    "disable-crc64",
    "disable-dir-object",
    "disable-ignore-error",
    "dry-run",
    "enable-symlink-dir",
    "force",
    "ignore-existing",
    "multipart",
    "no-progress",
    "only-current-dir",
    "quiet",
    "recursive",
    "short-format",
    "update",
];

/// Options of one letter that have a value, by their longer names: of the `aliyun` CLI and of ossutil.
const SHORT: &[(&str, &str)] = &[
    ("p", "Profile"),
    ("c", "Config"),
    ("e", "Endpoint"),
    ("i", "Id"),
    ("k", "Secret"),
    ("t", "Token"),
    ("j", "Jobs"),
    ("L", "Language"),
];

impl Command {
    /// The command of a line: at its beginning, behind a prompt, behind `sudo`, in a script. Prose that names the program is none.
    pub(crate) fn of_line(line: &str) -> Option<Self> {
        if !line.contains("aliyun") && !line.contains("ossutil") {
            return None;
        }
        let words: Vec<String> = split(line);
        let program = |word: &String| {
            // The last of a path, or of a prompt without a blank: `C:\Users\me>aliyun`.
            let name = word.rsplit(['/', '\\', '>', '$', '#', '%', '(', '`']).next().unwrap_or_default();
            let name = name.strip_suffix(".exe").unwrap_or(name);
            // `ossutil64`, `ossutilmac64`, `ossutil-v2`.
            let of_oss = name.strip_prefix("ossutil");
            name == "aliyun" || of_oss.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
        };
        let at = words.iter().position(program)?;
        if words.get(..at)?.last().is_some_and(|before| is_prose(before)) {
            return None;
        }
        let ossutil = words.get(at).is_some_and(|word| word.contains("ossutil"));
        // What a line ends with that goes on in the next one.
        let goes_on = |word: &String| ["\\", "`", "^"].contains(&word.as_str());
        let mut words = words.into_iter().skip(at + 1).filter(|word| !goes_on(word)).peekable();
        let mut command = Self::default();
        let (mut verb, mut named): (Option<String>, Vec<String>) = Default::default();
        // Behind `api` is any operation of OSS.
        let mut by_name = false;
        let mut product = ossutil.then(|| "ossutil".to_owned());
        while let Some(word) = words.next() {
            if ["|", ">", "2>", "&&", "||", ";"].contains(&word.as_str()) {
                break;
            }
            if let Some(option) = word.strip_prefix("--").filter(|option| !option.is_empty()) {
                let (name, value) = if let Some((name, value)) = option.split_once('=') {
                    (name.to_owned(), value.to_owned())
                } else {
                    // Before the product only options of the CLI itself stand, and some of them have no value.
                    let of_oss = product.as_deref().is_some_and(is_of_oss);
                    let alone = if of_oss { ALONE_OF_OSSUTIL } else { ALONE };
                    // `--version` behind a product is that of its API.
                    let alone = alone.contains(&option) && (of_oss || product.is_none() || option != "version");
                    let is_value = |next: &String| !alone && !next.starts_with('-') && !next.starts_with("oss://");
                    let value = words.next_if(is_value).unwrap_or_default();
                    (option.to_owned(), value)
                };
                command.options.insert(pascal(&name), value);
            } else if let Some(letter) = word.strip_prefix('-') {
                if let Some((_, name)) = SHORT.iter().find(|(short, _)| *short == letter) {
                    command.options.insert((*name).to_owned(), words.next().unwrap_or_default());
                }
            } else if let Some(address) = word.strip_prefix("oss://") {
                command.subject = address.split('/').next().map(str::to_owned);
                named.push(word);
            } else if product.is_none() {
                product = Some(word);
            } else if word == "api" {
                by_name = true;
            } else if verb.is_none() {
                verb = Some(word);
            } else {
                named.push(word);
            }
        }
        let product = product?;
        let verb = verb?;
        let of_oss = is_of_oss(&product);
        if !by_name && !is_verb(&product, &verb) {
            return None;
        }
        command.operation = match (of_oss, verb.as_str()) {
            (true, "bucket-policy") => "GetBucketPolicy".to_owned(),
            (true, "bucket-tagging") => "GetBucketTags".to_owned(),
            (true, "stat") => "Stat".to_owned(),
            (true, "ls") => "ListBuckets".to_owned(),
            (_, other) => pascal(other),
        };
        command.of_oss = of_oss.then_some((verb, named));
        command.product = Some(product);
        Some(command)
    }

    /// The command that a file's name stands for: `ListPoliciesForUser-alice.json`, `GetBucketAcl.photos.xml`.
    pub(crate) fn of_file(stem: &str) -> Option<Self> {
        let end = stem.find(['-', '.', '_', ' ']).unwrap_or(stem.len());
        let (operation, rest) = stem.split_at(end);
        let known = ["Get", "List", "Describe", "Decode"].iter().any(|verb| operation.starts_with(verb));
        let subject = rest.get(1..).filter(|subject| !subject.is_empty()).map(str::to_owned);
        known.then(|| Self { operation: operation.to_owned(), subject, ..Self::default() })
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

    /// The options that were written, in the order of their names.
    pub(crate) fn written_options(&self) -> impl Iterator<Item = (&str, &str)> {
        self.options.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The product whose operation it is; of a file's name RAM, or that of its resource groups.
    pub(crate) fn product(&self) -> &str {
        let of_groups =
            ["PolicyAttachments", "Resource", "ControlPolic"].iter().any(|part| self.operation.contains(part));
        self.product.as_deref().unwrap_or(if of_groups { "resourcemanager" } else { "ram" })
    }

    /// What it names of things and regions: ids and names, of which none is a secret.
    pub(crate) fn things(&self) -> Vec<(String, String)> {
        let things = self.options.iter().filter(|(name, value)| {
            let named = name.ends_with("Id") || name.ends_with("Name");
            named && *name != "Id" && !name.contains("Key") && !name.contains("Token") && !value.is_empty()
        });
        let things = things.map(|(name, value)| (name.clone(), value.clone()));
        let region = self.written("Region").map(|region| ("RegionId".to_owned(), region.to_owned()));
        things.chain(region).collect()
    }

    /// The bucket that it is about.
    pub(crate) fn bucket(&self) -> Option<&str> {
        self.written("Bucket").or(self.subject.as_deref())
    }

    /// The profile of the CLI, whose account answers.
    pub(crate) fn profile(&self) -> Option<&str> {
        self.written("Profile")
    }

    /// The account, where a resource directory's operation names one.
    pub(crate) fn target(&self) -> Option<&str> {
        self.option("TargetId")
    }
}

/// A word before the program that is none of a command line's: `the aliyun user`.
fn is_prose(word: &str) -> bool {
    const BEFORE: &[&str] =
        &["sudo", "time", "exec", "command", "do", "then", "else", "if", "while", "nohup", "watch", "env"];
    word.chars().all(char::is_alphabetic) && !BEFORE.contains(&word)
}

/// Has a product an operation of this name, or OSS's tools such a verb? The CLI's own commands are among them, which may have a secret
/// behind them.
fn is_verb(product: &str, verb: &str) -> bool {
    match product {
        "oss" | "ossutil" => VERBS_OF_OSS.contains(&verb),
        "configure" | "plugin" => true,
        _ if ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"].contains(&verb) => true,
        _ => has_operation(product, &pascal(verb)),
    }
}

/// Verbs of ossutil 1 and 2, and of `aliyun oss`.
const VERBS_OF_OSS: &[&str] = &[
    "access-monitor",
    "append",
    "appendfromfile",
    "bucket-access-monitor",
    "bucket-cname",
    "bucket-encryption",
    "bucket-inventory",
    "bucket-policy",
    "bucket-qos",
    "bucket-tagging",
    "bucket-versioning",
    "bucket-website",
    "cat",
    "config",
    "cors",
    "cors-options",
    "cp",
    "create-symlink",
    "du",
    "hash",
    "help",
    "inventory",
    "lcb",
    "lifecycle",
    "listpart",
    "logging",
    "lrb",
    "ls",
    "mb",
    "mkdir",
    "object-tagging",
    "presign",
    "probe",
    "put-symlink",
    "rb",
    "read-symlink",
    "referer",
    "replication",
    "request-payment",
    "resource-group",
    "restore",
    "revert",
    "revert-versioning",
    "rm",
    "set-acl",
    "set-meta",
    "set-props",
    "sign",
    "stat",
    "style",
    "sync",
    "transfer-acc",
    "update",
    "user-qos",
    "version",
    "website",
    "worm",
];

fn is_of_oss(product: &str) -> bool {
    ["oss", "ossutil"].contains(&product)
}

/// The lines of a text, with those that go on in the next one as one.
pub(crate) fn lines(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
        match all.last_mut().filter(|_| goes_on) {
            Some(last) => last.extend(["\n", line]),
            None => all.push(line.to_owned()),
        }
        let end = line.trim_end();
        goes_on = end.ends_with('\\') || end.ends_with(" `") || end.ends_with(" ^");
    }
    all
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
pub(crate) fn split(line: &str) -> Vec<String> {
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
            ("[root@iZbp1 ~]# aliyun ram GetUser --UserName alice", "GetUser", "UserName", "alice"),
            ("C:\\Users\\me>aliyun ram GetUser --UserName alice", "GetUser", "UserName", "alice"),
            ("aliyun --profile prod ram GetUser --UserName alice", "GetUser", "UserName", "alice"),
            ("aliyun --insecure -p prod ram GetUser --UserName alice", "GetUser", "UserName", "alice"),
            ("ossutil64 -e oss-cn-hangzhou.aliyuncs.com stat oss://photos", "Stat", "Bucket", "photos"),
            ("aliyun ram --insecure ListPoliciesForUser --UserName alice", "ListPoliciesForUser", "UserName", "alice"),
            ("sudo aliyun ram GetUser --UserName alice", "GetUser", "UserName", "alice"),
            ("x=$(aliyun ram GetUser --UserName alice)", "GetUser", "UserName", "alice)"),
            ("aliyun ecs describe-instances --region-id cn-hangzhou", "DescribeInstances", "RegionId", "cn-hangzhou"),
            (
                "aliyun ecs DescribeInstances --version 2014-05-26 --RegionId cn-hangzhou",
                "DescribeInstances",
                "RegionId",
                "cn-hangzhou",
            ),
        ] {
            let command = Command::of_line(line).unwrap_or_default();
            assert_eq!((command.operation.as_str(), command.option(option)), (operation, Some(value)), "{line}");
        }
        assert_eq!(Command::of_line("aliyun -p prod ram GetUser").unwrap_or_default().profile(), Some("prod"));
        assert_eq!(Command::of_line("the aliyun"), None);
        assert_eq!(Command::of_line("aliyun --version"), None);
        assert_eq!(Command::of_line("nothing here"), None);
        for prose in [
            "NoPermission: the aliyun user alice is not authorized to perform ram:GetUser",
            "The aliyun user is not authorized to do this action.",
            "aliyun ram users are not authorized",
            "the aliyun ram GetUser call was refused",
            "ossutil reports that it is not allowed",
        ] {
            assert_eq!(Command::of_line(prose), None, "{prose}");
        }
        let command = Command::of_file("ListPoliciesForUser-alice").unwrap();
        assert_eq!((command.operation.as_str(), command.option("UserName")), ("ListPoliciesForUser", Some("alice")));
        assert_eq!(Command::of_file("photos"), None);
    }
}
