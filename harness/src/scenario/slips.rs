//! Names that the cloud has and a scenario writes: what is spelt much like one of them, and is none, is a slip of the pen.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use acslab_emulator::SystemPolicies;
use acslab_emulator::cloud::pai::WorkspaceRole;
use acslab_policy::{Action, Resource};
use miette::SourceSpan;

use super::mistake::Kind;
use super::reader::Reader;
use super::template::Template;
use crate::simulate::{Doubt, doubt_of_action, misspelt_key};
use crate::source::Spanned;
use crate::words::{Choices, did_you_mean, nearest, slip};

/// A system policy; `own` are policies that may be meant besides.
pub(super) fn system_policy(name: &Spanned<String>, own: &[&str], reader: &mut Reader<'_>) {
    let system = SystemPolicies::shipped();
    if system.get(&name.value).is_none() {
        let known = system.iter().map(|policy| policy.name.as_str()).chain(own.iter().copied());
        if let Some(near) = nearest(&name.value, known) {
            reader.note(Kind::UnknownPolicy { name: name.value.clone(), near }, name.span);
        }
    }
}

/// A region. There are always new ones: one that is like none is only doubted.
pub(super) fn region(name: &str, span: SourceSpan, reader: &mut Reader<'_>) {
    static KNOWN: LazyLock<Vec<&str>> = LazyLock::new(|| acslab_policy::catalogue::regions().collect());
    if name.contains("${") || KNOWN.contains(&name) {
        return;
    }
    // Regions that differ in their numbers are neighbours.
    let letters = |name: &str| name.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    let others = KNOWN.iter().copied().filter(|known| letters(known) != letters(name));
    match slip(name, others) {
        Some(near) => {
            let choices = Choices::new(name, [near]);
            reader.note(Kind::NoSuch { what: "region", all: "regions", name: name.to_owned(), choices }, span);
        }
        None => reader.doubt(format!("no region is known as `{name}`"), None, span),
    }
}

/// A role in a workspace of PAI.
pub(super) fn workspace_role(name: &str, span: SourceSpan, reader: &mut Reader<'_>) {
    if WorkspaceRole::parse(name).is_none() && !name.contains("${") {
        let choices = Choices::new(name, WorkspaceRole::ALL.map(WorkspaceRole::id));
        let (what, all) = ("role in a workspace", "roles in a workspace");
        reader.note(Kind::NoSuch { what, all, name: name.to_owned(), choices }, span);
    }
}

/// An action that is compared: one that nobody publishes, and that is a letter from one that somebody does, is a mistake. New ones
/// are published every month: others are doubted.
pub(super) fn compared_action(written: &Template, span: SourceSpan, reader: &mut Reader<'_>) {
    let near = written.as_literal().filter(|text| !text.contains('*')).and_then(|text| {
        let help = doubt(text)?.help?;
        let near = help.strip_prefix("did you mean `")?.strip_suffix("`?")?;
        (!near.eq_ignore_ascii_case(text)).then(|| slip(text, [near]).map(|near| (text, near)))?
    });
    match near {
        Some((text, near)) => {
            let choices = Choices::new(text, [near]);
            reader.note(Kind::NoSuch { what: "action", all: "actions", name: text.to_owned(), choices }, span);
        }
        None => action(written, span, reader),
    }
}

/// An action: what is none is a mistake, and one that nobody publishes is doubted. A pattern is neither.
pub(super) fn action(action: &Template, span: SourceSpan, reader: &mut Reader<'_>) {
    let Some(text) = action.as_literal().filter(|text| !text.contains('*')) else { return };
    if Action::parse(text).is_none() {
        reader.misfit_at(span, "an action, such as `oss:GetObject`", format!("`{text}`"));
    } else if let Some(doubt) = doubt(text) {
        reader.doubt(doubt.message, doubt.help, span);
    }
}

/// Files name the same actions again and again: each is looked at once.
fn doubt(action: &str) -> Option<Doubt> {
    static KNOWN: LazyLock<Mutex<HashMap<String, Option<Doubt>>>> = LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(action.to_owned()).or_insert_with(|| doubt_of_action(action)).clone()
}

/// A resource that is asked for.
pub(super) fn resource(resource: &Template, span: SourceSpan, reader: &mut Reader<'_>) {
    let Some(text) = resource.as_literal() else { return };
    if Resource::parse(text).is_none() {
        let near = text.split_once(':').filter(|(scheme, _)| slip(scheme, ["acs"]).is_some());
        let hint = near.map(|(_, rest)| did_you_mean(&format!("acs:{rest}")));
        let expected = "a resource, such as `acs:oss:*:*:bucket/*`, or `*`".to_owned();
        reader.note(Kind::Misspelt { expected, found: text.to_owned(), help: hint }, span);
    }
}

/// A condition key.
pub(super) fn condition_key(key: &Spanned<String>, reader: &mut Reader<'_>) {
    if let Some(wrong) = misspelt_key(&key.value) {
        let expected = "a condition key, such as `acs:SourceIp`".to_owned();
        reader.note(Kind::Misspelt { expected, found: key.value.clone(), help: wrong.help }, key.span);
    }
}
