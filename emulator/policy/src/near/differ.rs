//! In what a text, or a pattern, differs from another text.

use super::NearKind;
use crate::glob::{Shape, matches, matches_lowered};

/// Does a pattern fit a text, letter case aside?
fn folded(pattern: &str, text: &str) -> bool {
    matches_lowered(pattern.to_ascii_lowercase().as_bytes(), text.to_ascii_lowercase().as_bytes())
}

fn exact(pattern: &str, text: &str) -> bool {
    matches(pattern.as_bytes(), Shape::of(pattern.as_bytes()), text.as_bytes())
}

/// In what a value differs.
pub(super) fn text(written: &str, asked: &str) -> Option<NearKind> {
    if written == asked {
        return None;
    }
    // What fits as a pattern differs in nothing of this.
    let fits = exact(written, asked);
    let blank = written.trim() != written || asked.trim() != asked;
    if blank && exact(written.trim(), asked.trim()) {
        return Some(NearKind::Blank);
    }
    if !fits && folded(written, asked) {
        return Some(NearKind::LetterCase);
    }
    if !fits && exact(written.trim_matches('/'), asked.trim_matches('/')) {
        return Some(NearKind::Slash);
    }
    arn(written, asked)
}

/// Is it what fits as a pattern, and is compared for equality?
pub(super) fn is_literal_pattern(written: &str, asked: &str) -> bool {
    written.contains(['*', '?']) && exact(written, asked)
}

/// Would it fit if what stands as `${…}` stood for anything?
pub(super) fn variable(written: &str, asked: &str) -> Option<NearKind> {
    let mut parts = written.split("${");
    let mut pattern = parts.next()?.to_owned();
    for part in parts {
        let (_, rest) = part.split_once('}')?;
        pattern.push('*');
        pattern.push_str(rest);
    }
    (pattern != written && exact(&pattern, asked)).then_some(NearKind::Variable)
}

/// In what an ARN differs from another one.
pub(super) fn arn(written: &str, asked: &str) -> Option<NearKind> {
    let (mine, theirs) = (fields(written)?, fields(asked)?);
    let same = |a: &str, b: &str| exact(a, b) || a == "*" || b == "*";
    let [_, service, region, account, id] = mine;
    let [_, service_asked, region_asked, account_asked, id_asked] = theirs;
    let named = exact(id, id_asked);
    if !service.eq_ignore_ascii_case(service_asked) {
        return (session(written).is_some() && session(written) == session(asked)).then_some(NearKind::SessionForm);
    }
    match (same(region, region_asked), same(account, account_asked), named) {
        (true, false, true) => return Some(NearKind::Account),
        (false, true, true) => return Some(NearKind::Region),
        (true, true, false) => {}
        _ => return None,
    }
    if service.eq_ignore_ascii_case("oss") {
        return object_or_bucket(id, id_asked);
    }
    let kind = |id: &str| id.split_once('/').map(|(kind, name)| (kind.to_owned(), name.to_owned()));
    let ((kind_mine, name_mine), (kind_asked, name_asked)) = (kind(id)?, kind(id_asked)?);
    let person = |kind: &str| ["user", "role"].contains(&kind);
    if kind_mine != kind_asked && person(&kind_mine) && person(&kind_asked) && folded(&name_mine, &name_asked) {
        return Some(NearKind::UserOrRole);
    }
    // `roles/*` for `role/*`
    let plural = |one: &str, other: &str| one.strip_suffix('s').is_some_and(|one| one.eq_ignore_ascii_case(other));
    if (plural(&kind_mine, &kind_asked) || plural(&kind_asked, &kind_mine)) && exact(&name_mine, &name_asked) {
        return Some(NearKind::Spelling);
    }
    (session(written).is_some() && session(written) == session(asked)).then_some(NearKind::SessionForm)
}

fn object_or_bucket(written: &str, asked: &str) -> Option<NearKind> {
    match (written.split_once('/'), asked.split_once('/')) {
        (None, Some((bucket, _))) if exact(written, bucket) => Some(NearKind::ObjectNeeded),
        (Some((bucket, _)), None) if exact(bucket, asked) => Some(NearKind::BucketNeeded),
        (Some((bucket, key)), Some((bucket_asked, key_asked))) if exact(bucket, bucket_asked) => {
            // A key that begins with a slash, or one slash more.
            exact(key.trim_start_matches('/'), key_asked.trim_start_matches('/')).then_some(NearKind::Slash)
        }
        _ => None,
    }
}

/// The account and the role that a role's or a session's name stands for, in any of its forms.
fn session(arn: &str) -> Option<(String, String)> {
    let [_, _, _, account, id] = fields(arn)?;
    let role = id.strip_prefix("assumed-role/").or_else(|| id.strip_prefix("role/"))?;
    Some((account.to_owned(), role.split('/').next()?.to_ascii_lowercase()))
}

fn fields(arn: &str) -> Option<[&str; 5]> {
    let mut parts = arn.splitn(5, ':');
    Some([parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?])
}

#[cfg(test)]
mod tests {
    use super::{NearKind, text, variable};

    #[test]
    fn a_variable_of_another_cloud() {
        let written = "acs:oss:*:*:photos/${acs:PrincipalName}/*";
        assert_eq!(variable(written, "acs:oss:*:1:photos/alice/k"), Some(NearKind::Variable));
        assert_eq!(variable(written, "acs:oss:*:1:other/alice/k"), None);
        assert_eq!(variable("a*", "ab"), None);
    }

    #[test]
    fn what_two_texts_differ_in() {
        for (written, asked, kind) in [
            ("a", "a", None),
            ("PaiLangStudio ", "PaiLangStudio", Some(NearKind::Blank)),
            ("PaiLangStudio", "PAILangStudio", Some(NearKind::LetterCase)),
            ("a*", "ab", None),
            ("https://sso/", "https://sso", Some(NearKind::Slash)),
            ("acs:oss:*:*:photos", "acs:oss:*:1:photos/a.jpg", Some(NearKind::ObjectNeeded)),
            ("acs:oss:*:*:photos/*", "acs:oss:*:1:photos", Some(NearKind::BucketNeeded)),
            ("acs:oss:*:*:photos//a*", "acs:oss:*:1:photos/a.jpg", Some(NearKind::Slash)),
            ("acs:oss:*:2:photos/*", "acs:oss:*:1:photos/a.jpg", Some(NearKind::Account)),
            ("acs:ecs:cn-beijing:1:instance/*", "acs:ecs:cn-hangzhou:1:instance/i", Some(NearKind::Region)),
            ("acs:ram::1:role/alice", "acs:ram::1:user/alice", Some(NearKind::UserOrRole)),
            ("acs:ram:*:*:roles/*", "acs:ram:*:1:role/ops", Some(NearKind::Spelling)),
            ("arn:sts::1:assumed-role/ops/s", "acs:ram::1:role/ops", Some(NearKind::SessionForm)),
            ("acs:oss:*:*:other/*", "acs:oss:*:1:photos/a.jpg", None),
        ] {
            assert_eq!(text(written, asked), kind, "{written} {asked}");
        }
    }
}
