//! The rules: what each looks for, how grave it is, and why it matters.

use serde::Serialize;

use super::{
    accounts, actions, bucket, faults, finding::Severity, folder, keys, names, overlap, privilege, resources, trust,
    values,
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

/// All rules: first the faults for which the cloud refuses a document, then the mistakes that it accepts.
pub static RULES: [&[&Rule]; 12] = [
    faults::RULES,
    names::RULES,
    actions::RULES,
    resources::RULES,
    accounts::RULES,
    folder::RULES,
    keys::RULES,
    values::RULES,
    overlap::RULES,
    privilege::RULES,
    trust::RULES,
    bucket::RULES,
];

/// The rule of this name.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().flatten().copied().find(|rule| rule.id == id)
}
