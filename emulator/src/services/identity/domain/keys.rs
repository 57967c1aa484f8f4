//! Access keys of RAM users, and of the account's owner.

use crate::cloud::directory::{Directory, DirectoryError, User};
use crate::cloud::{AccessKey, KeyHolder, KeyStatus};
use crate::gateway::{ApiError, Call, Caller};

/// Whose keys a call is about: those of the user that it names in `parameter`, or else the caller's own.
pub(crate) fn holder(call: &Call<'_>, named: Option<&User>, parameter: &str) -> Result<KeyHolder, ApiError> {
    match (named, &call.caller) {
        (Some(user), _) => Ok(KeyHolder::User(user.id.clone())),
        (None, Caller::User { id, .. }) => Ok(KeyHolder::User(id.clone())),
        (None, Caller::Owner(_)) => Ok(KeyHolder::Owner),
        // A session has no keys of its own (CHOICE: the code).
        (None, _) => Err(ApiError::missing(parameter)),
    }
}

/// The key of that id, if it is one of the holder's.
pub(crate) fn find(
    call: &Call<'_>,
    directory: &Directory,
    holder: &KeyHolder,
    id: &str,
) -> Result<AccessKey, DirectoryError> {
    let owned = directory.keys_of(holder)?.iter().any(|key| key == id);
    let key = call.cloud().keys.get(id).filter(|_| owned);
    key.ok_or(DirectoryError::NotExist("User.AccessKey"))
}

/// Somebody's keys, oldest first.
pub(crate) fn all(
    call: &Call<'_>,
    directory: &Directory,
    holder: &KeyHolder,
) -> Result<Vec<AccessKey>, DirectoryError> {
    let ids = directory.keys_of(holder)?;
    Ok(ids.iter().filter_map(|id| call.cloud().keys.get(id)).collect())
}

/// Makes a key for somebody. Its secret is never shown again.
pub(crate) fn create(
    call: &Call<'_>,
    directory: &mut Directory,
    holder: KeyHolder,
) -> Result<AccessKey, DirectoryError> {
    let ids = &call.cloud().ids;
    let key = AccessKey {
        id: ids.access_key_id(),
        secret: ids.access_key_secret(),
        account: directory.account().to_owned(),
        holder,
        status: KeyStatus::Active,
        created: call.now,
        updated: call.now,
        last_used: None,
    };
    directory.add_key(&key.holder, &key.id)?;
    // Still under the directory's lock: no key outlives its user.
    call.cloud().keys.add(key.clone());
    Ok(key)
}

/// Lets a key of the holder's sign, or not.
pub(crate) fn set_status(
    call: &Call<'_>,
    directory: &Directory,
    holder: &KeyHolder,
    id: &str,
    status: KeyStatus,
) -> Result<(), DirectoryError> {
    let key = find(call, directory, holder, id)?;
    call.cloud().keys.set_status(&key.id, status, call.now);
    Ok(())
}

/// Deletes a key of the holder's, and what was said of the networks that it may be used from.
pub(crate) fn delete(call: &Call<'_>, directory: &mut Directory, holder: &KeyHolder, id: &str) -> Result<(), ApiError> {
    directory.remove_key(holder, id)?;
    call.cloud().keys.remove(id);
    call.account()?.ims.write().key_policies.remove(id);
    Ok(())
}
