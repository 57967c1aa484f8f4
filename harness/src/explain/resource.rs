//! What a text names: a resource by an address or an ARN, an action.

/// `Resource: acs:ram:*:1:role/x Action: ram:GetRole`, with or without brackets and blanks.
pub(super) fn named(text: &str) -> (Option<String>, Option<String>) {
    let after = |label: &str| {
        let lower = text.to_ascii_lowercase();
        lower.match_indices(label).find_map(|(at, _)| word(text.get(at + label.len()..)?))
    };
    let resource = after("resource").filter(|word| word.starts_with("acs:") || word == "*");
    let action = after("action").filter(|word| is_action(word));
    (resource.or_else(|| arn(text)), action.or_else(|| an_action(text)))
}

/// The word behind a label: `: acs:ram:…`.
fn word(rest: &str) -> Option<String> {
    let rest = rest.trim_start_matches([' ', ':', '"', '\'', '[', '：']);
    let end = rest
        .find(|c: char| c.is_whitespace() || matches!(c, ']' | '"' | '\'' | ',' | '<' | ')' | ';' | '，' | '。'))
        .unwrap_or(rest.len());
    let word = rest.get(..end)?.trim_end_matches('.');
    (word == "*" || word.contains(':')).then(|| word.to_owned())
}

/// The first ARN.
pub(super) fn arn(text: &str) -> Option<String> {
    text.match_indices("acs:").find_map(|(at, _)| {
        let rest = text.get(at..)?;
        let end = rest
            .find(|c: char| {
                c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '<' | '>' | ')' | ']' | '`' | '，' | '。')
            })
            .unwrap_or(rest.len());
        let arn = rest.get(..end)?.trim_end_matches(['.', ';']);
        (arn.splitn(5, ':').count() == 5).then(|| arn.to_owned())
    })
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
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '<' | '>' | ')' | ']' | '?' | '，'))
            .unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default().to_owned()
    };
    if let Some((_, rest)) = text.split_once("oss://") {
        let word = until(rest);
        let (bucket, key) = word.split_once('/').unwrap_or((&word, ""));
        return (!bucket.is_empty()).then(|| (bucket.to_owned(), key.to_owned()));
    }
    for scheme in ["https://", "http://"] {
        for (at, _) in text.match_indices(scheme) {
            let word = until(text.get(at + scheme.len()..)?);
            let (host, key) = word.split_once('/').unwrap_or((&word, ""));
            if let Some(bucket) = bucket_of(host) {
                return Some((bucket, key.to_owned()));
            }
        }
    }
    None
}

/// The bucket of a host `b.oss-cn-hangzhou.aliyuncs.com`.
pub(super) fn bucket_of(host: &str) -> Option<String> {
    let (bucket, rest) = host.split_once('.')?;
    (rest.starts_with("oss-") && rest.contains("aliyuncs.com")).then(|| bucket.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named() {
        let both = |resource: &str, action: &str| (Some(resource.to_owned()), Some(action.to_owned()));
        for text in [
            "You are not authorized to do this action. Resource: acs:ram:*:1:role/* Action: ram:CreateRole",
            "You are not authorized to do this action. [Resource:acs:ram:*:1:role/* Action:ram:CreateRole]",
            "没有权限。Resource：acs:ram:*:1:role/*，Action：ram:CreateRole。",
        ] {
            assert_eq!(named(text), both("acs:ram:*:1:role/*", "ram:CreateRole"), "{text}");
        }
        assert_eq!(named("the user may not ram:PassRole."), (None, Some("ram:PassRole".to_owned())));
        assert_eq!(named("time is 12:30, see http://x"), (None, None));
        assert_eq!(object("cannot mount oss://photos/a/b: 403"), Some(("photos".into(), "a/b:".into())));
        assert_eq!(
            object("GET https://photos.oss-cn-hangzhou.aliyuncs.com/a.jpg?x=1 403"),
            Some(("photos".into(), "a.jpg".into()))
        );
    }
}
