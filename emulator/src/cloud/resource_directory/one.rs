//! One resource directory.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ControlPolicy, Delegation, Deletion, Folder, Handshake, Member, Result};
use crate::cloud::{Account, Quotas};

/// One resource directory.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceDirectory {
    /// `rd-` and 6 alphanumerics.
    pub id: String,
    /// The id of the management account.
    pub management: String,
    /// The management account's name.
    pub management_name: String,
    /// When it was enabled.
    pub created: Timestamp,
    /// The id of the root folder.
    pub root: String,
    /// How many of each it may have: the management account's quotas.
    #[serde(skip)]
    pub(super) quotas: Quotas,
    #[serde(with = "crate::cloud::save::with::by_key")]
    pub(super) folders: BTreeMap<String, Folder>,
    #[serde(with = "crate::cloud::save::with::by_key")]
    pub(super) members: BTreeMap<String, Member>,
    #[serde(
        serialize_with = "super::saved::custom_only",
        deserialize_with = "crate::cloud::save::with::by_key::deserialize"
    )]
    pub(super) control_policies: BTreeMap<String, ControlPolicy>,
    /// Is the Control Policy feature on?
    pub(super) control: bool,
    /// May resource accounts be deleted? Not unless the management account has said so.
    pub member_deletion: bool,
    pub(super) delegations: Vec<Delegation>,
    /// Do members take over the name that the directory shows for them?
    #[serde(default)]
    pub display_name_sync: bool,
    /// The invitations, in the order they were made.
    #[serde(default)]
    pub(super) handshakes: Vec<Handshake>,
    /// The members that were deleted, or asked about before, and when.
    #[serde(default)]
    pub(super) deletions: BTreeMap<String, Deletion>,
}

impl ResourceDirectory {
    /// A new directory: a root folder (`r-` and 6 alphanumerics) and nothing in it.
    pub fn new(id: String, root: String, management: &Account, at: Timestamp) -> Self {
        let folder = Folder::new(root.clone(), "root", None, at);
        let system = ControlPolicy::system().iter().map(|policy| (policy.id.clone(), policy.clone()));
        Self {
            id,
            management: management.id.clone(),
            management_name: management.name.clone(),
            quotas: management.quotas.clone(),
            created: at,
            folders: BTreeMap::from([(root.clone(), folder)]),
            root,
            members: BTreeMap::new(),
            control_policies: system.collect(),
            control: false,
            member_deletion: false,
            delegations: Vec::new(),
            display_name_sync: false,
            handshakes: Vec::new(),
            deletions: BTreeMap::new(),
        }
    }

    /// The way from the directory to a folder or member: `rd-…/r-…/fd-…`, ending in the folder's or the account's id.
    pub fn path(&self, target: &str) -> Result<String> {
        let folder = self.members.get(target).map_or(target, |member| member.folder.as_str());
        let mut steps = vec![self.id.as_str()];
        steps.extend(self.ancestors(folder)?.iter().rev().map(|folder| folder.id.as_str()));
        if self.members.contains_key(target) {
            steps.push(target);
        }
        Ok(steps.join("/"))
    }
}
