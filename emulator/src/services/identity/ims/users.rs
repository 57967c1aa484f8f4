//! RAM users by principal name.

use serde_json::{Map, Value, json};

use super::product::IMS;
use super::rights::{both, on_user};
use super::who::{new_name, selected, selected_user};
use super::words::{NEW_PRINCIPAL, PRINCIPAL, PRINCIPAL_OR_ID, SELECTED_KEY, USER_ID};
use crate::cloud::directory::{Directory, PrincipalKind, User};
use crate::cloud::iso8601;
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};
use crate::services::common::page::{Asked, List, MARKED, by_name};
use crate::services::identity::answers::{self, members};
use crate::services::identity::domain::{tags::fit, users};
use crate::services::identity::parameters::{
    COMMENTS, MARKER, MAX_ITEMS, check_email, check_phone, flat_tags, set_filled, set_texts,
};

/// Ten times as many as RAM where the request does not say.
const PAGE: Asked = Asked { default: 1000, ..MARKED };

const STATUS: Parameter = Parameter::optional("Status", Form::OneOf(&["active", "freeze", "active,freeze"]));

/// The operations on users.
pub fn table() -> Vec<Operation> {
    vec![
        IMS.action(
            "CreateUser",
            &[both!("CreateUser" on "user/*").context(flat_tags::requested)],
            &[
                PRINCIPAL,
                Parameter::required("DisplayName", Form::Text(24)),
                Parameter::optional("MobilePhone", Form::Own(check_phone::<false>, "86-18600008888")),
                Parameter::optional("Email", Form::Own(check_email::<false>, "alice@example.com")),
                COMMENTS,
            ],
            create,
        ),
        IMS.action(
            "GetUser",
            &[on_user!("GetUser").about_named(selected_user)],
            &[PRINCIPAL_OR_ID, USER_ID, SELECTED_KEY],
            get,
        ),
        IMS.action(
            "UpdateUser",
            &[on_user!("UpdateUser")],
            &[
                PRINCIPAL_OR_ID,
                USER_ID,
                NEW_PRINCIPAL,
                Parameter::optional("NewDisplayName", Form::Text(24)),
                Parameter::optional("NewMobilePhone", Form::Own(check_phone::<true>, "86-18600008888")),
                Parameter::optional("NewEmail", Form::Own(check_email::<true>, "alice@example.com")),
                Parameter::optional("NewComments", Form::Text(128)),
            ],
            update,
        ),
        IMS.action("DeleteUser", &[on_user!("DeleteUser")], &[PRINCIPAL_OR_ID, USER_ID], delete),
        IMS.action("ListUsers", &[both!("ListUsers" on "user/*")], &[MARKER, MAX_ITEMS, STATUS], list),
        IMS.action(
            "ListUserBasicInfos",
            &[both!("ListUserBasicInfos" on "user/*")],
            &[MARKER, MAX_ITEMS, STATUS],
            list_basic,
        ),
    ]
}

/// What UpdateUser shows.
fn view(directory: &Directory, user: &User) -> Map<String, Value> {
    members([
        ("UserId", user.id.as_str()),
        ("UserPrincipalName", &directory.principal_name(PrincipalKind::User, &user.name)),
        ("DisplayName", &user.display_name),
        ("MobilePhone", &user.mobile_phone),
        ("Email", &user.email),
        ("Comments", &user.comments),
        ("ProvisionType", "Manual"),
        ("CreateDate", &iso8601(user.created)),
        ("UpdateDate", &iso8601(user.updated)),
        ("LastLoginDate", &user.last_login.map(iso8601).unwrap_or_default()),
    ])
}

/// What CreateUser shows.
fn tagged_view(directory: &Directory, user: &User) -> Map<String, Value> {
    let mut shown = view(directory, user);
    shown.insert("Tags".to_owned(), answers::tags(&user.tags));
    shown
}

/// CreateUser
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let mut directory = call.account()?.directory.write();
    let name = new_name(call, &directory, "UserPrincipalName")?;
    let tags = flat_tags::given(arguments)?;
    let user = users::create(call, &mut directory, name, |user| {
        set_texts(
            arguments,
            [
                ("DisplayName", &mut user.display_name),
                ("Comments", &mut user.comments),
                ("Email", &mut user.email),
                ("MobilePhone", &mut user.mobile_phone),
            ],
        );
        user.tags = tags;
    })?;
    Ok(Reply::document(json!({ "User": tagged_view(&directory, &user) })))
}

/// GetUser
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let user = selected(call, &directory, &["UserPrincipalName", "UserId", "UserAccessKeyId"])?;
    let mut shown = tagged_view(&directory, user);
    shown.insert("UserName".to_owned(), json!(user.name));
    Ok(Reply::document(json!({ "User": shown })))
}

/// UpdateUser: what is left out stays, what is sent empty is cleared.
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let mut directory = call.account()?.directory.write();
    let name = selected(call, &directory, &["UserPrincipalName", "UserId"])?.name.clone();
    let renamed = arguments.filled("NewUserPrincipalName").is_some();
    let new = renamed.then(|| new_name(call, &directory, "NewUserPrincipalName")).transpose()?;
    let user = users::change(&mut directory, &name, new, call.now, |user| {
        set_texts(
            arguments,
            [
                ("NewMobilePhone", &mut user.mobile_phone),
                ("NewEmail", &mut user.email),
                ("NewComments", &mut user.comments),
            ],
        );
        // There is always a display name.
        set_filled(arguments, [("NewDisplayName", &mut user.display_name)]);
    })?;
    Ok(Reply::document(json!({ "User": view(&directory, &user) })))
}

/// DeleteUser: into the recycle bin.
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let name = selected(call, &directory, &["UserPrincipalName", "UserId"])?.name.clone();
    directory.recycle_user(&name, call.now)?;
    Ok(Reply::done())
}

/// A page of users. Nobody is ever frozen here.
fn page(
    call: &Call<'_>,
    view: impl Fn(&Directory, &User) -> Map<String, Value>,
    list: List,
) -> Result<Reply, ApiError> {
    let wanted = flat_tags::given(&call.arguments)?;
    let frozen_only = call.arguments.get("Status") == Some("freeze");
    let directory = call.account()?.directory.read();
    let users = directory.users().filter(|user| !frozen_only && fit(&user.tags, &wanted));
    let view = |user: &User| {
        let mut shown = view(&directory, user);
        shown.insert("Status".to_owned(), json!("active"));
        Value::Object(shown)
    };
    by_name(&call.arguments, PAGE, users, |user| &user.name, view, list).map(Reply::document)
}

/// ListUsers
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    page(call, tagged_view, List::Wrapped("Users", "User"))
}

/// ListUserBasicInfos
fn list_basic(call: &Call<'_>) -> Result<Reply, ApiError> {
    let view = |directory: &Directory, user: &User| {
        let mut shown = view(directory, user);
        shown.retain(|name, _| matches!(name.as_str(), "UserId" | "UserPrincipalName" | "DisplayName"));
        shown
    };
    page(call, view, List::Wrapped("UserBasicInfos", "UserBasicInfo"))
}
