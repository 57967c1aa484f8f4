//! Why a change to a resource directory, or a look into one, was refused.

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
    /// No such invitation, or none of this account.
    NoHandshake,
    /// The account has an invitation of this directory that it has not answered.
    AlreadyInvited,
    /// The account that is invited is in the directory.
    AlreadyIn,
    /// The account that is invited cannot be found.
    NobodyToInvite,
    /// The invitation is answered, cancelled or expired.
    HandshakeOver,
    /// Nobody has asked whether the member may be deleted.
    NoCheck,
}

pub(super) type Result<T> = std::result::Result<T, ResourceDirectoryError>;
