//! The recycle bin of deleted users.

use serde_json::{Map, Value, json};

use super::{MARKER, USER_ID, both, incorrect, on_user, row};
use crate::cloud::directory::{Directory, DirectoryError, PrincipalKind, RecycledUser};
use crate::cloud::iso8601;
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};
use crate::services::identity::ram::page::page_of;

const ID: Parameter = Parameter::required("UserId", Form::Any);
const SELECTED_KEY: Parameter = Parameter::optional("UserAccessKeyId", Form::Any);

/// The operations on the recycle bin.
pub fn table() -> Vec<Operation> {
    vec![
        row!(
            "ListUsersInRecycleBin",
            [both!("ListUsersInRecycleBin" on "user/*")],
            [
                Parameter::optional(
                    "Filter",
                    Form::Own(check_filter, "UserPrincipalName eq sample@1234567890123456.onaliyun.com")
                ),
                MARKER,
                Parameter::optional("MaxItems", Form::Integer(1, 1000)),
            ],
            list
        ),
        row!("GetUserInRecycleBin", [on_user!("GetUserInRecycleBin")], [USER_ID, SELECTED_KEY], get),
        row!("RestoreUserFromRecycleBin", [on_user!("RestoreUserFromRecycleBin")], [ID], restore),
        row!("DeleteUserInRecycleBin", [on_user!("DeleteUserInRecycleBin")], [ID], delete),
    ]
}

/// The one form of filter there is.
fn wanted(filter: &str) -> Option<&str> {
    filter.strip_prefix("UserPrincipalName eq ").map(str::trim).filter(|name| !name.is_empty())
}

fn check_filter(filter: &str) -> Result<(), ApiError> {
    wanted(filter).map(|_| ()).ok_or_else(|| incorrect("Filter"))
}

fn view(directory: &Directory, recycled: &RecycledUser) -> Map<String, Value> {
    let user = &recycled.user;
    let members = [
        ("UserId", user.id.as_str()),
        ("UserPrincipalName", &directory.principal_name(PrincipalKind::User, &user.name)),
        ("DisplayName", &user.display_name),
        ("CreateDate", &iso8601(user.created)),
        ("RecycleDate", &iso8601(recycled.recycled)),
        ("DeleteDate", &iso8601(recycled.expires())),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect()
}

/// ListUsersInRecycleBin
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let filter = call.arguments.filled("Filter").and_then(wanted);
    let name =
        filter.map(|principal| directory.read_principal_name(PrincipalKind::User, principal).unwrap_or_default());
    let users = directory.recycled_users(call.now);
    let users = users.filter(|recycled| name.is_none_or(|name| name.eq_ignore_ascii_case(&recycled.user.name)));
    let view = |recycled: &RecycledUser| Value::Object(view(&directory, recycled));
    let answer = page_of(call, users, |recycled| &recycled.user.id, view, ("Users", "User"), 100)?;
    Ok(Reply::document(Value::Object(answer)))
}

/// GetUserInRecycleBin: a deleted user has no keys to be found by.
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let id = match (call.arguments.filled("UserId"), call.arguments.filled("UserAccessKeyId")) {
        (Some(_), Some(_)) => return Err(incorrect("UserAccessKeyId")),
        (Some(id), None) => id,
        (None, Some(_)) => return Err(DirectoryError::NotExist("User").into()),
        (None, None) => return Err(ApiError::missing("UserId")),
    };
    let directory = call.account()?.directory.read();
    let shown = view(&directory, directory.recycled_user(id, call.now)?);
    Ok(Reply::document(json!({ "User": shown })))
}

/// RestoreUserFromRecycleBin
fn restore(call: &Call<'_>) -> Result<Reply, ApiError> {
    call.account()?.directory.write().restore_user(call.arguments.text("UserId"), call.now)?;
    Ok(Reply::done())
}

/// DeleteUserInRecycleBin
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    call.account()?.directory.write().forget_user(call.arguments.text("UserId"), call.now)?;
    Ok(Reply::done())
}
