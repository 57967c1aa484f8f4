//! User groups, which have display names here.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{COMMENTS, GROUP_NAME, MARKER, PRINCIPAL, both, named, on_user, row};
use crate::cloud::directory::{Attachments, Group, PrincipalKind, User};
use crate::cloud::iso8601;
use crate::gateway::{ApiError, Call, Characters, Form, Operation, Parameter, Reply};
use crate::services::identity::ram::groups::delete;
use crate::services::identity::ram::page::page_of;

const DISPLAY_NAME: Parameter = Parameter::optional("DisplayName", Form::Text(24));

/// The operations on groups.
pub fn table() -> Vec<Operation> {
    vec![
        row!("CreateGroup", [both!("CreateGroup" on "group/*")], [GROUP_NAME, DISPLAY_NAME, COMMENTS], create),
        row!("GetGroup", [both!("GetGroup" on "group/{GroupName}")], [GROUP_NAME], get),
        row!(
            "UpdateGroup",
            [both!("UpdateGroup" on "group/{GroupName}")],
            [
                GROUP_NAME,
                Parameter::optional("NewGroupName", Form::Name(Characters::User, 64)),
                Parameter::optional("NewDisplayName", Form::Text(24)),
                Parameter::optional("NewComments", Form::Text(128)),
            ],
            update
        ),
        row!("DeleteGroup", [both!("DeleteGroup" on "group/{GroupName}")], [GROUP_NAME], delete),
        row!(
            "ListGroups",
            [both!("ListGroups" on "group/*")],
            [MARKER, Parameter::optional("MaxItems", Form::Integer(1, 1000))],
            list
        ),
        row!(
            "AddUserToGroup",
            [on_user!("AddUserToGroup"), both!("AddUserToGroup" on "group/{GroupName}")],
            [PRINCIPAL, GROUP_NAME],
            add_user
        ),
        row!(
            "RemoveUserFromGroup",
            [on_user!("RemoveUserFromGroup"), both!("RemoveUserFromGroup" on "group/{GroupName}")],
            [PRINCIPAL, GROUP_NAME],
            remove_user
        ),
        row!("ListGroupsForUser", [on_user!("ListGroupsForUser")], [PRINCIPAL], list_for_user),
        row!(
            "ListUsersForGroup",
            [both!("ListUsersForGroup" on "group/{GroupName}")],
            [GROUP_NAME, MARKER, Parameter::optional("MaxItems", Form::Integer(1, 1000))],
            list_users
        ),
    ]
}

fn view(group: &Group) -> Map<String, Value> {
    let members = [
        ("GroupId", &group.id),
        ("GroupName", &group.name),
        ("DisplayName", &group.display_name),
        ("Comments", &group.comments),
        ("CreateDate", &iso8601(group.created)),
        ("UpdateDate", &iso8601(group.updated)),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect()
}

/// CreateGroup
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let group = Group {
        id: call.cloud().ids.group_id(),
        name: call.arguments.text("GroupName").to_owned(),
        display_name: call.arguments.text("DisplayName").to_owned(),
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
    Ok(Reply::document(json!({ "Group": view(group) })))
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
    for (parameter, field) in [("NewDisplayName", &mut group.display_name), ("NewComments", &mut group.comments)] {
        if let Some(new) = arguments.get(parameter) {
            new.clone_into(field);
        }
    }
    group.updated = call.now;
    Ok(Reply::document(json!({ "Group": view(group) })))
}

/// ListGroups
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let view = |group: &Group| Value::Object(view(group));
    let answer = page_of(call, directory.groups(), |group| &group.name, view, ("Groups", "Group"), 100)?;
    Ok(Reply::document(Value::Object(answer)))
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
        json!({
            "GroupId": group.id,
            "GroupName": group.name,
            "DisplayName": group.display_name,
            "Comments": group.comments,
            "JoinDate": group.members.get(&user.id).map(|at| iso8601(*at)),
        })
    };
    let shown: Vec<_> = directory.groups_of(user).map(view).collect();
    Ok(Reply::document(json!({"Groups": {"Group": shown}})))
}

/// ListUsersForGroup
fn list_users(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let group = directory.group(call.arguments.text("GroupName"))?;
    let members = group.members.iter();
    let mut members: Vec<(&User, String)> =
        members.filter_map(|(id, at)| Some((directory.user_by_id(id)?, iso8601(*at)))).collect();
    members.sort_by_key(|(user, _)| user.name.to_ascii_lowercase());
    let view = |(user, joined): (&User, String)| {
        json!({
            "UserId": user.id,
            "UserPrincipalName": directory.principal_name(PrincipalKind::User, &user.name),
            "DisplayName": user.display_name,
            "JoinDate": joined,
        })
    };
    let answer = page_of(call, members.into_iter(), |(user, _)| &user.name, view, ("Users", "User"), 100)?;
    Ok(Reply::document(Value::Object(answer)))
}
