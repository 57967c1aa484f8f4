//! Whom a call is about: IMS names users by principal name, by id or by a key.

use crate::cloud::KeyHolder;
use crate::cloud::directory::{Directory, DirectoryError, PrincipalKind, User};
use crate::gateway::{ApiError, Call, Caller};
use crate::services::identity::parameters::{bad_format, incorrect};

/// The user that a call names, by principal name or by id, or else the calling user: as it is located.
pub(super) fn named_user(call: &Call<'_>, _: &str) -> String {
    let arguments = &call.arguments;
    match (arguments.filled("UserPrincipalName"), arguments.filled("UserId"), &call.caller) {
        (Some(principal), ..) => user_id(principal.split_once('@').map_or("*", |(name, _)| name)),
        (None, Some(id), _) => format!("id/{id}"),
        (None, None, Caller::User { name, .. }) => user_id(name),
        (None, None, _) => user_id("*"),
    }
}

/// The same for an operation that finds users by their access keys as well.
pub(super) fn selected_user(call: &Call<'_>, each: &str) -> String {
    let arguments = &call.arguments;
    let otherwise = arguments.filled("UserPrincipalName").or_else(|| arguments.filled("UserId"));
    match (otherwise, arguments.filled("UserAccessKeyId")) {
        (None, Some(key)) => format!("key/{key}"),
        _ => named_user(call, each),
    }
}

/// A user of this name, as it is located.
pub(super) fn user_id(name: &str) -> String {
    format!("user/{name}")
}

/// The user of a principal name.
pub(super) fn user_of<'d>(directory: &'d Directory, principal: &str) -> Result<&'d User, DirectoryError> {
    let name = directory.read_principal_name(PrincipalKind::User, principal);
    directory.user(name.ok_or(DirectoryError::NotExist("User"))?)
}

/// The user that `UserPrincipalName` names.
pub(super) fn named<'d>(call: &Call<'_>, directory: &'d Directory) -> Result<&'d User, DirectoryError> {
    user_of(directory, call.arguments.text("UserPrincipalName"))
}

/// The user that a call names by one of several ways, and by one only (CHOICE: the code for more).
pub(super) fn selected<'d>(call: &Call<'_>, directory: &'d Directory, ways: &[&str]) -> Result<&'d User, ApiError> {
    let mut given = ways.iter().filter_map(|way| call.arguments.filled(way).map(|value| (*way, value)));
    let (way, value) = given.next().ok_or_else(|| ApiError::missing(ways.first().copied().unwrap_or_default()))?;
    if let Some((second, _)) = given.next() {
        return Err(incorrect(second));
    }
    let missing = DirectoryError::NotExist("User");
    let user = match way {
        "UserId" => directory.user_by_id(value).ok_or(missing),
        "UserAccessKeyId" => match call.cloud().keys.get(value).map(|key| key.holder) {
            Some(KeyHolder::User(id)) => directory.user_by_id(&id).ok_or(missing),
            _ => Err(missing),
        },
        _ => user_of(directory, value),
    };
    Ok(user?)
}

/// The name that a new principal name gives a user in this account.
pub(super) fn new_name<'n>(call: &'n Call<'_>, directory: &Directory, parameter: &str) -> Result<&'n str, ApiError> {
    let name = directory.read_principal_name(PrincipalKind::User, call.arguments.text(parameter));
    // INFERRED: another account's domain.
    name.ok_or_else(|| bad_format(parameter))
}
