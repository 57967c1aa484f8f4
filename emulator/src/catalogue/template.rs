//! Resources of the catalogue as the gateway asks for them.

use super::entry::Needs;
use crate::operation::{Asked, Check, Field, Known, Mark, Shape, Text};

/// The checks of what an operation needs; `code` is its product's.
///
/// INFERRED: a page lists the kinds of resources that an operation touches, and not when. What stands first is asked about always;
/// another kind when the request names one; and where a kind is listed both by id and as a whole, the whole stands for a request
/// that names none.
pub(super) fn checks(needs: &Needs<'_>, parameters: &[Field], code: &str) -> Vec<Check> {
    let action = action_mark(needs.mark);
    let resources: Vec<&str> = kinds(&needs.resources().collect::<Vec<_>>());
    if resources.is_empty() && needs.conditional().next().is_none() {
        return vec![stand_in(needs.action, action, code)];
    }
    let resource = if needs.inferred { Mark::Inferred } else { Mark::Documented };
    let known = Known { action, resource };
    let all_asked = needs.mark == "meta";
    let mut checks = Vec::new();
    for (at, template) in resources.iter().enumerate() {
        let (template, filled) = filled(template, parameters);
        let always = at == 0 || all_asked;
        if !always && matches!(filled, Filled::Not | Filled::InPart) {
            // It cannot be told whether the request names one.
            continue;
        }
        checks.push(asked(needs.action, template, &filled, always, known));
    }
    for template in needs.conditional() {
        let (template, filled) = filled(template, parameters);
        if let Filled::By(_) | Filled::ByEach(_) = filled {
            checks.push(asked(needs.action, template, &filled, false, known));
        }
    }
    if checks.iter().all(|check| !matches!(check.asked, Asked::Once | Asked::Listed { always: true, .. })) {
        checks.insert(0, stand_in(needs.action, action, code));
    }
    checks
}

/// Everything of a product in the account, where no resource is published.
pub(super) fn stand_in(action: &str, mark: Mark, code: &str) -> Check {
    let known = Known { action: mark, resource: Mark::Default };
    check(action, format!("acs:{code}:{{region}}:{{account}}:*"), known)
}

fn check(action: &str, resource: String, known: Known) -> Check {
    Check {
        actions: std::iter::once(action.to_owned()).collect(),
        resource: Text::Owned(resource),
        known,
        ..Check::new(&[], "*")
    }
}

fn asked(action: &str, template: String, filled: &Filled, always: bool, known: Known) -> Check {
    let asked = match (filled, always) {
        (Filled::ByEach(name), always) => Asked::Listed { parameter: Text::Owned(name.clone()), always },
        (Filled::By(name), false) => Asked::When(Text::Owned(name.clone())),
        _ => Asked::Once,
    };
    Check { asked, ..check(action, template, known) }
}

/// How an action is known by the word of its source.
pub(super) fn action_mark(word: &str) -> Mark {
    if word == "default" { Mark::Default } else { Mark::Documented }
}

/// One template a kind: `*` says nothing where others stand, and `disk/*` nothing where `disk/{id=DiskId}` does.
fn kinds<'t>(templates: &[&'t str]) -> Vec<&'t str> {
    let parent = |template: &str| template.rsplit_once('/').map(|(kind, _)| kind.to_owned());
    let by_id =
        |kind: &str| templates.iter().any(|other| other.contains('=') && parent(other).as_deref() == Some(kind));
    let needless = |template: &&str| {
        (*template == "*" && templates.len() > 1)
            || (!template.contains('=') && parent(template).is_some_and(|kind| by_id(&kind)))
    };
    let whole = |kind: &str| templates.iter().any(|other| other.strip_suffix("/*") == Some(kind));
    let unnamed = |template: &&str| {
        let (kind, id) = template.rsplit_once('/').unwrap_or((template, ""));
        id.starts_with('{') && !id.contains('=') && whole(kind)
    };
    templates.iter().copied().filter(|template| !needless(template) && !unnamed(template)).collect()
}

/// What fills the places of a template.
enum Filled {
    /// It has none but those of the account and the region.
    Already,
    /// No parameter.
    Not,
    /// Parameters, but not all of them.
    InPart,
    /// This one, among others perhaps.
    By(String),
    /// The items of this one.
    ByEach(String),
}

/// The template in the form that checks have, `{DiskId|*}`, and what fills it.
fn filled(template: &str, parameters: &[Field]) -> (String, Filled) {
    let mut written = String::with_capacity(template.len());
    let mut filled = Filled::Already;
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        written.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        rest = after;
        if matches!(name, "region" | "account") {
            written.extend(["{", name, "}"]);
            continue;
        }
        let parameter = name.split_once('=').map(|(_, parameter)| parameter);
        filled = match (filled, parameter) {
            (Filled::Already, None) => Filled::Not,
            (Filled::Already, Some(parameter)) if is_list(parameter, parameters) => {
                Filled::ByEach(parameter.to_owned())
            }
            (Filled::Already, Some(parameter)) => Filled::By(parameter.to_owned()),
            (filled @ (Filled::By(_) | Filled::ByEach(_)), Some(_)) => filled,
            _ => Filled::InPart,
        };
        match parameter {
            None => written.push('*'),
            Some(parameter) if matches!(&filled, Filled::ByEach(each) if each == parameter) => {
                written.push_str("{each}");
            }
            Some(parameter) => written.extend(["{", parameter, "|*}"]),
        }
    }
    written.push_str(rest);
    (written, filled)
}

/// Does a parameter hold several? Some hold a list in JSON as their text.
fn is_list(name: &str, parameters: &[Field]) -> bool {
    let found = parameters.iter().find(|parameter| parameter.name == name);
    found.is_some_and(|parameter| matches!(parameter.of.shape, Shape::List(_)))
        || name.ends_with("Ids")
        || name.ends_with("Names")
}
