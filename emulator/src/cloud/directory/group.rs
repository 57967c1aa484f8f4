//! User groups and their members.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Attached, Attachments, Directory, DirectoryError, NameKey, PolicyKey, PrincipalKind, Scope, User};
use crate::cloud::Quota;

/// A user group.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// `g-` and 16 alphanumerics.
    pub id: String,
    /// The name, in the case it was made with.
    pub name: String,
    /// The display name, which only IMS knows.
    pub display_name: String,
    /// Free text.
    pub comments: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
    /// The members' user ids, and since when they are in.
    pub members: BTreeMap<String, Timestamp>,
    /// The policies attached to the group.
    pub attached: Attachments,
}

impl Directory {
    /// All groups, by name.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.values()
    }

    /// The group of that name.
    pub fn group(&self, name: &str) -> Result<&Group, DirectoryError> {
        self.groups.get(&NameKey::of(name)).ok_or(DirectoryError::NotExist("Group"))
    }

    /// The group of that name, to be changed.
    pub fn group_mut(&mut self, name: &str) -> Result<&mut Group, DirectoryError> {
        self.groups.get_mut(&NameKey::of(name)).ok_or(DirectoryError::NotExist("Group"))
    }

    /// The groups that a user is in, by name.
    pub fn groups_of<'a>(&'a self, user: &'a User) -> impl Iterator<Item = &'a Group> {
        self.groups.values().filter(|group| group.members.contains_key(&user.id))
    }

    /// Adds a group.
    pub fn add_group(&mut self, group: Group) -> Result<(), DirectoryError> {
        let key = NameKey::of(&group.name);
        if self.groups.contains_key(&key) {
            return Err(DirectoryError::AlreadyExists("Group"));
        }
        self.has_room(Quota::Groups, self.groups.len(), "Group")?;
        self.groups.insert(key, group);
        Ok(())
    }

    /// Gives a group another name; members and attachments stay.
    pub fn rename_group(&mut self, name: &str, new: &str) -> Result<(), DirectoryError> {
        let (old_key, new_key) = (NameKey::of(name), NameKey::of(new));
        if old_key != new_key && self.groups.contains_key(&new_key) {
            return Err(DirectoryError::AlreadyExists("Group"));
        }
        let mut group = self.groups.remove(&old_key).ok_or(DirectoryError::NotExist("Group"))?;
        new.clone_into(&mut group.name);
        self.groups.insert(new_key, group);
        self.touch();
        Ok(())
    }

    /// Deletes a group without members and attachments.
    pub fn delete_group(&mut self, name: &str) -> Result<(), DirectoryError> {
        let group = self.group(name)?;
        if !group.members.is_empty() {
            return Err(DirectoryError::DeleteConflict("Group.User"));
        }
        if !group.attached.is_empty() {
            return Err(DirectoryError::DeleteConflict("Group.Policy"));
        }
        self.groups.remove(&NameKey::of(name));
        self.touch();
        Ok(())
    }

    /// Puts a user into a group.
    pub fn join(&mut self, user: &str, group: &str, at: Timestamp) -> Result<(), DirectoryError> {
        let user = self.user(user)?;
        let id = user.id.clone();
        let joined = self.groups_of(user).count();
        if self.group(group)?.members.contains_key(&id) {
            return Err(DirectoryError::AlreadyExists("User.Group"));
        }
        self.has_room(Quota::GroupsPerUser, joined, "User.Group")?;
        self.group_mut(group)?.members.insert(id, at);
        self.touch();
        Ok(())
    }

    /// Takes a user out of a group.
    pub fn leave(&mut self, user: &str, group: &str) -> Result<(), DirectoryError> {
        let id = self.user(user)?.id.clone();
        self.group_mut(group)?.members.remove(&id).ok_or(DirectoryError::NotExist("User.Group"))?;
        self.touch();
        Ok(())
    }

    /// Attaches a policy to a group.
    pub fn attach_to_group(&mut self, name: &str, new: Attached) -> Result<(), DirectoryError> {
        let most = self.most_attached(PrincipalKind::Group, &new.policy);
        self.group_mut(name)?.attached.attach(new, most, "Group.Policy")?;
        self.touch();
        Ok(())
    }

    /// Detaches a policy from a group.
    pub fn detach_from_group(&mut self, name: &str, policy: &PolicyKey, scope: &Scope) -> Result<(), DirectoryError> {
        self.group_mut(name)?.attached.detach(policy, scope, "Group.Policy")?;
        self.touch();
        Ok(())
    }
}
