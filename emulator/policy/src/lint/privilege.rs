//! Grants that let their holder gain more than was granted.

use super::finding::{Draft, Findings};
use super::rule::Rule;
use super::subject::{Named, Subject, actions, listed, resources};
use crate::action::ActionPattern;
use crate::catalogue::{Catalogue, KnownAction, fits};
use crate::document::Statement;
use crate::resource::ResourcePattern;
use crate::text::Spanned;

static FULL_ACCESS: Rule =
    Rule::warning("full-access", "everything is allowed", "whoever has this policy is an administrator of the account");
static PRIVILEGE_ESCALATION: Rule = Rule::warning(
    "privilege-escalation",
    "an action by which its holder can give itself any permission",
    "who attaches policies, changes their versions, makes keys of others or changes whom a role trusts is not bound by \
     the rest of the policy",
);
static PASS_ANY_ROLE: Rule = Rule::warning(
    "pass-any-role",
    "any role may be handed to a service",
    "who starts something under a role works with the role's permissions, also an administrator's",
);
static ASSUME_ANY_ROLE: Rule = Rule::warning(
    "assume-any-role",
    "any role may be assumed",
    "every role that trusts the account is then open, also those made later",
);

pub(super) const RULES: &[&Rule] = &[&FULL_ACCESS, &PRIVILEGE_ESCALATION, &PASS_ANY_ROLE, &ASSUME_ANY_ROLE];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if !subject.grants() {
        return;
    }
    for statement in subject.allowing() {
        let patterns = resources(statement);
        let everything = actions(statement).iter().find(|action| matches!(action.value.as_str(), "*" | "*:*"));
        let unlimited = statement.clauses().is_empty() && patterns.iter().any(|pattern| pattern.value.is_any());
        if let Some(action) = everything.filter(|_| unlimited) {
            let message = "this allows every action on every resource";
            findings.push(Draft::new(&FULL_ACCESS, action.span, message).help("name the services that are needed"));
            continue;
        }
        if narrowed_by_tag(statement) {
            continue;
        }
        escalations(subject.catalogue, statement, patterns, findings);
    }
}

/// Whether the statement is about resources with a certain tag only.
fn narrowed_by_tag(statement: &Statement) -> bool {
    has_clause(statement, "acs:ResourceTag/")
}

fn has_clause(statement: &Statement, key: &str) -> bool {
    statement.clauses().iter().any(|clause| {
        let own = clause.key().as_str();
        !clause.operator().negated && own.get(..key.len()).is_some_and(|start| start.eq_ignore_ascii_case(key))
    })
}

fn escalations(
    catalogue: &'static Catalogue,
    statement: &Statement,
    patterns: &[Spanned<ResourcePattern>],
    findings: &mut Findings<'_>,
) {
    let mut escalating: Vec<(&Spanned<ActionPattern>, String)> = Vec::new();
    for action in actions(statement) {
        for (code, known) in covered(catalogue, &action.value) {
            let wide = patterns.iter().any(|pattern| is_wide(known, pattern.value.as_str()));
            if !wide {
                continue;
            }
            let name = format!("{code}:{}", known.name());
            match (code, known.name()) {
                ("ram", "PassRole") if has_clause(statement, "acs:Service") => {}
                ("ram", "PassRole") => {
                    let message = format!("`{}` allows to pass any role to any service", action.value.as_str());
                    let help = "name the role's ARN, or the service in a condition on `acs:Service`";
                    findings.push(Draft::new(&PASS_ANY_ROLE, action.span, message).help(help));
                }
                ("sts", "AssumeRole") => {
                    let message = format!("`{}` allows to assume any role", action.value.as_str());
                    findings.push(Draft::new(&ASSUME_ANY_ROLE, action.span, message).help("name the roles' ARNs"));
                }
                _ => escalating.push((action, name)),
            }
        }
    }
    let Some(((first, _), _)) = escalating.split_first() else { return };
    let names: Vec<&str> = escalating.iter().map(|(_, name)| &**name).collect();
    let message = format!("this allows {} without limit", listed(&names));
    let draft = Draft::new(&PRIVILEGE_ESCALATION, first.span, message)
        .help("leave out what changes permissions, or name the users, roles and policies that are meant");
    let mut seen = vec![first.span];
    let draft = escalating.iter().fold(draft, |draft, (action, name)| {
        if seen.contains(&action.span) {
            return draft;
        }
        seen.push(action.span);
        draft.related(action.span, format!("`{name}`"))
    });
    findings.push(draft);
}

/// The escalating actions that a pattern covers, with their services.
fn covered(catalogue: &'static Catalogue, pattern: &ActionPattern) -> Vec<(&'static str, &'static KnownAction)> {
    if let Some(named) = Named::of(pattern, catalogue) {
        return named
            .known()
            .into_iter()
            .filter(|action| action.escalates())
            .map(|action| (named.service.code(), action))
            .collect();
    }
    // A wildcard in the service part.
    ["ram", "sts"]
        .into_iter()
        .filter_map(|code| catalogue.service(code))
        .flat_map(|service| service.actions().iter().map(move |action| (service.code(), action)))
        .filter(|(code, action)| action.escalates() && fits(pattern.as_str(), &format!("{code}:{}", action.name())))
        .collect()
}

/// Whether a pattern leaves open what the action acts on. To attach a policy is harmless while it is not any policy.
fn is_wide(action: &KnownAction, pattern: &str) -> bool {
    let attaches = action.name().starts_with("AttachPolicy");
    action
        .resources()
        .arns()
        .iter()
        .any(|arn| arn.is_covered_by(pattern) && (!attaches || arn.to_string().contains(":policy/")))
        || (action.resources().arns().is_empty() && pattern == "*")
}
