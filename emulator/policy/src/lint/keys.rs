//! Condition keys that requests do not carry, or not always.

use super::finding::{Draft, Findings};
use super::resources::takes_effect;
use super::rule::Rule;
use super::subject::{Named, Subject, actions, listed};
use crate::catalogue::{Carried, KeyClass, Presence, other_clouds_key};
use crate::condition::Clause;
use crate::document::suggest::nearest_within;
use crate::document::{Effect, Statement};
use crate::kind::DocumentKind;

static KEY_NEVER_PRESENT: Rule = Rule::warning(
    "condition-key-never-present",
    "requests for the action never carry the condition key",
    "a positive operator is then never met, and a negated one says nothing about the request",
);
static UNKNOWN_KEY: Rule = Rule::warning(
    "unknown-condition-key",
    "there is no such condition key",
    "no request carries it: a positive operator is never met",
);
static TAG_WITHOUT_KEY: Rule = Rule::warning(
    "tag-without-key",
    "a tag condition does not name the tag",
    "the key of the tag is part of the condition key, after a slash",
);
static DENY_ON_UNRELIABLE_KEY: Rule = Rule::warning(
    "deny-on-unreliable-key",
    "a Deny depends on a key that some ways to call do not set",
    "where the key is missing the Deny does not apply, and nothing says so",
);
static NEGATION_WITHOUT_KEY: Rule = Rule::warning(
    "negation-without-key",
    "an Allow tests with a negated operator a key that may be missing",
    "a request that lacks the key meets a negated operator, so it is allowed",
);
static BUCKET_LIST_TAG: Rule = Rule::note(
    "bucket-list-tag",
    "listing buckets depends on a bucket tag",
    "ListBuckets is about no bucket: only a request that itself names the tag is allowed, and consoles send none",
);

pub(super) const RULES: &[&Rule] = &[
    &KEY_NEVER_PRESENT,
    &UNKNOWN_KEY,
    &TAG_WITHOUT_KEY,
    &DENY_ON_UNRELIABLE_KEY,
    &NEGATION_WITHOUT_KEY,
    &BUCKET_LIST_TAG,
];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for statement in &subject.sound {
        for clause in statement.clauses() {
            if let Some(draft) = unknown_key(subject, clause) {
                findings.push(draft);
                continue;
            }
            if subject.kind == DocumentKind::Trust {
                continue;
            }
            let absent = never_present(subject, statement, clause);
            let is_absent = absent.is_some();
            findings.extend(absent);
            if !is_absent {
                findings.extend(unreliable(subject, statement, clause));
                findings.extend(bucket_list(statement, clause));
            }
        }
    }
}

/// What is taken for a key and is none (vendor's notes on bucket policies, measured), and what there is in its place.
const NOT_KEYS: [(&str, &str); 3] = [
    ("oss:Referer", "the bucket's hotlink protection looks at the Referer"),
    ("acs:Referer", "the bucket's hotlink protection looks at the Referer"),
    ("oss:content-type", "no policy looks at the type of a content"),
];

fn unknown_key(subject: &Subject<'_>, clause: &Clause) -> Option<Draft> {
    let key = clause.key().as_str();
    let span = clause.key_span();
    if let Some((_, help)) = NOT_KEYS.iter().find(|(other, _)| key.eq_ignore_ascii_case(other)) {
        let draft = Draft::new(&UNKNOWN_KEY, span, format!("`{key}` is filled by no request"));
        return Some(draft.help(*help));
    }
    if let Some(ours) = other_clouds_key(key) {
        let draft = Draft::new(&UNKNOWN_KEY, span, format!("`{key}` is a key of another cloud"));
        return Some(draft.help(format!("did you mean `{ours}`?")));
    }
    if subject.catalogue.key(key).is_some() {
        return None;
    }
    let alike = subject.catalogue.keys_like(key);
    if let Some(tag) = alike.iter().find(|known| known.trim_end_matches('/').eq_ignore_ascii_case(key)) {
        // OSS documents its tag keys without the slash, too, for a single tag.
        let draft = Draft::new(&TAG_WITHOUT_KEY, span, format!("`{key}` does not say which tag"));
        return Some(draft.help(format!("write `{tag}<tag key>`")));
    }
    let (head, tag) = key.split_once('/').map_or((key, ""), |(head, tag)| (head, tag));
    let name = |known: &&'static str| known.trim_end_matches('/');
    let near = nearest_within(head, alike.iter().map(name), 2)?;
    let draft = Draft::new(&UNKNOWN_KEY, span, format!("there is no condition key `{key}`"));
    let suggestion = if tag.is_empty() { near.to_owned() } else { format!("{near}/{tag}") };
    Some(draft.help(format!("did you mean `{suggestion}`?")))
}

fn never_present(subject: &Subject<'_>, statement: &Statement, clause: &Clause) -> Option<Draft> {
    let key = clause.key().as_str();
    if subject.kind == DocumentKind::Bucket && subject.catalogue.bucket_policies_lack(key) {
        let message = format!("OSS does not fill `{key}` when it reads a bucket policy");
        return Some(Draft::new(&KEY_NEVER_PRESENT, clause.key_span(), message).help(consequence(statement, clause)));
    }
    let mut lacking: Vec<&str> = Vec::new();
    let mut others = 0;
    // An entry that takes no effect here has a finding of its own.
    for action in actions(statement).iter().filter(|action| takes_effect(subject, statement, action)) {
        let lacks = Named::of(&action.value, subject.catalogue).is_some_and(|named| {
            let known = named.all_known();
            !known.is_empty()
                && known.iter().all(|action| subject.catalogue.carries(key, named.service, action) == Carried::Never)
        });
        if lacks {
            lacking.push(action.value.as_str());
        } else {
            others += 1;
        }
    }
    if lacking.is_empty() {
        return None;
    }
    let message = format!("no request for {} carries `{key}`", listed(&lacking));
    let mut help = consequence(statement, clause);
    if others > 0 {
        help.push_str("; put these actions into a statement of their own");
    }
    Some(Draft::new(&KEY_NEVER_PRESENT, clause.key_span(), message).help(help))
}

/// What becomes of the statement when the key is missing.
fn consequence(statement: &Statement, clause: &Clause) -> String {
    match (statement.effect(), clause.operator().negated) {
        (Effect::Allow, false) => "as it is, the statement never allows them",
        (Effect::Allow, true) => "as it is, the condition does not narrow the Allow",
        (Effect::Deny, false) => "as it is, the statement never denies them",
        (Effect::Deny, true) => "as it is, the Deny does not depend on the request",
    }
    .to_owned()
}

fn unreliable(subject: &Subject<'_>, statement: &Statement, clause: &Clause) -> Option<Draft> {
    let key = clause.key().as_str();
    let (class, presence) = subject.catalogue.key(key)?;
    let negated = clause.operator().negated;
    match (statement.effect(), negated, presence) {
        (Effect::Deny, false, Presence::Unreliable) => {
            let message = format!("a call that does not set `{key}` escapes this Deny");
            Some(Draft::new(&DENY_ON_UNRELIABLE_KEY, clause.key_span(), message).help("deny without a condition"))
        }
        (Effect::Allow, true, Presence::Depends | Presence::Unreliable) if !required(statement, key) => {
            let message = format!("a request without `{key}` is allowed, too");
            let present = match class {
                KeyClass::String => format!("`\"StringLike\": {{ \"{key}\": \"*\" }}`"),
                _ => "a test with a positive operator".to_owned(),
            };
            let help = format!("if that is not meant, add {present}");
            Some(Draft::new(&NEGATION_WITHOUT_KEY, clause.key_span(), message).help(help))
        }
        _ => None,
    }
}

/// Whether another clause of the statement asks for the key to be there.
fn required(statement: &Statement, key: &str) -> bool {
    statement
        .clauses()
        .iter()
        .any(|clause| !clause.operator().negated && clause.key().as_str().eq_ignore_ascii_case(key))
}

fn bucket_list(statement: &Statement, clause: &Clause) -> Option<Draft> {
    let tag = clause.key().as_str().get(..14).is_some_and(|start| start.eq_ignore_ascii_case("oss:BucketTag/"));
    if !tag || statement.effect() != Effect::Allow {
        return None;
    }
    let list =
        actions(statement).iter().find(|action| action.value.as_str().eq_ignore_ascii_case("oss:ListBuckets"))?;
    let message = format!("`{}` under a bucket tag is refused unless the request names the tag", list.value.as_str());
    let help = "allow it in a statement of its own without the condition, or list with `tag-key` and `tag-value`";
    Some(Draft::new(&BUCKET_LIST_TAG, list.span, message).help(help).related(clause.key_span(), "the tag"))
}
