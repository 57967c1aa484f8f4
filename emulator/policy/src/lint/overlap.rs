//! Statements and entries that others make superfluous.

use super::cover;
use super::finding::{Draft, Findings};
use super::rule::Rule;
use super::subject::{Subject, actions, listed};
use crate::document::{Actions, Effect, Statement};

static SHADOWED_STATEMENT: Rule = Rule::note(
    "shadowed-statement",
    "another statement already says the same and more",
    "the statement can go, and nothing changes; perhaps it was meant to say something else",
);
static USELESS_ALLOW: Rule = Rule::warning(
    "useless-allow",
    "a Deny of the same document takes back what is allowed",
    "an explicit Deny wins over every Allow",
);
static REDUNDANT_ACTION: Rule = Rule::note(
    "redundant-action",
    "an action that another entry of the same list covers",
    "the entry can go, and nothing changes",
);

pub(super) const RULES: &[&Rule] = &[&SHADOWED_STATEMENT, &USELESS_ALLOW, &REDUNDANT_ACTION];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (index, statement) in subject.sound.iter().enumerate() {
        findings.extend(redundant(statement));
        let useless = useless(subject, statement);
        let denied = !useless.is_empty();
        for draft in useless {
            findings.push(draft);
        }
        if !denied {
            findings.extend(shadowed(subject, index, statement));
        }
    }
}

fn shadowed(subject: &Subject<'_>, index: usize, statement: &Statement) -> Option<Draft> {
    let by = subject.sound.iter().enumerate().find(|(other_index, other)| {
        let same_effect = *other_index != index && other.effect() == statement.effect();
        // Of two that cover each other, the later one is superfluous.
        same_effect
            && cover::statement(other, statement)
            && (*other_index < index || !cover::statement(statement, other))
    });
    let (_, by) = by?;
    let draft = Draft::new(&SHADOWED_STATEMENT, statement.span(), "this statement adds nothing");
    Some(draft.related(by.span(), "this one covers it").help("remove it, or make it say what is missing"))
}

fn useless(subject: &Subject<'_>, statement: &Statement) -> Vec<Draft> {
    if statement.effect() != Effect::Allow {
        return Vec::new();
    }
    let denies = || subject.sound.iter().filter(|other| other.effect() == Effect::Deny);
    if let Some(deny) = denies().find(|deny| cover::statement(deny, statement)) {
        let draft = Draft::new(&USELESS_ALLOW, statement.span(), "this statement allows nothing");
        return vec![
            draft.related(deny.span(), "all of it is denied here").help("remove one of the two, or narrow the Deny"),
        ];
    }
    let Actions::Action(patterns) = statement.actions() else { return Vec::new() };
    patterns
        .iter()
        .filter_map(|pattern| {
            let written = pattern.value.as_str();
            let deny = denies()
                .find(|deny| cover::covers_action(deny.actions(), written) && cover::elements(deny, statement))?;
            let draft =
                Draft::new(&USELESS_ALLOW, pattern.span, format!("`{written}` is allowed here and denied elsewhere"));
            Some(draft.related(deny.span(), "denied here").help("remove the action, or narrow the Deny"))
        })
        .collect()
}

fn redundant(statement: &Statement) -> Option<Draft> {
    let patterns = actions(statement);
    let superfluous: Vec<_> = patterns
        .iter()
        .enumerate()
        .filter_map(|(index, pattern)| {
            let written = pattern.value.as_str();
            let by = patterns.iter().enumerate().find(|(other_index, other)| {
                let other = other.value.as_str();
                // Spellings in two letter cases are there for a reason.
                let spelling = other != written && other.eq_ignore_ascii_case(written);
                *other_index != index
                    && !spelling
                    && cover::action(other, written)
                    && (*other_index < index || !cover::action(written, other))
            })?;
            Some((pattern, by.1.value.as_str()))
        })
        .collect();
    let ((first, by), others) = superfluous.split_first()?;
    let names: Vec<&str> = superfluous.iter().map(|(pattern, _)| pattern.value.as_str()).collect();
    let message = match others {
        [] if *by == first.value.as_str() => format!("`{by}` is repeated"),
        [] => format!("`{by}` already covers {}", listed(&names)),
        _ => format!("other entries already cover {}", listed(&names)),
    };
    let draft = Draft::new(&REDUNDANT_ACTION, first.span, message);
    Some(others.iter().fold(draft, |draft, (pattern, by)| draft.related(pattern.span, format!("covered by `{by}`"))))
}
