//! Sets of policies from texts.

use std::sync::Arc;

use acslab_policy::{Attachment, Document, DocumentKind, Malformed, PolicyRef, PolicySet, PolicyType};
use serde::{Deserialize, Serialize};

use crate::cloud::SystemPolicies;

/// A policy: a document with a name for it, or the name of a system policy.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected `{\"text\": …}`, the text of a policy, perhaps with a `name`, or `{\"system\": …}`, the name of a system policy"
)]
pub(super) enum Text {
    Own(Own),
    System(Named),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Own {
    #[serde(default)]
    pub(super) name: String,
    pub(super) text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    pub(super) system: String,
}

/// A text that is no policy.
#[derive(Debug, Serialize)]
pub(super) struct Misfit {
    name: String,
    kind: DocumentKind,
    /// The rule of the linter that its first fault goes against.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'static str>,
    why: String,
}

/// The policies of one layer.
pub(super) fn set(system: &SystemPolicies, kind: DocumentKind, texts: &[Text]) -> Result<PolicySet, Misfit> {
    let policies: Result<Vec<_>, _> = texts.iter().map(|text| policy(system, kind, text)).collect();
    Ok(PolicySet::compile(policies?))
}

fn policy(system: &SystemPolicies, kind: DocumentKind, text: &Text) -> Result<(PolicyRef, Arc<Document>), Misfit> {
    match text {
        Text::Own(Own { name, text }) => {
            let misfit = |malformed: Malformed| Misfit {
                name: name.clone(),
                kind,
                rule: malformed.faults().first().map(|fault| fault.code.as_str()),
                why: malformed.to_string(),
            };
            // It stands for one that is in force: its statements that cannot be used are told in the explanation.
            let document = Document::stored(kind, text).map_err(misfit)?;
            Ok((PolicyRef::named(name.as_str()), Arc::new(document)))
        }
        Text::System(Named { system: name }) => {
            let found = system.get(name);
            let misfit =
                || Misfit { name: name.clone(), kind, rule: None, why: format!("no system policy is called `{name}`") };
            let policy = found.ok_or_else(misfit)?;
            let reference = PolicyRef {
                name: policy.name.as_str().into(),
                version: None,
                kind: PolicyType::System,
                attached: Attachment::None,
            };
            Ok((reference, policy.document()))
        }
    }
}
