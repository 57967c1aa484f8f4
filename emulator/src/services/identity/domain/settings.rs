//! What an account is called beside its id.

use crate::cloud::directory::DirectoryError;
use crate::gateway::{ApiError, Call};

/// Gives the caller's account an alias that no other account has.
pub(crate) fn choose_alias(call: &Call<'_>, alias: &str) -> Result<(), ApiError> {
    let account = call.account()?;
    let mut directory = account.directory.write();
    if !call.cloud().take_alias(alias, &account.id) {
        return Err(DirectoryError::AlreadyExists("AccountAlias").into());
    }
    let before = directory.chosen_alias.replace(alias.to_owned());
    if let Some(before) = before.filter(|before| before != alias) {
        call.cloud().leave_alias(&before);
    }
    Ok(())
}

/// Takes the alias away, if there is one: the account goes by its id again.
pub(crate) fn clear_alias(call: &Call<'_>) -> Result<(), ApiError> {
    let mut directory = call.account()?.directory.write();
    if let Some(before) = directory.chosen_alias.take() {
        call.cloud().leave_alias(&before);
    }
    Ok(())
}
