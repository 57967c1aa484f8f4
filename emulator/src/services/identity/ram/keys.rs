//! Access keys of RAM users, and of the account's owner.

use serde_json::{Value, json};

use super::product::RAM;
use super::words::{USER_NAME_OR_SELF, USER_OR_SELF};
use crate::cloud::{Directory, KeyHolder, iso8601};
use crate::gateway::{ApiError, Call, Check, Form, Operation, Parameter, Reply};
use crate::services::identity::{answers, domain::keys, twins};

const KEY_ID: Parameter = Parameter::required("UserAccessKeyId", Form::Any);

/// The operations on access keys.
pub fn table() -> Vec<Operation> {
    vec![
        RAM.action(
            "CreateAccessKey",
            &[Check::new(&["ram:CreateAccessKey"], USER_OR_SELF)],
            &[USER_NAME_OR_SELF],
            |call| twins::create_key(call, holder),
        ),
        RAM.action(
            "UpdateAccessKey",
            &[Check::new(&["ram:UpdateAccessKey"], USER_OR_SELF)],
            &[USER_NAME_OR_SELF, KEY_ID, Parameter::required("Status", Form::OneOf(&["Active", "Inactive"]))],
            |call| twins::update_key(call, holder),
        ),
        RAM.action(
            "DeleteAccessKey",
            &[Check::new(&["ram:DeleteAccessKey"], USER_OR_SELF)],
            &[USER_NAME_OR_SELF, KEY_ID],
            |call| twins::delete_key(call, holder),
        ),
        RAM.action("ListAccessKeys", &[Check::new(&["ram:ListAccessKeys"], USER_OR_SELF)], &[USER_NAME_OR_SELF], list),
        RAM.action(
            "GetAccessKeyLastUsed",
            &[Check::new(&["ram:GetAccessKeyLastUsed"], USER_OR_SELF)],
            &[USER_NAME_OR_SELF, KEY_ID],
            last_used,
        ),
    ]
}

/// Whose keys a call is about: those of the user that it names, or else the caller's own.
fn holder(call: &Call<'_>, directory: &Directory) -> Result<KeyHolder, ApiError> {
    let named = call.arguments.filled("UserName").map(|name| directory.user(name)).transpose()?;
    keys::holder(call, named, "UserName")
}

/// ListAccessKeys
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let all = keys::all(call, &directory, &holder(call, &directory)?)?;
    let shown: Vec<_> = all.iter().map(|key| Value::Object(answers::key(key))).collect();
    Ok(Reply::document(json!({"AccessKeys": {"AccessKey": shown}})))
}

/// GetAccessKeyLastUsed
fn last_used(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let holder = holder(call, &directory)?;
    let key = keys::find(call, &directory, &holder, call.arguments.text("UserAccessKeyId"))?;
    // A key that never signed: `N/A`, as the credential report has it (INFERRED: from there).
    let at = key.last_used.map_or_else(|| "N/A".to_owned(), |(at, _)| iso8601(at));
    Ok(Reply::document(json!({"AccessKeyLastUsed": {"LastUsedDate": at}})))
}
