//! All resource directories.

use std::collections::BTreeMap;

use acslab_policy::PolicySet;

use super::{ResourceDirectory, ResourceDirectoryError, Result};
use crate::cloud::lock::{Changes, Rank, RwLock};

/// All resource directories, by the id of their management account.
#[derive(Debug)]
pub struct ResourceDirectories(pub(super) RwLock<BTreeMap<String, ResourceDirectory>>);

impl ResourceDirectories {
    pub(in crate::cloud) fn new(changes: &Changes) -> Self {
        Self(RwLock::new(Rank::ResourceDirectories, changes, BTreeMap::new()))
    }

    /// Enables a directory for an account that is in none.
    pub fn enable(&self, directory: ResourceDirectory) -> Result<()> {
        let mut all = self.0.write();
        if all.contains_key(&directory.management) {
            return Err(ResourceDirectoryError::AlreadyEnabled);
        }
        if all.values().any(|other| other.members.contains_key(&directory.management)) {
            return Err(ResourceDirectoryError::InAnother);
        }
        all.insert(directory.management.clone(), directory);
        Ok(())
    }

    /// Disables the directory that an account manages, when nothing is left in it.
    pub fn destroy(&self, account: &str) -> Result<()> {
        let mut all = self.0.write();
        let directory = all.get(account).ok_or_else(|| unmanaged(&all, account))?;
        if !directory.members.is_empty() {
            return Err(ResourceDirectoryError::HasAccounts);
        }
        if directory.folders.len() > 1 {
            return Err(ResourceDirectoryError::HasFolders);
        }
        all.remove(account);
        Ok(())
    }

    /// Looks into the directory that an account manages.
    pub fn read<T>(&self, account: &str, read: impl FnOnce(&ResourceDirectory) -> Result<T>) -> Result<T> {
        let all = self.0.read();
        read(all.get(account).ok_or_else(|| unmanaged(&all, account))?)
    }

    /// Looks into the directory that an account manages, or of which it is a delegated administrator.
    pub fn read_delegated<T>(&self, account: &str, read: impl FnOnce(&ResourceDirectory) -> Result<T>) -> Result<T> {
        let all = self.0.read();
        let delegated = || all.values().find(|directory| directory.is_delegate(account));
        read(all.get(account).or_else(delegated).ok_or_else(|| unmanaged(&all, account))?)
    }

    /// Changes the directory that an account manages, in one step. `change` refuses before it changes anything.
    pub fn change<T>(&self, account: &str, change: impl FnOnce(&mut ResourceDirectory) -> Result<T>) -> Result<T> {
        let mut all = self.0.write();
        match all.get_mut(account) {
            Some(directory) => change(directory),
            None => Err(unmanaged(&all, account)),
        }
    }

    /// Looks into the directory that an account is in, as its management account or as a member.
    pub fn of<T>(&self, account: &str, read: impl FnOnce(&ResourceDirectory) -> T) -> Option<T> {
        let all = self.0.read();
        all.get(account).or_else(|| all.values().find(|directory| directory.members.contains_key(account))).map(read)
    }

    /// The control policies over what an account owns, for a caller of an account: a set for each node, from the owner's own
    /// upwards to the root. None where nothing binds: the owner is no member, the feature is off, or the caller belongs to the
    /// management account (Resource Management: Overview of the Control Policy feature).
    pub fn control_over(&self, owner: &str, caller: &str) -> Vec<PolicySet> {
        let all = self.0.read();
        let directory = all.values().find(|directory| directory.members.contains_key(owner));
        match directory {
            Some(directory) if directory.control && directory.management != caller => directory.sets_over(owner),
            _ => Vec::new(),
        }
    }
}

/// Why there is no directory that this account manages.
fn unmanaged(all: &BTreeMap<String, ResourceDirectory>, account: &str) -> ResourceDirectoryError {
    if all.values().any(|directory| directory.members.contains_key(account)) {
        ResourceDirectoryError::IsMember
    } else {
        ResourceDirectoryError::NotEnabled
    }
}
