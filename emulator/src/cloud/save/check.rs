//! Whether what was read fits together across accounts.

use std::collections::HashSet;

use super::error::LoadError;
use crate::cloud::{Cloud, KeyHolder};

/// Does each key belong to somebody who has it, and does everybody have the keys that are theirs?
pub(super) fn keys(cloud: &Cloud) -> Result<(), LoadError> {
    let mut had = HashSet::new();
    for account in cloud.accounts() {
        for id in account.directory.read().all_keys() {
            if !had.insert(id.clone()) {
                return Err(LoadError::broken(format!("two have the key {id}")));
            }
        }
    }
    for key in cloud.keys.all() {
        let account = cloud.account(&key.account);
        let holds = account.is_some_and(|account| {
            let directory = account.directory.read();
            directory.keys_of(&key.holder).is_ok_and(|keys| keys.contains(&key.id))
        });
        if !holds {
            let whose = match &key.holder {
                KeyHolder::Owner => format!("the owner of account {}", key.account),
                KeyHolder::User(id) => format!("user {id} of account {}", key.account),
            };
            return Err(LoadError::broken(format!("key {} is of {whose}, who does not have it", key.id)));
        }
        had.remove(&key.id);
    }
    match had.into_iter().min() {
        Some(id) => Err(LoadError::broken(format!("key {id} is somebody's and is not there"))),
        None => Ok(()),
    }
}

/// Does what is of an account name one that is there?
pub(super) fn account_of(cloud: &Cloud, account: &str, what: &str) -> Result<(), LoadError> {
    match cloud.account(account) {
        Some(_) => Ok(()),
        None => Err(LoadError::broken(format!("{what} is of account {account}, which is not there"))),
    }
}
