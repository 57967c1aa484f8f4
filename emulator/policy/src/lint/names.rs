//! Names of services and actions that the cloud does not have, or has otherwise.

use super::cover;
use super::finding::{Draft, Findings};
use super::meant::{self, slips};
use super::rule::Rule;
use super::subject::{Named, Subject, listed, one_of, resources};
use crate::action::ActionPattern;
use crate::catalogue::{KnownAction, Names, fields, fits};
use crate::document::Actions;
use crate::document::suggest::nearest_within;
use crate::kind::DocumentKind;
use crate::text::{Span, Spanned};

static UNKNOWN_SERVICE: Rule = Rule::warning(
    "unknown-service",
    "the service of an action or a resource is not one of RAM's codes",
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
        for pattern in resources(statement) {
            let code = fields(pattern.value.as_str()).map(|[_, code, ..]| code);
            if let Some(code) = code.filter(|code| is_unknown(subject, code)) {
                findings.push(service(subject, code, None, pattern.span));
            }
        }
    }
}

/// Whether a service is written out and there is none of that code.
fn is_unknown(subject: &Subject<'_>, code: &str) -> bool {
    !code.is_empty()
        && !code.contains(['*', '?'])
        && !subject.catalogue.has_code(code)
        && subject.more_names(code).is_empty()
}

fn action(subject: &Subject<'_>, element: &Actions, pattern: &Spanned<ActionPattern>, findings: &mut Findings<'_>) {
    let (written, span) = (&pattern.value, pattern.span);
    let Some((code, name)) = written.as_str().split_once(':') else { return };
    if is_unknown(subject, code) {
        findings.push(service(subject, code, Some(name), span));
    }
    let Some(named) = Named::of(written, subject.catalogue) else {
        findings.extend(beyond(subject, code, name, span));
        return;
    };
    let known: Vec<_> = named.known().into_iter().map(KnownAction::name).collect();
    let code_differs = named.code != named.service.code();
    if !known.is_empty() {
        let exact = known.iter().any(|known| crate::catalogue::fits_exactly(name, known));
        if !exact || code_differs {
            let draft =
                Draft::new(&ACTION_CASE, span, format!("`{}` is published in other letter case", written.as_str()));
            let code = named.service.code();
            let cased = if exact { Some(name.to_owned()) } else { meant::recased(name, &known) };
            let help = match cased {
                Some(cased) => Some(format!("write `{code}:{cased}`")),
                None => known.first().map(|known| format!("a published name is `{code}:{known}`")),
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
    if let Some(draft) = operations(&named, element, span) {
        findings.push(draft);
        return;
    }
    if named.service.names() == Names::Partial {
        findings.extend(beyond(subject, code, name, span));
        return;
    }
    if subject.more_names(code).iter().any(|known| fits(name, known)) {
        return;
    }
    findings.push(unknown(subject, &named, written, span));
}

/// A name, or a pattern, that is none of those which are known beyond the catalogue. They are those of the published operations: one
/// that is near to one of them is a slip, another one may still be that of a console.
fn beyond(subject: &Subject<'_>, code: &str, name: &str, span: Span) -> Option<Draft> {
    let known = subject.more_names(code);
    if known.is_empty() || known.iter().any(|known| fits(name, known)) {
        return None;
    }
    let literal = !name.contains(['*', '?']);
    let near = nearest_within(name, known.iter().map(String::as_str), slips(name)).filter(|_| literal);
    let message = if literal {
        format!("no published operation of `{code}` needs an action `{name}`")
    } else {
        format!("`{code}:{name}` matches no action of a published operation")
    };
    let draft = Draft::new(&UNKNOWN_ACTION, span, message);
    Some(match near {
        Some(near) => draft.help(format!("did you mean `{code}:{near}`?")),
        None => draft.note(),
    })
}

/// A name, or a pattern, of operations only.
fn operations(named: &Named<'_>, element: &Actions, span: Span) -> Option<Draft> {
    let (code, name) = (named.service.code(), named.name);
    let covered: Vec<&str> = named.service.operations().filter(|operation| fits(name, operation)).collect();
    let mut checked: Vec<String> = Vec::new();
    for action in covered.iter().filter_map(|operation| named.service.operation(operation)).flatten() {
        let action = format!("{code}:{action}");
        if !checked.contains(&action) {
            checked.push(action);
        }
    }
    let message = match covered.as_slice() {
        [] => return None,
        [_] if !name.contains(['*', '?']) => {
            format!("`{name}` is an operation; what it needs is {}", listed(&checked))
        }
        _ => {
            let operations = if covered.len() == 1 { "the operation" } else { "the operations" };
            format!(
                "`{code}:{name}` covers no action, only {operations} {}; what is needed is {}",
                listed(&covered),
                listed(&checked)
            )
        }
    };
    let draft = Draft::new(&OPERATION_NAME, span, message);
    // Beside the right name the wrong one is only superfluous.
    let beside = checked.iter().all(|checked| cover::covers_action(element, checked));
    Some(if beside { draft.note().help("remove it") } else { draft.help(format!("name {}", listed(&checked))) })
}

fn full(code: &str, names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("{code}:{name}")).collect()
}

/// A service that does not exist, with the name of an action if it stands before one.
fn service(subject: &Subject<'_>, code: &str, name: Option<&str>, span: Span) -> Draft {
    let catalogue = subject.catalogue;
    let suffix = name.map(|name| format!(":{name}")).unwrap_or_default();
    let found = catalogue.code_of(code);
    let message = match found {
        Some(meant) => {
            let title = catalogue.service(meant).map_or(meant, |service| service.title());
            format!("`{code}` is not the code of {title} in RAM")
        }
        None => format!("there is no service `{code}`"),
    };
    let near = || nearest_within(code, catalogue.all_codes(), slips(code));
    let help = found.or_else(near).map(|meant| format!("did you mean `{meant}{suffix}`?")).or_else(|| {
        // A name that few services have tells which is meant.
        const FEW: usize = 3;
        let services = name.map(|name| catalogue.services_with(name)).unwrap_or_default();
        let names: Vec<String> = services.iter().map(|service| format!("{}{suffix}", service.code())).collect();
        (1..=FEW).contains(&names.len()).then(|| format!("did you mean {}?", one_of(&names)))
    });
    Draft::new(&UNKNOWN_SERVICE, span, message).maybe_help(help)
}

/// A name that a service whose names are all known does not have.
fn unknown(subject: &Subject<'_>, named: &Named<'_>, written: &ActionPattern, span: Span) -> Draft {
    let (code, name) = (named.service.code(), named.name);
    let title = named.service.title();
    if !written.is_literal() {
        let message = format!("`{}` matches no published action of {title}", written.as_str());
        let elsewhere = subject.catalogue.services_matching(name);
        let help = elsewhere.first().map(|other| format!("did you mean `{other}:{name}`?"));
        let draft = Draft::new(&UNKNOWN_ACTION, span, message).maybe_help(help);
        // Such patterns stand in published policies: for actions to come, or of a console.
        return if named.service.names() == Names::Operations { draft.note() } else { draft };
    }
    match meant::name(named.service, name) {
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
