//! Resource directories: a management account, its folders, its member accounts, and the control policies that bind them.
//!
//! A directory belongs to the account that enabled it. All directories lie behind one lock: they change rarely, and whether
//! an account is in one must be known on every request.

mod control_policy;
mod delegation;
mod folder;
mod member;
mod saved;

use std::collections::BTreeMap;

use super::lock::{Changes, Rank, RwLock};
use super::{Account, Quotas};
use acslab_policy::PolicySet;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use control_policy::{ControlPolicy, Target, TargetKind};
pub use delegation::Delegation;
pub use folder::Folder;
pub use member::{Member, MemberStatus, MemberType};

/// Levels of folders below the root (Resource Management: Limits). This one the cloud does not raise.
const FOLDER_LEVELS: usize = 5;

/// Why a change to a resource directory, or a look into one, was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceDirectoryError {
    /// The account has enabled no resource directory.
    NotEnabled,
    /// The account has enabled one before.
    AlreadyEnabled,
    /// The account that is to enable a directory is a member of somebody else's.
    InAnother,
    /// The account is a member, and only the management account may do this.
    IsMember,
    /// Members are left in the directory.
    HasAccounts,
    /// Folders are left in the directory.
    HasFolders,
    /// No such folder.
    NoFolder,
    /// The parent has a folder of that name.
    FolderExists,
    /// Folders nest too deep.
    FolderTooDeep,
    /// Too many folders in the directory.
    TooManyFolders,
    /// The folder has folders.
    FolderHasFolders,
    /// The folder has members.
    FolderHasAccounts,
    /// The root folder can be neither renamed nor deleted.
    FolderIsRoot,
    /// No such member.
    NoAccount,
    /// The directory has a member of that display name.
    DisplayNameTaken,
    /// The directory has a member of that logon name.
    AccountNameTaken,
    /// The directory has a member of that mail address.
    EmailTaken,
    /// Too many members of the directory.
    TooManyAccounts,
    /// The account that is to pay is not in the directory.
    NoPayer,
    /// The member's type or status does not allow it.
    AccountMismatch,
    /// The member is of the type already that it is to be changed to.
    SameType,
    /// Members must not be deleted: [`ResourceDirectory::member_deletion`].
    DeletionOff,
    /// Only a resource account can be deleted.
    NotResourceAccount,
    /// Another account pays for the member that is to be deleted.
    HasPayer,
    /// The member that is to be deleted administers a service.
    DeletesDelegate,
    /// The member that is to be removed administers a service.
    RemovesDelegate,
    /// No such root, folder or member.
    NoTarget,
    /// The Control Policy feature is off.
    ControlOff,
    /// No such control policy.
    NoControlPolicy,
    /// The directory has a control policy of that name.
    ControlPolicyExists,
    /// A system control policy can be neither changed nor deleted.
    ControlPolicyIsSystem,
    /// The control policy is attached.
    ControlPolicyAttached,
    /// Too many control policies in the directory.
    TooManyControlPolicies,
    /// The control policy is attached to this target already.
    AlreadyAttached,
    /// The control policy is not attached to this target.
    NotAttached,
    /// A target keeps at least one control policy.
    LastAttached,
    /// Too many control policies on the target.
    TooManyAttached,
    /// The management account needs no delegation.
    DelegatesToManagement,
    /// The member is a delegated administrator of the service already.
    AlreadyDelegated,
    /// The member is no delegated administrator of the service.
    NotDelegated,
}

type Result<T> = std::result::Result<T, ResourceDirectoryError>;

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
    quotas: Quotas,
    #[serde(with = "crate::cloud::save::with::by_key")]
    folders: BTreeMap<String, Folder>,
    #[serde(with = "crate::cloud::save::with::by_key")]
    members: BTreeMap<String, Member>,
    #[serde(serialize_with = "saved::custom_only", deserialize_with = "crate::cloud::save::with::by_key::deserialize")]
    control_policies: BTreeMap<String, ControlPolicy>,
    /// Is the Control Policy feature on?
    control: bool,
    /// May resource accounts be deleted? Not unless the management account has said so.
    pub member_deletion: bool,
    delegations: Vec<Delegation>,
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

/// All resource directories, by the id of their management account.
#[derive(Debug)]
pub struct ResourceDirectories(RwLock<BTreeMap<String, ResourceDirectory>>);

impl ResourceDirectories {
    pub(super) fn new(changes: &Changes) -> Self {
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
