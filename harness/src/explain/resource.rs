//! What a text names: a resource by an address or an ARN, an action.

use percent_encoding::percent_decode_str;

use crate::words::beginning;

/// `Resource: acs:ram:*:1:role/x Action: ram:GetRole`, with or without brackets and blanks.
pub(super) fn named(text: &str) -> (Option<String>, Option<String>) {
    let lower = text.to_ascii_lowercase();
    let after = |label: &str, begins: fn(&str) -> bool, most: usize| {
        let mut labels = lower.match_indices(label);
        labels.find_map(|(at, _)| {
            let rest = text.get(at + label.len()..)?.trim_start_matches(OPENS);
            begins(rest).then(|| word(beginning(rest, most)))
        })
    };
    let resource = after("resource", |rest| rest.starts_with("acs:") || rest.starts_with('*'), LONGEST);
    let resource = resource.filter(|word| word.starts_with("acs:") || word == "*");
    let action = after("action", |rest| is_action(&word(beginning(rest, LONGEST_ACTION))), LONGEST_ACTION);
    (resource.or_else(|| arn(text)), action.or_else(|| an_action(text)))
}

/// An address or an ARN is no longer: what is behind it in a text without an end is not looked at again and again.
const LONGEST: usize = 8 << 10;
/// Nor is an action, or the name of a host.
const LONGEST_ACTION: usize = 256;

/// What stands between a label and its word: `: acs:ram:…`.
const OPENS: [char; 6] = [' ', ':', '"', '\'', '[', '：'];

/// What ends an address or an ARN in a text. Other letters than ours may be in an object's name; signs between sentences are not.
fn ends(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '"' | '\'' | ',' | '<' | '>' | ')' | ']' | '`')
        || matches!(c, '，' | '。' | '；' | '：' | '、' | '！' | '？' | '）' | '】' | '」' | '》' | '“' | '”')
}

/// The word that a text begins with.
fn word(text: &str) -> String {
    let end = text.find(|c: char| ends(c) || c == ';').unwrap_or(text.len());
    trimmed(text.get(..end).unwrap_or_default()).to_owned()
}

/// A word without what is behind it: the end of a sentence, the quote's backslash, the brace of what it stands in.
fn trimmed(word: &str) -> &str {
    let mut word = word.trim_end_matches(['.', ';', '\\']);
    let mut unopened = word.matches('}').count().saturating_sub(word.matches('{').count());
    while let Some(shorter) = word.strip_suffix('}').filter(|_| unopened > 0) {
        word = shorter.trim_end_matches(['.', ';', '\\']);
        unopened -= 1;
    }
    word
}

/// The first ARN.
pub(super) fn arn(text: &str) -> Option<String> {
    let mut rest = text;
    while let Some(at) = rest.find("acs:") {
        let near = beginning(rest.get(at..)?, LONGEST);
        let end = near.find(ends).unwrap_or(near.len());
        let arn = trimmed(near.get(..end)?);
        if arn.splitn(5, ':').count() == 5 {
            return Some(arn.to_owned());
        }
        // What is in a word that is too short for one is shorter yet.
        rest = rest.get(at + end..)?;
    }
    None
}

/// The first word that is an action.
fn an_action(text: &str) -> Option<String> {
    let apart = |c: char| !(c.is_ascii_alphanumeric() || c == ':' || c == '-' || c == '_');
    text.split(apart).find(|word| is_action(word)).map(str::to_owned)
}

/// `oss:PutObject`: a service's code that is known, and a name.
pub(super) fn is_action(word: &str) -> bool {
    let Some((code, name)) = word.split_once(':') else { return false };
    let named = name.len() > 2
        && name.chars().all(|c| c.is_ascii_alphanumeric())
        && name.starts_with(|c: char| c.is_ascii_uppercase());
    named && acslab_policy::catalogue::Catalogue::published().has_code(code)
}

/// The object or bucket that an address names: `oss://b/k`, `https://b.oss-cn-hangzhou.aliyuncs.com/k`. The account is open.
pub(super) fn object(text: &str) -> Option<(String, String)> {
    let until = |rest: &str| {
        let rest = beginning(rest, LONGEST);
        let end = rest.find(|c: char| ends(c) || c == '?').unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default().to_owned()
    };
    if let Some((_, rest)) = text.split_once("oss://") {
        let word = until(rest);
        let (bucket, key) = word.split_once('/').unwrap_or((&word, ""));
        return (!bucket.is_empty()).then(|| (bucket.to_owned(), key.to_owned()));
    }
    for scheme in ["https://", "http://"] {
        for (at, _) in text.match_indices(scheme) {
            let rest = text.get(at + scheme.len()..)?;
            let near = beginning(rest, LONGEST_ACTION);
            let end = near.find(|c: char| ends(c) || matches!(c, '?' | '/')).unwrap_or(near.len());
            if let Some(bucket) = bucket_of(near.get(..end)?) {
                let word = until(rest);
                let key = word.split_once('/').map_or("", |(_, key)| key);
                // In an address a key is written with percent signs, in an ARN it is not.
                return Some((bucket, percent_decode_str(key).decode_utf8_lossy().into_owned()));
            }
        }
    }
    None
}

/// The ARN of an object, or of a bucket; whose it is, is open.
pub(super) fn of_object(bucket: &str, key: &str) -> String {
    let key = key.trim_end_matches([':', '.']);
    if key.is_empty() { format!("acs:oss:*:*:{bucket}") } else { format!("acs:oss:*:*:{bucket}/{key}") }
}

/// The bucket of a host `b.oss-cn-hangzhou.aliyuncs.com`.
pub(super) fn bucket_of(host: &str) -> Option<String> {
    let (bucket, rest) = host.split_once('.')?;
    (rest.starts_with("oss-") && rest.contains("aliyuncs.com")).then(|| bucket.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::linear::is_linear;

    #[test]
    fn a_text_without_an_end_is_read_in_one_go() {
        for part in ["resource", "resource:", "acs:", "acs:x:y:z:{", "https://", "http://a.b", "action"] {
            is_linear(part, 2_000, |times| drop((named(&part.repeat(times)), object(&part.repeat(times)))));
        }
        is_linear("acs:}", 500, |times| {
            let word = format!("acs:{} ", "}".repeat(times));
            assert!(named(&word.repeat(20)).0.is_none());
        });
    }

    #[test]
    fn a_text_without_an_end_names_no_more_than_its_beginning() {
        for part in ["resource", "resource:", "acs:", "https://", "http://a.b", "action"] {
            let text = part.repeat(600_000 / part.len());
            let arn = named(&text).0;
            assert!(arn.is_none_or(|arn| arn.len() <= LONGEST) && object(&text).is_none(), "{part}");
        }
    }

    #[test]
    fn what_is_named() {
        let both = |resource: &str, action: &str| (Some(resource.to_owned()), Some(action.to_owned()));
        for text in [
            "You are not authorized to do this action. Resource: acs:ram:*:1:role/* Action: ram:CreateRole",
            "You are not authorized to do this action. [Resource:acs:ram:*:1:role/* Action:ram:CreateRole]",
            "没有权限。Resource：acs:ram:*:1:role/*，Action：ram:CreateRole。",
            "没有权限（Action: ram:CreateRole, Resource: acs:ram:*:1:role/*）",
        ] {
            assert_eq!(named(text), both("acs:ram:*:1:role/*", "ram:CreateRole"), "{text}");
        }
        assert_eq!(named("the user may not ram:PassRole."), (None, Some("ram:PassRole".to_owned())));
        assert_eq!(named("time is 12:30, see http://x"), (None, None));
        assert_eq!(object("cannot mount oss://photos/a/b: 403"), Some(("photos".into(), "a/b:".into())));
        assert_eq!(
            object("GET https://photos.oss-cn-hangzhou.aliyuncs.com/2026%2Fa%20b.jpg"),
            Some(("photos".into(), "2026/a b.jpg".into()))
        );
        assert_eq!(
            object("GET https://photos.oss-cn-hangzhou.aliyuncs.com/a.jpg?x=1 403"),
            Some(("photos".into(), "a.jpg".into()))
        );
    }
}
