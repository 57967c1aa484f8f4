//! RAM users.

use serde_json::{Value, json};

use super::page::page;
use crate::cloud::directory::{Attachments, User};
use crate::cloud::iso8601;
use crate::gateway::{ApiError, Call, Reply};

/// A user as CreateUser and ListUsers show it; GetUser adds the last logon.
fn view(user: &User) -> Value {
    json!({
        "UserId": user.id,
        "UserName": user.name,
        "DisplayName": user.display_name,
        "MobilePhone": user.mobile_phone,
        "Email": user.email,
        "Comments": user.comments,
        "CreateDate": iso8601(user.created),
        "UpdateDate": iso8601(user.updated),
    })
}

/// CreateUser
pub(super) fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let name = arguments.text("UserName");
    let user = User {
        id: call.cloud().ids.user_id(),
        name: name.to_owned(),
        display_name: arguments.filled("DisplayName").unwrap_or(name).to_owned(),
        comments: arguments.text("Comments").to_owned(),
        email: arguments.text("Email").to_owned(),
        mobile_phone: arguments.text("MobilePhone").to_owned(),
        created: call.now,
        updated: call.now,
        last_login: None,
        keys: Vec::new(),
        attached: Attachments::default(),
    };
    let mut shown = view(&user);
    if let Some(shown) = shown.as_object_mut() {
        shown.remove("UpdateDate");
    }
    call.account()?.directory.write().add_user(user)?;
    Ok(Reply::document(json!({ "User": shown })))
}

/// GetUser
pub(super) fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let user = directory.user(call.arguments.text("UserName"))?;
    let mut shown = view(user);
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("LastLoginDate".to_owned(), json!(user.last_login.map(iso8601).unwrap_or_default()));
    }
    Ok(Reply::document(json!({ "User": shown })))
}

/// ListUsers
pub(super) fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let answer = page(call, directory.users().map(|user| (user.name.as_str(), view(user))), "Users", "User")?;

    Ok(Reply::document(Value::Object(answer)))
}
