//! The member accounts of a resource directory.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::control_policy::Controls;
use super::{ResourceDirectory, ResourceDirectoryError, Result};
use crate::cloud::directory::Tags;
use crate::cloud::{Account, Quota};

/// What kind of member an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MemberType {
    /// Lives in the directory only: nobody can log on to it as its owner, and it cannot be removed.
    ResourceAccount,
    /// A full account, which may leave.
    CloudAccount,
}

impl MemberType {
    /// The cloud's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ResourceAccount => "ResourceAccount",
            Self::CloudAccount => "CloudAccount",
        }
    }
}

/// How a member came to be what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MemberStatus {
    /// It was made in the directory.
    Created,
    /// It was made a cloud account by PromoteResourceAccount.
    Promoted,
    /// Its type was changed by UpdateAccount.
    Switched,
    /// It took an invitation.
    Invited,
}

impl MemberStatus {
    /// The cloud's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "CreateSuccess",
            Self::Promoted => "PromoteSuccess",
            Self::Switched => "SwitchSuccess",
            Self::Invited => "InviteSuccess",
        }
    }
}

/// How a member came into the directory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum JoinMethod {
    /// It was made there.
    #[default]
    Created,
    /// It took an invitation.
    Invited,
}

impl JoinMethod {
    /// The cloud's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Invited => "invited",
        }
    }
}

/// A member account.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The account's id.
    pub account: String,
    /// The account's logon name.
    pub name: String,
    /// The display name, unique in the directory.
    pub display_name: String,
    /// The id of the folder that it is in.
    pub folder: String,
    /// What kind of member it is.
    pub kind: MemberType,
    /// How it came to be what it is.
    pub status: MemberStatus,
    /// How it came into the directory.
    #[serde(default)]
    pub joined_by: JoinMethod,
    /// The mail address that it was promoted with.
    pub email: Option<String>,
    /// The account that pays for it, if it does not pay itself.
    pub payer: Option<String>,
    /// When it joined.
    pub joined: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
    /// Its tags.
    pub tags: Tags,
    /// The control policies attached to it.
    pub(super) controls: Controls,
}

impl Member {
    /// A resource account that is about to join.
    pub fn new(account: &str, name: String, display_name: &str, folder: &str, tags: Tags, at: Timestamp) -> Self {
        Self {
            account: account.to_owned(),
            name,
            display_name: display_name.to_owned(),
            folder: folder.to_owned(),
            kind: MemberType::ResourceAccount,
            status: MemberStatus::Created,
            joined_by: JoinMethod::Created,
            email: None,
            payer: None,
            joined: at,
            modified: at,
            tags,
            controls: Controls::default(),
        }
    }

    /// An account that takes an invitation: it was there before, and may leave.
    pub fn invited(account: &Account, folder: &str, tags: Tags, at: Timestamp) -> Self {
        let made = Self::new(&account.id, account.name.clone(), &account.name, folder, tags, at);
        Self { kind: MemberType::CloudAccount, status: MemberStatus::Invited, joined_by: JoinMethod::Invited, ..made }
    }
}

impl ResourceDirectory {
    /// All members, by account id.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.values()
    }

    /// A member, by account id.
    pub fn member(&self, account: &str) -> Result<&Member> {
        self.members.get(account).ok_or(ResourceDirectoryError::NoAccount)
    }

    /// The members in a folder, not in the folders under it.
    pub fn members_in<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a Member> {
        self.members.values().filter(move |member| member.folder == folder)
    }

    /// Adds a member.
    pub fn add_member(&mut self, mut member: Member) -> Result<&Member> {
        self.folder(&member.folder)?;
        self.check_display_name(&member.display_name)?;
        if self.members().any(|other| other.name.eq_ignore_ascii_case(&member.name)) {
            return Err(ResourceDirectoryError::AccountNameTaken);
        }
        if let Some(payer) = &member.payer
            && *payer != self.management
            && !self.members.contains_key(payer)
        {
            return Err(ResourceDirectoryError::NoPayer);
        }
        if self.members.len() >= self.quotas.get(Quota::Members) {
            return Err(ResourceDirectoryError::TooManyAccounts);
        }
        member.controls = self.controls_of_new(&member.account, member.joined);
        Ok(self.members.entry(member.account.clone()).or_insert(member))
    }

    /// Gives a member another display name.
    pub fn rename_member(&mut self, account: &str, display_name: &str, at: Timestamp) -> Result<&Member> {
        if self.member(account)?.display_name != display_name {
            self.check_display_name(display_name)?;
        }
        let member = self.member_mut(account)?;
        display_name.clone_into(&mut member.display_name);
        member.modified = at;
        Ok(member)
    }

    /// Makes a cloud account of a resource account, or the other way round.
    pub fn switch_member(&mut self, account: &str, kind: MemberType, at: Timestamp) -> Result<&Member> {
        let member = self.member_mut(account)?;
        if member.kind == kind {
            return Err(ResourceDirectoryError::SameType);
        }
        member.kind = kind;
        member.status = MemberStatus::Switched;
        member.modified = at;
        Ok(member)
    }

    /// Makes a cloud account of a resource account, with a mail address to log on with.
    pub fn promote_member(&mut self, account: &str, email: &str, at: Timestamp) -> Result<&Member> {
        if self.member(account)?.kind == MemberType::CloudAccount {
            return Err(ResourceDirectoryError::AccountMismatch);
        }
        if self.members().any(|other| other.email.as_deref().is_some_and(|old| old.eq_ignore_ascii_case(email))) {
            return Err(ResourceDirectoryError::EmailTaken);
        }
        let member = self.member_mut(account)?;
        member.kind = MemberType::CloudAccount;
        member.status = MemberStatus::Promoted;
        member.email = Some(email.to_owned());
        member.modified = at;
        Ok(member)
    }

    /// Moves a member to another folder.
    pub fn move_member(&mut self, account: &str, folder: &str, at: Timestamp) -> Result<()> {
        self.member(account)?;
        self.folder(folder)?;
        let member = self.member_mut(account)?;
        folder.clone_into(&mut member.folder);
        member.modified = at;
        Ok(())
    }

    /// Lets another account pay for a member, or the member for itself.
    pub fn pay_for_member(&mut self, account: &str, payer: &str, at: Timestamp) -> Result<()> {
        self.member(account)?;
        if payer != self.management && !self.members.contains_key(payer) {
            return Err(ResourceDirectoryError::NoPayer);
        }
        let member = self.member_mut(account)?;
        member.payer = Some(payer).filter(|payer| *payer != account).map(str::to_owned);
        member.modified = at;
        Ok(())
    }

    /// Is there nothing against deleting this member?
    pub fn check_deletion(&self, account: &str) -> Result<()> {
        let member = self.member(account)?;
        if !self.member_deletion {
            return Err(ResourceDirectoryError::DeletionOff);
        }
        if member.kind != MemberType::ResourceAccount {
            return Err(ResourceDirectoryError::NotResourceAccount);
        }
        if self.is_delegate(account) {
            return Err(ResourceDirectoryError::DeletesDelegate);
        }
        if member.payer.is_some() {
            return Err(ResourceDirectoryError::HasPayer);
        }
        Ok(())
    }

    /// Takes a resource account that is to be deleted out of the directory.
    pub fn delete_member(&mut self, account: &str, at: Timestamp) -> Result<()> {
        self.check_deletion(account)?;
        self.members.remove(account);
        self.note_deletion(account, at);
        Ok(())
    }

    /// Lets a cloud account go its own way.
    pub fn remove_member(&mut self, account: &str) -> Result<()> {
        if self.member(account)?.kind != MemberType::CloudAccount {
            return Err(ResourceDirectoryError::AccountMismatch);
        }
        if self.is_delegate(account) {
            return Err(ResourceDirectoryError::RemovesDelegate);
        }
        self.members.remove(account);
        Ok(())
    }

    /// The member's tags, to be changed.
    pub fn member_tags_mut(&mut self, account: &str) -> Result<&mut Tags> {
        Ok(&mut self.member_mut(account)?.tags)
    }

    fn member_mut(&mut self, account: &str) -> Result<&mut Member> {
        self.members.get_mut(account).ok_or(ResourceDirectoryError::NoAccount)
    }

    fn check_display_name(&self, name: &str) -> Result<()> {
        if self.members().any(|member| member.display_name == name) {
            return Err(ResourceDirectoryError::DisplayNameTaken);
        }
        Ok(())
    }
}
