//! Trust policies that let in more, or others, than meant.

use super::finding::{Draft, Findings};
use super::rule::Rule;
use super::subject::{Subject, actions};
use crate::condition::{Clause, Comparison};
use crate::document::{Effect, PrincipalPattern, Principals, Statement};
use crate::kind::DocumentKind;
use crate::text::Spanned;

static TRUSTS_ACCOUNT: Rule = Rule::note(
    "trusts-account",
    "a whole account is trusted",
    "every user and role there that may call sts:AssumeRole can take the role",
);
static TRUST_ACTION: Rule = Rule::warning(
    "trust-action",
    "a trust policy with another action than assuming the role",
    "only `sts:AssumeRole` is looked for when a role is assumed",
);
static OIDC_WIDE_SUBJECT: Rule = Rule::warning(
    "oidc-wide-subject",
    "subjects of an identity provider are matched too widely",
    "whoever can obtain a token with such a subject, e.g. from a fork, can take the role",
);
static OIDC_NO_SUBJECT: Rule = Rule::warning(
    "oidc-no-subject",
    "any subject of an identity provider is trusted",
    "every token that the provider issues for the audience opens the role",
);
static OIDC_NO_AUDIENCE: Rule = Rule::warning(
    "oidc-no-audience",
    "any audience of an identity provider is trusted",
    "tokens that were issued for another application open the role, too",
);
static SAML_NO_RECIPIENT: Rule = Rule::note(
    "saml-no-recipient",
    "the recipient of a SAML assertion is not tested",
    "an assertion made for another recipient opens the role, too",
);
static SERVICE_NAME: Rule = Rule::warning(
    "service-name",
    "a service principal that is not one of Alibaba Cloud's",
    "service principals end in `.aliyuncs.com`; no other name ever assumes a role",
);

pub(super) const RULES: &[&Rule] = &[
    &TRUSTS_ACCOUNT,
    &TRUST_ACTION,
    &OIDC_WIDE_SUBJECT,
    &OIDC_NO_SUBJECT,
    &OIDC_NO_AUDIENCE,
    &SAML_NO_RECIPIENT,
    &SERVICE_NAME,
];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.kind != DocumentKind::Trust {
        return;
    }
    for statement in &subject.sound {
        for action in actions(statement) {
            let written = action.value.as_str();
            let known = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession", "sts:*", "*"];
            if !known.iter().any(|known| known.eq_ignore_ascii_case(written)) {
                let message = format!("`{written}` has no meaning in a trust policy");
                findings.push(Draft::new(&TRUST_ACTION, action.span, message).help("write `sts:AssumeRole`"));
            }
        }
        if statement.effect() == Effect::Allow
            && let Principals::Principal(entries) = statement.principals()
        {
            for entry in entries {
                findings.extend(principal(statement, entry));
            }
        }
    }
}

fn principal(statement: &Statement, entry: &Spanned<PrincipalPattern>) -> Vec<Draft> {
    let span = entry.span;
    match &entry.value {
        PrincipalPattern::AccountRoot(account) if clauses(statement, "sts:ExternalId").next().is_none() => {
            let message = format!("every user and role of account `{account}` is trusted");
            vec![
                Draft::new(&TRUSTS_ACCOUNT, span, message)
                    .help("name the users or roles, or ask for an `sts:ExternalId`"),
            ]
        }
        PrincipalPattern::Service { name, .. } if !name.ends_with(".aliyuncs.com") => {
            let first = name.split('.').next().unwrap_or_default();
            let draft = Draft::new(&SERVICE_NAME, span, format!("`{name}` is not a service of Alibaba Cloud"));
            vec![draft.help(format!("did you mean `{first}.aliyuncs.com`?"))]
        }
        PrincipalPattern::Provider(arn) if arn.contains(":oidc-provider/") => oidc(statement, entry, arn),
        PrincipalPattern::Provider(arn) if clauses(statement, "saml:recipient").next().is_none() => {
            let message = format!("`{arn}` is trusted whoever the assertion was made for");
            let help = "add a condition on `saml:recipient`, e.g. `https://signin.aliyun.com/saml-role/sso`";
            vec![Draft::new(&SAML_NO_RECIPIENT, span, message).help(help)]
        }
        _ => Vec::new(),
    }
}

fn clauses<'s>(statement: &'s Statement, key: &'s str) -> impl Iterator<Item = &'s Clause> {
    statement
        .clauses()
        .iter()
        .filter(move |clause| !clause.operator().negated && clause.key().as_str().eq_ignore_ascii_case(key))
}

fn oidc(statement: &Statement, entry: &Spanned<PrincipalPattern>, arn: &str) -> Vec<Draft> {
    let mut drafts = Vec::new();
    if clauses(statement, "oidc:aud").next().is_none() {
        let message = format!("tokens of `{arn}` are accepted for any audience");
        drafts.push(Draft::new(&OIDC_NO_AUDIENCE, entry.span, message).help("add a condition on `oidc:aud`"));
    }
    let mut subjects = clauses(statement, "oidc:sub").peekable();
    if subjects.peek().is_none() {
        let message = format!("tokens of `{arn}` are accepted for any subject");
        drafts.push(Draft::new(&OIDC_NO_SUBJECT, entry.span, message).help("add a condition on `oidc:sub`"));
    }
    for clause in subjects.filter(|clause| clause.operator().comparison == Comparison::Like) {
        for operand in clause.operands().iter().filter(|operand| operand.as_str().contains(['*', '?'])) {
            let message = format!("`{}` fits more than one subject", operand.as_str());
            drafts.push(Draft::new(&OIDC_WIDE_SUBJECT, operand.span(), message).help("name the exact subjects"));
        }
    }
    drafts
}
