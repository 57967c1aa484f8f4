//! All rules asked about one document.

use serde::Serialize;

use super::faults;
use super::finding::{Finding, Findings, Severity};
use super::rule::FAMILIES;
use super::subject::Subject;
use crate::catalogue::{ActionNames, NoMore};
use crate::dialect::Dialect;
use crate::document::{Document, survey};
use crate::fault::Faults;
use crate::json::{self, Node, Value};
use crate::kind::DocumentKind;

/// All that was found in one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The kind that the document was read as.
    pub kind: DocumentKind,
    /// The findings, in the order of the text.
    pub findings: Vec<Finding>,
}

impl Report {
    /// The gravest severity of any finding.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }
}

/// Looks for mistakes in a document.
pub fn lint(kind: DocumentKind, text: &str) -> Report {
    lint_with(kind, text, &NoMore)
}

/// The same, where more names of actions are known than this crate lists.
pub fn lint_with(kind: DocumentKind, text: &str, more: &dyn ActionNames) -> Report {
    let (statements, malformed) = survey(kind, text, &Dialect::STANDARD);
    let subject = Subject::new(kind, &statements, malformed.as_ref(), more);
    let mut findings = Findings::new(text);
    if let Some(malformed) = &malformed {
        faults::check(malformed, &mut findings);
    }
    for (_, check) in FAMILIES {
        check(&subject, &mut findings);
    }
    Report { kind, findings: findings.finish() }
}

/// Looks for mistakes in a document that may turn out not to be UTF-8.
pub fn lint_bytes(kind: DocumentKind, bytes: &[u8], more: &dyn ActionNames) -> Report {
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => return lint_with(kind, text, more),
        Err(error) => bytes.get(..error.valid_up_to()).and_then(|valid| std::str::from_utf8(valid).ok()),
    };
    let mut findings = Findings::new(valid.unwrap_or_default());
    if let Err(malformed) = Document::parse_bytes(kind, bytes, &Dialect::STANDARD) {
        faults::check(&malformed, &mut findings);
    }
    Report { kind, findings: findings.finish() }
}

/// The kind that a document seems to be: one with principals is a trust policy or, if they are an array, a bucket
/// policy; without, it is attached to its principal.
pub fn guess_kind(text: &str) -> DocumentKind {
    let root = json::read(text, &mut Faults::default());
    let statements = root.as_ref().and_then(|root| member(root, "Statement")).map(|node| &node.value);
    let Some(Value::Array(statements)) = statements else { return DocumentKind::Identity };
    match statements.iter().find_map(|statement| member(statement, "Principal")).map(|node| &node.value) {
        None => DocumentKind::Identity,
        // `"*"` is a bucket policy's as well; in a trust policy an object says what kind of principal it is.
        Some(Value::Array(_) | Value::String(_)) => DocumentKind::Bucket,
        Some(_) => DocumentKind::Trust,
    }
}

fn member<'n, 't>(node: &'n Node<'t>, name: &str) -> Option<&'n Node<'t>> {
    match &node.value {
        Value::Object(members) => members.iter().find(|member| member.name == name).map(|member| &member.value),
        _ => None,
    }
}
