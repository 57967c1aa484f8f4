//! Bucket policies that open a bucket to the world.

use super::finding::{Draft, Findings};
use super::rule::Rule;
use super::subject::Subject;
use crate::document::{PrincipalPattern, Principals};
use crate::kind::DocumentKind;

static PUBLIC_BUCKET: Rule = Rule::warning(
    "public-bucket",
    "everyone is allowed, also without a signature",
    "the statement has no condition: anyone who knows the bucket's name may do this",
);

pub(super) const RULES: &[&Rule] = &[&PUBLIC_BUCKET];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.kind != DocumentKind::Bucket {
        return;
    }
    for statement in subject.allowing().filter(|statement| statement.clauses().is_empty()) {
        let Principals::Principal(entries) = statement.principals() else { continue };
        if let Some(entry) = entries.iter().find(|entry| entry.value == PrincipalPattern::Everyone) {
            let draft = Draft::new(&PUBLIC_BUCKET, entry.span, "this allows everyone");
            findings.push(draft.help("name the accounts and users by UID, or add a condition"));
        }
    }
}
