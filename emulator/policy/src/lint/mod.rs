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
mod regions;
mod report;
mod resources;
mod rule;
mod sarif;
mod subject;
mod trust;
mod values;

pub use finding::{Finding, Related, Severity};
pub use report::{Report, guess_kind, lint, lint_bytes, lint_with};
pub use rule::{RULES, Rule, rule};
pub use sarif::{Artifact, sarif};
