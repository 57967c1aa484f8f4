//! The rules: what each looks for, how grave it is, and why it matters.

use serde::Serialize;

use super::finding::{Findings, Severity};
use super::subject::Subject;
use super::{
    accounts, actions, bucket, faults, folder, keys, names, overlap, privilege, regions, resources, trust, values,
};

/// One rule.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Its name, which does not change.
    pub id: &'static str,
    /// The severity of what it finds.
    pub severity: Severity,
    /// What it looks for.
    pub summary: &'static str,
    /// Why that matters.
    pub why: &'static str,
}

impl Rule {
    pub(super) const fn error(id: &'static str, summary: &'static str, why: &'static str) -> Self {
        Self { id, severity: Severity::Error, summary, why }
    }

    pub(super) const fn warning(id: &'static str, summary: &'static str, why: &'static str) -> Self {
        Self { id, severity: Severity::Warning, summary, why }
    }

    pub(super) const fn note(id: &'static str, summary: &'static str, why: &'static str) -> Self {
        Self { id, severity: Severity::Note, summary, why }
    }
}

/// Rules that are asked together: what looks for them.
type Check = fn(&Subject<'_>, &mut Findings<'_>);

/// The mistakes that the cloud accepts, a file a family. A new family is a line here.
pub(super) const FAMILIES: [(&[&Rule], Check); 12] = [
    (names::RULES, names::check),
    (actions::RULES, actions::check),
    (resources::RULES, resources::check),
    (regions::RULES, regions::check),
    (accounts::RULES, accounts::check),
    (folder::RULES, folder::check),
    (keys::RULES, keys::check),
    (values::RULES, values::check),
    (overlap::RULES, overlap::check),
    (privilege::RULES, privilege::check),
    (trust::RULES, trust::check),
    (bucket::RULES, bucket::check),
];

/// All rules: first the faults for which the cloud refuses a document, then the mistakes that it accepts.
pub static RULES: [&[&Rule]; FAMILIES.len() + 1] = {
    let mut rules = [faults::RULES; FAMILIES.len() + 1];
    let mut family = 0;
    while family < FAMILIES.len() {
        rules[family + 1] = FAMILIES[family].0;
        family += 1;
    }
    rules
};

/// The rule of this name.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().flatten().copied().find(|rule| rule.id == id)
}
