//! OSS: objects that may be used, in buckets that may not be listed.

use super::cover;
use super::finding::{Draft, Findings};
use super::rule::Rule;
use super::subject::{Subject, actions, resources};
use crate::catalogue::{fields, fits_exactly};
use crate::document::Statement;
use crate::kind::DocumentKind;

static FOLDER_NOT_LISTED: Rule = Rule::note(
    "folder-not-listed",
    "all of OSS is allowed on objects, and their bucket cannot be listed",
    "ListObjects asks for the bucket, not for the objects in it: a folder alone cannot be looked into",
);

pub(super) const RULES: &[&Rule] = &[&FOLDER_NOT_LISTED];

const LIST: &str = "oss:ListObjects";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.kind == DocumentKind::Trust {
        return;
    }
    for statement in subject.allowing().filter(|statement| means_all_of_oss(statement)) {
        let mut told: Vec<String> = Vec::new();
        for pattern in resources(statement) {
            let written = pattern.value.as_str();
            let Some(bucket) = bucket_of(written).filter(|bucket| !may_be_listed(subject, written, bucket)) else {
                continue;
            };
            if !told.contains(&bucket) {
                let message = format!("`{written}` is objects only: they can be read and written, but not listed");
                let draft = Draft::new(&FOLDER_NOT_LISTED, pattern.span, message);
                let help = format!("allow `{LIST}` on `{bucket}`, for one folder under a condition on `oss:Prefix`");
                findings.push(draft.help(help));
                told.push(bucket);
            }
        }
    }
}

/// Whether a pattern of the statement means listing among other things.
fn means_all_of_oss(statement: &Statement) -> bool {
    actions(statement).iter().any(|action| !action.value.is_literal() && cover::action(action.value.as_str(), LIST))
}

/// The bucket of a pattern that names objects.
fn bucket_of(pattern: &str) -> Option<String> {
    let [_, service, _, _, relative] = fields(pattern)?;
    let (bucket, _) = relative.split_once('/').filter(|(bucket, _)| !bucket.is_empty())?;
    let start = pattern.get(..pattern.len() - relative.len())?;
    (fits_exactly(service, "oss") && bucket != "accesspoint").then(|| format!("{start}{bucket}"))
}

/// Whether listing is allowed on the bucket: by the pattern itself, which may fit more than objects, or elsewhere.
fn may_be_listed(subject: &Subject<'_>, pattern: &str, bucket: &str) -> bool {
    let shapes = subject.catalogue.service("oss").and_then(|oss| oss.action("ListObjects"));
    shapes.is_some_and(|list| list.resources().arns().iter().any(|arn| arn.may_match(pattern)))
        || subject.allowing().any(|other| {
            cover::covers_action(other.actions(), LIST)
                && resources(other).iter().any(|other| cover::resource(other.value.as_str(), bucket))
        })
}
