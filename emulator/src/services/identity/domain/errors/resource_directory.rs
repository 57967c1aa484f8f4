//! The resource directory (Resource Management: public error codes, and the tables of the operations). Where no page has a code it
//! follows its neighbours, and says so.

use http::StatusCode;

use crate::cloud::ResourceDirectoryError as Directory;
use crate::gateway::ApiError;

impl From<Directory> for ApiError {
    fn from(error: Directory) -> Self {
        let (code, message) = words(error);
        let status = match (error, code.split('.').next()) {
            (_, Some("MemberAccountAccessDenied")) => StatusCode::FORBIDDEN,
            (Directory::NoCheck, _) => StatusCode::CONFLICT,
            (_, Some("EntityNotExists")) => StatusCode::NOT_FOUND,
            (
                Directory::FolderExists | Directory::FolderIsRoot | Directory::LastAttached | Directory::NobodyToInvite,
                _,
            ) => StatusCode::BAD_REQUEST,
            _ => StatusCode::CONFLICT,
        };
        Self::new(status, code, message)
    }
}

fn words(error: Directory) -> (&'static str, &'static str) {
    match error {
        Directory::NotEnabled => (
            "EntityNotExists.ResourceDirectory",
            "The resource directory for the account is not enabled. We recommend that you first enable the resource directory for the account.",
        ),
        Directory::AlreadyEnabled => (
            "EntityAlreadyExists.ResourceDirectory",
            "The resource directory for the account is already enabled. We recommend that you do not enable the resource directory again.",
        ),
        Directory::InAnother => (
            "NotSupport.AccountInAnotherResourceDirectory",
            "The specified account is an Alibaba Cloud account or already exists in another resource directory.",
        ),
        // Published for SetMemberDeletionPermission.
        Directory::IsMember => {
            ("MemberAccountAccessDenied", "The member account is not allowed to perform the operation.")
        }
        Directory::HasAccounts => (
            "DeleteConflict.ResourceDirectory.Account",
            "Failed to delete the resource directory because one or more member accounts exist. We recommend that you first remove these member accounts.",
        ),
        // By analogy with the one before.
        Directory::HasFolders => (
            "DeleteConflict.ResourceDirectory.Folder",
            "Failed to delete the resource directory because one or more folders exist. We recommend that you first delete these folders.",
        ),
        Directory::NoFolder => ("EntityNotExists.Folder", "The resource directory folder does not exist."),
        Directory::FolderExists => (
            "InvalidParameter.Folder.Name.AlreadyUsed",
            "The name already exists under the same parent. Please change to another name.",
        ),
        Directory::FolderTooDeep => ("LimitExceeded.Folder.Depth", "The folder depth exceeds the limit of 5."),
        Directory::TooManyFolders => ("QuotaExceeded.Folder.Count", "The number of folders exceeds the quota."),
        Directory::FolderHasFolders => ("DeleteConflict.Folder.SubFolder", "This folder has sub folders."),
        Directory::FolderHasAccounts => ("DeleteConflict.Folder.Account", "This folder has accounts."),
        // No page says what the root answers.
        Directory::FolderIsRoot => ("InvalidParameter.FolderId", "The FolderId is invalid."),
        Directory::NoAccount => ("EntityNotExists.Account", "This resource directory account does not exist."),
        Directory::DisplayNameTaken => {
            ("InvalidParameter.Account.DisplayName.AlreadyUsed", "The displayname of account has been used.")
        }
        Directory::AccountNameTaken => (
            "EntityAlreadyExists.ResourceDirectory.Account",
            "The email address that the system generates when you create a member account already exists. Try again later.",
        ),
        Directory::EmailTaken => ("InvalidParameter.Email.AlreadyUsed", "The email has been used."),
        Directory::TooManyAccounts => (
            "LimitExceeded.Account",
            "The maximum number of member accounts in a resource directory exceeds the limit.",
        ),
        Directory::NoPayer => (
            "NotSupport.PayerAccountInAnotherResourceDirectory",
            "The specified settlement account does not exist in the resource directory. You must specify a valid settlement account.",
        ),
        Directory::SameType => {
            ("AccountTypeMismatch", "The type or status of the member account cannot satisfy the current operation.")
        }
        Directory::DeletionOff => {
            ("NoLicense.ResourceDirectory", "The resource directory has not enabled the delete operation.")
        }
        Directory::NotResourceAccount => (
            "MemberTypeError.DeleteAccount",
            "You can only delete accounts of the resource account type created by Resource Directory.",
        ),
        Directory::HasPayer => (
            "NotSupport.HasPayerAccount",
            "This account has a payer account. Please release the financial relationship of this account first.",
        ),
        // Spelt so.
        Directory::DeletesDelegate => (
            "RemoveConfilctAccountAsDelegatedAdministator",
            "You attempted to remove a member that is registered as a delegated administrator. To complete this operation, you must first deregister this account as a delegated administrator.",
        ),
        Directory::RemovesDelegate => (
            "Deny.TrustedService",
            "You attempted to remove an account that is used in a trusted service. To complete this operation, you must first remove this account from the Trusted Service.",
        ),
        Directory::AccountMismatch => {
            ("AccountTypeOrStatusMismatch", "You cannot perform the action on the member account.")
        }
        Directory::NoTarget => {
            ("EntityNotExists.Target", "The specified target does not exist in the resource directory.")
        }
        // This and the following are published for resource control policies; those for control policies go without that word.
        Directory::ControlOff => (
            "InvalidControlPolicyEnablementStatus",
            "The control policy enablement status is not valid to perform this operation.",
        ),
        Directory::NoControlPolicy => ("EntityNotExists.ControlPolicy", "The specified control policy does not exist."),
        Directory::ControlPolicyExists => ("EntityAlreadyExists.ControlPolicy", "The control policy already exists."),
        Directory::ControlPolicyIsSystem => {
            ("DeleteConflict.SystemControlPolicy", "The system control policy cannot be changed or deleted.")
        }
        Directory::ControlPolicyAttached => (
            "DeleteConflict.ControlPolicyAttachment",
            "The control policy cannot be attached to any target when you delete it.",
        ),
        Directory::TooManyControlPolicies => {
            ("LimitExceeded.ControlPolicy", "The maximum number of control policies is exceeded.")
        }
        Directory::AlreadyAttached => {
            ("EntityAlreadyExists.ControlPolicyAttachment", "The control policy attachment already exists.")
        }
        Directory::NotAttached => {
            ("EntityNotExists.ControlPolicyAttachment", "The specified control policy attachment does not exist.")
        }
        Directory::LastAttached => {
            ("NotSupport.DetachLastControlPolicy", "It is not detach the last control policy on the target node.")
        }
        Directory::TooManyAttached => (
            "LimitExceeded.ControlPolicyAttachment",
            "The maximum number of control policies attached to the target is exceeded.",
        ),
        Directory::DelegatesToManagement => (
            "CannotRegisterMasterAsDelegatedAdministrator",
            "You attempted to register the enterprise management account as a delegated administrator for the service. You can designate only a member account as a delegated administrator.",
        ),
        Directory::AlreadyDelegated => {
            ("AccountAlreadyRegistered", "The specified account is already a delegated administrator for this service.")
        }
        Directory::NotDelegated => {
            ("AccountNotRegistered", "The specified account is not a delegated administrator for this service.")
        }
        Directory::NoHandshake => ("EntityNotExists.Handshake", "The specified handshake does not exist."),
        Directory::AlreadyInvited => {
            ("EntityAlreadyExists.Handshake", "The account has a handshake that is not answered yet.")
        }
        Directory::AlreadyIn => {
            ("EntityAlreadyExists.ResourceDir.Account", "The account is already in the resource directory.")
        }
        // CHOICE: which of the published codes an account has that is not there.
        Directory::NobodyToInvite => ("InvalidParameter.TargetEntity", "The TargetEntity is invalid."),
        Directory::HandshakeOver => {
            ("HandshakeStatusMismatch", "The status of the handshake does not allow the operation.")
        }
        Directory::NoCheck => ("EntityNotExists.CheckAccount", "The account has not been checked for deletion."),
    }
}
