//! Accounts that nobody can have.

use super::finding::{Draft, Findings};
use super::rule::Rule;
use super::subject::{Subject, resources};
use crate::catalogue::{fields, fits_exactly};
use crate::document::{PrincipalPattern, Principals};

static NO_ACCOUNT: Rule = Rule::warning(
    "no-account",
    "where an account id belongs stands something else",
    "accounts are named by ids of 16 digits, never by names or aliases; this one is nobody's",
);

pub(super) const RULES: &[&Rule] = &[&NO_ACCOUNT];

/// How many digits the id of an account has. INFERRED: from all that are public.
const DIGITS: usize = 16;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for statement in &subject.sound {
        for pattern in resources(statement) {
            let written = pattern.value.as_str();
            let Some([_, service, _, account, _]) = fields(written) else { continue };
            // The system policies are the cloud's own.
            let of_the_cloud = account == "system" && fits_exactly(service, "ram");
            if !of_the_cloud && !may_be_account(account) {
                let message = format!("`{account}` is no account, so `{written}` is no resource of anybody");
                findings.push(Draft::new(&NO_ACCOUNT, pattern.span, message).help("write the account's id, or `*`"));
            }
        }
        let Principals::Principal(entries) = statement.principals() else { continue };
        for entry in entries {
            if let Some(account) = account_of(&entry.value).filter(|account| !may_be_account(account)) {
                let message = format!("`{account}` is no account: its id has {DIGITS} digits");
                findings.push(Draft::new(&NO_ACCOUNT, entry.span, message).help("write the account's id"));
            }
        }
    }
}

/// Whether a field of a pattern fits some account id. An empty one is open.
fn may_be_account(field: &str) -> bool {
    let digits = field.bytes().filter(|&b| b != b'*').count();
    let open = field.is_empty() || field.contains('*');
    field.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'*' | b'?'))
        && (digits == DIGITS || (open && digits < DIGITS))
}

/// The account that a principal names. The UIDs of bucket policies may be those of users, which are longer.
fn account_of(principal: &PrincipalPattern) -> Option<&str> {
    match principal {
        PrincipalPattern::AccountRoot(account)
        | PrincipalPattern::User { account, .. }
        | PrincipalPattern::Role { account, .. }
        | PrincipalPattern::AssumedRole { account, .. }
        | PrincipalPattern::Session { account, .. } => Some(account),
        PrincipalPattern::Service { acting_for, .. } => acting_for.as_deref(),
        PrincipalPattern::Provider(arn) => fields(arn).map(|[_, _, _, account, _]| account),
        PrincipalPattern::Everyone | PrincipalPattern::Uid(_) | PrincipalPattern::Nobody(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_an_account() {
        for (field, may) in [
            ("", true),
            ("*", true),
            ("**", true),
            ("1234567890123456", true),
            ("123456789012345?", true),
            ("1234*", true),
            ("1234567890123456*", true),
            ("123456789012345", false),
            ("12345678901234567", false),
            ("12345678901234567*", false),
            ("?", false),
            ("mycompany", false),
            ("my*", false),
            ("acs", false),
            ("system", false),
        ] {
            assert_eq!(may_be_account(field), may, "{field}");
        }
    }
}
