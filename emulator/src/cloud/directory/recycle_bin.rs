//! The recycle bin: users that IMS deleted, for a while (IMS: DeleteUser).

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Directory, DirectoryError, User};
use crate::cloud::limits::RECYCLED;

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
        self.recycled.retain(|_, recycled| recycled.expires() > now);
        if self.recycled.len() >= RECYCLED
            && let Some(first) = self.recycled.values().min_by_key(|recycled| recycled.recycled)
        {
            let id = first.user.id.clone();
            self.recycled.remove(&id);
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::Quotas;

    #[test]
    fn the_bin_is_full_at_some_point_and_what_was_long_in_it_is_gone() {
        let mut directory = Directory::new("1", Quotas::default());
        let at = |second: usize| Timestamp::from_second(i64::try_from(second).unwrap()).unwrap();
        let mut recycle = |number: usize, now: Timestamp| {
            directory.add_user(User::new(number.to_string(), "u", now)).unwrap();
            directory.recycle_user("u", now).unwrap();
            (directory.recycled.len(), directory.recycled.contains_key("0"))
        };
        for number in 0..RECYCLED {
            assert_eq!(recycle(number, at(number)), (number + 1, true));
        }
        assert_eq!(recycle(RECYCLED, at(RECYCLED)), (RECYCLED, false));
        assert_eq!(recycle(RECYCLED + 1, at(RECYCLED) + KEPT), (1, false));
    }
}
