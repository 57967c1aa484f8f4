//! Changes and proposals, as values.

use serde::{Deserialize, Serialize};

use crate::layers::{Decision, Layer};
use crate::set::{Attachment, PolicyRef};

/// The ways to have a denied request allowed.
#[derive(Debug, Clone, Serialize)]
pub struct Remedies {
    /// The answer as it is.
    pub decision: Decision,
    /// The proposals: first those that change the request, then the resource, then policies, the narrowest of them first. None if
    /// the request is allowed already, or if no policy can allow it.
    pub remedies: Vec<Remedy>,
    /// What would do as well and opens more than is needed: an Allow without the conditions that failed, a Deny taken out whole.
    pub wider: Vec<Remedy>,
    /// Why no policy can allow it.
    pub impossible: Option<&'static str>,
}

/// Changes that together have the request allowed. Each of them is needed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Remedy {
    /// The changes.
    pub changes: Vec<Change>,
    /// What the same caller may do besides, of the actions asked about.
    pub also_allows: Vec<NewlyAllowed>,
    /// What a statement that was widened allows besides, or one that denied no longer does, in its own patterns.
    pub opens: Vec<NewlyAllowed>,
    /// The condition keys of which a changed statement takes other values than before: whoever it is about may call with those.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loosened: Vec<String>,
    /// What a changed policy is attached to where it holds for others besides: whoever is under it and meant by the statement.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reaches: Vec<Attachment>,
}

/// Something else that a proposal allows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NewlyAllowed {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
}

/// One change to the request, to the resource, or to one document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Change {
    /// A statement that denies is taken out.
    RemoveStatement(Target),
    /// A statement says something else: one that denies no longer names what is asked for, one that allows names it as well.
    ReplaceStatement {
        /// Which.
        #[serde(flatten)]
        target: Target,
        /// What it says then; a list where several statements stand in its place.
        statement: serde_json::Value,
    },
    /// A statement that allows is added.
    AddStatement {
        /// To which layer's policies.
        layer: Layer,
        /// To which node of the control policies; 0 in the other layers.
        node: u32,
        /// The ready statement.
        statement: serde_json::Value,
    },
    /// A condition key has other values: the request is sent otherwise, or the resource is tagged.
    SetKey {
        /// The key.
        key: String,
        /// Its values then.
        values: Vec<String>,
        /// What fills it.
        of: KeyOf,
    },
    /// What opens a resource to others and is no policy has another value. The search proposes none: whoever keeps the resource does.
    Setting(Setting),
}

impl Change {
    /// What a statement says that says something else: of several in its place, the first.
    pub(super) fn changed(&self) -> Option<&serde_json::Value> {
        match self {
            Self::ReplaceStatement { statement, .. } => Some(statement.get(0).unwrap_or(statement)),
            _ => None,
        }
    }
}

/// Something of a resource, or of its account, that opens it to others or keeps it closed, and is no policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// What it is: `block-public-access`, `acl`.
    pub setting: String,
    /// Of what: `account`, `bucket`, `object`.
    pub level: String,
    /// Of which.
    pub name: String,
    /// The value then.
    pub value: String,
}

/// What fills a condition key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyOf {
    /// The caller, by how the request is made.
    Request,
    /// What is known of the resource: its tags.
    Resource,
}

/// A statement of a policy in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The layer.
    pub layer: Layer,
    /// The node of the control policies; 0 in the other layers.
    pub node: u32,
    /// Which of the set's policies.
    pub index: u32,
    /// The policy.
    pub policy: PolicyRef,
    /// Which of its statements, from 0. It serialises as its `number`, from 1, for `statement` is what it says then.
    #[serde(rename = "number", with = "from_one")]
    pub statement: u32,
    /// The line it starts in.
    pub line: u32,
}

/// A place in a list, counted from 1 where people read it.
mod from_one {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
    pub(super) fn serialize<S: Serializer>(at: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        at.saturating_add(1).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        Ok(u32::deserialize(deserializer)?.saturating_sub(1))
    }
}
