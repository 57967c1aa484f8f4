//! A policy that a scenario sends: of which kind, and what it is called.

use acslab_emulator::state::PolicyText;
use acslab_policy::DocumentKind;
use serde_json::Value;

use crate::client::Given;
use crate::runner::Sent;

/// A policy's kind, by the operation that it is sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    /// Attached to users, groups and roles.
    Identity,
    /// A role's trust policy.
    Trust,
    /// A bucket's, or an access point's.
    Bucket,
    /// A session's.
    Session,
    /// A control policy.
    Control,
}

impl Kind {
    /// By the operation that it is sent to.
    pub(crate) fn of(operation: &str) -> Self {
        match operation.split_once('.') {
            Some(("Oss", _)) => Self::Bucket,
            Some(("Sts", _)) => Self::Session,
            Some((_, name)) if name.contains("ControlPolicy") => Self::Control,
            Some((_, name)) if name.ends_with("Role") => Self::Trust,
            _ => Self::Identity,
        }
    }

    /// The same as the policy language calls it.
    pub(crate) fn document(self) -> DocumentKind {
        match self {
            Self::Identity => DocumentKind::Identity,
            Self::Trust => DocumentKind::Trust,
            Self::Bucket => DocumentKind::Bucket,
            Self::Session => DocumentKind::Session,
            Self::Control => DocumentKind::Control,
        }
    }
}

/// What it is called: by its own name, or by what it belongs to.
pub(crate) fn name_of(sent: &Sent<'_>) -> String {
    let parameter = |name: &str| {
        let found = sent.parameters.iter().find(|(known, _)| known == name);
        found.and_then(|(_, given)| Given::to_text(given).ok())
    };
    if let Some(name) = parameter("PolicyName") {
        return name;
    }
    if let Some(name) = parameter("RoleName") {
        return format!("trust of {name}");
    }
    if let Some(name) = parameter("Bucket") {
        return format!("bucket {name}");
    }
    match parameter("RoleSessionName") {
        Some(name) => format!("session {name}"),
        None => sent.operation.to_owned(),
    }
}

/// A text that is the same for all texts that say the same.
pub(super) fn canonical(document: &Value) -> String {
    PolicyText::new(&document.to_string()).to_string()
}
