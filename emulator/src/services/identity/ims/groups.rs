//! User groups, which have display names here.

use serde_json::{Value, json};

use super::product::IMS;
use super::rights::{both, on_user};
use super::who::named;
use super::words::PRINCIPAL;
use crate::cloud::directory::{Group, PrincipalKind, User};
use crate::cloud::iso8601;
use crate::gateway::{ApiError, Call, Characters, Form, Operation, Parameter, Reply};
use crate::services::common::page::{List, MARKED, by_name};
use crate::services::identity::answers::{joined_group, named_group};
use crate::services::identity::parameters::{COMMENTS, GROUP_NAME, MARKER, MAX_ITEMS, set_texts};
use crate::services::identity::{domain::groups, twins};

const DISPLAY_NAME: Parameter = Parameter::optional("DisplayName", Form::Text(24));

/// The operations on groups.
pub fn table() -> Vec<Operation> {
    vec![
        IMS.action("CreateGroup", &[both!("CreateGroup" on "group/*")], &[GROUP_NAME, DISPLAY_NAME, COMMENTS], create),
        IMS.action("GetGroup", &[both!("GetGroup" on "group/{GroupName}")], &[GROUP_NAME], get),
        IMS.action(
            "UpdateGroup",
            &[both!("UpdateGroup" on "group/{GroupName}")],
            &[
                GROUP_NAME,
                Parameter::optional("NewGroupName", Form::Name(Characters::User, 64)),
                Parameter::optional("NewDisplayName", Form::Text(24)),
                Parameter::optional("NewComments", Form::Text(128)),
            ],
            update,
        ),
        IMS.action("DeleteGroup", &[both!("DeleteGroup" on "group/{GroupName}")], &[GROUP_NAME], twins::delete_group),
        IMS.action("ListGroups", &[both!("ListGroups" on "group/*")], &[MARKER, MAX_ITEMS], list),
        IMS.action(
            "AddUserToGroup",
            &[on_user!("AddUserToGroup"), both!("AddUserToGroup" on "group/{GroupName}")],
            &[PRINCIPAL, GROUP_NAME],
            add_user,
        ),
        IMS.action(
            "RemoveUserFromGroup",
            &[on_user!("RemoveUserFromGroup"), both!("RemoveUserFromGroup" on "group/{GroupName}")],
            &[PRINCIPAL, GROUP_NAME],
            remove_user,
        ),
        IMS.action("ListGroupsForUser", &[on_user!("ListGroupsForUser")], &[PRINCIPAL], list_for_user),
        IMS.action(
            "ListUsersForGroup",
            &[both!("ListUsersForGroup" on "group/{GroupName}")],
            &[GROUP_NAME, MARKER, MAX_ITEMS],
            list_users,
        ),
    ]
}

/// CreateGroup
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let group = groups::create(call, &mut directory, call.arguments.text("GroupName"), |group| {
        let texts = [("DisplayName", &mut group.display_name), ("Comments", &mut group.comments)];
        set_texts(&call.arguments, texts);
    })?;
    Ok(Reply::document(json!({ "Group": named_group(&group) })))
}

/// GetGroup
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    Ok(Reply::document(json!({ "Group": named_group(directory.group(call.arguments.text("GroupName"))?) })))
}

/// UpdateGroup: what is left out stays, what is sent empty is cleared.
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let (name, new_name) = (arguments.text("GroupName"), arguments.filled("NewGroupName"));
    let group = groups::change(&mut call.account()?.directory.write(), name, new_name, call.now, |group| {
        let texts = [("NewDisplayName", &mut group.display_name), ("NewComments", &mut group.comments)];
        set_texts(arguments, texts);
    })?;
    Ok(Reply::document(json!({ "Group": named_group(&group) })))
}

/// ListGroups
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let view = |group: &Group| Value::Object(named_group(group));
    let list = List::Wrapped("Groups", "Group");
    by_name(&call.arguments, MARKED, directory.groups(), |group| &group.name, view, list).map(Reply::document)
}

/// AddUserToGroup
fn add_user(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let user = named(call, &directory)?.name.clone();
    directory.join(&user, call.arguments.text("GroupName"), call.now)?;
    Ok(Reply::done())
}

/// RemoveUserFromGroup
fn remove_user(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let user = named(call, &directory)?.name.clone();
    directory.leave(&user, call.arguments.text("GroupName"))?;
    Ok(Reply::done())
}

/// ListGroupsForUser
fn list_for_user(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let user = named(call, &directory)?;
    let view = |group: &Group| {
        let mut shown = joined_group(group, user);
        shown.insert("DisplayName".to_owned(), json!(group.display_name));
        shown
    };
    let shown: Vec<_> = directory.groups_of(user).map(view).collect();
    Ok(Reply::document(json!({"Groups": {"Group": shown}})))
}

/// ListUsersForGroup
fn list_users(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let all = groups::members(&directory, call.arguments.text("GroupName"))?.into_iter();
    let view = |(user, joined): (&User, _)| {
        json!({
            "UserId": user.id,
            "UserPrincipalName": directory.principal_name(PrincipalKind::User, &user.name),
            "DisplayName": user.display_name,
            "JoinDate": iso8601(joined),
        })
    };
    let list = List::Wrapped("Users", "User");
    by_name(&call.arguments, MARKED, all, |(user, _)| &user.name, view, list).map(Reply::document)
}
