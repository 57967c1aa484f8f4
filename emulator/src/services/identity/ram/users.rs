//! RAM users.

use serde_json::{Map, Value, json};

use super::product::RAM;
use super::words::{USER, USER_NAME, USERS};
use crate::cloud::directory::User;
use crate::cloud::iso8601;
use crate::gateway::{ApiError, Call, Characters, Check, Form, Operation, Parameter, Reply};
use crate::services::common::page::{List, MARKED, by_name};
use crate::services::identity::answers::members;
use crate::services::identity::domain::users;
use crate::services::identity::parameters::{COMMENTS, MARKER, MAX_ITEMS, check_email, check_phone, set_texts};

/// The operations on users.
pub fn table() -> Vec<Operation> {
    vec![
        RAM.action(
            "CreateUser",
            &[Check::new(&["ram:CreateUser"], USERS)],
            &[
                USER_NAME,
                Parameter::optional("DisplayName", Form::Text(128)),
                Parameter::optional("MobilePhone", Form::Own(check_phone::<false>, "86-18600008888")),
                Parameter::optional("Email", Form::Own(check_email::<false>, "alice@example.com")),
                COMMENTS,
            ],
            create,
        ),
        RAM.action("GetUser", &[Check::new(&["ram:GetUser"], USER)], &[USER_NAME], get),
        RAM.action(
            "UpdateUser",
            &[Check::new(&["ram:UpdateUser"], USER)],
            &[
                USER_NAME,
                Parameter::optional("NewUserName", Form::Name(Characters::User, 64)),
                Parameter::optional("NewDisplayName", Form::Text(128)),
                Parameter::optional("NewMobilePhone", Form::Own(check_phone::<true>, "86-18600008888")),
                Parameter::optional("NewEmail", Form::Own(check_email::<true>, "alice@example.com")),
                Parameter::optional("NewComments", Form::Text(128)),
            ],
            update,
        ),
        RAM.action("DeleteUser", &[Check::new(&["ram:DeleteUser"], USER)], &[USER_NAME], delete),
        RAM.action("ListUsers", &[Check::new(&["ram:ListUsers"], USERS)], &[MARKER, MAX_ITEMS], list),
    ]
}

/// What CreateUser shows.
fn view(user: &User) -> Map<String, Value> {
    members([
        ("UserId", &user.id),
        ("UserName", &user.name),
        ("DisplayName", &user.display_name),
        ("MobilePhone", &user.mobile_phone),
        ("Email", &user.email),
        ("Comments", &user.comments),
        ("CreateDate", &iso8601(user.created)),
    ])
}

/// What UpdateUser and ListUsers show.
fn updated_view(user: &User) -> Map<String, Value> {
    let mut shown = view(user);
    shown.insert("UpdateDate".to_owned(), json!(iso8601(user.updated)));
    shown
}

/// CreateUser
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let user = users::create(call, &mut directory, call.arguments.text("UserName"), |user| {
        // Without one it is empty: what Terraform's provider makes so, it reads so.
        set_texts(
            &call.arguments,
            [
                ("DisplayName", &mut user.display_name),
                ("Comments", &mut user.comments),
                ("Email", &mut user.email),
                ("MobilePhone", &mut user.mobile_phone),
            ],
        );
    })?;
    Ok(Reply::document(json!({ "User": view(&user) })))
}

/// GetUser
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let user = directory.user(call.arguments.text("UserName"))?;
    let mut shown = updated_view(user);
    shown.insert("LastLoginDate".to_owned(), json!(user.last_login.map(iso8601).unwrap_or_default()));
    Ok(Reply::document(json!({ "User": shown })))
}

/// UpdateUser: what is left out stays, what is sent empty is cleared.
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let mut directory = call.account()?.directory.write();
    let (name, new_name) = (arguments.text("UserName"), arguments.filled("NewUserName"));
    let user = users::change(&mut directory, name, new_name, call.now, |user| {
        set_texts(
            arguments,
            [
                ("NewDisplayName", &mut user.display_name),
                ("NewMobilePhone", &mut user.mobile_phone),
                ("NewEmail", &mut user.email),
                ("NewComments", &mut user.comments),
            ],
        );
    })?;
    Ok(Reply::document(json!({ "User": updated_view(&user) })))
}

/// DeleteUser
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    call.account()?.directory.write().delete_user(call.arguments.text("UserName"))?;
    Ok(Reply::done())
}

/// ListUsers
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let list = List::Wrapped("Users", "User");
    let view = |user| Value::Object(updated_view(user));
    by_name(&call.arguments, MARKED, directory.users(), |user| &user.name, view, list).map(Reply::document)
}
