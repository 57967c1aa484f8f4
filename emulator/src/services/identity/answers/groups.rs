//! User groups.

use serde_json::{Map, Value, json};

use super::members;
use crate::cloud::directory::{Group, User};
use crate::cloud::iso8601;

/// What RAM's CreateGroup shows.
pub(crate) fn new_group(group: &Group) -> Map<String, Value> {
    members([
        ("GroupId", &group.id),
        ("GroupName", &group.name),
        ("Comments", &group.comments),
        ("CreateDate", &iso8601(group.created)),
    ])
}

/// What the others of RAM show.
pub(crate) fn updated_group(of: &Group) -> Map<String, Value> {
    let mut shown = new_group(of);
    shown.insert("UpdateDate".to_owned(), json!(iso8601(of.updated)));
    shown
}

/// What IMS shows: groups have display names there.
pub(crate) fn named_group(of: &Group) -> Map<String, Value> {
    let mut shown = updated_group(of);
    shown.insert("DisplayName".to_owned(), json!(of.display_name));
    shown
}

/// What ListGroupsForUser shows of a group that a user is in.
pub(crate) fn joined_group(of: &Group, user: &User) -> Map<String, Value> {
    let mut shown = members([("GroupId", &of.id), ("GroupName", &of.name), ("Comments", &of.comments)]);
    shown.insert("JoinDate".to_owned(), json!(of.members.get(&user.id).map(|at| iso8601(*at))));
    shown
}
