//! User groups and their members.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::page::page;
use super::{COMMENTS, GROUP, GROUP_NAME, GROUPS, MARKER, MAX_ITEMS, USER, USER_NAME, row};
use crate::cloud::directory::{Attachments, Group, User};
use crate::cloud::iso8601;
use crate::gateway::{ApiError, Call, Characters, Check, Form, Operation, Parameter, Reply};

/// The operations on groups.
pub fn table() -> Vec<Operation> {
    vec![
        row("CreateGroup", &[Check::new(&["ram:CreateGroup"], GROUPS)], &[GROUP_NAME, COMMENTS], create),
        row("GetGroup", &[Check::new(&["ram:GetGroup"], GROUP)], &[GROUP_NAME], get),
        row(
            "UpdateGroup",
            &[Check::new(&["ram:UpdateGroup"], GROUP)],
            &[
                GROUP_NAME,
                Parameter::optional("NewGroupName", Form::Name(Characters::User, 64)),
                Parameter::optional("NewComments", Form::Text(128)),
            ],
            update,
        ),
        row("DeleteGroup", &[Check::new(&["ram:DeleteGroup"], GROUP)], &[GROUP_NAME], delete),
        // Its page speaks of 100 items at most; Terraform's provider asks for 1000 and is answered.
        row("ListGroups", &[Check::new(&["ram:ListGroups"], GROUPS)], &[MARKER, MAX_ITEMS], list),
        row(
            "AddUserToGroup",
            &[Check::new(&["ram:AddUserToGroup"], USER), Check::new(&["ram:AddUserToGroup"], GROUP)],
            &[USER_NAME, GROUP_NAME],
            add_user,
        ),
        row(
            "RemoveUserFromGroup",
            &[Check::new(&["ram:RemoveUserFromGroup"], USER), Check::new(&["ram:RemoveUserFromGroup"], GROUP)],
            &[USER_NAME, GROUP_NAME],
            remove_user,
        ),
        row("ListGroupsForUser", &[Check::new(&["ram:ListGroupsForUser"], USER)], &[USER_NAME], list_for_user),
        row(
            "ListUsersForGroup",
            &[Check::new(&["ram:ListUsersForGroup"], GROUP)],
            &[GROUP_NAME, MARKER, MAX_ITEMS],
            list_users,
        ),
    ]
}

/// What CreateGroup shows.
fn view(group: &Group) -> Map<String, Value> {
    let members = [
        ("GroupId", &group.id),
        ("GroupName", &group.name),
        ("Comments", &group.comments),
        ("CreateDate", &iso8601(group.created)),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect()
}

/// What the others show.
fn updated_view(group: &Group) -> Map<String, Value> {
    let mut shown = view(group);
    shown.insert("UpdateDate".to_owned(), json!(iso8601(group.updated)));
    shown
}

/// CreateGroup
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let group = Group {
        id: call.cloud().ids.group_id(),
        name: call.arguments.text("GroupName").to_owned(),
        display_name: String::new(),
        comments: call.arguments.text("Comments").to_owned(),
        created: call.now,
        updated: call.now,
        members: BTreeMap::new(),
        attached: Attachments::default(),
    };
    let shown = view(&group);
    call.account()?.directory.write().add_group(group)?;
    Ok(Reply::document(json!({ "Group": shown })))
}

/// GetGroup
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let group = directory.group(call.arguments.text("GroupName"))?;
    Ok(Reply::document(json!({ "Group": updated_view(group) })))
}

/// UpdateGroup: what is left out stays, what is sent empty is cleared.
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let mut directory = call.account()?.directory.write();
    let mut name = arguments.text("GroupName");
    if let Some(new) = arguments.filled("NewGroupName") {
        directory.rename_group(name, new)?;
        name = new;
    }
    let group = directory.group_mut(name)?;
    if let Some(new) = arguments.get("NewComments") {
        new.clone_into(&mut group.comments);
    }
    group.updated = call.now;
    Ok(Reply::document(json!({ "Group": updated_view(group) })))
}

/// DeleteGroup
pub(crate) fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    call.account()?.directory.write().delete_group(call.arguments.text("GroupName"))?;
    Ok(Reply::done())
}

/// ListGroups
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let answer = page(
        call,
        directory.groups(),
        |group| &group.name,
        |group| Value::Object(updated_view(group)),
        ("Groups", "Group"),
    )?;
    Ok(Reply::document(Value::Object(answer)))
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
    let shown: Vec<_> = directory
        .groups_of(user)
        .map(|group| {
            json!({
                "GroupId": group.id,
                "GroupName": group.name,
                "Comments": group.comments,
                "JoinDate": group.members.get(&user.id).map(|at| iso8601(*at)),
            })
        })
        .collect();
    Ok(Reply::document(json!({"Groups": {"Group": shown}})))
}

/// ListUsersForGroup
fn list_users(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let group = directory.group(call.arguments.text("GroupName"))?;
    let mut members: Vec<(&User, String)> =
        group.members.iter().filter_map(|(id, at)| Some((directory.user_by_id(id)?, iso8601(*at)))).collect();
    members.sort_by_key(|(user, _)| user.name.to_ascii_lowercase());
    let view = |(user, joined): (&User, String)| json!({"UserName": user.name, "DisplayName": user.display_name, "JoinDate": joined});
    let answer = page(call, members.into_iter(), |(user, _)| &user.name, view, ("Users", "User"))?;
    Ok(Reply::document(Value::Object(answer)))
}
