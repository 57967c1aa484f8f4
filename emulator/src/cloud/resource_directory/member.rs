//! The member accounts of a resource directory.

use jiff::Timestamp;

use super::control_policy::Controls;
use super::{ResourceDirectory, ResourceDirectoryError, Result};
use crate::cloud::directory::Tags;

/// What kind of member an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// A member account.
#[derive(Debug, Clone)]
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
    /// Was it made a cloud account after it had been created as a resource account?
    pub promoted: bool,
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
            promoted: false,
            joined: at,
            modified: at,
            tags,
            controls: Controls::default(),
        }
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
    pub fn change_member_type(&mut self, account: &str, kind: MemberType, at: Timestamp) -> Result<&Member> {
        let member = self.member_mut(account)?;
        if member.kind == kind {
            return Err(ResourceDirectoryError::AccountMismatch);
        }
        member.kind = kind;
        member.promoted = kind == MemberType::CloudAccount;
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

    /// Takes a member of this kind out of the directory.
    pub fn take_member(&mut self, account: &str, kind: MemberType) -> Result<()> {
        if self.member(account)?.kind != kind {
            return Err(ResourceDirectoryError::AccountMismatch);
        }
        self.members.remove(account);
        self.delegations.retain(|delegation| delegation.account != account);
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
            return Err(ResourceDirectoryError::AccountExists);
        }
        Ok(())
    }
}
