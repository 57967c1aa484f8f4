//! The recycle bin of deleted users.

use serde_json::{Map, Value, json};

use super::product::IMS;
use super::rights::{both, on_user};
use super::words::{SELECTED_KEY, USER_ID};
use crate::cloud::directory::{Directory, DirectoryError, PrincipalKind, RecycledUser};
use crate::cloud::iso8601;
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};
use crate::services::common::page::{List, MARKED, by_name};
use crate::services::identity::answers::members;
use crate::services::identity::parameters::{MARKER, MAX_ITEMS, incorrect};

const ID: Parameter = Parameter::required("UserId", Form::Any);

/// The operations on the recycle bin.
pub fn table() -> Vec<Operation> {
    vec![
        IMS.action(
            "ListUsersInRecycleBin",
            &[both!("ListUsersInRecycleBin" on "user/*")],
            &[
                Parameter::optional(
                    "Filter",
                    Form::Own(check_filter, "UserPrincipalName eq sample@1234567890123456.onaliyun.com"),
                ),
                MARKER,
                MAX_ITEMS,
            ],
            list,
        ),
        IMS.action("GetUserInRecycleBin", &[on_user!("GetUserInRecycleBin")], &[USER_ID, SELECTED_KEY], get),
        IMS.action("RestoreUserFromRecycleBin", &[on_user!("RestoreUserFromRecycleBin")], &[ID], restore),
        IMS.action("DeleteUserInRecycleBin", &[on_user!("DeleteUserInRecycleBin")], &[ID], delete),
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
    members([
        ("UserId", user.id.as_str()),
        ("UserPrincipalName", &directory.principal_name(PrincipalKind::User, &user.name)),
        ("DisplayName", &user.display_name),
        ("CreateDate", &iso8601(user.created)),
        ("RecycleDate", &iso8601(recycled.recycled)),
        ("DeleteDate", &iso8601(recycled.expires())),
    ])
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
    by_name(&call.arguments, MARKED, users, |recycled| &recycled.user.id, view, List::Wrapped("Users", "User"))
        .map(Reply::document)
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
