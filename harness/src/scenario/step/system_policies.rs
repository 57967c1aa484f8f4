//! System policies that move to another version. Alibaba Cloud changes them; no operation does.

use crate::scenario::argument::Argument;
use crate::scenario::reader::Reader;
use crate::scenario::scope::Scope;
use crate::scenario::slips;
use crate::scenario::yaml::{self, Node};

/// The field of a step that tells it.
pub(super) const FIELD: &str = "system_policies";

/// System policies, each with the version that it moves to, in the order of the file.
#[derive(Clone, Debug)]
pub struct SystemPolicies(pub Vec<(String, PolicyVersion)>);

/// A version that a system policy moves to.
#[derive(Clone, Debug)]
pub struct PolicyVersion {
    /// `v7`.
    pub id: String,
    /// What it says, if it is published with the step.
    pub document: Option<Argument>,
}

impl SystemPolicies {
    pub(super) fn read(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Self {
        let entries = reader.entries(node, "system policies with a version each, such as `AliyunOSSFullAccess: v1`");
        let versions = entries.iter();
        let versions = versions.filter_map(|(name, node)| {
            slips::system_policy(name, &[], reader);
            let version = PolicyVersion::read(node, reader, scope)?;
            Some((name.value.clone(), version))
        });
        Self(versions.collect())
    }
}

impl PolicyVersion {
    fn read(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Option<Self> {
        let yaml::Value::Map(_) = node.value else {
            let id = reader.text(node, "a version such as `v1`, or `{version, document}`")?.value;
            return Some(Self { id, document: None });
        };
        let fields = reader.fields(node, "a version", &["version", "document"])?;
        let id = fields.need("version", "write `version: v2`, or another one", reader)?;
        let document = fields.need("document", "write the policy, or `document: {file: PATH}`", reader)?;
        let id = reader.text(id, "a version such as `v2`")?.value;
        Some(Self { id, document: Some(Argument::read(document, reader, scope)) })
    }
}
