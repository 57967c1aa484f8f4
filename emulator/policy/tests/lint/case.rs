//! A case of a rule, and the documents that most of them are.

use acslab_policy::DocumentKind::{self, Identity};

pub(crate) fn identity(statements: &str) -> String {
    format!(r#"{{ "Version": "1", "Statement": [{statements}] }}"#)
}

pub(crate) fn allow(action: &str, resource: &str) -> String {
    identity(&format!(r#"{{ "Effect": "Allow", "Action": {action}, "Resource": {resource} }}"#))
}

/// A statement under a condition.
pub(crate) fn under(effect: &str, action: &str, condition: &str) -> String {
    identity(&format!(r#"{{ "Effect": "{effect}", "Action": {action}, "Resource": "*", "Condition": {condition} }}"#))
}

pub(crate) fn trust(principal: &str, condition: &str) -> String {
    identity(&format!(
        r#"{{ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {principal}, "Condition": {condition} }}"#
    ))
}

/// A document, and what is found in it.
pub(crate) struct Case {
    pub(crate) kind: DocumentKind,
    pub(crate) text: String,
    /// `rule path`, in the order of the text.
    pub(crate) finds: Vec<&'static str>,
    /// The help of the first finding.
    pub(crate) help: Option<&'static str>,
}

pub(crate) fn case(kind: DocumentKind, text: String, finds: &[&'static str], help: Option<&'static str>) -> Case {
    Case { kind, text, finds: finds.to_vec(), help }
}
pub(crate) fn id(text: String, finds: &[&'static str], help: Option<&'static str>) -> Case {
    case(Identity, text, finds, help)
}

/// A statement that allows an action everywhere.
pub(crate) fn action(action: &str, finds: &[&'static str], help: Option<&'static str>) -> Case {
    id(allow(action, "\"*\""), finds, help)
}
