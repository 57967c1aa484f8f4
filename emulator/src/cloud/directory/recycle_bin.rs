//! The recycle bin: users that IMS deleted, for a while (IMS: DeleteUser).

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Directory, DirectoryError, User};

/// INFERRED: how long a user stays in the bin.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A deleted user.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecycledUser {
    /// The user as it was; nothing depended on it.
    pub user: User,
    /// When it was deleted.
    pub recycled: Timestamp,
}

impl RecycledUser {
    /// When it is gone for good.
    pub fn expires(&self) -> Timestamp {
        self.recycled.saturating_add(KEPT).unwrap_or(self.recycled)
    }
}

impl Directory {
    /// The deleted users that can still be restored, by id.
    pub fn recycled_users(&self, now: Timestamp) -> impl Iterator<Item = &RecycledUser> {
        self.recycled.values().filter(move |recycled| recycled.expires() > now)
    }

    /// A deleted user, by its id.
    pub fn recycled_user(&self, id: &str, now: Timestamp) -> Result<&RecycledUser, DirectoryError> {
        let found = self.recycled.get(id).filter(|recycled| recycled.expires() > now);
        found.ok_or(DirectoryError::NotExist("User"))
    }

    /// Deletes a user that nothing depends on any more, into the bin.
    pub fn recycle_user(&mut self, name: &str, now: Timestamp) -> Result<(), DirectoryError> {
        let user = self.delete_user(name)?;
        self.recycled.insert(user.id.clone(), RecycledUser { user, recycled: now });
        Ok(())
    }

    /// Brings a deleted user back, with its old id.
    pub fn restore_user(&mut self, id: &str, now: Timestamp) -> Result<(), DirectoryError> {
        let user = self.recycled_user(id, now)?.user.clone();
        self.add_user(user)?;
        self.recycled.remove(id);
        Ok(())
    }

    /// Deletes a user for good.
    pub fn forget_user(&mut self, id: &str, now: Timestamp) -> Result<(), DirectoryError> {
        self.recycled_user(id, now)?;
        self.recycled.remove(id);
        Ok(())
    }
}
