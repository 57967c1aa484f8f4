//! RAM users by principal name.

use serde_json::{Map, Value, json};

use super::{
    COMMENTS, MARKER, NEW_PRINCIPAL, PRINCIPAL, PRINCIPAL_OR_ID, USER_ID, both, named_user, new_name, on_user, row,
    selected, tags,
};
use crate::cloud::directory::{Directory, PrincipalKind, User};
use crate::cloud::iso8601;
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};
use crate::services::identity::flat_tags;
use crate::services::identity::ram::page::page_of;
use crate::services::identity::ram::users::{check_email, check_phone};

/// Users of a page when the request does not say; ten times RAM's.
const DEFAULT_MAX_ITEMS: usize = 1000;

const MAX_ITEMS: Parameter = Parameter::optional("MaxItems", Form::Integer(1, 1000));
const STATUS: Parameter = Parameter::optional("Status", Form::OneOf(&["active", "freeze", "active,freeze"]));
const SELECTED_KEY: Parameter = Parameter::optional("UserAccessKeyId", Form::Any);

/// The operations on users.
pub fn table() -> Vec<Operation> {
    vec![
        row!(
            "CreateUser",
            [both!("CreateUser" on "user/*").context(tags::with_new)],
            [
                PRINCIPAL,
                Parameter::required("DisplayName", Form::Text(24)),
                Parameter::optional("MobilePhone", Form::Own(check_phone::<false>, "86-18600008888")),
                Parameter::optional("Email", Form::Own(check_email::<false>, "alice@example.com")),
                COMMENTS,
            ],
            create
        ),
        row!(
            "GetUser",
            [on_user!("GetUser").about_named(selected_user)],
            [PRINCIPAL_OR_ID, USER_ID, SELECTED_KEY],
            get
        ),
        row!(
            "UpdateUser",
            [on_user!("UpdateUser")],
            [
                PRINCIPAL_OR_ID,
                USER_ID,
                NEW_PRINCIPAL,
                Parameter::optional("NewDisplayName", Form::Text(24)),
                Parameter::optional("NewMobilePhone", Form::Own(check_phone::<true>, "86-18600008888")),
                Parameter::optional("NewEmail", Form::Own(check_email::<true>, "alice@example.com")),
                Parameter::optional("NewComments", Form::Text(128)),
            ],
            update
        ),
        row!("DeleteUser", [on_user!("DeleteUser")], [PRINCIPAL_OR_ID, USER_ID], delete),
        row!("ListUsers", [both!("ListUsers" on "user/*")], [MARKER, MAX_ITEMS, STATUS], list),
        row!("ListUserBasicInfos", [both!("ListUserBasicInfos" on "user/*")], [MARKER, MAX_ITEMS, STATUS], list_basic),
    ]
}

/// The user that GetUser names: by an access key of theirs as well.
fn selected_user(call: &Call<'_>, each: &str) -> String {
    let arguments = &call.arguments;
    let otherwise = arguments.filled("UserPrincipalName").or_else(|| arguments.filled("UserId"));
    match (otherwise, arguments.filled("UserAccessKeyId")) {
        (None, Some(key)) => format!("key/{key}"),
        _ => named_user(call, each),
    }
}

/// What UpdateUser shows.
fn view(directory: &Directory, user: &User) -> Map<String, Value> {
    let members = [
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
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect()
}

/// What CreateUser shows.
fn tagged_view(directory: &Directory, user: &User) -> Map<String, Value> {
    let mut shown = view(directory, user);
    shown.insert("Tags".to_owned(), tags::view(&user.tags));
    shown
}

/// CreateUser
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let mut directory = call.account()?.directory.write();
    let name = new_name(call, &directory, "UserPrincipalName")?;
    let mut user = User::new(call.cloud().ids.user_id(), name, call.now);
    arguments.text("DisplayName").clone_into(&mut user.display_name);
    arguments.text("Comments").clone_into(&mut user.comments);
    arguments.text("Email").clone_into(&mut user.email);
    arguments.text("MobilePhone").clone_into(&mut user.mobile_phone);
    user.tags = flat_tags::given(arguments)?;
    let shown = tagged_view(&directory, &user);
    directory.add_user(user)?;
    Ok(Reply::document(json!({ "User": shown })))
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
    let mut name = selected(call, &directory, &["UserPrincipalName", "UserId"])?.name.clone();
    if arguments.filled("NewUserPrincipalName").is_some() {
        let new = new_name(call, &directory, "NewUserPrincipalName")?.to_owned();
        directory.rename_user(&name, &new)?;
        name = new;
    }
    let user = directory.user_mut(&name)?;
    let fields = [
        ("NewMobilePhone", &mut user.mobile_phone),
        ("NewEmail", &mut user.email),
        ("NewComments", &mut user.comments),
    ];
    for (parameter, field) in fields {
        if let Some(new) = arguments.get(parameter) {
            new.clone_into(field);
        }
    }
    // There is always a display name.
    if let Some(new) = arguments.filled("NewDisplayName") {
        new.clone_into(&mut user.display_name);
    }
    user.updated = call.now;
    Ok(Reply::document(json!({ "User": view(&directory, directory.user(&name)?) })))
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
    names: (&str, &str),
) -> Result<Reply, ApiError> {
    let wanted = flat_tags::given(&call.arguments)?;
    let frozen_only = call.arguments.get("Status") == Some("freeze");
    let directory = call.account()?.directory.read();
    let users = directory.users().filter(|user| !frozen_only && tags::fit(&user.tags, &wanted));
    let view = |user: &User| {
        let mut shown = view(&directory, user);
        shown.insert("Status".to_owned(), json!("active"));
        Value::Object(shown)
    };
    page_of(call, users, |user| &user.name, view, names, DEFAULT_MAX_ITEMS)
        .map(|page| Reply::document(Value::Object(page)))
}

/// ListUsers
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    page(call, tagged_view, ("Users", "User"))
}

/// ListUserBasicInfos
fn list_basic(call: &Call<'_>) -> Result<Reply, ApiError> {
    let view = |directory: &Directory, user: &User| {
        let mut shown = view(directory, user);
        shown.retain(|name, _| matches!(name.as_str(), "UserId" | "UserPrincipalName" | "DisplayName"));
        shown
    };
    page(call, view, ("UserBasicInfos", "UserBasicInfo"))
}
