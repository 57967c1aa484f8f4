//! What the actions of a statement amount to, apart from their names.

use super::finding::{Draft, Findings};
use super::rule::Rule;
use super::subject::{Subject, actions};
use crate::catalogue::fits;
use crate::document::{Actions, Effect};

static ALLOW_NOT_ACTION: Rule = Rule::warning(
    "allow-not-action",
    "an Allow names the actions that it does not mean",
    "it grants every other action of every service, also those that do not exist yet",
);
static PAI_NAMESPACE: Rule = Rule::warning(
    "pai-namespace",
    "`pai:` is taken to cover the modules of PAI",
    "each module of PAI has a code of its own (`paidataset`, `paidlc`, `eas`, ...), and codes do not nest",
);

pub(super) const RULES: &[&Rule] = &[&ALLOW_NOT_ACTION, &PAI_NAMESPACE];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.grants() {
        for statement in subject.allowing() {
            if let Actions::NotAction(_) = statement.actions() {
                let message = "this grants everything but the actions named";
                let draft = Draft::new(&ALLOW_NOT_ACTION, statement.actions_span(), message);
                findings.push(draft.help("name the actions that are meant in `Action`"));
            }
        }
    }
    pai(subject, findings);
}

/// A wildcard over `pai:` in a document that has nothing of any module: its author takes it for all of PAI.
fn pai(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    const MODULES: [&str; 12] = [
        "paiworkspace",
        "paidataset",
        "paimodel",
        "paiimage",
        "paicodesource",
        "paidlc",
        "paidsw",
        "paiflow",
        "paidesigner",
        "pailangstudio",
        "paillmtrace",
        "eas",
    ];
    let names_module = |effect: Effect| {
        subject.all.iter().filter(|statement| statement.effect() == effect).any(|statement| {
            actions(statement).iter().any(|pattern| {
                let code = pattern.value.as_str().split_once(':').map_or(pattern.value.as_str(), |(code, _)| code);
                MODULES.iter().any(|module| fits(code, module))
            })
        })
    };
    for statement in &subject.sound {
        let wide = actions(statement).iter().find(|pattern| {
            let text = pattern.value.as_str();
            text.split_once(':').is_some_and(|(code, name)| code.eq_ignore_ascii_case("pai") && name.ends_with('*'))
        });
        let Some(wide) = wide.filter(|_| !names_module(statement.effect())) else { continue };
        let message = format!("`{}` covers no module of PAI, only the account-wide actions", wide.value.as_str());
        let draft = Draft::new(&PAI_NAMESPACE, wide.span, message).help(
            "name the modules that are meant as well, e.g. `paiworkspace:*`, `paidataset:*`, `paidlc:*`, `paidsw:*`",
        );
        // An Allow that falls short is noticed; a Deny that does is not.
        findings.push(if statement.effect() == Effect::Deny { draft } else { draft.note() });
    }
}
