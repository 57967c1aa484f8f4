//! User groups and their members.

use serde_json::{Value, json};

use super::product::RAM;
use super::words::{GROUP, GROUPS, USER, USER_NAME};
use crate::cloud::directory::User;
use crate::cloud::iso8601;
use crate::gateway::{ApiError, Call, Characters, Check, Form, Operation, Parameter, Reply};
use crate::services::common::page::{List, MARKED, by_name};
use crate::services::identity::answers::{joined_group, new_group, updated_group};
use crate::services::identity::parameters::{COMMENTS, GROUP_NAME, MARKER, MAX_ITEMS, set_texts};
use crate::services::identity::{domain::groups, twins};

/// The operations on groups.
pub fn table() -> Vec<Operation> {
    vec![
        RAM.action("CreateGroup", &[Check::new(&["ram:CreateGroup"], GROUPS)], &[GROUP_NAME, COMMENTS], create),
        RAM.action("GetGroup", &[Check::new(&["ram:GetGroup"], GROUP)], &[GROUP_NAME], get),
        RAM.action(
            "UpdateGroup",
            &[Check::new(&["ram:UpdateGroup"], GROUP)],
            &[
                GROUP_NAME,
                Parameter::optional("NewGroupName", Form::Name(Characters::User, 64)),
                Parameter::optional("NewComments", Form::Text(128)),
            ],
            update,
        ),
        RAM.action("DeleteGroup", &[Check::new(&["ram:DeleteGroup"], GROUP)], &[GROUP_NAME], twins::delete_group),
        // Its page speaks of 100 items at most; Terraform's provider asks for 1000 and is answered.
        RAM.action("ListGroups", &[Check::new(&["ram:ListGroups"], GROUPS)], &[MARKER, MAX_ITEMS], list),
        RAM.action(
            "AddUserToGroup",
            &[Check::new(&["ram:AddUserToGroup"], USER), Check::new(&["ram:AddUserToGroup"], GROUP)],
            &[USER_NAME, GROUP_NAME],
            add_user,
        ),
        RAM.action(
            "RemoveUserFromGroup",
            &[Check::new(&["ram:RemoveUserFromGroup"], USER), Check::new(&["ram:RemoveUserFromGroup"], GROUP)],
            &[USER_NAME, GROUP_NAME],
            remove_user,
        ),
        RAM.action("ListGroupsForUser", &[Check::new(&["ram:ListGroupsForUser"], USER)], &[USER_NAME], list_for_user),
        RAM.action(
            "ListUsersForGroup",
            &[Check::new(&["ram:ListUsersForGroup"], GROUP)],
            &[GROUP_NAME, MARKER, MAX_ITEMS],
            list_users,
        ),
    ]
}

/// CreateGroup
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let group = groups::create(call, &mut directory, call.arguments.text("GroupName"), |group| {
        call.arguments.text("Comments").clone_into(&mut group.comments);
    })?;
    Ok(Reply::document(json!({ "Group": new_group(&group) })))
}

/// GetGroup
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let group = directory.group(call.arguments.text("GroupName"))?;
    Ok(Reply::document(json!({ "Group": updated_group(group) })))
}

/// UpdateGroup: what is left out stays, what is sent empty is cleared.
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let mut directory = call.account()?.directory.write();
    let (name, new_name) = (arguments.text("GroupName"), arguments.filled("NewGroupName"));
    let group = groups::change(&mut directory, name, new_name, call.now, |group| {
        set_texts(arguments, [("NewComments", &mut group.comments)]);
    })?;
    Ok(Reply::document(json!({ "Group": updated_group(&group) })))
}

/// ListGroups
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let list = List::Wrapped("Groups", "Group");
    let view = |group| Value::Object(updated_group(group));
    by_name(&call.arguments, MARKED, directory.groups(), |group| &group.name, view, list).map(Reply::document)
}

/// AddUserToGroup
fn add_user(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (user, group) = (call.arguments.text("UserName"), call.arguments.text("GroupName"));
    call.account()?.directory.write().join(user, group, call.now)?;
    Ok(Reply::done())
}

/// RemoveUserFromGroup
fn remove_user(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (user, group) = (call.arguments.text("UserName"), call.arguments.text("GroupName"));
    call.account()?.directory.write().leave(user, group)?;
    Ok(Reply::done())
}

/// ListGroupsForUser
fn list_for_user(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let user = directory.user(call.arguments.text("UserName"))?;
    let shown: Vec<_> = directory.groups_of(user).map(|group| joined_group(group, user)).collect();
    Ok(Reply::document(json!({"Groups": {"Group": shown}})))
}

/// ListUsersForGroup
fn list_users(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let all = groups::members(&directory, call.arguments.text("GroupName"))?.into_iter();
    let list = List::Wrapped("Users", "User");
    let view = |(user, joined): (&User, _)| json!({"UserName": user.name, "DisplayName": user.display_name, "JoinDate": iso8601(joined)});
    by_name(&call.arguments, MARKED, all, |(user, _)| &user.name, view, list).map(Reply::document)
}
