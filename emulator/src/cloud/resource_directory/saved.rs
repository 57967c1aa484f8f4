//! Resource directories as they go into a saved state and come out of it.

use std::collections::{BTreeMap, HashSet};

use acslab_policy::DocumentKind;
use serde::{Serialize, Serializer};

use super::{ControlPolicy, ResourceDirectories, ResourceDirectory};
use crate::cloud::directory::PolicyType;
use crate::cloud::{Account, LoadError};

/// The system's control policies come with the program.
pub(super) fn custom_only<S: Serializer>(policies: &BTreeMap<String, ControlPolicy>, to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(policies.values().filter(|policy| policy.kind == PolicyType::Custom))
}

impl Serialize for ResourceDirectories {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.read().values())
    }
}

impl ResourceDirectories {
    /// Takes the directory of an account in, as it was read.
    pub(in crate::cloud) fn restore(
        &self,
        mut directory: ResourceDirectory,
        management: &Account,
    ) -> Result<(), LoadError> {
        directory.quotas = management.quotas.clone();
        for policy in ControlPolicy::system() {
            directory.control_policies.insert(policy.id.clone(), policy.clone());
        }
        directory.check().map_err(|why| LoadError::Broken(format!("resource directory {}: {why}", directory.id)))?;
        let nodes: Vec<_> = directory.folders.keys().chain(directory.members.keys()).cloned().collect();
        for node in &nodes {
            directory.recompile(node);
        }
        match self.0.write().insert(management.id.clone(), directory) {
            Some(twice) => Err(LoadError::Broken(format!("resource directory {} stands twice", twice.id))),
            None => Ok(()),
        }
    }
}

impl ResourceDirectory {
    /// The accounts of its members.
    pub(in crate::cloud) fn member_accounts(&self) -> impl Iterator<Item = &String> {
        self.members.keys()
    }

    fn check(&self) -> Result<(), String> {
        let root = self.folders.get(&self.root).filter(|root| root.parent.is_none());
        root.ok_or_else(|| "its root folder is not there".to_owned())?;
        for folder in self.folders.values() {
            // Up to the root, and nowhere twice.
            let (mut at, mut seen) = (folder, HashSet::new());
            while let Some(parent) = &at.parent {
                let above = self.folders.get(parent).filter(|_| seen.insert(&at.id));
                at = above.ok_or_else(|| format!("folder {} does not lie under its root", folder.id))?;
            }
            if at.id != self.root {
                return Err(format!("folder {} does not lie under its root", folder.id));
            }
        }
        if let Some(member) = self.members.values().find(|member| !self.folders.contains_key(&member.folder)) {
            return Err(format!("member {} is in folder {}, which is not there", member.account, member.folder));
        }
        let of_another_kind = |policy: &&ControlPolicy| policy.document.kind() != DocumentKind::Control;
        if let Some(policy) = self.control_policies.values().find(of_another_kind) {
            return Err(format!("control policy {} is a {}", policy.id, policy.document.kind().name()));
        }
        let of_folders = self.folders.values().map(|folder| &folder.controls);
        let of_members = self.members.values().map(|member| &member.controls);
        let mut attached = of_folders.chain(of_members).flat_map(super::control_policy::Controls::ids);
        match attached.find(|id| !self.control_policies.contains_key(*id)) {
            Some(id) => Err(format!("control policy {id} is attached and is not there")),
            None => Ok(()),
        }
    }
}
