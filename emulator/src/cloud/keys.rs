//! Access keys: global ids, each of an account's owner or of a RAM user.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::lock::Changes;
use super::map::Map;
use crate::signature::Secret;

/// Whose key it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyHolder {
    /// The account's owner.
    Owner,
    /// The RAM user with that id.
    User(String),
}

/// `Active` or `Inactive`, the cloud's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyStatus {
    /// May sign.
    Active,
    /// Exists, and is refused.
    Inactive,
}

impl KeyStatus {
    /// The cloud's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Inactive => "Inactive",
        }
    }

    /// Reads the cloud's spelling; letter case counts.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Inactive].into_iter().find(|status| status.as_str() == text)
    }
}

/// One access key.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessKey {
    /// `LTAI5t…`
    pub id: String,
    /// The secret.
    #[serde(with = "crate::cloud::save::with::secret")]
    pub secret: Secret,
    /// The account that it belongs to.
    pub account: String,
    /// Who in that account.
    pub holder: KeyHolder,
    /// Whether it may sign.
    pub status: KeyStatus,
    /// When it was made.
    pub created: Timestamp,
    /// When its status was last set.
    pub updated: Timestamp,
    /// When and for which product it last signed.
    pub last_used: Option<(Timestamp, Cow<'static, str>)>,
}

/// All access keys, by id.
#[derive(Debug)]
pub struct AccessKeys {
    by_id: Map<String, AccessKey>,
    changes: Changes,
}

impl AccessKeys {
    pub(super) fn new(changes: &Changes) -> Self {
        Self { by_id: Map::default(), changes: changes.clone() }
    }

    /// The key with that id.
    pub fn get(&self, id: &str) -> Option<AccessKey> {
        self.by_id.get(id).map(|key| key.clone())
    }

    /// Looks at the key with that id.
    pub fn look<T>(&self, id: &str, look: impl FnOnce(&AccessKey) -> T) -> Option<T> {
        self.by_id.get(id).map(|key| look(&key))
    }

    /// All of them, by id.
    pub(super) fn all(&self) -> Vec<AccessKey> {
        let mut all: Vec<_> = self.by_id.iter().map(|key| key.clone()).collect();
        all.sort_by(|a, b| a.id.cmp(&b.id));
        all
    }

    /// Adds a key.
    pub fn add(&self, key: AccessKey) {
        self.by_id.insert(key.id.clone(), key);
        self.changes.count();
    }

    /// Deletes a key; it is refused from now on.
    pub fn remove(&self, id: &str) {
        self.by_id.remove(id);
        self.changes.count();
    }

    /// Deletes every key of an account that is closed.
    pub fn remove_of(&self, account: &str) {
        self.by_id.retain(|_, key| key.account != account);
        self.changes.count();
    }

    /// Lets a key sign, or not.
    pub fn set_status(&self, id: &str, status: KeyStatus, at: Timestamp) {
        if let Some(mut key) = self.by_id.get_mut(id) {
            key.status = status;
            key.updated = at;
            self.changes.count();
        }
    }

    /// Remembers that a key was used. It counts as no change: to save the state after every call would be too much, and whatever
    /// is saved next has it.
    pub fn used(&self, id: &str, at: Timestamp, product: Cow<'static, str>) {
        if let Some(mut key) = self.by_id.get_mut(id) {
            key.last_used = Some((at, product));
        }
    }
}
