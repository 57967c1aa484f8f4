//! RAM users.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Attached, Attachments, Directory, DirectoryError, LoginProfile, NameKey, PolicyKey, PrincipalKind, Scope, Tags,
};
use crate::cloud::{KeyHolder, Quota};

/// A RAM user.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// 18 digits; stays through a rename.
    pub id: String,
    /// The name, in the case it was made with.
    pub name: String,
    /// The display name; the name if none was given.
    pub display_name: String,
    /// Free text.
    pub comments: String,
    /// Mail address.
    pub email: String,
    /// Phone number with country code.
    pub mobile_phone: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
    /// When it last logged on to the console.
    pub last_login: Option<Timestamp>,
    /// How it logs on to the console, if it may.
    pub login: Option<LoginProfile>,
    /// Its tags.
    pub tags: Tags,
    /// The ids of its access keys, oldest first.
    pub keys: Vec<String>,
    /// The policies attached to the user itself.
    pub attached: Attachments,
}

impl User {
    /// A user with nothing but a name.
    pub fn new(id: String, name: &str, at: Timestamp) -> Self {
        Self {
            id,
            name: name.to_owned(),
            display_name: String::new(),
            comments: String::new(),
            email: String::new(),
            mobile_phone: String::new(),
            created: at,
            updated: at,
            last_login: None,
            login: None,
            tags: Tags::new(),
            keys: Vec::new(),
            attached: Attachments::default(),
        }
    }
}

impl Directory {
    /// All users, by name.
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.users.values()
    }

    /// The user of that name.
    pub fn user(&self, name: &str) -> Result<&User, DirectoryError> {
        self.users.get(&NameKey::of(name)).ok_or(DirectoryError::NotExist("User"))
    }

    /// The user with that id.
    pub fn user_by_id(&self, id: &str) -> Option<&User> {
        self.user_names.get(id).and_then(|name| self.users.get(name))
    }

    /// The user of that name, to be changed.
    pub fn user_mut(&mut self, name: &str) -> Result<&mut User, DirectoryError> {
        self.users.get_mut(&NameKey::of(name)).ok_or(DirectoryError::NotExist("User"))
    }

    /// Adds a user.
    pub fn add_user(&mut self, user: User) -> Result<(), DirectoryError> {
        let key = NameKey::of(&user.name);
        if self.users.contains_key(&key) {
            return Err(DirectoryError::AlreadyExists("User"));
        }
        self.has_room(Quota::Users, self.users.len(), "User")?;
        self.user_names.insert(user.id.clone(), key.clone());
        self.users.insert(key, user);
        Ok(())
    }

    /// Gives a user another name; id, keys, groups and attachments stay.
    pub fn rename_user(&mut self, name: &str, new: &str) -> Result<(), DirectoryError> {
        let (old_key, new_key) = (NameKey::of(name), NameKey::of(new));
        if old_key != new_key && self.users.contains_key(&new_key) {
            return Err(DirectoryError::AlreadyExists("User"));
        }
        let mut user = self.users.remove(&old_key).ok_or(DirectoryError::NotExist("User"))?;
        new.clone_into(&mut user.name);
        self.user_names.insert(user.id.clone(), new_key.clone());
        self.users.insert(new_key, user);
        self.touch();
        Ok(())
    }

    /// Deletes a user that nothing depends on any more.
    pub fn delete_user(&mut self, name: &str) -> Result<User, DirectoryError> {
        let user = self.user(name)?;
        if self.groups_of(user).next().is_some() {
            return Err(DirectoryError::DeleteConflict("User.Group"));
        }
        if !user.keys.is_empty() {
            return Err(DirectoryError::DeleteConflict("User.AccessKey"));
        }
        if user.login.is_some() {
            return Err(DirectoryError::DeleteConflict("User.LoginProfile"));
        }
        if self.mfa_device_of(user).is_ok() {
            return Err(DirectoryError::DeleteConflict("User.MFADevice"));
        }
        if !user.attached.is_empty() {
            return Err(DirectoryError::DeleteConflict("User.Policy"));
        }
        let gone = self.users.remove(&NameKey::of(name)).ok_or(DirectoryError::NotExist("User"))?;
        self.user_names.remove(&gone.id);
        self.touch();
        Ok(gone)
    }

    /// The ids of somebody's access keys, oldest first.
    pub fn keys_of(&self, holder: &KeyHolder) -> Result<&[String], DirectoryError> {
        match holder {
            KeyHolder::Owner => Ok(&self.owner_keys),
            KeyHolder::User(id) => self.user_by_id(id).map(|user| &*user.keys).ok_or(DirectoryError::NotExist("User")),
        }
    }

    fn keys_of_mut(&mut self, holder: &KeyHolder) -> Result<&mut Vec<String>, DirectoryError> {
        match holder {
            KeyHolder::Owner => Ok(&mut self.owner_keys),
            KeyHolder::User(id) => {
                let user = self.user_names.get(id).and_then(|name| self.users.get_mut(name));
                user.map(|user| &mut user.keys).ok_or(DirectoryError::NotExist("User"))
            }
        }
    }

    /// Gives somebody an access key more.
    pub fn add_key(&mut self, holder: &KeyHolder, id: &str) -> Result<(), DirectoryError> {
        let quota = match holder {
            KeyHolder::Owner => Quota::AccountAccessKeysPerAccount,
            KeyHolder::User(_) => Quota::AccessKeysPerUser,
        };
        self.has_room(quota, self.keys_of(holder)?.len(), "User.AccessKey")?;
        self.keys_of_mut(holder)?.push(id.to_owned());
        Ok(())
    }

    /// Takes an access key from somebody.
    pub fn remove_key(&mut self, holder: &KeyHolder, id: &str) -> Result<(), DirectoryError> {
        let keys = self.keys_of_mut(holder)?;
        let at = keys.iter().position(|key| key == id).ok_or(DirectoryError::NotExist("User.AccessKey"))?;
        keys.remove(at);
        Ok(())
    }

    /// Attaches a policy to a user.
    pub fn attach_to_user(&mut self, name: &str, new: Attached) -> Result<(), DirectoryError> {
        let most = self.most_attached(PrincipalKind::User, &new.policy);
        self.user_mut(name)?.attached.attach(new, most, "User.Policy")?;
        self.touch();
        Ok(())
    }

    /// Detaches a policy from a user.
    pub fn detach_from_user(&mut self, name: &str, policy: &PolicyKey, scope: &Scope) -> Result<(), DirectoryError> {
        self.user_mut(name)?.attached.detach(policy, scope, "User.Policy")?;
        self.touch();
        Ok(())
    }
}
