//! RAM users.

use serde_json::{Map, Value, json};

use super::page::page;
use super::{COMMENTS, MARKER, MAX_ITEMS, USER, USER_NAME, USERS, row};
use crate::cloud::directory::User;
use crate::cloud::iso8601;
use crate::gateway::{ApiError, Call, Characters, Check, Form, Operation, Parameter, Reply};

/// The operations on users.
pub fn table() -> Vec<Operation> {
    vec![
        row(
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
        row("GetUser", &[Check::new(&["ram:GetUser"], USER)], &[USER_NAME], get),
        row(
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
        row("DeleteUser", &[Check::new(&["ram:DeleteUser"], USER)], &[USER_NAME], delete),
        row("ListUsers", &[Check::new(&["ram:ListUsers"], USERS)], &[MARKER, MAX_ITEMS], list),
    ]
}

fn bad_format(name: &str) -> ApiError {
    ApiError::bad_request(
        format!("InvalidParameter.{name}.Format"),
        format!("The format of the parameter - \"{name}\" is incorrect."),
    )
}

/// Country code, hyphen, number: `86-18600008888`.
pub(crate) fn check_phone<const NEW: bool>(value: &str) -> Result<(), ApiError> {
    let digits = |text: &str, most| (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    match value.split_once('-') {
        Some((country, number)) if digits(country, 4) && digits(number, 20) => Ok(()),
        _ => Err(bad_format(if NEW { "NewMobilePhone" } else { "MobilePhone" })),
    }
}

pub(crate) fn check_email<const NEW: bool>(value: &str) -> Result<(), ApiError> {
    let plain = |text: &str| !text.is_empty() && !text.contains(|c: char| c == '@' || c.is_whitespace());
    match value.split_once('@') {
        Some((local, domain)) if plain(local) && plain(domain) && value.len() <= 254 => Ok(()),
        _ => Err(bad_format(if NEW { "NewEmail" } else { "Email" })),
    }
}

/// What CreateUser shows.
fn view(user: &User) -> Map<String, Value> {
    let members = [
        ("UserId", &user.id),
        ("UserName", &user.name),
        ("DisplayName", &user.display_name),
        ("MobilePhone", &user.mobile_phone),
        ("Email", &user.email),
        ("Comments", &user.comments),
        ("CreateDate", &iso8601(user.created)),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect()
}

/// What UpdateUser and ListUsers show.
fn updated_view(user: &User) -> Map<String, Value> {
    let mut shown = view(user);
    shown.insert("UpdateDate".to_owned(), json!(iso8601(user.updated)));
    shown
}

/// CreateUser
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let name = arguments.text("UserName");
    let mut user = User::new(call.cloud().ids.user_id(), name, call.now);
    // Without one it is empty: what Terraform's provider makes so, it reads so.
    arguments.text("DisplayName").clone_into(&mut user.display_name);
    arguments.text("Comments").clone_into(&mut user.comments);
    arguments.text("Email").clone_into(&mut user.email);
    arguments.text("MobilePhone").clone_into(&mut user.mobile_phone);
    let shown = view(&user);
    call.account()?.directory.write().add_user(user)?;
    Ok(Reply::document(json!({ "User": shown })))
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
    let mut name = arguments.text("UserName");
    if let Some(new) = arguments.filled("NewUserName") {
        directory.rename_user(name, new)?;
        name = new;
    }
    let user = directory.user_mut(name)?;
    let changes = [
        ("NewDisplayName", &mut user.display_name),
        ("NewMobilePhone", &mut user.mobile_phone),
        ("NewEmail", &mut user.email),
        ("NewComments", &mut user.comments),
    ];
    for (parameter, field) in changes {
        if let Some(new) = arguments.get(parameter) {
            new.clone_into(field);
        }
    }
    user.updated = call.now;
    Ok(Reply::document(json!({ "User": updated_view(user) })))
}

/// DeleteUser
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    call.account()?.directory.write().delete_user(call.arguments.text("UserName"))?;
    Ok(Reply::done())
}

/// ListUsers
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let answer =
        page(call, directory.users(), |user| &user.name, |user| Value::Object(updated_view(user)), ("Users", "User"))?;
    Ok(Reply::document(Value::Object(answer)))
}
