//! Access keys of RAM users, and of the account's owner.

use serde_json::{Value, json};

use super::{USER_NAME_OR_SELF, USER_OR_SELF, row};
use crate::cloud::{AccessKey, Directory, DirectoryError, KeyHolder, KeyStatus, iso8601};
use crate::gateway::{ApiError, Call, Caller, Check, Form, Operation, Parameter, Reply};

const KEY_ID: Parameter = Parameter::required("UserAccessKeyId", Form::Any);

/// The operations on access keys.
pub fn table() -> Vec<Operation> {
    vec![
        row("CreateAccessKey", &[Check::new(&["ram:CreateAccessKey"], USER_OR_SELF)], &[USER_NAME_OR_SELF], create),
        row(
            "UpdateAccessKey",
            &[Check::new(&["ram:UpdateAccessKey"], USER_OR_SELF)],
            &[USER_NAME_OR_SELF, KEY_ID, Parameter::required("Status", Form::OneOf(&["Active", "Inactive"]))],
            update,
        ),
        row(
            "DeleteAccessKey",
            &[Check::new(&["ram:DeleteAccessKey"], USER_OR_SELF)],
            &[USER_NAME_OR_SELF, KEY_ID],
            delete,
        ),
        row("ListAccessKeys", &[Check::new(&["ram:ListAccessKeys"], USER_OR_SELF)], &[USER_NAME_OR_SELF], list),
        row(
            "GetAccessKeyLastUsed",
            &[Check::new(&["ram:GetAccessKeyLastUsed"], USER_OR_SELF)],
            &[USER_NAME_OR_SELF, KEY_ID],
            last_used,
        ),
    ]
}

/// Whose keys a call is about: those of the user that it names, or else the caller's own.
fn holder(call: &Call<'_>, directory: &Directory) -> Result<KeyHolder, ApiError> {
    match (call.arguments.filled("UserName"), &call.caller) {
        (Some(name), _) => Ok(KeyHolder::User(directory.user(name)?.id.clone())),
        (None, Caller::User { id, .. }) => Ok(KeyHolder::User(id.clone())),
        (None, Caller::Owner(_)) => Ok(KeyHolder::Owner),
        // A session has no keys of its own (the code is our choice).
        (None, _) => Err(ApiError::missing("UserName")),
    }
}

/// The key that a call names, if it is one of the holder's.
pub(crate) fn named(call: &Call<'_>, directory: &Directory, holder: &KeyHolder) -> Result<AccessKey, ApiError> {
    let id = call.arguments.text("UserAccessKeyId");
    let owned = directory.keys_of(holder)?.iter().any(|key| key == id);
    let key = call.cloud().keys.get(id).filter(|_| owned);
    Ok(key.ok_or(DirectoryError::NotExist("User.AccessKey"))?)
}

pub(crate) fn view(key: &AccessKey) -> Value {
    json!({"AccessKeyId": key.id, "Status": key.status.as_str(), "CreateDate": iso8601(key.created)})
}

/// CreateAccessKey: the only answer that shows the secret.
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let holder = holder(call, &directory)?;
    make(call, &mut directory, holder)
}

/// Makes a key for somebody.
pub(crate) fn make(call: &Call<'_>, directory: &mut Directory, holder: KeyHolder) -> Result<Reply, ApiError> {
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
    let mut shown = view(&key);
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("AccessKeySecret".to_owned(), json!(key.secret.expose()));
    }
    // Still under the directory's lock: no key outlives its user.
    call.cloud().keys.add(key);
    Ok(Reply::document(json!({ "AccessKey": shown })))
}

/// UpdateAccessKey
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.write();
    set_status(call, &directory, &holder(call, &directory)?)
}

/// Lets the key that a call names sign, or not.
pub(crate) fn set_status(call: &Call<'_>, directory: &Directory, holder: &KeyHolder) -> Result<Reply, ApiError> {
    let key = named(call, directory, holder)?;
    let status = KeyStatus::parse(call.arguments.text("Status")).ok_or_else(ApiError::internal)?;
    call.cloud().keys.set_status(&key.id, status, call.now);
    Ok(Reply::done())
}

/// DeleteAccessKey
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let holder = holder(call, &directory)?;
    remove(call, &mut directory, &holder)
}

/// Deletes the key that a call names.
pub(crate) fn remove(call: &Call<'_>, directory: &mut Directory, holder: &KeyHolder) -> Result<Reply, ApiError> {
    let id = call.arguments.text("UserAccessKeyId");
    directory.remove_key(holder, id)?;
    call.cloud().keys.remove(id);
    Ok(Reply::done())
}

/// ListAccessKeys
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let keys = directory.keys_of(&holder(call, &directory)?)?;
    let shown: Vec<_> = keys.iter().filter_map(|id| call.cloud().keys.get(id)).map(|key| view(&key)).collect();
    Ok(Reply::document(json!({"AccessKeys": {"AccessKey": shown}})))
}

/// GetAccessKeyLastUsed
fn last_used(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let key = named(call, &directory, &holder(call, &directory)?)?;
    // A key that never signed: `N/A`, as the credential report has it (inferred).
    let at = key.last_used.map_or_else(|| "N/A".to_owned(), |(at, _)| iso8601(at));
    Ok(Reply::document(json!({"AccessKeyLastUsed": {"LastUsedDate": at}})))
}
