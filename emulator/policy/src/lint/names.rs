//! Names of services and actions that the cloud does not have, or has otherwise.

use super::cover;
use super::finding::{Draft, Findings};
use super::rule::Rule;
use super::subject::{Named, Subject, listed, one_of};
use crate::action::ActionPattern;
use crate::catalogue::{KnownAction, Names};
use crate::document::suggest::nearest_within;
use crate::document::{Actions, DocumentKind};
use crate::text::{Span, Spanned};

static UNKNOWN_SERVICE: Rule = Rule::warning(
    "unknown-service",
    "the service of an action is not one of RAM's codes",
    "the code that RAM uses is often not the product's name; with another one the entry matches nothing",
);
static UNKNOWN_ACTION: Rule =
    Rule::warning("unknown-action", "the service has no such action", "the entry matches no request");
static WRONG_SERVICE: Rule = Rule::warning(
    "wrong-service",
    "the action belongs to another service",
    "codes do not nest: an action is matched under its own service only",
);
static OPERATION_NAME: Rule = Rule::warning(
    "operation-name",
    "the name of an operation that is authorized under another name",
    "policies name actions, and not every operation has one of its own name",
);
static RENAMED_ACTION: Rule = Rule::note(
    "renamed-action",
    "newer pages name the action otherwise",
    "the operation may be checked under the newer name only",
);
static ACTION_CASE: Rule = Rule::note(
    "action-case",
    "the letter case of an action is not the published one",
    "case is disregarded in most cases only; the exceptions are not published",
);

pub(super) const RULES: &[&Rule] =
    &[&UNKNOWN_SERVICE, &UNKNOWN_ACTION, &WRONG_SERVICE, &OPERATION_NAME, &RENAMED_ACTION, &ACTION_CASE];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    // Trust policies have their own few actions.
    if subject.kind == DocumentKind::Trust {
        return;
    }
    for statement in subject.all {
        let (Actions::Action(patterns) | Actions::NotAction(patterns)) = statement.actions();
        for pattern in patterns {
            action(subject, statement.actions(), pattern, findings);
        }
    }
}

fn action(subject: &Subject<'_>, element: &Actions, pattern: &Spanned<ActionPattern>, findings: &mut Findings<'_>) {
    let (written, span) = (&pattern.value, pattern.span);
    let Some((code, name)) = written.as_str().split_once(':') else { return };
    if code.contains(['*', '?']) {
        return;
    }
    let Some(named) = Named::of(written, subject.catalogue) else {
        findings.extend(service(subject, code, name, span));
        return;
    };
    let known: Vec<_> = named.known().into_iter().map(KnownAction::name).collect();
    let code_differs = named.code != named.service.code();
    if !known.is_empty() {
        let exact = known.iter().any(|known| crate::catalogue::fits_exactly(name, known));
        if !exact || code_differs {
            let literal = if name.contains(['*', '?']) { name } else { known.first().copied().unwrap_or(name) };
            let name_as = if exact { name } else { literal };
            let draft =
                Draft::new(&ACTION_CASE, span, format!("`{}` is published in other letter case", written.as_str()));
            let published = known.first().map(|known| format!("{}:{known}", named.service.code()));
            let help = if written.is_literal() || exact {
                Some(format!("write `{}:{name_as}`", named.service.code()))
            } else {
                published.map(|published| format!("a published name is `{published}`"))
            };
            findings.push(draft.maybe_help(help));
        }
        if let Some(newer) = named.service.alternative(name) {
            let newer = full(named.service.code(), newer);
            let message = format!("newer pages name `{}` otherwise", written.as_str());
            findings.push(Draft::new(&RENAMED_ACTION, span, message).help(format!("name {} as well", listed(&newer))));
        }
        return;
    }
    if let Some(checked) = named.service.operation(name) {
        let checked = full(named.service.code(), checked);
        let message = format!("`{name}` is an operation; what it needs is {}", listed(&checked));
        let draft = Draft::new(&OPERATION_NAME, span, message);
        // Beside the right name the wrong one is only superfluous.
        let beside = checked.iter().all(|checked| cover::covers_action(element, checked));
        findings.push(if beside {
            draft.note().help("remove it")
        } else {
            draft.help(format!("name {}", listed(&checked)))
        });
        return;
    }
    if named.service.names() == Names::Partial {
        return;
    }
    findings.push(unknown(subject, &named, written, span));
}

fn full(code: &str, names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("{code}:{name}")).collect()
}

/// A service that the catalogue does not have.
fn service(subject: &Subject<'_>, code: &str, name: &str, span: Span) -> Option<Draft> {
    let found = subject.catalogue.code_of(code);
    let near = || nearest_within(code, subject.catalogue.codes(), slips(code));
    let meant = found.or_else(near)?;
    let message = if found.is_some() {
        let title = subject.catalogue.service(meant).map_or(meant, |service| service.title());
        format!("`{code}` is not the code of {title} in RAM")
    } else {
        format!("there is no service `{code}`")
    };
    Some(Draft::new(&UNKNOWN_SERVICE, span, message).help(format!("did you mean `{meant}:{name}`?")))
}

/// A name that a service whose names are all known does not have.
fn unknown(subject: &Subject<'_>, named: &Named<'_>, written: &ActionPattern, span: Span) -> Draft {
    let (code, name) = (named.service.code(), named.name);
    let title = named.service.title();
    if !written.is_literal() {
        return Draft::new(
            &UNKNOWN_ACTION,
            span,
            format!("`{}` matches no published action of {title}", written.as_str()),
        )
        .maybe_help(
            subject.catalogue.services_matching(name).first().map(|other| format!("did you mean `{other}:{name}`?")),
        );
    }
    let actions = named.service.actions().iter().map(KnownAction::name);
    let near = nearest_within(name, actions.chain(named.service.operations()), slips(name));
    match near {
        Some(near) => Draft::new(&UNKNOWN_ACTION, span, format!("{title} has no action `{name}`"))
            .help(format!("did you mean `{code}:{near}`?")),
        None if named.service.actions().iter().any(|action| starts(action.name(), name)) => {
            Draft::new(&UNKNOWN_ACTION, span, format!("{title} has no action `{name}`"))
                .help(format!("did you mean `{code}:{name}*`?"))
        }
        None => {
            let elsewhere: Vec<String> =
                subject.catalogue.services_with(name).iter().map(|other| format!("{}:{name}", other.code())).collect();
            if elsewhere.is_empty() {
                Draft::new(&UNKNOWN_ACTION, span, format!("{title} publishes no action `{name}`")).note()
            } else {
                Draft::new(&WRONG_SERVICE, span, format!("`{name}` is not an action of {title}"))
                    .help(format!("did you mean {}?", one_of(&elsewhere)))
            }
        }
    }
}

fn starts(name: &str, start: &str) -> bool {
    name.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start))
}

/// How many letters may differ for a slip of the pen: few, since published names lie close together.
fn slips(name: &str) -> usize {
    match name.len() {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}
