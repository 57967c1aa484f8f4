//! Mistakes that a policy document may hold though the cloud accepts it, and the faults for which it would not.
//!
//! ```
//! use acslab_policy::{DocumentKind, lint};
//!
//! let text = r#"{ "Version": "1", "Statement": [
//!     { "Effect": "Allow", "Action": "oss:ListObjects", "Resource": "acs:oss:*:*:photos/*" } ] }"#;
//! let report = lint::lint(DocumentKind::Identity, text);
//! assert_eq!(report.findings[0].rule.id, "resource-never-matches");
//! assert_eq!(report.findings[0].help.as_deref(), Some("write `acs:oss:*:*:photos`"));
//! ```
//!
//! Each rule has a stable name, a severity and a reason ([`RULES`]); each finding has a place in the text, what is
//! wrong there, and how to mend it. What the rules know of actions, resources and condition keys comes from the
//! [`crate::catalogue`]; where that is incomplete they are silent.

mod accounts;
mod actions;
mod bucket;
mod cover;
mod faults;
mod finding;
mod folder;
mod keys;
mod meant;
mod names;
mod overlap;
mod privilege;
mod resources;
mod rule;
mod sarif;
mod subject;
mod trust;
mod values;

use serde::Serialize;

pub use finding::{Finding, Related, Severity};
pub use rule::{RULES, Rule, rule};
pub use sarif::{Artifact, sarif};

use crate::dialect::Dialect;
use crate::document::{Document, DocumentKind, survey};
use crate::fault::Faults;
use crate::json::{self, Node, Value};
use finding::Findings;
use subject::Subject;

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
    let (statements, malformed) = survey(kind, text, &Dialect::STANDARD);
    let subject = Subject::new(kind, &statements, malformed.as_ref());
    let mut findings = Findings::new(text);
    if let Some(malformed) = &malformed {
        faults::check(malformed, &mut findings);
    }
    actions::check(&subject, &mut findings);
    names::check(&subject, &mut findings);
    resources::check(&subject, &mut findings);
    accounts::check(&subject, &mut findings);
    folder::check(&subject, &mut findings);
    keys::check(&subject, &mut findings);
    values::check(&subject, &mut findings);
    overlap::check(&subject, &mut findings);
    privilege::check(&subject, &mut findings);
    trust::check(&subject, &mut findings);
    bucket::check(&subject, &mut findings);
    Report { kind, findings: findings.finish() }
}

/// Looks for mistakes in a document that may turn out not to be UTF-8.
pub fn lint_bytes(kind: DocumentKind, bytes: &[u8]) -> Report {
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => return lint(kind, text),
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
        Some(Value::Array(_)) => DocumentKind::Bucket,
        Some(_) => DocumentKind::Trust,
    }
}

fn member<'n, 't>(node: &'n Node<'t>, name: &str) -> Option<&'n Node<'t>> {
    match &node.value {
        Value::Object(members) => members.iter().find(|member| member.name == name).map(|member| &member.value),
        _ => None,
    }
}
