//! RAM users.

use jiff::Timestamp;

use crate::cloud::directory::{Directory, DirectoryError, User};
use crate::gateway::Call;

/// Makes a user; `fill` says what it has beside its name.
pub(crate) fn create(
    call: &Call<'_>,
    directory: &mut Directory,
    name: &str,
    fill: impl FnOnce(&mut User),
) -> Result<User, DirectoryError> {
    let mut user = User::new(call.cloud().ids.user_id(), name, call.now);
    fill(&mut user);
    directory.add_user(user.clone())?;
    Ok(user)
}

/// Changes a user, its name as well where there is a new one.
pub(crate) fn change(
    directory: &mut Directory,
    name: &str,
    new_name: Option<&str>,
    now: Timestamp,
    change: impl FnOnce(&mut User),
) -> Result<User, DirectoryError> {
    if let Some(new) = new_name {
        directory.rename_user(name, new)?;
    }
    let user = directory.user_mut(new_name.unwrap_or(name))?;
    change(user);
    user.updated = now;
    Ok(user.clone())
}
