//! Principals of bucket policies: those that open a bucket to the world, and those that nobody goes by.

use super::finding::{Draft, Findings};
use super::rule::Rule;
use super::subject::Subject;
use crate::document::{PrincipalPattern, Principals};
use crate::kind::DocumentKind;
use crate::text::shorten;

static PUBLIC_BUCKET: Rule = Rule::warning(
    "public-bucket",
    "everyone is allowed, also without a signature",
    "the statement has no condition: anyone who knows the bucket's name may do this",
);

static ROLE_CASE: Rule = Rule::warning(
    "role-case",
    "a bucket policy names a role in capital letters",
    "OSS sees the names of roles in small letters, and compares them letter by letter: nobody goes by this name",
);

static PRINCIPAL_NOBODY: Rule = Rule::warning(
    "principal-nobody",
    "a bucket policy names a principal in a form that OSS does not know",
    "OSS takes any text here, and compares it with UIDs and sessions: nobody goes by this one",
);

pub(super) const RULES: &[&Rule] = &[&PUBLIC_BUCKET, &ROLE_CASE, &PRINCIPAL_NOBODY];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.kind != DocumentKind::Bucket {
        return;
    }
    for statement in &subject.sound {
        let Principals::Principal(entries) = statement.principals() else { continue };
        for entry in entries {
            if let PrincipalPattern::Nobody(text) = &entry.value {
                let draft = Draft::new(&PRINCIPAL_NOBODY, entry.span, format!("nobody goes by `{}`", shorten(text)));
                findings.push(draft.help(meant(text)));
            }
            let PrincipalPattern::Session { account, role, session } = &entry.value else { continue };
            if role.bytes().any(|byte| byte.is_ascii_uppercase()) {
                let draft = Draft::new(&ROLE_CASE, entry.span, format!("no session goes by the role `{role}`"));
                let meant = role.to_ascii_lowercase();
                findings.push(draft.help(format!("write `arn:sts::{account}:assumed-role/{meant}/{session}`")));
            }
        }
    }
    for statement in subject.allowing().filter(|statement| statement.clauses().is_empty()) {
        let Principals::Principal(entries) = statement.principals() else { continue };
        if let Some(entry) = entries.iter().find(|entry| entry.value == PrincipalPattern::Everyone) {
            let draft = Draft::new(&PUBLIC_BUCKET, entry.span, "this allows everyone");
            findings.push(draft.help("name the accounts and users by UID, or add a condition"));
        }
    }
}

/// How those are named who may be meant.
fn meant(text: &str) -> String {
    let arn = text.strip_prefix("acs:ram::").or_else(|| text.strip_prefix("arn:sts::"));
    let (account, of) = arn.and_then(|rest| rest.split_once(':')).unwrap_or_default();
    match of.split_once('/') {
        None if of == "root" => {
            format!("write the UID of the account, `{account}`; its users and roles are named each")
        }
        Some(("user", _)) => "write the UID of the user".to_owned(),
        Some(("role", role)) => format!("write `arn:sts::{account}:assumed-role/{}/*`", role.to_ascii_lowercase()),
        _ => {
            "write the UID of an account or a RAM user, `arn:sts::ACCOUNT:assumed-role/ROLE/SESSION`, or `*`".to_owned()
        }
    }
}
